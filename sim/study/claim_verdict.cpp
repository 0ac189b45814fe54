// SPDX-License-Identifier: Apache-2.0
#include "sim/study/claim_verdict.hpp"

#include <algorithm>
#include <cmath>

namespace qianka {
namespace {

/// Between both, by ratio where that is possible: inputs are sizes, prices, rates.
double middle_of(double a, double b) { return a > 0 && b > 0 ? std::sqrt(a * b) : (a + b) / 2; }

}  // namespace

const char* name_of(ClaimVerdict verdict) {
  switch (verdict) {
    case ClaimVerdict::holds:
      return "holds";
    case ClaimVerdict::holds_if:
      return "holds_if";
    case ClaimVerdict::does_not_hold:
      return "does_not_hold";
    case ClaimVerdict::cannot_be_told:
      break;
  }
  return "cannot_be_told";
}

ClaimVerdict verdict_of(std::optional<bool> base, const std::vector<ClaimTrial>& trials) {
  if (!base) return ClaimVerdict::cannot_be_told;
  const auto turned = [&](const ClaimTrial& trial) { return trial.holds && *trial.holds != *base; };
  if (std::ranges::any_of(trials, [&](const auto& t) { return t.of_unknown && turned(t); }))
    return ClaimVerdict::cannot_be_told;
  if (std::ranges::any_of(trials, turned)) return ClaimVerdict::holds_if;
  return *base ? ClaimVerdict::holds : ClaimVerdict::does_not_hold;
}

ClaimVerdict verdict_together(Readings together, const std::vector<ClaimVerdict>& readings) {
  const auto any = [&](ClaimVerdict v) { return std::ranges::count(readings, v) > 0; };
  const bool agreed =
      std::ranges::all_of(readings, [&](ClaimVerdict v) { return v == readings.front(); });
  if (agreed) return readings.front();
  if (together == Readings::alternatives)
    return any(ClaimVerdict::holds) || any(ClaimVerdict::holds_if) ? ClaimVerdict::holds_if
                                                                   : ClaimVerdict::cannot_be_told;
  if (any(ClaimVerdict::does_not_hold)) return ClaimVerdict::does_not_hold;
  return any(ClaimVerdict::cannot_be_told) ? ClaimVerdict::cannot_be_told : ClaimVerdict::holds_if;
}

double turning_point(const TruthAt& truth, double from, double to) {
  constexpr int rounds = 60;
  constexpr double near_enough = 1e-6;  // of the value
  const std::optional<bool> before = truth(from);
  for (int i = 0; i < rounds; ++i) {
    if (std::abs(to - from) <= near_enough * std::max(std::abs(to), std::abs(from))) break;
    const double middle = middle_of(from, to);
    (truth(middle) == before ? from : to) = middle;
  }
  return to;
}

std::optional<double> turns_beyond(const TruthAt& truth, double from, bool upwards) {
  constexpr double step = 1.25, far = 1000;
  const std::optional<bool> before = truth(from);
  if (!before || from == 0) return std::nullopt;
  double last = from;
  for (double times = step; times <= far; times *= step) {
    const double value = upwards == (from > 0) ? from * times : from / times;
    const std::optional<bool> now = truth(value);
    if (!now) return std::nullopt;
    if (*now != *before) return turning_point(truth, last, value);
    last = value;
  }
  return std::nullopt;
}

}  // namespace qianka
