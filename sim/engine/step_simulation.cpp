// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/step_simulation.hpp"

#include "sim/engine/execute.hpp"
#include "sim/engine/pass_collectives.hpp"
#include "sim/engine/step_network.hpp"
#include "sim/language/said.hpp"
#include "sim/workload/flop_count.hpp"
#include "sim/workload/step_program.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace qianka {

namespace {

// Beyond these a step is simulated by one representative replica; below, folding is exact. The
// figures bound the cost at a few tenths of a second (tests/bench); they are no property of any
// machine that is simulated.
constexpr std::size_t most_flow_classes = 1500;
constexpr std::size_t most_operations = 400'000;

/// Of one replica, about.
std::size_t operations(const StepPlan& plan) {
  const auto batches = static_cast<std::size_t>(plan.batches);
  if (plan.gather_units) return 5 * batches * plan.stages.front().chunks.front().units.size();
  return static_cast<std::size_t>(plan.shape.pipeline) *
         static_cast<std::size_t>(plan.shape.interleave) * batches * (plan.split_backward ? 5 : 4);
}

ReducedStep reduce(const Scenario& scenario, const StepPlan& plan, const Topology& topology,
                   const Placement& placement, Said& contention) {
  contention = Said::same("exact");
  if (!scenario.step.fold) return reduce_step(scenario, topology, placement, Folding::none);
  FoldBudget budget;
  if (!scenario.step.exact_contention)
    budget = {most_flow_classes, std::max<std::size_t>(1, most_operations / operations(plan))};
  ReducedStep step = reduce_step(scenario, topology, placement, Folding::exact, budget);
  if (!step.exact)
    contention = said([&] {
      return say(
          "representative: exact folding leaves more than {} classes of flows or {} of replicas",
          budget.flow_classes, budget.replica_classes);
    });
  return step;
}

/// Sum of the durations of the busiest stage's passes, by part.
PassTime busiest_stage(const StepPlan& plan) {
  PassTime busiest;
  for (std::size_t stage = 0; stage < plan.stages.size(); ++stage) {
    PassTime sum;
    for (const ChunkPlan& chunk : plan.stages[stage].chunks) {
      for (const PassTime* pass : {&chunk.forward, &chunk.backward, &chunk.weight})
        sum += *pass * plan.batches_of_chunk();
      sum.slowed += chunk.slowed;
    }
    sum.jitter += plan.stages[stage].straggle;
    if (stage == 0 || sum.total() > busiest.total()) busiest = sum;
  }
  return busiest;
}

/// When the last pass anywhere has ended.
Seconds passes_end(const Program& program, const std::vector<OpSpan>& spans) {
  Seconds end{0};
  for (std::size_t i = 0; i < spans.size(); ++i) {
    const Op& op = program.ops[i];
    if (op.kind == OpKind::forward || op.kind == OpKind::backward || op.kind == OpKind::weight ||
        (op.kind == OpKind::synchronise && op.stream + 1 != program.streams))
      end = std::max(end, spans[i].end);
  }
  return end;
}

struct Timed {
  Seconds passes, step;
};

Timed run(const StepPlan& plan, const StepNetwork& network,
          std::size_t* operations_done = nullptr) {
  const Program program = build_step_program(plan, network);
  const std::vector<OpSpan> spans = execute(program);
  if (operations_done != nullptr) *operations_done = program.ops.size();
  return {passes_end(program, spans), spans.back().end};
}

/// Takes the exchange away.
void clear(StepNetwork& network) {
  for (StepNetwork::Exchange& exchange : network.exchange) exchange = {};
}

/// One replica with all transfers free: nothing is left in which replicas differ.
StepNetwork without_transfers(const StepPlan& plan) {
  const auto stages = static_cast<std::size_t>(plan.shape.pipeline);
  StepNetwork network;
  network.send_forward.resize(stages), network.send_backward.resize(stages),
      network.exchange.resize(stages);
  return network;
}

/// The passes of the step when no gradients or parameters are exchanged beside them.
Seconds passes_without_exchange(const StepPlan& plan, StepNetwork network, const Timed& real) {
  if (!plan.overlap_gradients && !plan.overlap_parameters) return real.passes;
  clear(network);
  return run(plan, network).passes;
}

/// The same step with transfers taken away, to see what each kind costs: first the exchange, then
/// the sends as well.
Breakdown attribute(const StepPlan& plan, const StepNetwork& network, const Timed& real) {
  const PassTime work = busiest_stage(plan);
  const Seconds no_exchange = passes_without_exchange(plan, network, real);
  const Seconds no_transfers = run(plan, without_transfers(plan)).passes;
  Breakdown parts;
  parts.compute = work.compute, parts.recompute = work.recompute,
  parts.tensor_comm = work.tensor_comm, parts.context_comm = work.context_comm,
  parts.expert_comm = work.expert_comm;
  parts.jitter = work.jitter;
  // The step ends when the slowest stage's optimizer has.
  for (const StagePlan& stage : plan.stages)
    parts.optimizer = std::max(parts.optimizer, stage.optimizer);
  parts.host = work.host + plan.overhead;
  // Differences of sums in another order: what is below a part in 1e12 is rounding, not time.
  const auto beyond_rounding = [&](Seconds time) {
    return std::abs(time.value) < 1e-12 * real.step.value ? Seconds{0} : time;
  };
  parts.pipeline_bubble = beyond_rounding(no_transfers - work.total());
  parts.pipeline_comm = beyond_rounding(no_exchange - no_transfers);
  const Seconds known = parts.compute + parts.recompute + parts.tensor_comm + parts.context_comm +
                        parts.expert_comm + parts.jitter + parts.optimizer + parts.host +
                        parts.pipeline_bubble + parts.pipeline_comm;
  parts.data_comm = beyond_rounding(real.step - known);
  return parts;
}

std::string limits(const Breakdown& parts, Seconds time) {
  struct Part {
    const char* what;
    Seconds seconds;
  };
  std::vector<Part> losses = {{tr("recomputation"), parts.recompute},
                              {tr("exposed tensor-parallel communication"), parts.tensor_comm},
                              {tr("exposed context-parallel communication"), parts.context_comm},
                              {tr("exposed expert-parallel communication"), parts.expert_comm},
                              {tr("the pipeline bubble"), parts.pipeline_bubble},
                              {tr("pipeline transfers"), parts.pipeline_comm},
                              {tr("exposed gradient and parameter exchange"), parts.data_comm},
                              {tr("the optimizer"), parts.optimizer},
                              {tr("host overhead"), parts.host},
                              {tr("jitter between cards"), parts.jitter}};
  std::ranges::stable_sort(losses,
                           [](const Part& a, const Part& b) { return a.seconds > b.seconds; });
  return say(
      "computation takes {:.1f} % of the step; the largest loss is {} with {:.1f} %, then {} with "
      "{:.1f} %",
      100 * (parts.compute / time), losses[0].what, 100 * (losses[0].seconds / time),
      losses[1].what, 100 * (losses[1].seconds / time));
}

/// The exchange and the sends on their own, for the table of collectives.
void add_records(const Scenario& scenario, const StepPlan& plan, const Topology& topology,
                 const Placement& placement, StepSummary& summary) {
  const Parallel& shape = scenario.job.parallel;
  const CardGroups groups = groups_of_job(scenario.job, placement, CommGroup::data);
  if (!groups.empty() && !plan.gather_units) {  // units have been asked for one by one
    double parameters = 0;
    for (int stage = 0; stage < shape.pipeline; ++stage) {
      const Held held = exchanged_by_stage(plan, stage);
      parameters = std::max(parameters, shape.expert == 1 ? held.all() : held.dense);
    }
    const CollectiveKind kind =
        plan.sharded ? CollectiveKind::reduce_scatter : CollectiveKind::all_reduce;
    const Algorithm algorithm =
        usual_algorithm(scenario.cluster.node.scale_up, groups, topology.cards_per_node());
    summary.collectives.push_back(time_collective(topology, kind, algorithm, groups,
                                                  {plan.gradient_bytes * parameters},
                                                  scenario.job.stack.exchange_rings));
    summary.collectives.back().name =
        std::string("data ") + collective_name(kind) + ", all gradients";
  }
  if (shape.pipeline > 1) {
    CardGroups pairs;
    for (int replica = 0; replica < shape.data; ++replica)
      for (int stage = 0; stage + 1 < shape.pipeline; ++stage)
        for (int rank = 0; rank < shape.tensor * shape.context; ++rank) {
          const int tensor = rank % shape.tensor, context = rank / shape.tensor;
          pairs.push_back({placement.card(tensor, stage, replica, context),
                           placement.card(tensor, stage + 1, replica, context)});
        }
    summary.collectives.push_back(time_collective(topology, CollectiveKind::point_to_point,
                                                  Algorithm::direct, pairs,
                                                  plan.send / (shape.tensor * shape.context)));
    summary.collectives.back().name = marked("pipeline send, all stages at once");
  }
}

void rate(const Scenario& scenario, StepSummary& summary) {
  const Job& job = scenario.job;
  const FlopCount count = count_flops(job);
  const double all_cards = cards(job.parallel);
  const FlopRate peak = peak_rate(scenario.cluster.node.accelerator, job.precision);
  summary.model_flops = count.model, summary.hardware_flops = count.hardware;
  summary.tokens_per_second_per_card =
      static_cast<double>(job.global_batch) * job.sequence / summary.time.value / all_cards;
  summary.mfu = count.model / summary.time / peak / all_cards;
  summary.hfu = count.hardware / summary.time / peak / all_cards;
}

/// As if layers, embedding and head could be shared out to the last kernel.
void even_out(StepPlan& plan) {
  const double share = 1.0 / static_cast<double>(plan.stages.size());
  for (std::size_t chunk = 0; chunk < plan.stages.front().chunks.size(); ++chunk) {
    for (PassTime ChunkPlan::*pass :
         {&ChunkPlan::forward, &ChunkPlan::backward, &ChunkPlan::weight}) {
      PassTime sum;
      for (const StagePlan& stage : plan.stages) sum += stage.chunks[chunk].*pass;
      for (StagePlan& stage : plan.stages) stage.chunks[chunk].*pass = sum * share;
    }
  }
}

CommTime times_from(PassCollectives& collectives) {
  return [&](CommGroup group, CollectiveKind kind, Bytes size) {
    return collectives.time(group, kind, size);
  };
}

StepPlan plan_on(const Scenario& scenario, PassCollectives& collectives,
                 const StepLifts& lifts = {}) {
  StepPlan plan =
      plan_step(scenario.job, scenario.cluster.node.accelerator, times_from(collectives));
  plan.stages_wait = lifts.stages_wait;
  if (!lifts.stages_differ) even_out(plan);
  return plan;
}

}  // namespace

Seconds step_time(const Scenario& scenario, const Topology& topology, const Placement& placement,
                  Folding folding) {
  PassCollectives collectives(scenario, topology, placement);
  return run(plan_on(scenario, collectives),
             reduce_step(scenario, topology, placement, folding).network)
      .step;
}

ExecutedStep execute_step(const Scenario& scenario, const Topology& topology,
                          const Placement& placement) {
  PassCollectives collectives(scenario, topology, placement);
  ExecutedStep step;
  step.plan = plan_on(scenario, collectives);
  step.comms = comms_of_chunks(scenario.job, scenario.cluster.node.accelerator,
                               step.plan.gather_units, times_from(collectives));
  Said contention;
  ReducedStep reduced = reduce(scenario, step.plan, topology, placement, contention);
  step.program = build_step_program(step.plan, reduced.network);
  step.spans = execute(step.program);
  step.replica_class = std::move(reduced.replica_class);
  return step;
}

StepSummary simulate_step(const Scenario& scenario, const Topology& topology,
                          const Placement& placement, bool details, const StepLifts& lifts) {
  PassCollectives collectives(scenario, topology, placement);
  const StepPlan plan = plan_on(scenario, collectives, lifts);
  StepSummary summary;
  const ReducedStep reduced = reduce(scenario, plan, topology, placement, summary.contention);
  std::size_t operations_done = 0;
  const Timed real = run(plan, reduced.network, &operations_done);
  summary.time = real.step;
  summary.replicas = scenario.job.parallel.data, summary.replica_classes = reduced.replica_classes;
  summary.operations = static_cast<std::int64_t>(operations_done);
  summary.flow_classes = static_cast<std::int64_t>(reduced.flow_classes);
  rate(scenario, summary);
  if (!details) return summary;
  summary.breakdown = attribute(plan, reduced.network, real);
  summary.limits = said([&] { return limits(summary.breakdown, summary.time); });
  summary.flops_formula = said(count_flops(scenario.job).formula);
  summary.collectives = collectives.records();
  add_records(scenario, plan, topology, placement, summary);
  return summary;
}

}  // namespace qianka
