# SPDX-License-Identifier: Apache-2.0
# scenarios/schema/KIND.json, which the first lines of files name, must be what `qianka schema KIND` prints.
# With QIANKA_ACCEPT=1 it becomes that: ./dev accept
cmake_path(GET ACTUAL PARENT_PATH folder)
file(MAKE_DIRECTORY ${folder})
execute_process(COMMAND ${QIANKA} schema ${KIND} OUTPUT_FILE ${ACTUAL} COMMAND_ERROR_IS_FATAL ANY)
set(shipped scenarios/schema/${KIND}.json)
if(DEFINED ENV{QIANKA_ACCEPT})
  file(COPY_FILE ${ACTUAL} ${shipped} ONLY_IF_DIFFERENT)
  return()
endif()
execute_process(COMMAND ${CMAKE_COMMAND} -E compare_files ${shipped} ${ACTUAL} RESULT_VARIABLE different)
if(different)
  execute_process(COMMAND diff -u ${shipped} ${ACTUAL})
  message(FATAL_ERROR "${shipped} is not what the program prints; if the format has changed: ./dev accept")
endif()
