// SPDX-License-Identifier: Apache-2.0
#include "sim/study/assumed_faults.hpp"

#include "sim/language/said.hpp"
#include "sim/scenario/catalogue.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace qianka {
namespace {

/// Where the order turns is a mean: so many seeds tell it within a few percent.
constexpr int break_even_seeds = 25;
/// Factors on equal rates that are looked at, and how near the turn is found.
constexpr double least_factor = 1.0 / 64, most_factor = 64, near_enough = 1.02;

/// Tokens kept per card of the side over those of the first, of the seeds that both have.
double ratio_of(const UncountedSide& side, const std::vector<double>& goodput) {
  const std::size_t seeds = std::min(goodput.size(), side.counted_goodput.size());
  const auto mean = [&](std::span<const double> values) {
    return spread_of(values.first(seeds)).mean;
  };
  const double uncounted = mean(goodput), counted = mean(side.counted_goodput);
  return side.rate_ratio * (side.is_first ? counted / uncounted : uncounted / counted);
}

/// Rates only ever cost: the order turns once, if it does at all.
std::optional<double> break_even(const UncountedSide& side, const Faults& equal) {
  const auto side_is_ahead = [&](double factor) {
    return ratio_of(side, side.goodput(scaled(equal, factor), break_even_seeds)) > 1;
  };
  double low = least_factor, high = most_factor;
  const bool ahead_at_low = side_is_ahead(low);
  if (ahead_at_low == side_is_ahead(high)) return {};
  while (high / low > near_enough) {
    const double middle = std::sqrt(low * high);
    (side_is_ahead(middle) == ahead_at_low ? low : high) = middle;
  }
  return std::sqrt(low * high);
}

}  // namespace

// Llama 3, RSC, ByteRobust, OPT, BLOOM, GLM: all that the presets of scenarios/faults were counted
// on were cards of this vendor.
bool counted_failures(const Accelerator& accelerator) { return accelerator.vendor == "NVIDIA"; }

Faults scaled(Faults faults, double factor) {
  for (FaultClass& fault : faults.classes) fault.per_node_day *= factor;
  faults.job_per_day *= factor;
  return faults;
}

std::vector<NamedFaults> assumptions_for(const Scenario& side, const Scenario& like) {
  Faults equal = like.faults;
  const double cards = static_cast<double>(side.cluster.node.cards) / like.cluster.node.cards;
  for (FaultClass& fault : equal.classes) fault.per_node_day *= cards;
  equal.fabric = side.faults.fabric;
  std::vector<NamedFaults> all{{said("equal rates, card for card (an assumption)"), equal}};
  if (side.cluster.node.accelerator.country == "CN") {
    Faults claim = load_faults("domestic-claims");
    claim.fabric = side.faults.fabric;
    all.push_back({said("the vendors' claim (preset domestic-claims)"), std::move(claim)});
  }
  all.push_back({said("three times the equal rates"), scaled(equal, 3)});
  return all;
}

AssumedFaults assume_faults(const UncountedSide& side) {
  AssumedFaults result;
  const std::vector<NamedFaults> cases = assumptions_for(*side.scenario, *side.counted);
  const int seeds = static_cast<int>(side.counted_goodput.size());
  for (const NamedFaults& named : cases) {
    const std::vector<double> goodput = side.goodput(named.faults, seeds);
    const std::vector<double> logs = side.is_first ? log_ratios(side.counted_goodput, goodput)
                                                   : log_ratios(goodput, side.counted_goodput);
    const double luck_less = std::log(side.rate_ratio);
    std::vector<double> all;
    for (const double log : logs) all.push_back(luck_less + log);
    result.cases.push_back({named.name, spread_of_shares(goodput),
                            ratio_interval(ratio_of(side, goodput), all, side.model_variance)});
  }
  result.break_even = break_even(side, cases.front().faults);
  return result;
}

}  // namespace qianka
