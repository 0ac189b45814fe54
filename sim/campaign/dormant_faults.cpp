// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/dormant_faults.hpp"

#include <algorithm>
#include <utility>

namespace qianka {

void DormantFaults::add(DormantFault fault) {
  faults_.push_back(std::move(fault));
  note();
}

void DormantFaults::note() {
  next_ = never;
  any_slow_ = false;
  for (const DormantFault& dormant : faults_) {
    next_ = std::min(next_, dormant.at.value_or(never));
    any_slow_ |= dormant.fault.slow_to < 1;
  }
}

void DormantFaults::job_trains(Nanoseconds now, const std::function<bool(int node)>& in_job) {
  for (DormantFault& dormant : faults_) {
    if (!dormant.at && in_job(dormant.node)) dormant.at = now + dormant.after;
  }
  note();
}

void DormantFaults::node_left(int node) {
  std::erase_if(faults_, [&](const DormantFault& dormant) {
    return dormant.node == node && !dormant.corrupt_since;
  });
  note();
}

DormantFault DormantFaults::pop() {
  // The one that arrived first of those that are due together.
  const auto due = std::ranges::min_element(
      faults_, {}, [](const DormantFault& dormant) { return dormant.at.value_or(never); });
  DormantFault found = std::move(*due);
  faults_.erase(due);
  note();
  return found;
}

double DormantFaults::slowest(const std::function<bool(int node)>& in_job) const {
  double slowest = 1;
  if (!any_slow_) return slowest;
  for (const DormantFault& dormant : faults_) {
    if (dormant.fault.slow_to < slowest && in_job(dormant.node)) slowest = dormant.fault.slow_to;
  }
  return slowest;
}

}  // namespace qianka
