// SPDX-License-Identifier: Apache-2.0
// The door: signals, then the command line. Everything else is a library, so that tests can reach
// it.
#include "sim/cli/command_line.hpp"
#include "sim/cli/outcome.hpp"

#include <csignal>

#include <unistd.h>

int main(int argc, char** argv) {
  // Children of a run are in the same process group and inherit this: one interrupt ends them all.
  std::signal(SIGINT, [](int) { _exit(qianka::exit_interrupted); });
  // A closed pipe is an error of write(), told apart from a full disk in cli/outcome.cpp.
  std::signal(SIGPIPE, SIG_IGN);
  return qianka::run_command_line(argc, argv);
}
