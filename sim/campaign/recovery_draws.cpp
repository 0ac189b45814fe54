// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/recovery_draws.hpp"

#include "sim/campaign/fault_stream.hpp"
#include "sim/units/require.hpp"
#include "sim/units/splitmix.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/special_functions/erf.hpp>

namespace qianka {
namespace {

double lognormal(double median, double sigma, double chance) {
  if (sigma == 0) return median;
  return median * std::exp(-sigma * std::sqrt(2.0) * boost::math::erfc_inv(2 * chance));
}

/// The distribution on [0, longest] of this mean that assumes nothing else: its density goes with
/// e^(y x / longest), where the mean fixes y. Its mean is longest x (1 / (1 - e^-y) - 1 / y).
double bounded(double mean, double longest, double chance) {
  if (mean >= longest) return longest;
  constexpr double steepest = 500;  // beyond, everything is within 0.2 % of a bound
  const auto share_at = [](double y) {
    return std::abs(y) < 1e-6 ? 0.5 + y / 12 : -1 / std::expm1(-y) - 1 / y;
  };
  double low = -steepest, high = steepest;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (share_at(middle) < mean / longest ? low : high) = middle;
  }
  const double y = (low + high) / 2;
  if (std::abs(y) < 1e-6) return longest * chance;
  return longest * std::log1p(chance * std::expm1(y)) / y;
}

double time_of_case(const TimeCase& c, double chance) {
  if (c.time) return c.time->value;
  if (c.median) {
    const double time = lognormal(c.median->value, c.sigma, chance);
    return c.max ? std::min(time, c.max->value) : time;
  }
  require(c.mean.has_value(), "a time has one of its forms");
  if (c.max) return bounded(c.mean->value, c.max->value, chance);
  return -c.mean->value * std::log1p(-chance);
}

}  // namespace

double RecoveryDraws::chance(std::string_view purpose, EventId event) const {
  const std::uint64_t bits = splitmix(stream_seed(seed_, "recovery", purpose) ^ splitmix(event));
  return (static_cast<double>(bits >> 12) + 0.5) * 0x1p-52;
}

Nanoseconds RecoveryDraws::time(const TimeSpread& spread, int cards, std::string_view purpose,
                                EventId event) const {
  if (const std::optional<Seconds> fixed = fixed_time(spread)) return to_nanoseconds(*fixed);
  return to_nanoseconds(time_at(spread, cards, chance(purpose, event)));
}

Seconds time_at(const TimeSpread& spread, int cards, double chance) {
  require(!spread.cases.empty(), "a time has a case");
  std::size_t i = 0;
  for (; i + 1 < spread.cases.size() && chance >= spread.cases[i].share; ++i)
    chance -= spread.cases[i].share;
  const TimeCase& chosen = spread.cases[i];
  // Where in its case the number lies is a number of its own; kept inside (0, 1) against rounding.
  const double inside = std::clamp(chance / chosen.share, 0x1p-53, 1 - 0x1p-53);
  const double doublings = std::max(0.0, std::log2(static_cast<double>(cards) / chosen.above));
  return Seconds{time_of_case(chosen, inside)} + chosen.per_doubling * doublings;
}

}  // namespace qianka
