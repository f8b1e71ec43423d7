# A folder of layers.txt becomes a library, linked to exactly the folders that its line names. By the ending of its name a
# file in it becomes
#
#   *_test.cpp        part of vitrina_<folder>_test; each TEST is a test of ctest
#   *_benchmark.cpp   part of vitrina_<folder>_benchmark
#   *_fuzz.cpp        the program vitrina_<folder>_<name>_fuzz, in the fuzz build only
#   main.cpp          the program vitrina (cli/ only)
#   everything else   part of the library vitrina_<folder>
#   *.json *.toml docs.*  carried inside the library (cmake/embedding.cmake)
#
# tests/ and bench/ see the whole system and stand outside of the layers.
include(GoogleTest)

external(gtest      HEADER gtest/gtest.h       LINK gmock_main gmock gtest pthread)
external(rapidcheck HEADER rapidcheck/gtest.h  LINK rapidcheck)
external(benchmark  HEADER benchmark/benchmark.h LINK benchmark_main benchmark pthread)

set(VITRINA_TEST_FOLDERS "" CACHE STRING "folders whose tests are built; empty for all")
option(VITRINA_WHOLE_SYSTEM "build the binary, tests/ and bench/" ON)
set(VITRINA_TEST_PREFIX "" CACHE STRING "what the names of this build's tests begin with")
set(VITRINA_TEST_ENVIRONMENT "" CACHE STRING "NAME=value for every test")
set(VITRINA_TEST_TIMEOUT 120 CACHE STRING "seconds after which a test has failed")
set(VITRINA_FUZZ_RUNS 100000 CACHE STRING "inputs that a fuzz target is given in ctest")
set(VITRINA_FUZZ_SECONDS 10 CACHE STRING "seconds after which it stops before that")

add_custom_target(fuzz_targets)
add_custom_target(headers_alone)
add_custom_target(test_programs)

# core/state → vitrina_state, engine → vitrina_engine
function(library_of folder result)
  string(REGEX REPLACE "^core/" "" name "${folder}")
  set(${result} "vitrina_${name}" PARENT_SCOPE)
endfunction()

# "#include "event/event.hpp"" is found from core/, "engine/engine.hpp" from the root of the project.
function(include_root_of folder result)
  if(folder MATCHES "^core/")
    set(${result} "${PROJECT_SOURCE_DIR}/core" PARENT_SCOPE)
  else()
    set(${result} "${PROJECT_SOURCE_DIR}" PARENT_SCOPE)
  endif()
endfunction()

# Each line of layers.txt, from the bottom up; a folder that has no sources yet is passed over.
function(add_folders_of_layers)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/layers.txt")
  file(STRINGS "${PROJECT_SOURCE_DIR}/layers.txt" lines REGEX "^[a-z]")
  foreach(line IN LISTS lines)
    if(NOT line MATCHES "^([a-z_/]+):([ a-z_]*)$")
      message(FATAL_ERROR "layers.txt: cannot read the line \"${line}\"; it is `folder: folder folder …`")
    endif()
    set(folder "${CMAKE_MATCH_1}")
    string(REGEX MATCHALL "[a-z_]+" below "${CMAKE_MATCH_2}")
    add_folder("${folder}" "${below}")
  endforeach()
endfunction()

function(add_folder folder below)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.cpp" "${PROJECT_SOURCE_DIR}/${folder}/*.hpp")
  if(NOT sources)
    return()
  endif()
  set(tests ${sources})
  set(benchmarks ${sources})
  set(fuzzers ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER benchmarks INCLUDE REGEX "_benchmark\\.cpp$")
  list(FILTER fuzzers INCLUDE REGEX "_fuzz\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "(_test|_benchmark|_fuzz|/main)\\.cpp$")

  spare_http_server("${folder}" sources)
  library_of("${folder}" library)
  add_folder_library("${folder}" "${library}" "${below}" "${sources}")
  file(GLOB embedded CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.json" "${PROJECT_SOURCE_DIR}/${folder}/docs.*"
    "${PROJECT_SOURCE_DIR}/${folder}/*.toml")
  if(embedded)
    embed_files("${library}" "${folder}" ${embedded})
  endif()
  if(VITRINA_FUZZ)
    add_fuzzers("${library}" "${fuzzers}")
  else()
    add_tests("${folder}" "${library}_test" "${library}" "${tests}")
    add_benchmarks("${library}_benchmark" "${library}" "${benchmarks}")
  endif()
  set_property(GLOBAL APPEND PROPERTY vitrina_libraries "${library}")
endfunction()

# RESTinio under UBSan takes a minute and 1.4 GB for the one file that includes it, and that file only moves bytes between
# RESTinio and `dispatch`: no UBSan for it, and no place in the fuzz build, which calls `dispatch` itself.
function(spare_http_server folder result)
  set(kept ${${result}})
  set(http "${PROJECT_SOURCE_DIR}/${folder}/http_server.cpp")
  if(VITRINA_FUZZ)
    list(REMOVE_ITEM kept "${http}")
    set(${result} "${kept}" PARENT_SCOPE)
  elseif(http IN_LIST kept AND VITRINA_SANITIZE MATCHES "undefined")
    set_source_files_properties("${http}" PROPERTIES COMPILE_OPTIONS "-fno-sanitize=undefined")
  endif()
endfunction()

function(add_folder_library folder library below sources)
  include_root_of("${folder}" root)
  set(compiled ${sources})
  list(FILTER compiled INCLUDE REGEX "\\.cpp$")
  if(compiled)
    add_library(${library} STATIC ${sources})
    target_link_libraries(${library} PRIVATE vitrina_warnings)
    make_position_independent("${folder}" "${library}")
    set(scope PUBLIC)
  else()
    add_library(${library} INTERFACE)
    set(scope INTERFACE)
  endif()
  target_include_directories(${library} ${scope} "${root}")
  check_headers_alone("${library}" "${sources}")
  foreach(name IN LISTS below)
    if(TARGET vitrina_${name})
      target_link_libraries(${library} ${scope} vitrina_${name})
    endif()
  endforeach()
  foreach(name IN LISTS external_of_${folder})
    target_link_libraries(${library} ${scope} external_${name})
  endforeach()
endfunction()

# What stands below the hosts also becomes part of the shared library for JVMs. Hidden, so that its calls stay direct.
function(make_position_independent folder library)
  if(folder MATCHES "^(core/.*|border)$")
    set_target_properties(${library} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden)
  endif()
endfunction()

# A header must compile without anything before it. One that has a .cpp of the same name is proved by it, since a .cpp begins
# with its own header; for each other one a file is generated that includes nothing else.
function(check_headers_alone library sources)
  set(headers ${sources})
  list(FILTER headers INCLUDE REGEX "\\.hpp$")
  foreach(header IN LISTS headers)
    string(REGEX REPLACE "\\.hpp$" ".cpp" source "${header}")
    if(NOT source IN_LIST sources)
      file(RELATIVE_PATH name "${PROJECT_SOURCE_DIR}" "${header}")
      set(alone "${PROJECT_BINARY_DIR}/headers/${name}.cpp")
      file(CONFIGURE OUTPUT "${alone}" CONTENT "#include \"${header}\"\n")
      list(APPEND lone "${alone}")
    endif()
  endforeach()
  if(lone AND NOT VITRINA_FUZZ AND NOT VITRINA_SANITIZE)
    add_library(${library}_headers OBJECT EXCLUDE_FROM_ALL ${lone})
    target_link_libraries(${library}_headers PRIVATE vitrina_warnings ${library})
    add_dependencies(headers_alone ${library}_headers)
  endif()
endfunction()

# Tests run in the root of the project, so that data/ and testdata are found by the same name on every machine.
function(add_tests folder target libraries sources)
  if(NOT sources OR (VITRINA_TEST_FOLDERS AND NOT folder IN_LIST VITRINA_TEST_FOLDERS))
    return()
  endif()
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE vitrina_warnings ${libraries} external_gtest external_rapidcheck)
  add_dependencies(test_programs ${target})
  gtest_discover_tests(${target}
    TEST_PREFIX "${VITRINA_TEST_PREFIX}"
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
    DISCOVERY_MODE PRE_TEST
    DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT ${VITRINA_TEST_TIMEOUT} LABELS "${folder}" ENVIRONMENT "${VITRINA_TEST_ENVIRONMENT}")
endfunction()

function(add_benchmarks target libraries sources)
  if(NOT sources OR VITRINA_SANITIZE)
    return()
  endif()
  add_executable(${target} ${sources})
  target_link_libraries(${target} PRIVATE vitrina_warnings ${libraries} external_benchmark)
endfunction()

# A fuzz target starts from tests/corpus/<folder>_<name>/ where that exists, keeps what it finds beside the build, and is
# seeded, so that two runs of the same build give it the same inputs as long as time does not stop it.
function(add_fuzzers library sources)
  foreach(source IN LISTS sources)
    get_filename_component(name "${source}" NAME_WE)
    set(target "${library}_${name}")
    add_executable(${target} EXCLUDE_FROM_ALL "${source}")
    target_link_libraries(${target} PRIVATE vitrina_warnings ${library})
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    add_dependencies(fuzz_targets ${target})
    string(REGEX REPLACE "^vitrina_(.*)_fuzz$" "\\1" topic "${target}")
    set(found "${PROJECT_BINARY_DIR}/corpus/${topic}")
    file(MAKE_DIRECTORY "${found}" "${PROJECT_BINARY_DIR}/crashes")
    set(corpus "${found}")
    if(EXISTS "${PROJECT_SOURCE_DIR}/tests/corpus/${topic}")
      list(APPEND corpus "${PROJECT_SOURCE_DIR}/tests/corpus/${topic}")
    endif()
    add_test(NAME "fuzz.${topic}"
      COMMAND ${target} -seed=1 -runs=${VITRINA_FUZZ_RUNS} -max_total_time=${VITRINA_FUZZ_SECONDS} -timeout=10
        -rss_limit_mb=2048 -verbosity=0 -print_final_stats=1 "-artifact_prefix=${PROJECT_BINARY_DIR}/crashes/${topic}-" ${corpus})
    set_tests_properties("fuzz.${topic}" PROPERTIES LABELS fuzz TIMEOUT 600)
  endforeach()
endfunction()

# The binary, and the tests and benchmarks of the system as a whole.
function(add_whole_system)
  if(VITRINA_FUZZ OR NOT VITRINA_WHOLE_SYSTEM)
    return()
  endif()
  get_property(libraries GLOBAL PROPERTY vitrina_libraries)
  if(EXISTS "${PROJECT_SOURCE_DIR}/cli/main.cpp")
    add_executable(vitrina cli/main.cpp)
    target_link_libraries(vitrina PRIVATE vitrina_warnings ${libraries} external_cli11)
    target_include_directories(vitrina PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/core")
  endif()
  file(GLOB tests CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/*.cpp")
  # Processes that tests start: one that is killed, one that makes a log for tests in Java.
  list(FILTER tests EXCLUDE REGEX "/(fault|fold_log|factorisation)_driver\\.cpp$")
  list(FILTER tests EXCLUDE REGEX "/cluster_[a-z]+\\.cpp$")
  add_executable(vitrina_fold_log tests/fold_log_driver.cpp tests/fold_log.cpp tests/shop_log.cpp)
  target_link_libraries(vitrina_fold_log PRIVATE vitrina_warnings ${libraries})
  target_include_directories(vitrina_fold_log PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/core")
  # The oracle of a whole cluster, its load and the comparison of hosts.
  add_executable(vitrina_cluster_driver tests/cluster_driver.cpp tests/cluster_found.cpp tests/cluster_load.cpp tests/cluster_parity.cpp
    tests/oracle.cpp tests/oracle_replay.cpp tests/fold_log.cpp)
  target_link_libraries(vitrina_cluster_driver PRIVATE vitrina_warnings ${libraries})
  target_include_directories(vitrina_cluster_driver PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/core")
  add_executable(vitrina_factorisation EXCLUDE_FROM_ALL tests/factorisation_driver.cpp)
  target_link_libraries(vitrina_factorisation PRIVATE vitrina_warnings ${libraries})
  target_include_directories(vitrina_factorisation PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/core")
  if(EXISTS "${PROJECT_SOURCE_DIR}/tests/fault_driver.cpp")
    add_executable(vitrina_fault_driver tests/fault_driver.cpp)
    target_link_libraries(vitrina_fault_driver PRIVATE vitrina_warnings ${libraries})
    target_include_directories(vitrina_fault_driver PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/core")
  endif()
  add_tests(tests vitrina_system_test "${libraries}" "${tests}")
  file(GLOB benchmarks CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bench/*.cpp")
  add_benchmarks(vitrina_system_benchmark "${libraries}" "${benchmarks}")
  foreach(target IN ITEMS vitrina_system_test vitrina_system_benchmark)
    if(TARGET ${target})
      # Where the binary under test lies and where the project's own data does.
      target_compile_definitions(${target} PRIVATE
        "VITRINA_BINARY=\"$<IF:$<TARGET_EXISTS:vitrina>,${PROJECT_BINARY_DIR}/vitrina,>\""
        "VITRINA_FAULT_DRIVER=\"$<IF:$<TARGET_EXISTS:vitrina_fault_driver>,${PROJECT_BINARY_DIR}/vitrina_fault_driver,>\""
        "VITRINA_ROOT=\"${PROJECT_SOURCE_DIR}\"")
      target_include_directories(${target} PRIVATE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/core")
      foreach(program IN ITEMS vitrina vitrina_fault_driver)
        if(TARGET ${program})
          add_dependencies(${target} ${program})
        endif()
      endforeach()
    endif()
  endforeach()
endfunction()

# The layers as a test, and the tests of the tools that hold the sources to the house rules.
function(add_checks_of_the_sources)
  if(VITRINA_FUZZ OR VITRINA_SANITIZE)
    return()
  endif()
  find_package(Python3 REQUIRED COMPONENTS Interpreter)
  add_test(NAME sources.keep_to_the_layers COMMAND Python3::Interpreter tools/check_layers.py WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(sources.keep_to_the_layers PROPERTIES LABELS tools)
  file(GLOB tests CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/tools/*_test.py")
  foreach(test IN LISTS tests)
    get_filename_component(name "${test}" NAME_WE)
    add_test(NAME "tools.${name}" COMMAND Python3::Interpreter "${test}" WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set_tests_properties("tools.${name}" PROPERTIES LABELS tools TIMEOUT 60)
  endforeach()
endfunction()

# What needs a running cluster: scripts of ops/, each of which starts one of its own at free ports. *_test.sh are part of make
# test (label cluster), *_long_test.sh of make test-cluster only (label long).
function(add_tests_on_a_cluster)
  if(VITRINA_FUZZ OR VITRINA_SANITIZE)
    return()
  endif()
  file(GLOB tests CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/ops/*_test.sh"
    "${PROJECT_SOURCE_DIR}/jvm/*_test.sh")
  foreach(test IN LISTS tests)
    get_filename_component(name "${test}" NAME_WE)
    get_filename_component(folder "${test}" DIRECTORY)
    add_test(NAME "${folder}.${name}" COMMAND "${PROJECT_SOURCE_DIR}/${test}" WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
    set(labels cluster)
    if(name MATCHES "_long_test$")
      list(APPEND labels long)
    endif()
    set_tests_properties("${folder}.${name}" PROPERTIES LABELS "${labels}" TIMEOUT 900 PROCESSORS 2)
    if(folder STREQUAL "jvm")
      set_tests_properties("${folder}.${name}" PROPERTIES FIXTURES_REQUIRED jars)
    endif()
  endforeach()
endfunction()
