// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/oracles.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace qianka {
namespace {

constexpr Seconds minutes(double count) { return {count * 60}; }
constexpr Seconds days(double count) { return {count * 86400}; }

TEST(Oracles, young_is_the_square_root) {
  // sqrt(2 x 5 x 1440) = 120 min
  EXPECT_DOUBLE_EQ(
      optimal_interval_young({.between_failures = minutes(1440), .save = minutes(5)}).value,
      minutes(120).value);
}

TEST(Oracles, daly_has_the_values_of_his_paper) {
  // Save 5 min, recovery 10 min, failures every 24 h, 6 h, 15 min: printed as 117, 57 and 9.1 min.
  const auto daly = [](double between) {
    return optimal_interval_daly({.between_failures = minutes(between),
                                  .save = minutes(5),
                                  .recovery = minutes(10)}) /
           minutes(1);
  };
  EXPECT_NEAR(daly(1440), 116.7, 0.05);
  EXPECT_NEAR(daly(360), 56.7, 0.05);
  EXPECT_NEAR(daly(15), 9.14, 0.005);
  EXPECT_DOUBLE_EQ(daly(2), 2);  // saves longer than twice the time between failures
}

TEST(Oracles, the_exact_form_has_its_best_interval_near_dalys) {
  const FailureModel model{
      .between_failures = minutes(360), .save = minutes(5), .recovery = minutes(10)};
  const Seconds best = optimal_interval_daly(model);
  EXPECT_GT(ettr_exact(model, best), ettr_exact(model, best * 0.9));
  EXPECT_GT(ettr_exact(model, best), ettr_exact(model, best * 1.1));
}

TEST(Oracles, the_table_of_published_ettr_is_met) {
  // ../shared/design/reliability.md 3.2: nodes, failures a node-day, u0 + q, interval; saves cost
  // 0.
  const auto model = [](double nodes, double rate, double recovery) {
    return FailureModel{.between_failures = days(1 / (nodes * rate)),
                        .save = Seconds{0},
                        .recovery = minutes(recovery)};
  };
  EXPECT_NEAR(ettr_kokolis(model(2000, 6.5e-3, 5), minutes(60)), 0.684, 5e-4);
  EXPECT_NEAR(ettr_exact(model(2000, 6.5e-3, 5), minutes(60)), 0.720, 5e-4);
  EXPECT_NEAR(ettr_exact(model(1000, 6.5e-3, 6), minutes(30)), 0.909, 5e-4);
  EXPECT_NEAR(ettr_exact(model(12500, 2.34e-3, 2), minutes(2)), 0.941, 5e-4);
  EXPECT_NEAR(ettr_exact(model(12500, 6.5e-3, 5), minutes(7)), 0.615, 5e-4);
}

TEST(Oracles, first_order_does_not_go_below_nothing) {
  EXPECT_EQ(
      ettr_kokolis({.between_failures = minutes(1), .save = minutes(1), .recovery = minutes(9)},
                   minutes(5)),
      0);
}

}  // namespace
}  // namespace qianka
