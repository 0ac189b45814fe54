// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <string>

namespace qianka {

/// One line on standard error that is written over, where somebody watches; nothing with -q.
class ProgressLine {
 public:
  using Clock = std::chrono::steady_clock;

  /// Where nobody watches, a line of its own each time so much has passed; by default none.
  explicit ProgressLine(Clock::duration unwatched = Clock::duration::max())
      : unwatched_(unwatched) {}
  void tell(const std::string& text);
  /// "12 of 340, 00:01:40 to go": as if the rest went as fast. A few times a second at most.
  void tell(std::size_t done, std::size_t all);
  void clear() const;

 private:
  Clock::duration unwatched_;
  Clock::time_point logged_ = Clock::now();
  bool shown_ = false;
  Clock::time_point began_ = Clock::now(), told_{};
  std::size_t before_ = 0;  // done when last told: fewer now means that something else began
};

}  // namespace qianka
