# SPDX-License-Identifier: Apache-2.0
# Brings yaml-language-server at the versions of package-lock.json, once for each build folder, and runs
# editor_test.mjs with it. Skipped where there is no Node, and where npm reaches nothing, but not in CI.
include(${ROOT}/sim/report/page/modules.cmake)
set(folder ${CMAKE_CURRENT_BINARY_DIR}/editor)
qianka_npm_ci(${CMAKE_CURRENT_LIST_DIR} ${folder} brought)
if(NOT brought AND QIANKA_NPM AND DEFINED ENV{CI})
  message(FATAL_ERROR "npm ci failed in ${folder}")
elseif(NOT brought)
  message("skipped: no node and npm here, or npm cannot bring yaml-language-server")
  return()
endif()
execute_process(COMMAND ${QIANKA_NODE} ${CMAKE_CURRENT_LIST_DIR}/editor_test.mjs ${ROOT}
  ${folder}/node_modules/yaml-language-server/bin/yaml-language-server
  WORKING_DIRECTORY ${folder} RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "what an editor says is not what is expected of it (above)")
endif()
