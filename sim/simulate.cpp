// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate.hpp"

#include "sim/campaign/campaign_child.hpp"
#include "sim/campaign/checkpoint_plan.hpp"
#include "sim/campaign/checkpoint_traffic.hpp"
#include "sim/describe.hpp"
#include "sim/engine/parallel_efficiency.hpp"
#include "sim/engine/step_simulation.hpp"
#include "sim/fabric_states.hpp"
#include "sim/language/said.hpp"
#include "sim/steps_ahead.hpp"
#include "sim/topology/topology.hpp"
#include "sim/weeks.hpp"
#include "sim/workload/gemm.hpp"
#include "sim/workload/layout.hpp"
#include "sim/workload/memory.hpp"

#include <utility>

namespace qianka {

namespace {

void simulate_weeks(const Scenario& scenario, const Topology& topology, FabricStates& fabric,
                    int workers, Results& results) {
  Summary& summary = results.summary;
  CampaignInput input = campaign_input(scenario, topology, summary.step, fabric);
  StepsAhead steps(
      [&](const ClusterState& state) { return step_in(scenario, topology, summary.step, state); });
  input.step_time = [&](const ClusterState& state) {
    return fabric.note(state.fabric, steps.in(state));
  };
  Scenario planned;
  if (scenario.checkpoint.automatic) {
    summary.checkpoint_plan = plan_checkpoints(input);
    planned = scenario;
    save_every(planned.checkpoint, summary.checkpoint_plan->best.every);
    input.scenario = &planned;
  }
  steps.find_for(input, workers);
  CampaignSummary weeks = simulate_campaign(input);
  rate_campaign(scenario, summary.step, weeks);
  summary.campaign = std::move(weeks);
  for (const auto& [state, step] : steps.known()) results.steps.emplace(state, step.time);
}

}  // namespace

FabricState fabric_of_step(const Scenario& scenario) {
  return runs_for_a_time(scenario) ? 0 : fabric_state_at_start(scenario.faults.fabric);
}

void check_feasible(const Scenario& scenario) {
  check_fits(scenario, memory_of(scenario.job, scenario.cluster.node.accelerator));
  const KernelModel kernels(scenario.cluster.node.accelerator, scenario.job);
  const Topology topology = whole_fabric(scenario);
  if (runs_for_a_time(scenario)) checkpoint_times(scenario, topology);
  check_fabric_faults(scenario);
}

CheckpointPlan plan_of(const Scenario& scenario) { return PreparedWeeks(scenario).plan(); }

StepSummary simulate_step_of(const Scenario& scenario, const StepLifts& lifts, bool details) {
  check_fits(scenario, memory_of(scenario.job, scenario.cluster.node.accelerator));
  check_fabric_faults(scenario);
  const Topology topology = fabric_in(scenario, fabric_of_step(scenario));
  return simulate_step(scenario, topology, Placement(scenario.job, topology.cards_per_node()),
                       details, lifts);
}

Results simulate(const Scenario& scenario, int workers) {
  Results results{.summary = describe(scenario)};
  Summary& summary = results.summary;
  summary.memory = memory_of(scenario.job, scenario.cluster.node.accelerator);
  check_fits(scenario, summary.memory);
  check_fabric_faults(scenario);
  FabricStates fabric(scenario);
  const FabricState broken = fabric_of_step(scenario);
  const Topology topology = fabric_in(scenario, broken);
  const Placement placement(scenario.job, topology.cards_per_node());
  summary.step = simulate_step(scenario, topology, placement);
  if (broken != 0)
    summary.fabric =
        fabric.summary(broken, summary.step.time, fabric.note(0, step_on(scenario, 0, 0)));
  summary.parallel_efficiency = parallel_efficiency(scenario, summary.step);
  if (runs_for_a_time(scenario)) simulate_weeks(scenario, topology, fabric, workers, results);
  if (summary.campaign && !summary.campaign->fabric.empty())
    summary.fabric = fabric.summary(*summary.campaign, summary.step.time);
  explain(scenario, summary);
  if (fabric.approximate() && summary.step.contention.text() == "exact")
    summary.cautions.push_back(said(
        "steps on the broken fabric were simulated by a representative replica, the step on the "
        "whole one exactly: small differences between them say nothing"));
  return results;
}

}  // namespace qianka
