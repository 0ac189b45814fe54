// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/replica_exchange.hpp"

#include <utility>
#include <vector>

namespace qianka {

namespace {

/// What one of the two kinds of weights does: over which flows, how often over all the data.
struct Part {
  const StepNetwork::Way& way;
  double passes;
  Seconds launch;
};

struct Exchange {
  OpKind kind;
  std::uint32_t stream;
  double bytes;  // of a parameter
  Part dense, experts;
};

struct Phase {
  const StepNetwork::FlowList* flows;
  double passes;
};

/// Scattering goes inwards first, gathering outwards first; an all-reduce of two passes does both.
std::vector<Phase> phases_of(const Part& part, OpKind kind) {
  const Phase direct{&part.way.direct, part.passes}, ring{&part.way.ring, part.passes};
  if (ring.flows->empty()) return {direct};
  if (direct.flows->empty()) return {ring};
  if (kind == OpKind::gather_parameters) return {ring, direct};
  if (part.passes < 2) return {direct, ring};
  return {{direct.flows, 1}, ring, {direct.flows, 1}};
}

/// Dense weights and experts, one after the other on one stream; without flows nothing, and what
/// had to be waited for still has to.
OpList add(ProgramBuilder& builder, const Exchange& exchange, const ExchangeOf& what,
           const OpList& inputs) {
  const bool apart = builder.plan().shape.expert > 1;
  const double dense = apart ? what.parameters.dense : what.parameters.all();
  const double experts = apart ? what.parameters.experts : 0;
  OpList last = inputs;
  for (const auto& [part, parameters] :
       {std::pair{&exchange.dense, dense}, std::pair{&exchange.experts, experts}}) {
    if (part->way.empty() || parameters == 0) continue;
    Seconds launch = part->launch;
    for (const Phase& phase : phases_of(*part, exchange.kind)) {
      Op op{.kind = exchange.kind,
            .stage = static_cast<std::uint16_t>(what.stage),
            .chunk = static_cast<std::uint16_t>(what.chunk),
            .stream = exchange.stream};
      builder.carry(op, *phase.flows, {exchange.bytes * parameters}, phase.passes,
                    std::exchange(launch, {0}));
      last = {builder.add(op, inputs)};
    }
  }
  return last;
}

const StepNetwork::Exchange& flows_of(const ProgramBuilder& builder, int stage) {
  return builder.network().exchange[static_cast<std::size_t>(stage)];
}

/// All-gather: one pass round the ring. Broadcasts by each of the sharers in turn: every edge
/// carries all bytes once. A card starts the next broadcast when its part of the one before is
/// done, and owners follow each other round the ring: a hop and a launch for each, not a whole
/// chain.
Part gather(const StepPlan& plan, const StepNetwork::Way& way, int sharers) {
  if (!plan.broadcast_parameters || sharers < 2) return {way, 1, plan.collective_launch};
  const double n = sharers;
  return {way, n / (n - 1), (plan.broadcast_overhead + plan.collective_launch) * n};
}

}  // namespace

OpList scatter_gradients(ProgramBuilder& builder, const ExchangeOf& what, const OpList& inputs) {
  const StepNetwork::Exchange& flows = flows_of(builder, what.stage);
  const StepPlan& plan = builder.plan();
  const double passes = plan.sharded ? 1 : 2;
  return add(builder,
             {OpKind::reduce_gradients,
              builder.exchange_stream(what.stage),
              plan.gradient_bytes,
              {flows.dense_within, passes, plan.collective_launch},
              {flows.experts_within, passes, plan.collective_launch}},
             what, inputs);
}

OpList reduce_across(ProgramBuilder& builder, const ExchangeOf& what, const OpList& inputs) {
  const StepNetwork::Exchange& flows = flows_of(builder, what.stage);
  const StepPlan& plan = builder.plan();
  return add(builder,
             {OpKind::reduce_gradients,
              builder.across_stream(what.stage),
              plan.gradient_bytes,
              {flows.dense_across, 2, plan.collective_launch},
              {flows.experts_across, 2, plan.collective_launch}},
             what, inputs);
}

OpList reduce_gradients(ProgramBuilder& builder, const ExchangeOf& what, const OpList& inputs) {
  return reduce_across(builder, what, scatter_gradients(builder, what, inputs));
}

OpList gather_parameters(ProgramBuilder& builder, const ExchangeOf& what, const OpList& inputs) {
  const StepNetwork::Exchange& flows = flows_of(builder, what.stage);
  const StepPlan& plan = builder.plan();
  const int sharers = shard_replicas(plan.shape) * plan.shape.context;
  return add(builder,
             {OpKind::gather_parameters, builder.exchange_stream(what.stage), plan.parameter_bytes,
              gather(plan, flows.dense_within, sharers),
              gather(plan, flows.experts_within, sharers / plan.shape.expert)},
             what, inputs);
}

}  // namespace qianka
