// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sweep_points.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/sobol.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <fmt/format.h>

namespace qianka {
namespace {

/// What weeks on a prepared cluster and job may differ in: sim/weeks.hpp.
bool leaves_steps(const std::string& path) {
  return path == "seed" || path == "checkpoint" || path.starts_with("checkpoint.") ||
         path == "recovery" || path.starts_with("recovery.") ||
         (path.starts_with("faults.") && !path.starts_with("faults.fabric"));
}

/// The digit of a number whose digits count up to `base`; the number goes on without it.
std::size_t take_digit(std::size_t& number, std::size_t base) {
  const std::size_t digit = number % base;
  number /= base;
  return digit;
}

std::size_t samples_in(const std::optional<SweepSamples>& samples) {
  return samples ? static_cast<std::size_t>(samples->points) : 1;
}

}  // namespace

std::vector<std::vector<double>> latin_hypercube(int points, std::size_t dimensions,
                                                 std::uint64_t seed) {
  boost::random::mt19937_64 generator(seed);
  boost::random::uniform_01<double> within;
  const auto n = static_cast<std::size_t>(points);
  std::vector<std::vector<double>> rows(n, std::vector<double>(dimensions));
  std::vector<std::size_t> strata(n);
  for (std::size_t d = 0; d < dimensions; ++d) {
    std::iota(strata.begin(), strata.end(), std::size_t{0});
    for (std::size_t i = n; i > 1; --i)
      std::swap(strata[i - 1],
                strata[boost::random::uniform_int_distribution<std::size_t>(0, i - 1)(generator)]);
    for (std::size_t i = 0; i < n; ++i)
      rows[i][d] = (static_cast<double>(strata[i]) + within(generator)) / points;
  }
  return rows;
}

std::vector<std::vector<double>> sobol_points(int points, std::size_t dimensions) {
  boost::random::sobol sequence(dimensions);
  std::vector<std::vector<double>> rows(static_cast<std::size_t>(points),
                                        std::vector<double>(dimensions));
  for (auto& row : rows)
    for (double& x : row) x = std::ldexp(static_cast<double>(sequence()), -64);
  return rows;
}

std::string value_within(const SweepRange& range, double share) {
  const double top =
      range.whole ? range.to + 1 : range.to;  // the last whole number has a share too
  double value = range.log ? range.from * std::pow(top / range.from, share)
                           : range.from + share * (top - range.from);
  if (range.whole) value = std::min(std::floor(value), range.to);
  const std::string number =
      range.whole ? fmt::format("{:.0f}", value) : fmt::format("{:.6g}", value);
  return range.unit.empty() ? number : number + " " + range.unit;
}

SweepPoints::SweepPoints(const SweepPlan& plan) : plan_(plan), keys_(sweep_keys(plan)) {
  if (plan.latin)
    latin_ = latin_hypercube(plan.latin->points, plan.latin->over.size(), plan.latin->seed);
  if (plan.sobol) sobol_ = sobol_points(plan.sobol->points, plan.sobol->over.size());
  for (const SweepAxis& axis : plan.grid) size_ *= axis.values.size();
  size_ *= std::max<std::size_t>(1, plan.list.size());
  size_ *= samples_in(plan.latin) * samples_in(plan.sobol);
}

std::vector<std::optional<std::string>> SweepPoints::values(std::size_t number) const {
  const std::size_t sobol = take_digit(number, samples_in(plan_.sobol));
  const std::size_t latin = take_digit(number, samples_in(plan_.latin));
  const std::size_t row = take_digit(number, std::max<std::size_t>(1, plan_.list.size()));
  std::vector<std::optional<std::string>> values(keys_.size());
  std::vector<std::size_t> digits(plan_.grid.size());
  for (std::size_t i = digits.size(); i > 0; --i)
    values[i - 1] =
        plan_.grid[i - 1].values[take_digit(number, plan_.grid[i - 1].values.size())].text;
  if (!plan_.list.empty())
    for (const SweepValue& value : plan_.list[row])
      values[static_cast<std::size_t>(std::ranges::find(keys_, value.path) - keys_.begin())] =
          value.text;
  std::size_t at = keys_.size() - (plan_.sobol ? plan_.sobol->over.size() : 0) -
                   (plan_.latin ? plan_.latin->over.size() : 0);
  const auto draw = [&](const SweepSamples& samples, const std::vector<double>& shares) {
    for (std::size_t d = 0; d < shares.size(); ++d)
      values[at++] = value_within(samples.over[d], shares[d]);
  };
  if (plan_.latin) draw(*plan_.latin, latin_[latin]);
  if (plan_.sobol) draw(*plan_.sobol, sobol_[sobol]);
  return values;
}

std::vector<Override> SweepPoints::overrides(std::size_t number) const {
  std::vector<Override> all;
  for (const SweepValue& value : plan_.set) all.push_back({value.path, value.text});
  const auto own = values(number);
  for (std::size_t i = 0; i < keys_.size(); ++i)
    if (own[i]) all.push_back({keys_[i], *own[i]});
  return all;
}

std::string SweepPoints::step_key(std::size_t number) const {
  std::string key;
  const auto own = values(number);
  for (std::size_t i = 0; i < keys_.size(); ++i)
    if (own[i] && !leaves_steps(keys_[i])) key += fmt::format("{}={}\n", keys_[i], *own[i]);
  return key;
}

std::vector<std::size_t> SweepPoints::of_shard(int k, int n) const {
  std::map<std::string, std::size_t> groups;  // the first point of each
  std::vector<std::pair<std::size_t, std::size_t>> order;
  for (std::size_t i = 0; i < size_; ++i)
    order.emplace_back(groups.emplace(step_key(i), i).first->second, i);
  std::ranges::sort(order);
  const auto shard = static_cast<std::size_t>(k), shards = static_cast<std::size_t>(n);
  std::vector<std::size_t> mine;
  for (std::size_t i = size_ * (shard - 1) / shards; i < size_ * shard / shards; ++i)
    mine.push_back(order[i].second);
  return mine;
}

}  // namespace qianka
