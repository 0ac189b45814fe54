// SPDX-License-Identifier: Apache-2.0
// How long something takes when it does not always take the same: a fixed time, a lognormal one, or
// one of which only the mean (and perhaps the longest) is known; several such cases, each with its
// share; longer on more cards.
#pragma once
#include "sim/units/quantity.hpp"

#include <optional>
#include <vector>

namespace qianka {

struct TimeCase {
  double share = 1;                                 // of all times; those of a spread add up to 1
  std::optional<Seconds> time{}, median{}, mean{};  // exactly one of them
  double sigma = 0;                                 // with `median`: of the logarithm
  // With `median`: what is longer counts as this. With `mean`: a bound of the distribution.
  std::optional<Seconds> max{};
  Seconds per_doubling{0};  // added for each doubling of the job's cards
  int above = 1;            // beyond so many

  friend bool operator==(const TimeCase&, const TimeCase&) = default;
};

struct TimeSpread {
  std::vector<TimeCase> cases;

  // Not explicit: a time is the simplest spread.
  TimeSpread(Seconds time = Seconds{0}) : cases{{.time = time}} {}
  explicit TimeSpread(std::vector<TimeCase> all) : cases(std::move(all)) {}

  friend bool operator==(const TimeSpread&, const TimeSpread&) = default;
};

/// The fixed time that a spread is, if it is one.
inline std::optional<Seconds> fixed_time(const TimeSpread& spread) {
  if (spread.cases.size() != 1 || spread.cases[0].per_doubling.value > 0) return std::nullopt;
  return spread.cases[0].time;
}

}  // namespace qianka
