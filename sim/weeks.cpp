// SPDX-License-Identifier: Apache-2.0
#include "sim/weeks.hpp"

#include "sim/campaign/checkpoint_layout.hpp"
#include "sim/campaign/checkpoint_plan.hpp"
#include "sim/campaign/checkpoint_traffic.hpp"
#include "sim/campaign/replica.hpp"
#include "sim/degraded_steps.hpp"
#include "sim/describe.hpp"
#include "sim/engine/step_simulation.hpp"
#include "sim/language/language.hpp"
#include "sim/workload/layout.hpp"
#include "sim/workload/memory.hpp"

#include <algorithm>
#include <utility>

namespace qianka {

StateStep step_in(const Scenario& scenario, const Topology& topology, const StepSummary& whole,
                  const ClusterState& state) {
  StateStep found{.time = whole.time};
  if (state.fabric != 0) {
    found = step_on(scenario, state.fabric, state.moved_nodes);
  } else if (state.moved_nodes != 0) {
    found.time = simulate_step(scenario, topology,
                               displaced_placement(scenario, topology, state.moved_nodes), false)
                     .time;
  }
  if (state.replicas_lost != 0)
    found.time = found.time *
                 (step_with_fewer_replicas(scenario, whole.time, state.replicas_lost) / whole.time);
  found.time = found.time + slowed_by(whole, state.slowest);
  return found;
}

CampaignInput campaign_input(const Scenario& scenario, const Topology& topology,
                             const StepSummary& step, FabricStates& fabric) {
  CampaignInput input{
      .scenario = &scenario,
      .leaf_group = leaf_groups(topology),
      .checkpoint = checkpoint_times(scenario, topology),
      .ideal_step = step.time,
      .tokens_per_step = static_cast<double>(scenario.job.global_batch) * scenario.job.sequence,
      .step_time = {}};
  if (scenario.checkpoint.last_words) input.state_holders = state_holders(scenario);
  input.step_time = [&](const ClusterState& state) {
    return fabric.note(state.fabric, step_in(scenario, topology, step, state));
  };
  return input;
}

PreparedWeeks::PreparedWeeks(const Scenario& scenario, const StepLifts& lifts)
    : scenario_(scenario),
      lifts_(lifts),
      fabric_(scenario_),
      topology_(fabric_in(scenario_, 0)),
      saves_as_(scenario_.checkpoint) {
  if (!runs_for_a_time(scenario_))
    throw Infeasible(
        tr("a single step has no weeks, and saves nothing\n"
           "  hint: say how long the job trains, for example --set job.train_for='30 days'"));
  check_fits(scenario_, memory_of(scenario_.job, scenario_.cluster.node.accelerator));
  check_fabric_faults(scenario_);
  step_ = simulate_step(scenario_, topology_, Placement(scenario_.job, topology_.cards_per_node()),
                        true, lifts_);
}

PreparedWeeks::PreparedWeeks(const Scenario& variant, PreparedWeeks& like, const StepLifts& lifts)
    : PreparedWeeks(variant, lifts) {
  like_ = &like;
}

CampaignInput& PreparedWeeks::prepared() {
  if (!input_) input_ = campaign_input(scenario_, topology_, step_, fabric_);
  return *input_;
}

Seconds PreparedWeeks::find_step(const ClusterState& state) {
  // A fault of the fabric is no part of a proportion: another fabric may not feel it.
  if (like_ == nullptr || (state.fabric != 0 && !lifts_.any())) return prepared().step_time(state);
  ClusterState steady = state;
  steady.slowest = ClusterState{}.slowest;
  const Seconds time = steady == ClusterState{}
                           ? step_.time
                           : like_->step_in(steady) * (step_.time / like_->step_.time);
  return time + slowed_by(step_, state.slowest);
}

Seconds PreparedWeeks::step_in(const ClusterState& state) {
  const auto known = known_steps_.find(state);
  if (known != known_steps_.end()) return known->second;
  return known_steps_.emplace(state, find_step(state)).first->second;
}

CampaignInput PreparedWeeks::input_of(const Scenario& variant) {
  static_cast<void>(prepared());
  if (!(variant.checkpoint == saves_as_)) {
    input_->checkpoint = checkpoint_times(variant, topology_);  // first: it may throw
    saves_as_ = variant.checkpoint;
    input_->state_holders = variant.checkpoint.last_words ? state_holders(variant) : Holders{};
  }
  CampaignInput input = *input_;
  input.step_time = [this](const ClusterState& state) { return step_in(state); };
  input.scenario = &variant;
  return input;
}

Seconds PreparedWeeks::planned_every(const Checkpoint& saves, const CampaignInput& input) {
  const auto known =
      std::ranges::find(planned_every_, saves, &std::pair<Checkpoint, Seconds>::first);
  if (known != planned_every_.end()) return known->second;
  return planned_every_.emplace_back(saves, plan_checkpoints(input).best.every).second;
}

CheckpointPlan PreparedWeeks::plan() { return plan_checkpoints(input_of(scenario_)); }

CampaignSummary PreparedWeeks::run(const Scenario& variant) {
  const std::size_t events = variant.faults.fabric.events.size();
  require(events == 0 || events == scenario_.faults.fabric.events.size(),
          "faults of the fabric are those that the step times are of");
  CampaignInput input = input_of(variant);
  Scenario planned;
  if (variant.checkpoint.automatic) {
    planned = variant;
    save_every(planned.checkpoint, planned_every(variant.checkpoint, input));
    input.scenario = &planned;
  }
  CampaignSummary weeks = run_replica(input);
  rate_campaign(variant, step_, weeks);
  return weeks;
}

}  // namespace qianka
