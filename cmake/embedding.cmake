# Files that travel inside a library: embed_files(<library> <folder> <files…>) makes them readable by name through
# <folder>/embedded.hpp. The bytes go in by .incbin.
#
# The generated text names each file's hash, because an object whose source did not change is not built again (Ninja's
# `restat`): without it a changed file would travel with its old bytes.
function(embed_files library folder)
  set(assembly ".section .rodata.embedded,\"a\",@progbits\n")
  set(table "")
  set(number 0)
  foreach(file IN LISTS ARGN)
    get_filename_component(name "${file}" NAME)
    file(SHA256 "${file}" hash)
    string(APPEND assembly "/* ${hash} */\n.balign 16\nembedded_${folder}_${number}:\n.incbin \"${file}\"\nembedded_${folder}_${number}_end:\n"
      ".globl embedded_${folder}_${number}, embedded_${folder}_${number}_end\n")
    string(APPEND declarations "extern const char embedded_${folder}_${number}[];\nextern const char embedded_${folder}_${number}_end[];\n")
    string(APPEND table "    if (name == \"${name}\") return {embedded_${folder}_${number}, embedded_${folder}_${number}_end};\n")
    math(EXPR number "${number} + 1")
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${file}")
  endforeach()
  string(APPEND assembly ".section .note.GNU-stack,\"\",@progbits\n")
  set(stem "${PROJECT_BINARY_DIR}/generated/${folder}/embedded")
  file(CONFIGURE OUTPUT "${stem}.S" CONTENT "${assembly}" @ONLY)
  file(CONFIGURE OUTPUT "${stem}.cpp" @ONLY CONTENT
    "#include \"${folder}/embedded.hpp\"\n\nextern \"C\" {\n${declarations}}\n\nnamespace vitrina::${folder} {\n\nstd::string_view embedded_file(std::string_view name) {\n${table}    return {};\n}\n\n}  // namespace vitrina::${folder}\n")
  set_source_files_properties("${stem}.S" PROPERTIES OBJECT_DEPENDS "${ARGN}")
  add_library(${library}_embedded STATIC "${stem}.S" "${stem}.cpp")
  target_include_directories(${library}_embedded PRIVATE "${PROJECT_SOURCE_DIR}")
  target_link_libraries(${library} PUBLIC ${library}_embedded)
endfunction()
