# SPDX-License-Identifier: Apache-2.0
# Checks one bad input: `qianka check NN-name.yaml`, run where the file lies, must print exactly the
# diagnostics of NN-name.txt to standard error, nothing to standard output, and end with code 2 (invalid) or 3 (cannot be).
# With QIANKA_ACCEPT=1 what it prints becomes the expected text: ./dev accept
cmake_path(GET ACTUAL PARENT_PATH folder)
file(MAKE_DIRECTORY ${folder})
execute_process(COMMAND ${QIANKA} check ${NAME}.yaml
  ERROR_FILE ${ACTUAL} OUTPUT_VARIABLE output RESULT_VARIABLE code)
file(APPEND ${ACTUAL} "exit: ${code}\n")
file(READ ${ACTUAL} text)
function(refuse why)
  message(NOTICE "${text}")
  message(FATAL_ERROR "tests/errors/${NAME}.yaml ${why}")
endfunction()
if(NOT code MATCHES "^[23]$")
  refuse("ended with ${code}, not 2 or 3")
endif()
if(text MATCHES "terminate|[Bb]acktrace|Assertion|Sanitizer")
  refuse("broke the program instead of being refused")
endif()
if(NOT output STREQUAL "")
  refuse("wrote to standard output, which is for results only: ${output}")
endif()

if(DEFINED ENV{QIANKA_ACCEPT})
  file(COPY_FILE ${ACTUAL} ${NAME}.txt ONLY_IF_DIFFERENT)
  return()
endif()
if(NOT EXISTS ${CMAKE_CURRENT_LIST_DIR}/errors/${NAME}.txt)
  refuse("has no expected text; if this is good: ./dev accept")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${NAME}.txt ${ACTUAL}
  RESULT_VARIABLE different OUTPUT_QUIET ERROR_QUIET)
if(different)
  execute_process(COMMAND diff -u ${NAME}.txt ${ACTUAL})
  message(FATAL_ERROR "the diagnostics of tests/errors/${NAME}.yaml changed; if they should have: ./dev accept")
endif()
