// SPDX-License-Identifier: Apache-2.0
#include "sim/study/spread.hpp"

#include "sim/units/require.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include <boost/math/distributions/students_t.hpp>

namespace qianka {
namespace {

/// Of sorted values; Hyndman and Fan 1996, definition 7.
double quantile(const std::vector<double>& sorted, double share) {
  const double at = share * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - std::floor(at)) * (sorted[above] - sorted[below]);
}

}  // namespace

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
  spread.p5 = quantile(sorted, 0.05), spread.p95 = quantile(sorted, 0.95);
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
