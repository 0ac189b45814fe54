// SPDX-License-Identifier: Apache-2.0
// The flows that one step may start, reduced to what has to be simulated: replicas whose flows fall
// in the same classes share their fate and one of each class is kept.
#pragma once
#include "sim/topology/topology.hpp"
#include "sim/workload/layout.hpp"
#include "sim/workload/step_program.hpp"

#include <span>
#include <vector>

namespace qianka {

enum class Folding {
  none,            // every replica, every flow
  exact,           // one replica of each class, one flow of each class: the same bits as none
  representative,  // one replica; each kind of flow at the rate it gets among its own kind,
                   // contending on the NICs
};

struct ReducedStep {
  StepNetwork network;
  std::size_t flows = 0, flow_classes = 0;
  int replica_classes = 1;
  std::vector<int> replica_class;  // by replica: which one stands for it
  bool exact =
      true;  // false: a representative, because the budget did not suffice or was not asked
};

/// What exact folding may leave; beyond it a representative is simulated.
struct FoldBudget {
  std::size_t flow_classes = static_cast<std::size_t>(-1);
  std::size_t replica_classes = static_cast<std::size_t>(-1);
};

/// Several jobs on one fabric: their flows are reduced together, exactly, so that their networks
/// have the same links. Infeasible where too little is alike.
struct PlacedJob {
  const Scenario* scenario;
  const Placement* placement;
};
std::vector<ReducedStep> reduce_together(std::span<const PlacedJob> jobs, const Topology& topology);

ReducedStep reduce_step(const Scenario& scenario, const Topology& topology,
                        const Placement& placement, Folding folding, const FoldBudget& budget = {});

}  // namespace qianka
