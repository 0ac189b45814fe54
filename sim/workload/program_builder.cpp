// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/program_builder.hpp"

#include <utility>

namespace qianka {

ProgramBuilder::ProgramBuilder(const StepPlan& plan, const StepNetwork& network)
    : plan_(plan), network_(network) {
  program_.streams = common_stream() + 1;
  program_.link_capacity = network.link_capacity;
  const std::size_t passes = unit(network.replicas, 0) * static_cast<std::size_t>(plan.batches) *
                             static_cast<std::size_t>(plan.shape.interleave);
  program_.ops.reserve(4 * passes), inputs_.reserve(4 * passes);  // two of them, two sends
}

std::uint32_t ProgramBuilder::add(Op op, OpList inputs) {
  program_.ops.push_back(op);
  inputs_.push_back(std::move(inputs));
  return static_cast<std::uint32_t>(program_.ops.size() - 1);
}

void ProgramBuilder::carry(Op& op, const StepNetwork::FlowList& flows, Bytes bytes, double passes,
                           Seconds launch) {
  const auto [known, fresh] =
      carried_.try_emplace({&flows, bytes.value, passes, launch.value}, Op{});
  Op& first = known->second;
  if (fresh) {
    first.first_flow = static_cast<std::uint32_t>(program_.op_flows.size());
    first.flows = static_cast<std::uint32_t>(flows.size());
    for (const std::uint32_t index : flows) {
      const StepNetwork::Flow& flow = network_.flows[index];
      program_.op_flows.push_back(static_cast<std::uint32_t>(program_.flows.size()));
      program_.flows.push_back(
          {flow.route, bytes * (flow.share * passes), flow.latency * passes + launch});
    }
  }
  op.first_flow = first.first_flow, op.flows = first.flows, op.bytes = bytes;
}

std::vector<int> ProgramBuilder::holders(int stage) const {
  if (plan_.shape.schedule != Schedule::dualpipe) return {stage};
  return {stage, stages() - 1 - stage};
}

Program ProgramBuilder::take() {
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    program_.ops[i].first_input = static_cast<std::uint32_t>(program_.op_inputs.size());
    program_.ops[i].inputs = static_cast<std::uint32_t>(inputs_[i].size());
    program_.op_inputs.insert(program_.op_inputs.end(), inputs_[i].begin(), inputs_[i].end());
  }
  return std::move(program_);
}

}  // namespace qianka
