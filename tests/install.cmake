# SPDX-License-Identifier: Apache-2.0
# What `cmake --install` puts into an empty folder must run a scenario by its name, from any other folder and with the
# data beside the program, not those of the source tree. -D BUILD, ROOT, PREFIX.
file(REMOVE_RECURSE ${PREFIX})
execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --prefix ${PREFIX} OUTPUT_QUIET COMMAND_ERROR_IS_FATAL ANY)
set(scenario 01-one-gpu)
# A mark in the installed catalogue: the report names the cards by it.
set(part ${PREFIX}/share/qianka/topologies/parts/h100-sxm5-80gb.yaml)
file(READ ${part} text)
string(REGEX REPLACE "\nname: [^\n]*" "\nname: Installed card" text "${text}")
file(WRITE ${part} "${text}")
execute_process(COMMAND ${CMAKE_COMMAND} -E env --unset=QIANKA_DATA ${PREFIX}/bin/qianka run ${scenario}
  WORKING_DIRECTORY / OUTPUT_VARIABLE report COMMAND_ERROR_IS_FATAL ANY)
if(NOT report MATCHES "Installed card")
  message(FATAL_ERROR "the installed program does not read the catalogue beside it:\n${report}")
endif()
if(EXISTS ${BUILD}/locale)
  execute_process(COMMAND ${PREFIX}/bin/qianka --lang zh run ${scenario}
    WORKING_DIRECTORY / OUTPUT_VARIABLE report COMMAND_ERROR_IS_FATAL ANY)
  if(NOT report MATCHES "步时间用在哪里")
    message(FATAL_ERROR "the installed program does not speak Chinese:\n${report}")
  endif()
endif()
foreach(file share/qianka/scenarios/schema/scenario.json share/qianka/tests/validation/training_steps.csv
        share/doc/qianka/copyright share/doc/qianka/install.md)
  if(NOT EXISTS ${PREFIX}/${file})
    message(FATAL_ERROR "${file} is not installed")
  endif()
endforeach()
