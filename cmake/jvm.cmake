# The core for JVMs: jvm/native/*.cpp and what they use of the core, as one shared library that shows nothing but JNI_OnLoad.
#
#   vitrina_native   libvitrina_native.so
#   native_bundle    the library and the Debian libraries it needs, side by side in build/<preset>/native-bundle with a list of
#                    their names (tools/bundle_native.sh); Maven packs that folder into the jar
#
# Without a JDK neither is there: one machine needs none, and `make jvm`, `make cluster` and `make test` install it.
function(add_native_library)
  if(VITRINA_SANITIZE OR NOT TARGET vitrina_border)
    return()
  endif()
  file(GLOB headers "/usr/lib/jvm/java-17-openjdk-*/include")
  if(NOT headers)
    return()
  endif()
  external(jni HEADER jni.h INCLUDE ${headers})
  find_path(VITRINA_HAS_jni_md jni_md.h PATHS "${VITRINA_HAS_jni}/linux" REQUIRED)
  file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/jvm/native/*.cpp")
  set(exported "${PROJECT_SOURCE_DIR}/jvm/native/exported.map")
  add_library(vitrina_native SHARED ${sources})
  target_link_libraries(vitrina_native PRIVATE vitrina_warnings vitrina_border external_jni)
  target_include_directories(vitrina_native SYSTEM PRIVATE "${VITRINA_HAS_jni_md}")
  # --disable-new-dtags: the path is then also where the libraries look for the ones that they need themselves.
  target_link_options(vitrina_native PRIVATE -Wl,--disable-new-dtags "-Wl,--version-script=${exported}"
    -Wl,-z,defs -Wl,--gc-sections)
  set_target_properties(vitrina_native PROPERTIES BUILD_RPATH "$ORIGIN" LINK_DEPENDS "${exported}")
  set(bundle "${PROJECT_BINARY_DIR}/native-bundle")
  add_custom_command(OUTPUT "${bundle}/names"
    COMMAND "${PROJECT_SOURCE_DIR}/tools/bundle_native.sh" "$<TARGET_FILE:vitrina_native>" "${bundle}"
    DEPENDS vitrina_native "${PROJECT_SOURCE_DIR}/tools/bundle_native.sh"
    COMMENT "Bundling the native library" VERBATIM)
  add_custom_target(native_bundle ALL DEPENDS "${bundle}/names")
endfunction()

# The tests of the reactor in one run of Maven, which prints how many there were; then what needs its jars.
function(add_tests_of_jvm)
  if(NOT TARGET native_bundle)
    return()
  endif()
  add_test(NAME jvm.reactor COMMAND ${CMAKE_COMMAND} -E env VITRINA_NATIVE_BUILT=1 "${PROJECT_SOURCE_DIR}/tools/build_jvm.sh" package
    WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}")
  set_tests_properties(jvm.reactor PROPERTIES LABELS jvm TIMEOUT 1200 PROCESSORS 2 FIXTURES_SETUP jars)
endfunction()
