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

/// Remembers what went wrong in which state.
class FabricStates {
 public:
  explicit FabricStates(const Scenario& scenario) : scenario_(scenario) {}

  /// With so many nodes of the job moved to spares; infinite when the fabric is cut.
  Seconds step_time(FabricState state, int moved_nodes);
  /// For the report: the states of a campaign, or of one step.
  FabricSummary summary(const CampaignSummary& weeks, Seconds whole) const;
  FabricSummary summary(FabricState state, Seconds step, Seconds whole) const;
  /// A step was simulated by a representative replica.
  bool approximate() const { return approximate_; }

 private:
  FabricRecord record(FabricState state, Seconds step, Seconds whole) const;

  const Scenario& scenario_;
  std::map<FabricState, std::string> cuts_;
  bool approximate_ = false;
};

}  // namespace qianka
