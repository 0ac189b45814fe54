// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/dormant_faults.hpp"

#include <algorithm>
#include <utility>

namespace qianka {
namespace {

/// It strikes, or is over.
Nanoseconds due(const DormantFault& dormant) {
  return std::min(dormant.at.value_or(never), dormant.fault.ends);
}

}  // namespace

void DormantFaults::add(DormantFault fault) {
  faults_.push_back(std::move(fault));
  note();
}

void DormantFaults::note() {
  next_ = never;
  any_slow_ = false;
  for (const DormantFault& dormant : faults_) {
    next_ = std::min(next_, due(dormant));
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
  const auto first = std::ranges::min_element(faults_, {}, due);
  DormantFault found = std::move(*first);
  faults_.erase(first);
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
