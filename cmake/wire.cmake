# The wire contract: every proto/x.proto becomes C++, included as "proto/x.pb.h", in the library vitrina_proto.
# Generated code is not ours to mend: it is compiled without our warnings, and its headers are system headers.
function(add_wire_contract)
  file(GLOB contracts CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}" "${PROJECT_SOURCE_DIR}/proto/*.proto")
  if(NOT contracts)
    return()
  endif()
  find_program(VITRINA_PROTOC protoc REQUIRED)
  set(generated "${PROJECT_BINARY_DIR}/generated")
  file(MAKE_DIRECTORY "${generated}/proto")
  foreach(contract IN LISTS contracts)
    string(REGEX REPLACE "\\.proto$" ".pb" stem "${generated}/${contract}")
    add_custom_command(
      OUTPUT "${stem}.cc" "${stem}.h"
      COMMAND "${VITRINA_PROTOC}" "--cpp_out=${generated}" "-I${PROJECT_SOURCE_DIR}" "${contract}"
      DEPENDS ${contracts}
      WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
      COMMENT "Generating C++ from ${contract}"
      VERBATIM)
    list(APPEND sources "${stem}.cc" "${stem}.h")
  endforeach()
  add_library(vitrina_proto STATIC ${sources})
  target_include_directories(vitrina_proto SYSTEM PUBLIC "${generated}")
  target_link_libraries(vitrina_proto PUBLIC external_protobuf)
  target_compile_options(vitrina_proto PRIVATE -w)
  set_target_properties(vitrina_proto PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()
