// SPDX-License-Identifier: Apache-2.0
// Starts programs and says what they cost. A process of its own, forked while this one is small:
// the kernel counts what a child had of its parent before exec as the child's peak, and copying the
// page tables of a large parent as the child's time.
#pragma once
#include <string>

#include <sys/types.h>

namespace qianka {

struct Spent {
  double wall = 0, processor = 0;  // seconds; of the process and its children
  double peak = 0;                 // bytes: the largest of them
  bool well = false;               // it ended with 0
};

class Launcher {
 public:
  /// Before anything large.
  Launcher();
  ~Launcher();
  Launcher(const Launcher&) = delete;
  Launcher& operator=(const Launcher&) = delete;

  /// One command line without quotes in it; what it prints is dropped.
  Spent run(const std::string& line);

 private:
  int lines_ = -1, answers_ = -1;
  pid_t child_ = -1;
};

}  // namespace qianka
