// SPDX-License-Identifier: Apache-2.0
// Private to the engine: the rules by which the operations of a program start and end, without
// SimGrid. Time, timers and flows are functions, so that tests can supply their own.
#pragma once
#include "sim/workload/program.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace qianka {

class Executor {
 public:
  /// What is started here for an operation is told to part_ended() when it is over.
  struct World {
    std::function<Seconds()> now;
    std::function<void(std::uint32_t op, Seconds delay)> after;
    std::function<void(std::uint32_t op, std::uint32_t flow)> start_flow;
  };

  /// Bug when the program is not well formed. The program must outlive the executor.
  Executor(const Program& program, World world);

  /// Starts whatever can start at once; all else follows from the world's calls.
  void start();
  /// The time of an operation, or one of its flows, is over.
  void part_ended(std::uint32_t op);

  [[nodiscard]] bool done() const { return done_ == program_.ops.size(); }
  /// When the world has nothing left to happen: all spans. RunFailed when operations never started.
  [[nodiscard]] std::vector<OpSpan> spans() const;

 private:
  void settle();
  void begin(std::uint32_t op);
  void finish(std::uint32_t op);
  [[nodiscard]] std::string describe_deadlock() const;
  [[nodiscard]] bool can_start(std::uint32_t op) const {
    return inputs_left_[op] == 0 && previous_done_[op];
  }

  const Program& program_;
  World world_;
  std::vector<std::uint32_t> inputs_left_;             // by op
  std::vector<std::uint32_t> parts_left_;              // by op: flows, or the timer
  std::vector<bool> previous_done_;                    // by op: it heads its stream
  std::vector<std::uint32_t> next_in_stream_;          // by op
  std::vector<std::uint32_t> first_waiter_, waiters_;  // who has the op as an input
  std::vector<std::uint32_t>
      startable_;  // work list; recursion would be as deep as the program is long
  std::vector<OpSpan> spans_;
  std::uint32_t done_ = 0;
};

}  // namespace qianka
