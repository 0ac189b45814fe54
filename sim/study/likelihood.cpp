// SPDX-License-Identifier: Apache-2.0
#include "sim/study/likelihood.hpp"

#include <algorithm>
#include <cstdint>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/tools/minima.hpp>
#include <boost/math/tools/roots.hpp>

namespace qianka {
namespace {

constexpr int bits = 26;  // of the place of a top: half of a double's, Brent finds no more
constexpr std::uintmax_t most_steps = 200;
constexpr int cells = 16;

}  // namespace

Peak highest(const std::function<double(double)>& function, double low, double high) {
  const auto turned = [&](double x) { return -function(x); };
  // Brent finds a top; which one, a coarse grid says.
  const double step = (high - low) / cells;
  double best = low, least = turned(low);
  for (int i = 1; i <= cells; ++i) {
    const double x = low + i * step, value = turned(x);
    if (value < least) best = x, least = value;
  }
  std::uintmax_t steps = most_steps;
  const auto [at, value] = boost::math::tools::brent_find_minima(
      turned, std::max(low, best - step), std::min(high, best + step), bits, steps);
  return value < least ? Peak{at, -value} : Peak{best, -least};
}

FaultInterval profile_interval(const std::function<double(double)>& log_likelihood, const Peak& top,
                               double low, double high) {
  const double drop = boost::math::quantile(boost::math::chi_squared(1), 0.95) / 2;
  const auto above = [&](double x) { return log_likelihood(x) - (top.value - drop); };
  const auto edge = [&](double from, double to) {
    if (above(to) >= 0) return to;
    if (above(from) <= 0) return from;
    const auto tolerance = boost::math::tools::eps_tolerance<double>(bits);
    std::uintmax_t steps = most_steps;
    const double a = from < to ? from : to, b = from < to ? to : from;
    const auto [left, right] =
        boost::math::tools::toms748_solve(above, a, b, above(a), above(b), tolerance, steps);
    return (left + right) / 2;
  };
  return {edge(top.at, low), edge(top.at, high)};
}

}  // namespace qianka
