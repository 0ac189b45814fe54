# SPDX-License-Identifier: Apache-2.0
# Cross-compiling for aarch64 (Kunpeng and other Arm servers) on Debian 12 for x86-64, with the :arm64 packages that
# docs/install.md lists: cmake --preset aarch64. qemu-user runs what was built, when it is there.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(ENV{PKG_CONFIG_LIBDIR} /usr/lib/aarch64-linux-gnu/pkgconfig:/usr/share/pkgconfig)
find_program(QIANKA_QEMU NAMES qemu-aarch64-static qemu-aarch64)
if(QIANKA_QEMU)
  set(CMAKE_CROSSCOMPILING_EMULATOR ${QIANKA_QEMU})
endif()
set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE arm64)
