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
  program_.ops.reserve(4 * passes), waits_.reserve(4 * passes);  // two of them, two sends
}

std::uint32_t ProgramBuilder::add(const Op& op, std::span<const std::uint32_t> inputs) {
  const auto number = static_cast<std::uint32_t>(program_.ops.size());
  program_.ops.push_back(op);
  for (const std::uint32_t input : inputs) wait(number, input);
  return number;
}

std::uint32_t ProgramBuilder::add(Op op, std::initializer_list<std::uint32_t> inputs) {
  return add(op, std::span(inputs.begin(), inputs.size()));
}

std::uint32_t ProgramBuilder::add(Op op, const OpList& inputs) {
  return add(op, std::span(inputs));
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
  std::vector<Op>& ops = program_.ops;
  for (const Wait& wait : waits_) ++ops[wait.op].inputs;
  std::uint32_t first = 0;
  for (Op& op : ops) op.first_input = first, first += std::exchange(op.inputs, 0);
  program_.op_inputs.resize(first);
  for (const auto& [op, input] : waits_)
    program_.op_inputs[ops[op].first_input + ops[op].inputs++] = input;
  return std::move(program_);
}

}  // namespace qianka
