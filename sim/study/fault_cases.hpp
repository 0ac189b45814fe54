// SPDX-License-Identifier: Apache-2.0
// Failures of cards whose failures nobody has counted in public: as assumed, as claimed, worse.
#pragma once
#include "sim/scenario/scenario.hpp"

#include <string>
#include <vector>

namespace qianka {

/// No operator has published counts for cards of this country's vendors.
bool counted_failures(const Accelerator& accelerator);

/// The same classes, so many times as often.
Faults scaled(Faults faults, double factor);

struct NamedFaults {
  std::string name;
  Faults faults;
};

/// Three assumptions: the rates of `like` card for card, the vendor's claim, three times the first.
std::vector<NamedFaults> assumed_faults(const Scenario& side, const Scenario& like);

}  // namespace qianka
