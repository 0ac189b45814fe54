// SPDX-License-Identifier: Apache-2.0
#include "sim/study/ratio.hpp"

#include "sim/study/spread.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace qianka {
namespace {

constexpr double normal_95 = 1.96;
constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

std::vector<double> log_ratios(std::span<const double> b, std::span<const double> a) {
  require(a.size() == b.size(), "pairs are of two");
  std::vector<double> logs;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > 0 && b[i] > 0) logs.push_back(std::log(b[i] / a[i]));
    if (a[i] > 0 && b[i] <= 0) logs.push_back(-infinity);
    if (a[i] <= 0 && b[i] > 0) logs.push_back(infinity);
  }
  return logs;
}

RatioInterval ratio_interval(double value, std::span<const double> logs, double model_variance) {
  // One of the two kept nothing: nothing is sure.
  if (value <= 0 || !std::isfinite(value)) return {value, 0, infinity};
  const double centre = std::log(value);
  double below = 0, above = 0;
  if (!logs.empty()) {
    std::vector<double> sorted(logs.begin(), logs.end());
    std::ranges::sort(sorted);
    below = std::max(0.0, centre - quantile_of(sorted, 0.025));
    above = std::max(0.0, quantile_of(sorted, 0.975) - centre);
  }
  const double error = normal_95 * std::sqrt(model_variance);
  const double low = std::hypot(below, error), high = std::hypot(above, error);
  return {value, low == 0 ? value : std::exp(centre - low),
          high == 0 ? value : std::exp(centre + high)};
}

}  // namespace qianka
