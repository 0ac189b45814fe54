// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/step_program.hpp"

#include "sim/workload/replica_exchange.hpp"
#include "sim/workload/step_passes.hpp"

#include <utility>

namespace qianka {

namespace {

/// Gradient norm, optimizer, parameters to whoever shares them, and what the host does once a step.
void finish(ProgramBuilder& builder, OpList exchanged) {
  const StepPlan& plan = builder.plan();
  // The norm needs every stage's gradients: nobody steps before all have exchanged.
  const std::uint32_t norm = builder.add({.kind = OpKind::synchronise,
                                          .stream = builder.common_stream(),
                                          .duration = plan.collective_launch},
                                         std::move(exchanged));
  OpList optimizers, stepped;
  for (int stage = 0; stage < builder.stages(); ++stage)
    optimizers.push_back(
        builder.add({.kind = OpKind::optimizer,
                     .stage = static_cast<std::uint16_t>(stage),
                     .stream = builder.exchange_stream(stage),
                     .duration = plan.stages[static_cast<std::size_t>(stage)].optimizer},
                    {norm}));
  for (int stage = 0; stage < builder.stages(); ++stage) {
    OpList done;
    for (const int holder : builder.holders(stage))
      done.push_back(optimizers[static_cast<std::size_t>(holder)]);
    if (plan.sharded && !plan.overlap_parameters)
      done = gather_parameters(
          builder, {.stage = stage, .parameters = exchanged_by_stage(plan, stage)}, done);
    stepped.insert(stepped.end(), done.begin(), done.end());
  }
  builder.add({.kind = OpKind::host, .stream = builder.common_stream(), .duration = plan.overhead},
              std::move(stepped));
}

}  // namespace

Program build_step_program(const StepPlan& plan, const StepNetwork& network) {
  ProgramBuilder builder(plan, network);
  finish(builder, plan.gather_units ? unit_passes(builder) : pipeline_passes(builder));
  return builder.take();
}

}  // namespace qianka
