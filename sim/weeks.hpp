// SPDX-License-Identifier: Apache-2.0
// The weeks of a job: what a campaign needs to know of cluster and step, found once for as many
// runs as are wanted.
#pragma once
#include "sim/campaign/campaign.hpp"
#include "sim/engine/step_lifts.hpp"
#include "sim/fabric_states.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/topology/topology.hpp"

#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace qianka {

/// The step in a state of the cluster, and nothing but that: any process may find it.
StateStep step_in(const Scenario& scenario, const Topology& topology, const StepSummary& whole,
                  const ClusterState& state);

/// Everything but the seed. What is handed in outlives the result.
CampaignInput campaign_input(const Scenario& scenario, const Topology& topology,
                             const StepSummary& step, FabricStates& fabric);

/// A cluster and a job, ready to be run for weeks again and again: step times are found once.
class PreparedWeeks {
 public:
  /// Simulates the step of the healthy cluster. Infeasible as simulate() is.
  explicit PreparedWeeks(const Scenario& scenario, const StepLifts& lifts = {});
  /// A variant of the same job: replaced nodes and replicas that are missing cost its steps what
  /// they cost those of `like`, in proportion. Far cheaper where nodes fail by the dozen. `like`
  /// outlives it.
  PreparedWeeks(const Scenario& variant, PreparedWeeks& like, const StepLifts& lifts);
  PreparedWeeks(const PreparedWeeks&) = delete;
  PreparedWeeks& operator=(const PreparedWeeks&) = delete;

  /// The weeks of a scenario with the same cluster and job: another seed, other faults, recovery or
  /// checkpoints. Runs in this process, on a clock without an engine.
  CampaignSummary run(const Scenario& variant);
  /// How often the scenario itself had best save.
  CheckpointPlan plan();
  /// The step of the healthy cluster.
  [[nodiscard]] const StepSummary& step() const { return step_; }
  /// The step in a state of the cluster, simulated once.
  Seconds step_in(const ClusterState& state);

 private:
  CampaignInput& prepared();
  CampaignInput input_of(const Scenario& variant);
  Seconds planned_every(const Checkpoint& saves, const CampaignInput& input);
  Seconds find_step(const ClusterState& state);

  Scenario scenario_;
  StepLifts lifts_;
  PreparedWeeks* like_ = nullptr;
  FabricStates fabric_;
  Topology topology_;
  StepSummary step_;
  std::optional<CampaignInput> input_;
  Checkpoint saves_as_;  // what the times of input_ are of
  std::map<ClusterState, Seconds> known_steps_;
  // `every: auto`: a plan for each way to save, whoever asked for it first and in whatever order.
  std::vector<std::pair<Checkpoint, Seconds>> planned_every_;
};

}  // namespace qianka
