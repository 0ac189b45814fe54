# SPDX-License-Identifier: Apache-2.0
# qianka_npm_ci(FROM INTO RESULT): what the package-lock.json of FROM names, in INTO/node_modules of the
# build tree. RESULT becomes the record of what lies there, or "" when it could not be brought.
find_program(QIANKA_NODE NAMES node nodejs)
find_program(QIANKA_NPM npm)

function(qianka_npm_ci from into result)
  set(${result} "" PARENT_SCOPE)
  if(NOT QIANKA_NODE OR NOT QIANKA_NPM)
    set(said "node and npm are not installed (./dev install report)")
  else()
    # npm's own record; it is older than the list after a change of the list.
    set(brought ${into}/node_modules/.package-lock.json)
    foreach(file package.json package-lock.json .npmrc)
      configure_file(${from}/${file} ${into}/${file} COPYONLY)
    endforeach()
    set(failed 0)
    if(NOT EXISTS ${brought} OR ${into}/package-lock.json IS_NEWER_THAN ${brought})
      execute_process(COMMAND ${QIANKA_NPM} ci --prefer-offline --fetch-retries=1 --fetch-timeout=30000
        WORKING_DIRECTORY ${into} RESULT_VARIABLE failed OUTPUT_VARIABLE said ERROR_VARIABLE said)
      if(NOT failed)
        file(TOUCH ${brought})
      endif()
    endif()
    if(NOT failed)
      set(${result} ${brought} PARENT_SCOPE)
      return()
    endif()
    string(PREPEND said "'npm ci' failed in ${into}:\n")
  endif()
  message(STATUS "No packages of npm for ${from}: ${said}")
endfunction()
