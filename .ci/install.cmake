# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` and the Debian package hold (docs/install.md): the program, what it reads, its help in
# three forms, the pages. The folders below share/qianka lie as in the source tree, so that messages name the same
# paths and the first lines of scenarios find their schema.
install(TARGETS qianka)

set(data ${CMAKE_INSTALL_DATADIR}/qianka)
install(DIRECTORY topologies scenarios DESTINATION ${data})
install(DIRECTORY tests/validation DESTINATION ${data}/tests)  # the rows of `qianka validate`
install(FILES ${PROJECT_BINARY_DIR}/report-page.html DESTINATION ${data} OPTIONAL)
install(DIRECTORY ${PROJECT_BINARY_DIR}/locale/ DESTINATION ${CMAKE_INSTALL_LOCALEDIR} OPTIONAL)  # none without msgfmt
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} FILES_MATCHING PATTERN *.md PATTERN *.svg)
install(FILES README.md README.zh-CN.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES .ci/copyright DESTINATION ${CMAKE_INSTALL_DOCDIR})

# Manual pages and completion come from the program itself, at the end of a whole build.
set(help ${PROJECT_BINARY_DIR}/help)
add_custom_command(OUTPUT ${help}/stamp
  COMMAND ${CMAKE_COMMAND} "-DQIANKA=${CMAKE_CROSSCOMPILING_EMULATOR};$<TARGET_FILE:qianka>" -DHELP=${help}
    -P ${PROJECT_SOURCE_DIR}/.ci/help.cmake
  DEPENDS qianka .ci/help.cmake VERBATIM)
add_custom_target(qianka_help ALL DEPENDS ${help}/stamp)
install(DIRECTORY ${help}/man1 DESTINATION ${CMAKE_INSTALL_MANDIR} OPTIONAL)
install(FILES ${help}/qianka.bash RENAME qianka OPTIONAL DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${help}/qianka.zsh RENAME _qianka OPTIONAL DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${help}/qianka.fish OPTIONAL DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# ---- ./dev package ----------------------------------------------------------------------------------
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY ON)  # no tests are built for a package; ./dev package builds what it holds
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGE_CONTACT "the qianka authors <qianka@localhost>")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
string(CONCAT CPACK_PACKAGE_DESCRIPTION
  "qianka (千卡, a thousand cards) tells from one scenario file, a job on a cluster with its failures,\n"
  "how long a training step takes and what limits it, and how much of weeks of wall clock is training.\n"
  "Network traffic is simulated on a graph of the real wiring; every constant says where it comes from.")
include(CPack)
