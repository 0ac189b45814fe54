// SPDX-License-Identifier: Apache-2.0
// How many spares: published rules and tables.
#include "sim/study/spare_count.hpp"

#include <map>

#include <gtest/gtest.h>

namespace qianka {
namespace {

TEST(SpareCount, the_standbys_of_ByteRobust) {
  // P99 of failures in a window at 1.2e-3 a machine (Wan et al. 2025, table of standbys).
  const std::map<int, int> published{{128, 2}, {256, 2}, {512, 3}, {1024, 4}};
  for (const auto& [machines, standbys] : published)
    EXPECT_EQ(spares_for_window(machines, 1.2e-3, 0.99), standbys) << machines;
}

TEST(SpareCount, nodes_in_repair_are_poisson) {
  // 5e-3 failures a node and day; qianka's reliability study, by the quantile of Poisson.
  const double rate = 5e-3;
  const std::map<int, std::vector<int>> spares{
      {128, {2, 3, 5, 10}}, {1024, {5, 11, 18, 50}}, {2048, {7, 18, 32, 92}}};
  const std::vector<double> days{0.25, 1, 2, 7};
  for (const auto& [nodes, expected] : spares)
    for (std::size_t i = 0; i < days.size(); ++i)
      EXPECT_EQ(spares_in_repair(nodes, rate, Seconds{days[i] * 86'400}, 0.99), expected[i])
          << nodes << " nodes, " << days[i] << " days";
}

TEST(SpareCount, a_pool_of_a_million_is_found_as_fast) {
  // Poisson of mean 1e6: the 99 % quantile is 2.33 standard deviations, 1,000 each, above.
  EXPECT_NEAR(spares_in_repair(10'000'000, 0.1, Seconds{86'400}, 0.99), 1'002'326, 5);
}

TEST(SpareCount, edges) {
  EXPECT_EQ(spares_for_window(10, 0, 0.99), 0);
  EXPECT_EQ(spares_for_window(10, 1, 0.99), 10);
  EXPECT_EQ(spares_in_repair(10, 0, Seconds{1e6}, 0.99), 0);
}

TEST(SpareCount, a_curve_never_falls_and_goes_beyond_the_answer) {
  const auto curve = window_curve(1024, 1.2e-3, 0.99);
  ASSERT_EQ(curve.back().spares, 6);
  ASSERT_EQ(curve.front().spares, 0);
  for (std::size_t i = 1; i < curve.size(); ++i) EXPECT_GE(curve[i].enough, curve[i - 1].enough);
}

}  // namespace
}  // namespace qianka
