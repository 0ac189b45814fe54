# SPDX-License-Identifier: Apache-2.0
# Asks the program for its manual pages and for the completion of three shells: cmake -DQIANKA=… -DHELP=FOLDER -P …
set(ENV{LC_ALL} C.UTF-8)  # English, whoever builds
file(REMOVE_RECURSE ${HELP})
file(MAKE_DIRECTORY ${HELP})
execute_process(COMMAND ${QIANKA} --help OUTPUT_VARIABLE commands COMMAND_ERROR_IS_FATAL ANY)
if(commands MATCHES "\n +completion ")
  foreach(shell bash zsh fish)
    execute_process(COMMAND ${QIANKA} completion ${shell} OUTPUT_FILE ${HELP}/qianka.${shell} COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
endif()
if(commands MATCHES "\n +man ")
  file(MAKE_DIRECTORY ${HELP}/man1)
  execute_process(COMMAND ${QIANKA} man -o ${HELP}/man1 OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
endif()
file(TOUCH ${HELP}/stamp)
