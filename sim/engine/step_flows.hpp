// SPDX-License-Identifier: Apache-2.0
// Private to the engine: every flow that a step may start, over the real links, before reduction.
#pragma once
#include "sim/engine/flow_set.hpp"
#include "sim/engine/step_network.hpp"

#include <utility>
#include <vector>

namespace qianka {

using FlowList = StepNetwork::FlowList;

/// All flows of the step over the real links, with where each belongs. `bytes` holds the share of
/// the operation.
struct AllFlows {
  FlowSet set;
  std::vector<std::pair<CardId, CardId>> ends;  // by flow
  int stages = 1, replicas = 1;
  bool both_ends = false;                       // dualpipe: two stages exchange on the same cards
  std::vector<FlowList> forward, backward;      // [replica x stages + stage]
  std::vector<StepNetwork::Exchange> exchange;  // [stage]
};

/// Flows that may run at once: each kind, of all stages and replicas; the same order for all jobs.
std::vector<FlowList> kinds_of(const AllFlows& all);

/// With ideal congestion control; what is not (congestion.hpp) comes on top.
AllFlows collect_flows(const Scenario& scenario, const Topology& topology,
                       const Placement& placement);

/// One replica stands for all. A kind of flow gets a private link as fast as its slowest flow runs
/// when all flows of the kind, everywhere, run at once; kinds meet on the sending and the receiving
/// NIC of their stage. An approximation: tests/laws/folding_test.cpp bounds its error.
ReducedStep represent(const AllFlows& all, const Topology& topology);

}  // namespace qianka
