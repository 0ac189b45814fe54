// SPDX-License-Identifier: Apache-2.0
// The door: signals, then the command line. Everything else is a library, so that tests can reach
// it.
#include "sim/cli/command_line.hpp"
#include "sim/cli/outcome.hpp"

#include <csignal>

#include <malloc.h>
#include <unistd.h>

namespace {

// Steps build and drop tables of some MB again and again: memory that goes back to the kernel each
// time is memory to fault in anew, in every child as well. Bytes; 32 MiB is the most glibc takes.
void keep_memory() {
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 256 << 20);
  mallopt(M_TOP_PAD, 1 << 20);
}

}  // namespace

int main(int argc, char** argv) {
  keep_memory();
  // Children of a run are in the same process group and inherit this: one interrupt ends them all.
  std::signal(SIGINT, [](int) { _exit(qianka::exit_interrupted); });
  // A closed pipe is an error of write(), told apart from a full disk in cli/outcome.cpp.
  std::signal(SIGPIPE, SIG_IGN);
  return qianka::run_command_line(argc, argv);
}
