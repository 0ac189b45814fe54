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
  OpList stepped;
  for (int stage = 0; stage < builder.stages(); ++stage) {
    const StagePlan& own = plan.stages[static_cast<std::size_t>(stage)];
    OpList done = {builder.add({.kind = OpKind::optimizer,
                                .stage = static_cast<std::uint16_t>(stage),
                                .stream = builder.exchange_stream(stage),
                                .duration = own.optimizer},
                               {norm})};
    if (plan.sharded && !plan.overlap_parameters)
      done = gather_parameters(builder, {.stage = stage, .parameters = held_by_stage(own)}, done);
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
