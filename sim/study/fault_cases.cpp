// SPDX-License-Identifier: Apache-2.0
#include "sim/study/fault_cases.hpp"

#include "sim/scenario/catalogue.hpp"

#include <utility>

namespace qianka {

// Llama 3, RSC, ByteRobust, OPT, BLOOM: all of them ran on cards sold by vendors of the US.
bool counted_failures(const Accelerator& accelerator) { return accelerator.country == "US"; }

Faults scaled(Faults faults, double factor) {
  for (FaultClass& fault : faults.classes) fault.per_node_day *= factor;
  faults.job_per_day *= factor;
  return faults;
}

std::vector<NamedFaults> assumed_faults(const Scenario& side, const Scenario& like) {
  Faults equal = like.faults;
  const double cards = static_cast<double>(side.cluster.node.cards) / like.cluster.node.cards;
  for (FaultClass& fault : equal.classes) fault.per_node_day *= cards;
  equal.fabric = side.faults.fabric;
  Faults claim = load_faults("domestic-claims");
  claim.fabric = side.faults.fabric;
  Faults worse = scaled(equal, 3);
  return {{"equal rates, card for card (an assumption)", std::move(equal)},
          {"the vendors' claim (preset domestic-claims)", std::move(claim)},
          {"three times the equal rates", std::move(worse)}};
}

}  // namespace qianka
