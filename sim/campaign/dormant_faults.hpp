// SPDX-License-Identifier: Apache-2.0
// Faults that are there and have yet to show: of a node whose repair failed, of one that stayed
// because another was taken out, of one that computes wrong results or slowly. The first two begin
// to count when their node trains.
#pragma once
#include "sim/campaign/fault_source.hpp"
#include "sim/campaign/recovery_draws.hpp"

#include <functional>
#include <list>
#include <optional>

namespace qianka {

struct DormantFault {
  int node = -1;
  Fault fault;  // its `ends` counts, wherever the node is
  EventId event = 0;
  Nanoseconds after = 0;                       // from training on, until it strikes
  std::optional<Nanoseconds> at{};             // when it strikes, once that is known
  std::optional<Nanoseconds> corrupt_since{};  // results were wrong from then on
};

class DormantFaults {
 public:
  void add(DormantFault fault);
  /// Training goes on: those whose node is in the job begin to count.
  void job_trains(Nanoseconds now, const std::function<bool(int node)>& in_job);
  /// The node has left, and what is wrong with it is repaired with the rest. Wrong results remain.
  void node_left(int node);

  Nanoseconds next() const { return next_; }  // `never` when none is going to strike or to end
  DormantFault pop();
  /// The slowest node in the job, as a share of its speed; 1 when none is slow.
  double slowest(const std::function<bool(int node)>& in_job) const;

 private:
  void note();  // after every change: the clock asks often

  std::list<DormantFault> faults_;  // in order of arrival
  Nanoseconds next_ = never;
  bool any_slow_ = false;
};

}  // namespace qianka
