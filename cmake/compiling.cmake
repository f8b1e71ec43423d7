# How everything is compiled: language, optimisation, warnings, sanitizers, linker and compiler cache.
#
#   VITRINA_SANITIZE   what g++ or clang++ is to watch while the program runs, as in -fsanitize=…; empty for none
#   VITRINA_FUZZ       build the fuzz targets too (clang++ only)
set(VITRINA_SANITIZE "" CACHE STRING "sanitizers, as in -fsanitize=")
option(VITRINA_FUZZ "build the fuzz targets" OFF)

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")

# -march: any x86-64 server since 2009 can run the result; the kernels choose wider instructions at run time (Highway).
# -ffp-contract=off: the compiler never fuses a·b+c by itself, so a sum has the same bytes whatever the optimiser did;
#   a kernel that wants the fused form says so.
# -ffile-prefix-map: neither binaries nor messages name the folder that they were built in.
add_compile_options(-ffp-contract=off -fno-omit-frame-pointer "-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  add_compile_options(-march=x86-64-v2)
endif()
add_link_options(-Wl,--as-needed)

# Warnings are errors in our own code; headers from outside are system headers and exempt, generated code too (wire.cmake).
# Left out: -Wsign-conversion (noise around indices into Eigen and spans), missing-field-initializers (it complains about
# designated initialisers that leave a field at its default), restrict (g++ 12 sees ghosts in std::string at -O2).
add_library(vitrina_warnings INTERFACE)
target_compile_options(vitrina_warnings INTERFACE
  -Werror -Wall -Wextra -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual -Wold-style-cast
  -Wcast-qual -Wextra-semi -Wimplicit-fallthrough -Wunused -Wvla
  -Wno-missing-field-initializers -Wno-sign-conversion)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(vitrina_warnings INTERFACE -Wlogical-op -Wduplicated-cond -Wno-restrict)
else()
  # libstdc++ 12's own std::stable_sort calls what it has marked as deprecated, and clang blames its caller.
  target_compile_options(vitrina_warnings INTERFACE -Wno-deprecated-declarations)
  # libstdc++ 12 hides std::expected and coroutine parts of these two libraries from clang unless told otherwise.
  add_compile_definitions(nsel_CONFIG_SELECT_EXPECTED=1 ASIO_HAS_CO_AWAIT=1 ASIO_HAS_STD_COROUTINE=1)
endif()

# How the tests themselves are compiled: hardly optimised, which takes a third to a half off their time. What they test is optimised.
# (g++ cannot compile Eigen's prefetching with -O0.)
add_library(vitrina_tests INTERFACE)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(vitrina_tests INTERFACE -O0)
else()
  target_compile_options(vitrina_tests INTERFACE -Og)
endif()
# So that a test that is long by its amount of data takes less of it there, where everything is several times slower.
if(VITRINA_SANITIZE)
  target_compile_definitions(vitrina_tests INTERFACE VITRINA_SANITIZED=true)
else()
  target_compile_definitions(vitrina_tests INTERFACE VITRINA_SANITIZED=false)
endif()

if(VITRINA_SANITIZE)
  add_compile_options(-fsanitize=${VITRINA_SANITIZE} -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${VITRINA_SANITIZE})
  if(VITRINA_SANITIZE MATCHES "undefined")
    # AddressSanitizer stops at a null pointer as well; asking twice costs a sixth of the compile time.
    add_compile_options(-fno-sanitize=null)
  endif()
  add_compile_definitions(_GLIBCXX_ASSERTIONS)
  # Instrumented code makes g++ 12 lose track of what is initialised; the release build keeps these warnings.
  target_compile_options(vitrina_warnings INTERFACE -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread)
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    target_compile_options(vitrina_warnings INTERFACE -Wno-unknown-warning-option)
  endif()
endif()
if(VITRINA_SANITIZE MATCHES "thread")
  # ThreadSanitizer does not know fences; asio has a form without them.
  add_compile_definitions(ASIO_DISABLE_FENCED_BLOCK)
  # Protobuf's headers give a map one field more under ThreadSanitizer, which Debian's library does not have: they must not
  # notice. libstdc++ must, or its shared_ptr looks like a race.
  add_compile_options(-U__SANITIZE_THREAD__)
  add_compile_definitions(_GLIBCXX_TSAN=1)
  target_compile_options(vitrina_warnings INTERFACE -Wno-tsan)
endif()
if(VITRINA_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()

find_program(VITRINA_MOLD mold)
if(VITRINA_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

# The cache is keyed by paths from the project's root, so that a second clone of the project finds what the first compiled.
# With precompiled headers it asks for the two leniencies and the option of its manual's section on them.
find_program(VITRINA_CCACHE ccache)
if(VITRINA_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${PROJECT_SOURCE_DIR};CCACHE_NOHASHDIR=1;CCACHE_SLOPPINESS=pch_defines,time_macros;${VITRINA_CCACHE}")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_compile_options(-fpch-preprocess)
  else()
    add_compile_options("SHELL:-Xclang -fno-pch-timestamp")
  endif()
endif()
