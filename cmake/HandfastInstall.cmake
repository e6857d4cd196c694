# What `cmake --install` leaves: the library, its headers, the tool, a CMake package and a pkg-config file.
# tests/install builds a program against the installed tree with both.
include(CMakePackageConfigHelpers)

get_target_property(type handfast TYPE)
if(type STREQUAL STATIC_LIBRARY)
  set(HANDFAST_IS_STATIC TRUE)
else()
  set(HANDFAST_IS_STATIC FALSE)
endif()

install(TARGETS handfast EXPORT HandfastTargets)
install(TARGETS handfast_tool RUNTIME)
install(DIRECTORY include/handfast DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN *.hpp)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/Handfast)
install(EXPORT HandfastTargets NAMESPACE Handfast:: DESTINATION ${package_dir})
configure_package_config_file(packaging/HandfastConfig.cmake.in ${PROJECT_BINARY_DIR}/HandfastConfig.cmake
  INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/HandfastConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/HandfastConfig.cmake ${PROJECT_BINARY_DIR}/HandfastConfigVersion.cmake
  DESTINATION ${package_dir})

# pkg-config: the prefix is found from the file's own place, so that an installed tree may be moved.
file(RELATIVE_PATH HANDFAST_PC_PREFIX /prefix/${CMAKE_INSTALL_LIBDIR}/pkgconfig /prefix)
if(HANDFAST_IS_STATIC)
  set(HANDFAST_PC_REQUIRES "Requires: libcrypto >= 3.0, fmt >= 9${HANDFAST_COMPRESSION_REQUIRES}")
  set(HANDFAST_PC_LIBS " ${HANDFAST_IPSEC_MB_FLAG} -lstdc++")
else()
  set(HANDFAST_PC_REQUIRES "Requires.private: libcrypto >= 3.0, fmt >= 9${HANDFAST_COMPRESSION_REQUIRES}")
endif()
configure_file(packaging/handfast.pc.in ${PROJECT_BINARY_DIR}/handfast.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/handfast.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
