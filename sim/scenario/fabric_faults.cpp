// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/fabric_faults.hpp"

#include "sim/language/language.hpp"

#include <fmt/format.h>

namespace qianka {

FabricState fabric_state_at_start(const FabricFaults& faults) {
  FabricState state = 0;
  for (std::size_t i = 0; i < faults.events.size(); ++i)
    if (faults.events[i].at.value == 0 && !faults.events[i].mtbf) state |= FabricState{1} << i;
  return state;
}

std::vector<FabricFault> faults_of(const FabricFaults& faults, FabricState state) {
  std::vector<FabricFault> active;
  for (std::size_t i = 0; i < faults.events.size(); ++i)
    if ((state >> i & 1) != 0) active.push_back(faults.events[i]);
  return active;
}

std::string describe(const FabricFault& fault) {
  std::string what = fault.device;
  if (what.empty()) what = fmt::format("{} - {}", fault.link.at(0), fault.link.at(1));
  if (fault.cables)
    what = *fault.cables == 1 ? say("a cable of {}", what)
                              : say("{} cables of {}", *fault.cables, what);
  if (fault.rate == 0) return say("{} down", what);
  return say("{} at {:.4g} %", what, 100 * fault.rate);
}

std::string describe(const FabricFaults& faults, FabricState state) {
  std::string all;
  for (const FabricFault& fault : faults_of(faults, state))
    all += (all.empty() ? "" : "; ") + describe(fault);
  return all.empty() ? tr("whole") : all;
}

}  // namespace qianka
