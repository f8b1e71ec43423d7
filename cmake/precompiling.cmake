# The headers that most files include anyway, read once instead of some four hundred times. One precompiled header for each
# way of compiling, shared by every target that compiles so. Nothing may rest on what it happens to include: without it clang-tidy
# reads every .cpp, and with that the header it begins with, and `headers_alone` compiles every other header.
set(VITRINA_COMMON_HEADERS
  <algorithm> <array> <atomic> <chrono> <cmath> <cstdint> <cstring> <filesystem> <fstream> <functional> <map> <memory> <mutex>
  <optional> <set> <span> <string> <string_view> <thread> <tuple> <utility> <variant> <vector> <fmt/format.h>)

# precompile(<target> [PIC] [TESTS])
function(precompile target)
  cmake_parse_arguments(PARSE_ARGV 1 P "PIC;TESTS" "" "")
  set(shared vitrina_precompiled)
  set(headers ${VITRINA_COMMON_HEADERS})
  if(P_PIC)
    string(APPEND shared _pic)
  endif()
  if(P_TESTS)
    string(APPEND shared _tests)
    list(APPEND headers <gtest/gtest.h>)
  endif()
  if(NOT TARGET ${shared})
    file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/precompiled/${shared}.cpp" CONTENT "// Carries the precompiled header.\n")
    add_library(${shared} OBJECT "${PROJECT_BINARY_DIR}/precompiled/${shared}.cpp")
    target_link_libraries(${shared} PRIVATE vitrina_warnings external_fmt)
    if(P_TESTS)
      target_link_libraries(${shared} PRIVATE external_gtest vitrina_tests)
    endif()
    if(P_PIC)
      set_target_properties(${shared} PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden)
    endif()
    target_precompile_headers(${shared} PRIVATE ${headers})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${shared})
endfunction()
