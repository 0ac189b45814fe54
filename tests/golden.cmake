# SPDX-License-Identifier: Apache-2.0
# Runs one scenario through the real binary and compares its report with the expected one, byte for
# byte. A run that ends with another code than 0 (infeasible, target missed) adds the line "exit: N".
# With QIANKA_ACCEPT=1 the report becomes the expected one: ./dev accept
cmake_path(GET ACTUAL PARENT_PATH folder)
file(MAKE_DIRECTORY ${folder})
execute_process(COMMAND ${QIANKA} run ${SCENARIO}
  OUTPUT_FILE ${ACTUAL} ERROR_VARIABLE errors RESULT_VARIABLE code)
if(NOT code MATCHES "^[034]$")
  message(FATAL_ERROR "qianka run ${SCENARIO} ended with ${code}:\n${errors}")
endif()
if(NOT code EQUAL 0)
  file(APPEND ${ACTUAL} "exit: ${code}\n")
endif()

if(DEFINED ENV{QIANKA_ACCEPT})
  cmake_path(GET EXPECTED PARENT_PATH folder)
  file(MAKE_DIRECTORY ${folder})
  file(COPY_FILE ${ACTUAL} ${EXPECTED} ONLY_IF_DIFFERENT)
  return()
endif()
if(NOT EXISTS ${EXPECTED})
  message(FATAL_ERROR "${SCENARIO} has no expected report ${EXPECTED}: read ${ACTUAL}, then ./dev accept")
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${EXPECTED} ${ACTUAL}
  RESULT_VARIABLE different OUTPUT_QUIET ERROR_QUIET)
if(different)
  execute_process(COMMAND diff -u ${EXPECTED} ${ACTUAL})
  message(FATAL_ERROR "the report of ${SCENARIO} changed; if it should have: ./dev accept")
endif()
