// SPDX-License-Identifier: Apache-2.0
// The operations of one step, wired together: passes in schedule order, sends between stages,
// gradient exchange, optimizer, parameter gathering.
#pragma once
#include "sim/workload/program.hpp"
#include "sim/workload/step_plan.hpp"

#include <array>
#include <vector>

namespace qianka {

/// The flows a step may start, over links of a reduced or a full network.
struct StepNetwork {
  struct Flow {
    std::vector<std::uint32_t> route;
    double share;  // of the operation's bytes
    Seconds latency;
  };
  using FlowList = std::vector<std::uint32_t>;  // indices into flows
  /// One pass of a group's cards over all their data: round a ring; or in a full mesh direct, each
  /// piece over a link of its own; or direct inside each node, then round rings between nodes.
  struct Way {
    FlowList direct, ring;
    bool empty() const { return direct.empty() && ring.empty(); }
  };
  /// What the replicas of a stage exchange, of the dense weights and of the experts: inside each
  /// group that shares a copy of what is sharded, and between equal shares. A flow's share is of
  /// all bytes of a card in either case. Empty where a group is one card; without expert
  /// parallelism experts count as dense.
  struct Exchange {
    Way dense_within, dense_across, experts_within, experts_across;
    std::array<FlowList*, 8> lists() {
      return {&dense_within.ring,     &dense_across.ring,    &experts_within.ring,
              &experts_across.ring,   &dense_within.direct,  &dense_across.direct,
              &experts_within.direct, &experts_across.direct};
    }
    std::array<const FlowList*, 8> lists() const {
      return {&dense_within.ring,     &dense_across.ring,    &experts_within.ring,
              &experts_across.ring,   &dense_within.direct,  &dense_across.direct,
              &experts_within.direct, &experts_across.direct};
    }
  };
  std::vector<Bandwidth> link_capacity;
  std::vector<Flow> flows;
  int replicas = 1;                                   // simulated: one of each class
  std::vector<FlowList> send_forward, send_backward;  // [replica x stages + stage]
  std::vector<Exchange> exchange;                     // [stage], all replicas
};

/// Streams: per replica and stage one for compute and one for each direction of sends; per stage
/// one for the exchange inside shard groups and one for that between them; one for what all wait
/// for. The last operation of the program ends the step.
Program build_step_program(const StepPlan& plan, const StepNetwork& network);

}  // namespace qianka
