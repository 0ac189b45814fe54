// SPDX-License-Identifier: Apache-2.0
// Failures of cards whose failures nobody has counted in public: as assumed, as claimed, worse; and
// the rate at which it would matter.
#pragma once
#include "sim/language/said.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/study/ratio.hpp"
#include "sim/study/replicas.hpp"
#include "sim/study/spread.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// An operator has published how often cards of this vendor fail.
bool counted_failures(const Accelerator& accelerator);

/// The same classes, so many times as often. What is replayed stays as it was recorded.
Faults scaled(Faults faults, double factor);

struct NamedFaults {
  Said name;
  Faults faults;
};

/// The rates of `like` card for card; the claim of the country's vendors, where there is one; three
/// times the first.
std::vector<NamedFaults> assumptions_for(const Scenario& side, const Scenario& like);

struct FaultCase {
  Said name;
  SeedSpread goodput;  // of the side whose faults are assumed
  RatioInterval rate;  // of tokens kept per card, the side's over the first's
};
struct AssumedFaults {
  std::string whose;  // letter of the side whose faults are assumed: this one, or the first
  std::vector<FaultCase> cases;
  std::optional<double> break_even;  // times equal rates: there the order turns
};

/// What is compared: rates of both sides when nothing fails, the other's goodput by seed, and the
/// weeks of the uncounted side under any faults, for the first so many seeds.
struct UncountedSide {
  const Scenario* scenario;
  const Scenario* counted;
  double rate_ratio = 1;  // side over first, by step and spares
  bool is_first = false;  // the uncounted one is the first
  double model_variance = 0;
  std::vector<double> counted_goodput;
  std::function<std::vector<double>(const Faults&, int seeds)> goodput;
};
AssumedFaults assume_faults(const UncountedSide& side);

}  // namespace qianka
