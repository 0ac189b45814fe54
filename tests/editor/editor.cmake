# SPDX-License-Identifier: Apache-2.0
# Brings yaml-language-server at the versions of package-lock.json, once for each build folder, and runs
# editor_test.mjs with it. Skipped where there is no Node, and where npm reaches nothing, but not in CI.
find_program(NODE node)
find_program(NPM npm)
if(NOT NODE OR NOT NPM)
  message("skipped: no node and npm here; Debian's packages nodejs and npm will do")
  return()
endif()
set(folder ${CMAKE_CURRENT_BINARY_DIR}/editor)
file(MAKE_DIRECTORY ${folder})
file(SHA256 ${CMAKE_CURRENT_LIST_DIR}/package-lock.json lock)
if(NOT EXISTS ${folder}/${lock})
  file(COPY ${CMAKE_CURRENT_LIST_DIR}/package.json ${CMAKE_CURRENT_LIST_DIR}/package-lock.json
    ${CMAKE_CURRENT_LIST_DIR}/.npmrc DESTINATION ${folder})
  execute_process(COMMAND ${NPM} ci WORKING_DIRECTORY ${folder} RESULT_VARIABLE failed)
  if(failed AND NOT DEFINED ENV{CI})
    message("skipped: npm cannot bring yaml-language-server")
    return()
  elseif(failed)
    message(FATAL_ERROR "npm ci failed in ${folder}")
  endif()
  file(TOUCH ${folder}/${lock})
endif()
execute_process(COMMAND ${NODE} ${CMAKE_CURRENT_LIST_DIR}/editor_test.mjs ${ROOT}
  ${folder}/node_modules/yaml-language-server/bin/yaml-language-server
  WORKING_DIRECTORY ${folder} RESULT_VARIABLE failed)
if(failed)
  message(FATAL_ERROR "what an editor says is not what is expected of it (above)")
endif()
