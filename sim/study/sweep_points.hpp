// SPDX-License-Identifier: Apache-2.0
// The points of a plan in one fixed order, whoever runs them: the grid's first key varies slowest,
// then the rows of the list, the Latin hypercube, the Sobol sequence fastest.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/study/sweep_plan.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// From 0 to 1, a row a point: of n points each has one in every n-th of every dimension.
std::vector<std::vector<double>> latin_hypercube(int points, std::size_t dimensions,
                                                 std::uint64_t seed);
/// The first points of Boost's sequence.
std::vector<std::vector<double>> sobol_points(int points, std::size_t dimensions);
/// A share of the way from one end to the other, with six digits, as one would write it.
std::string value_within(const SweepRange& range, double share);

class SweepPoints {
 public:
  explicit SweepPoints(const SweepPlan& plan);

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] const std::vector<std::string>& keys() const { return keys_; }
  /// By key; nothing where a row of the list is silent.
  [[nodiscard]] std::vector<std::optional<std::string>> values(std::size_t number) const;
  /// What is set for all, then the point's own.
  [[nodiscard]] std::vector<Override> overrides(std::size_t number) const;
  /// Equal for points of the same cluster and job, whose steps are the same.
  [[nodiscard]] std::string step_key(std::size_t number) const;
  /// The points of shard k of n, from 1, those with equal steps together.
  [[nodiscard]] std::vector<std::size_t> of_shard(int k, int n) const;

 private:
  SweepPlan plan_;
  std::vector<std::string> keys_;
  std::vector<std::vector<double>> latin_, sobol_;
  std::size_t size_ = 1;
};

}  // namespace qianka
