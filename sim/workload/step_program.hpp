// SPDX-License-Identifier: Apache-2.0
// The operations of one step, wired together: passes in schedule order, sends between stages,
// gradient exchange, optimizer, parameter gathering.
#pragma once
#include "sim/workload/program.hpp"
#include "sim/workload/step_plan.hpp"

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
  std::vector<Bandwidth> link_capacity;
  std::vector<Flow> flows;
  int replicas = 1;                                   // simulated: one of each class
  std::vector<FlowList> send_forward, send_backward;  // [replica x stages + stage]
  std::vector<FlowList> exchange;  // [stage]: one pass of the data-parallel ring, all replicas
};

/// Streams: per replica and stage one for compute and one for each direction of sends; per stage
/// one for the exchange; one for what all wait for. The last operation of the program ends the
/// step.
Program build_step_program(const StepPlan& plan, const StepNetwork& network);

}  // namespace qianka
