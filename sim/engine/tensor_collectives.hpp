// SPDX-License-Identifier: Apache-2.0
// Tensor-parallel collectives: simulated once per kind and size, with all groups of the node (or,
// beyond a node, of the job) running at the same time, and remembered.
#pragma once
#include "sim/engine/collective_time.hpp"
#include "sim/workload/layout.hpp"

#include <map>
#include <utility>

namespace qianka {

class TensorCollectives {
 public:
  TensorCollectives(const Scenario& scenario, const Topology& topology, const Placement& placement);
  Seconds time(CollectiveKind kind, Bytes size);
  std::vector<CollectiveRecord> records() const;

 private:
  const Scenario& scenario_;
  const Topology& topology_;
  CardGroups groups_;
  bool inside_node_;
  std::map<std::pair<CollectiveKind, double>, CollectiveRecord> known_;
};

}  // namespace qianka
