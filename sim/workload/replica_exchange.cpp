// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/replica_exchange.hpp"

#include <utility>

namespace qianka {

namespace {

struct Exchange {
  OpKind kind;
  std::uint32_t stream;
  const StepNetwork::FlowList& dense;
  const StepNetwork::FlowList& experts;
  double bytes;   // of a parameter
  double passes;  // round the ring
};

/// Dense weights and experts, one after the other on one stream; without flows nothing, and what
/// had to be waited for still has to.
OpList add(ProgramBuilder& builder, const Exchange& exchange, const ExchangeOf& what,
           const OpList& inputs) {
  const bool apart = builder.plan().shape.expert > 1;
  const double dense = apart ? what.parameters.dense : what.parameters.all();
  const double experts = apart ? what.parameters.experts : 0;
  OpList last = inputs;
  for (const auto& [flows, parameters] :
       {std::pair{&exchange.dense, dense}, std::pair{&exchange.experts, experts}}) {
    if (flows->empty() || parameters == 0) continue;
    Op op{.kind = exchange.kind,
          .stage = static_cast<std::uint16_t>(what.stage),
          .chunk = static_cast<std::uint16_t>(what.chunk),
          .stream = exchange.stream};
    builder.carry(op, *flows, {exchange.bytes * parameters}, exchange.passes,
                  builder.plan().collective_launch);
    last = {builder.add(op, inputs)};
  }
  return last;
}

const StepNetwork::Exchange& flows_of(const ProgramBuilder& builder, int stage) {
  return builder.network().exchange[static_cast<std::size_t>(stage)];
}

}  // namespace

OpList scatter_gradients(ProgramBuilder& builder, const ExchangeOf& what, const OpList& inputs) {
  const StepNetwork::Exchange& flows = flows_of(builder, what.stage);
  return add(
      builder,
      {OpKind::reduce_gradients, builder.exchange_stream(what.stage), flows.dense_within,
       flows.experts_within, builder.plan().gradient_bytes, builder.plan().sharded ? 1. : 2.},
      what, inputs);
}

OpList reduce_across(ProgramBuilder& builder, const ExchangeOf& what, const OpList& inputs) {
  const StepNetwork::Exchange& flows = flows_of(builder, what.stage);
  return add(builder,
             {OpKind::reduce_gradients, builder.across_stream(what.stage), flows.dense_across,
              flows.experts_across, builder.plan().gradient_bytes, 2},
             what, inputs);
}

OpList reduce_gradients(ProgramBuilder& builder, const ExchangeOf& what, const OpList& inputs) {
  return reduce_across(builder, what, scatter_gradients(builder, what, inputs));
}

OpList gather_parameters(ProgramBuilder& builder, const ExchangeOf& what, const OpList& inputs) {
  const StepNetwork::Exchange& flows = flows_of(builder, what.stage);
  return add(builder,
             {OpKind::gather_parameters, builder.exchange_stream(what.stage), flows.dense_within,
              flows.experts_within, builder.plan().parameter_bytes, 1},
             what, inputs);
}

Held held_by_stage(const StagePlan& stage) {
  Held all;
  for (const ChunkPlan& chunk : stage.chunks) all += chunk.parameters;
  return all;
}

}  // namespace qianka
