// SPDX-License-Identifier: Apache-2.0
// The step on a fabric that is not whole.
#pragma once
#include "sim/metrics/summary.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/topology/topology.hpp"

#include <map>
#include <string>

namespace qianka {

/// The cluster as it is built. Infeasible with the line of the fabric whose sizes do not go
/// together.
Topology whole_fabric(const Scenario& scenario);

/// The cluster in a state of its fabric.
Topology fabric_in(const Scenario& scenario, FabricState state);

/// InputError when an event names what this cluster does not have.
void check_fabric_faults(const Scenario& scenario);

/// What the simulation of one state found. Depends on nothing but the state: any process may do it.
struct StateStep {
  Seconds time{0};    // infinite when the fabric is cut
  bool exact = true;  // else, on a broken fabric, by a representative replica
  Said cut = {};      // who cannot reach whom
};

/// The step with so many nodes of the job moved to spares.
StateStep step_on(const Scenario& scenario, FabricState state, int moved_nodes);

/// Remembers what went wrong in which state.
class FabricStates {
 public:
  explicit FabricStates(const Scenario& scenario) : scenario_(scenario) {}

  /// Of a state that the run has met. Returns the time.
  Seconds note(FabricState state, const StateStep& found);
  /// For the report: the states of a campaign, or of one step.
  FabricSummary summary(const CampaignSummary& weeks, Seconds whole) const;
  FabricSummary summary(FabricState state, Seconds step, Seconds whole) const;
  /// A step was simulated by a representative replica.
  bool approximate() const { return approximate_; }

 private:
  FabricRecord record(FabricState state, Seconds step, Seconds whole) const;

  const Scenario& scenario_;
  std::map<FabricState, Said> cuts_;
  bool approximate_ = false;
};

}  // namespace qianka
