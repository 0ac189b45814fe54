// SPDX-License-Identifier: Apache-2.0
#include "sim/study/spare_count.hpp"

#include "sim/units/require.hpp"

#include <algorithm>
#include <functional>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/poisson.hpp>

namespace qianka {
namespace {

constexpr double seconds_per_day = 86'400;
constexpr int before = 8, beyond = 2;  // entries of a curve around the answer
constexpr int most_spares = 1 << 30;   // more than there are nodes anywhere

using Chance = std::function<double(int)>;  // P(X <= n)

Chance failures_in_window(int nodes, double probability) {
  require(nodes >= 0 && probability >= 0 && probability <= 1, "a probability is within 0 and 1");
  const boost::math::binomial_distribution<double> failures(nodes, probability);
  return [=](int n) { return n >= nodes ? 1 : boost::math::cdf(failures, n); };
}

Chance nodes_in_repair(int nodes, double per_node_day, Seconds mean_repair) {
  const double mean = nodes * per_node_day * mean_repair.value / seconds_per_day;
  require(mean >= 0, "rates and times are not negative");
  if (mean == 0) return [](int) { return 1.0; };
  const boost::math::poisson_distribution<double> away(mean);
  return [=](int n) { return boost::math::cdf(away, n); };
}

/// By halving: a pool may need thousands.
int least(const Chance& chance, double confidence) {
  require(confidence > 0 && confidence < 1, "a confidence is between 0 and 1");
  int enough = 1;
  while (enough < most_spares && chance(enough) < confidence) enough *= 2;
  int short_of = -1;
  while (enough - short_of > 1) {
    const int middle = short_of + (enough - short_of) / 2;
    (chance(middle) < confidence ? short_of : enough) = middle;
  }
  return enough;
}

/// A few below the answer, and a few beyond.
std::vector<SpareChance> curve(const Chance& chance, double confidence) {
  const int answer = least(chance, confidence);
  std::vector<SpareChance> all;
  for (int n = std::max(0, answer - before); n <= answer + beyond; ++n)
    all.push_back({n, chance(n)});
  return all;
}

}  // namespace

std::vector<SpareChance> window_curve(int nodes, double probability, double confidence) {
  return curve(failures_in_window(nodes, probability), confidence);
}

std::vector<SpareChance> repair_curve(int nodes, double per_node_day, Seconds mean_repair,
                                      double confidence) {
  return curve(nodes_in_repair(nodes, per_node_day, mean_repair), confidence);
}

int spares_for_window(int nodes, double probability, double confidence) {
  return least(failures_in_window(nodes, probability), confidence);
}

int spares_in_repair(int nodes, double per_node_day, Seconds mean_repair, double confidence) {
  return least(nodes_in_repair(nodes, per_node_day, mean_repair), confidence);
}

}  // namespace qianka
