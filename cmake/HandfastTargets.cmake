# handfast_sources(VAR FOLDER [EXCEPT NAME...]): every .cpp below FOLDER but those below its named entries.
function(handfast_sources variable folder)
  cmake_parse_arguments(arg "" "" "EXCEPT" ${ARGN})
  set(root ${CMAKE_CURRENT_SOURCE_DIR}/${folder})
  file(GLOB_RECURSE found CONFIGURE_DEPENDS ${root}/*.cpp)
  foreach(name IN LISTS arg_EXCEPT)
    list(FILTER found EXCLUDE REGEX "^${root}/${name}(/|$)")
  endforeach()
  set(${variable} ${found} PARENT_SCOPE)
endfunction()

# handfast_options(TARGET): warnings as errors, and the sanitizers of this build.
function(handfast_options target)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor
    -Woverloaded-virtual -Wimplicit-fallthrough -Wno-sign-conversion -Werror)
  if(HANDFAST_SANITIZE)
    target_compile_options(${target} PUBLIC
      $<BUILD_INTERFACE:-fsanitize=${HANDFAST_SANITIZE}> $<BUILD_INTERFACE:-fno-sanitize-recover=all>)
    target_link_options(${target} PUBLIC $<BUILD_INTERFACE:-fsanitize=${HANDFAST_SANITIZE}>)
  endif()
  if(HANDFAST_SANITIZE MATCHES thread AND CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    target_compile_options(${target} PRIVATE -Wno-tsan)  # Asio's fences, which g++ cannot follow
  endif()
  if(HANDFAST_FUZZ)
    target_compile_options(${target} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endfunction()

# handfast_precompile(TARGET [HEADER...]): with HANDFAST_PCH, the headers that most of its files include are read once.
function(handfast_precompile target)
  if(HANDFAST_PCH)
    target_precompile_headers(${target} PRIVATE <algorithm> <array> <chrono> <cstring> <functional> <map> <memory> <optional>
      <ranges> <span> <string> <string_view> <variant> <vector> <fmt/format.h> ${ARGN})
  endif()
endfunction()

# handfast_internal_library(TARGET [SOURCE...]): a library of this build only, never installed, that sees src/ and fmt.
# TARGET is an interface so that it may be linked while its folder is still empty.
function(handfast_internal_library target)
  add_library(${target} INTERFACE)
  target_include_directories(${target} INTERFACE ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} INTERFACE fmt::fmt)
  if(ARGN)
    add_library(${target}_objects STATIC ${ARGN})
    set_target_properties(${target}_objects PROPERTIES OUTPUT_NAME ${target})
    handfast_options(${target}_objects)
    # Its own usage requirements (definitions, folders, libraries) hold for its sources too.
    target_include_directories(${target}_objects PRIVATE
      $<TARGET_PROPERTY:${target},INTERFACE_INCLUDE_DIRECTORIES>)
    target_compile_definitions(${target}_objects PRIVATE
      $<TARGET_PROPERTY:${target},INTERFACE_COMPILE_DEFINITIONS>)
    target_link_libraries(${target}_objects PRIVATE $<LINK_ONLY:handfast> $<LINK_ONLY:fmt::fmt>)  # for their order
    target_link_libraries(${target} INTERFACE $<LINK_ONLY:${target}_objects>)
    handfast_precompile(${target}_objects)
  endif()
endfunction()

# handfast_use_ipsec_mb(TARGET): links Intel IPsec MB where found; Debian's package has no CMake files of its own.
function(handfast_use_ipsec_mb target)
  if(NOT HANDFAST_IPSEC_MB)
    return()
  endif()
  find_path(IPSEC_MB_INCLUDE_DIR intel-ipsec-mb.h)
  find_library(IPSEC_MB_LIBRARY IPSec_MB)
  mark_as_advanced(IPSEC_MB_INCLUDE_DIR IPSEC_MB_LIBRARY)
  if(IPSEC_MB_INCLUDE_DIR AND IPSEC_MB_LIBRARY)
    message(STATUS "Intel IPsec MB: ${IPSEC_MB_LIBRARY}")
    target_compile_definitions(${target} PRIVATE HANDFAST_HAVE_IPSEC_MB=1)
    target_include_directories(${target} SYSTEM PRIVATE ${IPSEC_MB_INCLUDE_DIR})
    # By name, not by path: the installed package must not hold this machine's folders.
    target_link_libraries(${target} PRIVATE IPSec_MB)
    set(HANDFAST_IPSEC_MB_FLAG -lIPSec_MB PARENT_SCOPE)  # for pkg-config
  else()
    message(STATUS "Intel IPsec MB: not found, libcrypto serves every algorithm")
  endif()
endfunction()

# handfast_use_compression(TARGET NAME MODULES HEADER LIBRARY...): certificate compression by what NAME stands for, unless it
# is turned off by HANDFAST_NAME. MODULES are pkg-config's, for those who link a static Handfast.
function(handfast_use_compression target name modules header)
  if(NOT HANDFAST_${name})
    return()
  endif()
  find_path(${name}_INCLUDE_DIR ${header})
  mark_as_advanced(${name}_INCLUDE_DIR)
  set(missing)
  if(NOT ${name}_INCLUDE_DIR)
    list(APPEND missing ${header})
  endif()
  foreach(library IN LISTS ARGN)
    find_library(${name}_${library}_LIBRARY ${library})
    mark_as_advanced(${name}_${library}_LIBRARY)
    if(NOT ${name}_${library}_LIBRARY)
      list(APPEND missing lib${library})
    endif()
  endforeach()
  if(missing)
    list(JOIN missing ", " missing)
    message(FATAL_ERROR "${missing}: not found. Install it (docs/dependencies.md), or build with -DHANDFAST_${name}=OFF, "
      "without that kind of certificate compression")
  endif()
  target_compile_definitions(${target} PRIVATE HANDFAST_HAVE_${name}=1)
  target_include_directories(${target} SYSTEM PRIVATE ${${name}_INCLUDE_DIR})
  target_link_libraries(${target} PRIVATE ${ARGN})  # by name, as above
  set(HANDFAST_COMPRESSION_REQUIRES "${HANDFAST_COMPRESSION_REQUIRES}, ${modules}" PARENT_SCOPE)
endfunction()
