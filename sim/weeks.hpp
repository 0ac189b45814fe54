// SPDX-License-Identifier: Apache-2.0
// The weeks of a job: what a campaign needs to know of cluster and step, found once for as many
// runs as are wanted.
#pragma once
#include "sim/campaign/campaign.hpp"
#include "sim/fabric_states.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/topology/topology.hpp"

#include <map>
#include <optional>

namespace qianka {

/// Everything but the seed. What is handed in outlives the result.
CampaignInput campaign_input(const Scenario& scenario, const Topology& topology,
                             const StepSummary& step, FabricStates& fabric);

/// A cluster and a job, ready to be run for weeks again and again: step times are found once.
class PreparedWeeks {
 public:
  /// Simulates the step of the healthy cluster. Infeasible as simulate() is.
  explicit PreparedWeeks(const Scenario& scenario);
  PreparedWeeks(const PreparedWeeks&) = delete;
  PreparedWeeks& operator=(const PreparedWeeks&) = delete;

  /// The weeks of a scenario with the same cluster and job: another seed, other faults, recovery or
  /// checkpoints. Runs in this process, on a clock without an engine.
  CampaignSummary run(const Scenario& variant);
  /// How often the scenario itself had best save.
  CheckpointPlan plan();
  /// The step of the healthy cluster.
  [[nodiscard]] const StepSummary& step() const { return step_; }

 private:
  CampaignInput input_of(const Scenario& variant);

  Scenario scenario_;
  FabricStates fabric_;
  Topology topology_;
  StepSummary step_;
  std::optional<CampaignInput> input_;
  Checkpoint saves_as_;  // what the times of input_ are of
  std::map<ClusterState, Seconds> known_steps_;
  std::optional<Seconds> planned_every_;  // `every: auto`
};

}  // namespace qianka
