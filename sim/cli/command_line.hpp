// SPDX-License-Identifier: Apache-2.0
// The command line: commands, options, help. Reads the arguments, runs the command, returns the
// exit code.
#pragma once

namespace qianka {

int run_command_line(int argc, const char* const* argv);

}  // namespace qianka
