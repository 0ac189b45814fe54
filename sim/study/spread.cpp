// SPDX-License-Identifier: Apache-2.0
#include "sim/study/spread.hpp"

#include "sim/units/require.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/math/distributions/students_t.hpp>

namespace qianka {

double quantile_of(std::span<const double> sorted, double share) {
  require(!sorted.empty(), "a quantile is of something");
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  const double part = at - std::floor(at);
  if (part == 0 || !std::isfinite(sorted[below])) return sorted[below];
  if (!std::isfinite(sorted[above])) return sorted[above];
  return sorted[below] + part * (sorted[above] - sorted[below]);
}

SeedSpread spread_of(std::span<const double> values) {
  require(!values.empty(), "a spread is of something");
  const auto n = static_cast<double>(values.size());
  SeedSpread spread{.n = static_cast<int>(values.size())};
  for (const double value : values) spread.mean += value / n;
  double squares = 0;
  for (const double value : values) squares += (value - spread.mean) * (value - spread.mean);
  double margin = std::numeric_limits<double>::infinity();
  if (values.size() > 1) {
    const boost::math::students_t_distribution<double> student(n - 1);
    margin = boost::math::quantile(student, 0.975) * std::sqrt(squares / (n - 1) / n);
  }
  spread.low = spread.mean - margin, spread.high = spread.mean + margin;
  std::vector<double> sorted(values.begin(), values.end());
  std::ranges::sort(sorted);
  spread.p5 = quantile_of(sorted, 0.05), spread.p95 = quantile_of(sorted, 0.95);
  return spread;
}

SeedSpread spread_of_shares(std::span<const double> values) {
  SeedSpread spread = spread_of(values);
  spread.low = std::clamp(spread.low, 0.0, 1.0), spread.high = std::clamp(spread.high, 0.0, 1.0);
  return spread;
}

SeedSpread paired_difference(std::span<const double> a, std::span<const double> b) {
  require(a.size() == b.size(), "pairs are of two");
  std::vector<double> differences;
  for (std::size_t i = 0; i < a.size(); ++i) differences.push_back(a[i] - b[i]);
  return spread_of(differences);
}

}  // namespace qianka
