// SPDX-License-Identifier: Apache-2.0
#include "sim/simulate.hpp"

#include "sim/campaign/campaign_child.hpp"
#include "sim/campaign/checkpoint_traffic.hpp"
#include "sim/describe.hpp"
#include "sim/engine/parallel_efficiency.hpp"
#include "sim/engine/step_simulation.hpp"
#include "sim/topology/topology.hpp"
#include "sim/workload/gemm.hpp"
#include "sim/workload/layout.hpp"
#include "sim/workload/memory.hpp"

namespace qianka {

namespace {

CampaignSummary simulate_weeks(const Scenario& scenario, const Topology& topology,
                               const StepSummary& step) {
  CampaignInput input{
      .scenario = &scenario,
      .leaf_group = leaf_groups(topology),
      .checkpoint = checkpoint_times(scenario, topology),
      .ideal_step = step.time,
      .tokens_per_step = static_cast<double>(scenario.job.global_batch) * scenario.job.sequence,
      .step_time = {}};
  // The campaign asks for the step time of each state of the cluster it meets, once.
  input.step_time = [&](const ClusterState& state) {
    if (state.moved_nodes == 0) return step.time;
    return simulate_step(scenario, topology,
                         displaced_placement(scenario, topology, state.moved_nodes), false)
        .time;
  };
  CampaignSummary weeks = simulate_campaign(input);
  rate_campaign(scenario, step, weeks);
  return weeks;
}

}  // namespace

void check_feasible(const Scenario& scenario) {
  check_fits(scenario, memory_of(scenario.job, scenario.cluster.node.accelerator));
  const KernelModel kernels(scenario.cluster.node.accelerator, scenario.job);
  const Topology topology = build_topology(scenario.cluster);
  if (runs_for_a_time(scenario)) checkpoint_times(scenario, topology);
}

Results simulate(const Scenario& scenario) {
  Summary summary = describe(scenario);
  summary.memory = memory_of(scenario.job, scenario.cluster.node.accelerator);
  check_fits(scenario, summary.memory);
  const Topology topology = build_topology(scenario.cluster);
  const Placement placement(scenario.job, topology.cards_per_node());
  summary.step = simulate_step(scenario, topology, placement);
  summary.parallel_efficiency = parallel_efficiency(scenario, summary.step);
  if (runs_for_a_time(scenario))
    summary.campaign = simulate_weeks(scenario, topology, summary.step);
  explain(scenario, summary);
  return {std::move(summary)};
}

}  // namespace qianka
