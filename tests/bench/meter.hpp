// SPDX-License-Identifier: Apache-2.0
// What a piece of work costs: processor time of this process and of the children it waited for (on
// a shared machine what says most), and wall clock. The least of all iterations counts.
#pragma once
#include "bench/list.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <string>

#include <benchmark/benchmark.h>
#include <sys/resource.h>

namespace qianka {

inline double seconds_of(const rusage& usage) {
  double sum = 0;
  for (const timeval& part : {usage.ru_utime, usage.ru_stime})
    sum += static_cast<double>(part.tv_sec) + 1e-6 * static_cast<double>(part.tv_usec);
  return sum;
}

inline double processor_seconds() {
  double sum = 0;
  for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
    rusage usage{};
    getrusage(who, &usage);
    sum += seconds_of(usage);
  }
  return sum;
}

/// Seconds of processor time.
inline double cost_of(const std::function<void()>& work) {
  const double start = processor_seconds();
  work();
  return processor_seconds() - start;
}

class Meter {
 public:
  /// One iteration.
  void run(const std::function<void()>& work) {
    const auto start = std::chrono::steady_clock::now();
    processor_ = std::min(processor_, cost_of(work));
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - start;
    wall_ = std::min(wall_, passed.count());
  }
  /// Seconds of processor time.
  [[nodiscard]] double least() const { return processor_; }
  void report(benchmark::State& state) const {
    state.counters[std::string(processor)] = processor_;
    state.counters[std::string(wall)] = wall_;
  }
  /// The same, and how many pieces of work a second of processor time does.
  void report(benchmark::State& state, const std::string& rate, double pieces) const {
    report(state);
    state.counters[rate] = pieces / processor_;
  }

 private:
  double processor_ = std::numeric_limits<double>::infinity();
  double wall_ = std::numeric_limits<double>::infinity();
};

}  // namespace qianka
