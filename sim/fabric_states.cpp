// SPDX-License-Identifier: Apache-2.0
#include "sim/fabric_states.hpp"

#include "sim/engine/step_simulation.hpp"
#include "sim/scenario/fabric_place.hpp"
#include "sim/topology/fabric_sizes.hpp"
#include "sim/workload/layout.hpp"

#include <algorithm>
#include <limits>

namespace qianka {

Topology whole_fabric(const Scenario& scenario) {
  try {
    return build_topology(scenario.cluster);
  } catch (const FabricSizes& reason) {
    const auto at = place_of(scenario.provenance, "cluster.fabric");
    if (!at) throw;
    throw InfeasibleInput({{*at, reason.what(), ""}}, reason.unknown);
  }
}

Topology fabric_in(const Scenario& scenario, FabricState state) {
  Topology topology = whole_fabric(scenario);
  const FabricFaults& faults = scenario.faults.fabric;
  topology.damage(faults_of(faults, state), faults.nic_failover);
  return topology;
}

void check_fabric_faults(const Scenario& scenario) {
  if (!scenario.faults.fabric.events.empty()) fabric_in(scenario, ~FabricState{0});
}

StateStep step_on(const Scenario& scenario, FabricState state, int moved_nodes) {
  StateStep found{.time = {std::numeric_limits<double>::infinity()}};
  found.cut = refusal_of<FabricCut>([&] {
    const Topology topology = fabric_in(scenario, state);
    const StepSummary step = simulate_step(
        scenario, topology, displaced_placement(scenario, topology, moved_nodes), false);
    found.time = step.time, found.exact = step.contention.text() == "exact";
  });
  return found;
}

Seconds FabricStates::note(FabricState state, const StateStep& found) {
  approximate_ = approximate_ || !found.exact;
  if (!found.cut.empty()) cuts_[state] = found.cut;
  return found.time;
}

FabricRecord FabricStates::record(FabricState state, Seconds step, Seconds whole) const {
  FabricRecord record{.state = state,
                      .what = said([&] { return describe(scenario_.faults.fabric, state); }),
                      .step = step,
                      .slowdown = step / whole,
                      .cut = {}};
  if (const auto cut = cuts_.find(state); cut != cuts_.end()) record.cut = cut->second;
  return record;
}

FabricSummary FabricStates::summary(FabricState state, Seconds step, Seconds whole) const {
  return {{record(state, step, whole)}};
}

FabricSummary FabricStates::summary(const CampaignSummary& weeks, Seconds whole) const {
  FabricSummary summary;
  for (std::size_t i = 0; i < weeks.fabric.size(); ++i) {
    const FabricSpell& spell = weeks.fabric[i];
    auto known = std::ranges::find(summary.states, spell.state, &FabricRecord::state);
    if (known == summary.states.end())
      known = summary.states.insert(known, record(spell.state, spell.step, whole));
    ++known->times;
    known->time += (i + 1 < weeks.fabric.size() ? weeks.fabric[i + 1].at : weeks.wall) - spell.at;
  }
  return summary;
}

}  // namespace qianka
