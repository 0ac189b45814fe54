// SPDX-License-Identifier: Apache-2.0
// Times of recoveries: that each form has the mean and the bounds it says, and that draws depend on
// nothing but their purpose and their failure.
#include "sim/campaign/recovery_draws.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace qianka {
namespace {

constexpr int draws = 20'000;

/// The mean over equally spaced chances.
double mean_of(const TimeSpread& spread, int cards = 8) {
  double sum = 0;
  for (int i = 0; i < draws; ++i) sum += time_at(spread, cards, (i + 0.5) / draws).value;
  return sum / draws;
}

TEST(RecoveryDraws, a_fixed_time_is_itself) {
  EXPECT_EQ(time_at(Seconds{30}, 8, 0.999), Seconds{30});
  EXPECT_EQ(RecoveryDraws(1).time(Seconds{30}, 8, "detect", 5), 30 * a_second);
}

TEST(RecoveryDraws, half_of_a_lognormal_time_is_below_its_median) {
  const TimeSpread spread({{.median = Seconds{600}, .sigma = 1.2}});
  EXPECT_DOUBLE_EQ(time_at(spread, 8, 0.5).value, 600);
  // One sigma: the chance of the standard normal below 1 is 0.841344746068543.
  EXPECT_NEAR(time_at(spread, 8, 0.841344746068543).value, 600 * std::exp(1.2), 1e-6);
  // Mean: 600 e^(1.44 / 2) = 1232.66.
  EXPECT_NEAR(mean_of(spread), 600 * std::exp(0.72), 10);
}

TEST(RecoveryDraws, a_longest_time_cuts_a_lognormal_one) {
  const TimeSpread spread({{.median = Seconds{600}, .sigma = 2, .max = Seconds{900}}});
  EXPECT_EQ(time_at(spread, 8, 0.99), Seconds{900});
}

TEST(RecoveryDraws, a_mean_alone_is_exponential) {
  const TimeSpread spread({{.mean = Seconds{100}}});
  EXPECT_NEAR(mean_of(spread), 100, 0.1);
  EXPECT_NEAR(time_at(spread, 8, 1 - std::exp(-2)).value, 200, 1e-9);
}

TEST(RecoveryDraws, a_mean_with_a_bound_keeps_both) {
  // ByteRobust's resolution times: mean and longest.
  for (const auto& [mean, longest] :
       {std::pair{93.0, 600.0}, {300.0, 600.0}, {109.0, 120.0}, {4289.0, 7200.0}, {60.0, 60.0}}) {
    const TimeSpread spread({{.mean = Seconds{mean}, .max = Seconds{longest}}});
    EXPECT_NEAR(mean_of(spread), mean, mean * 1e-3) << mean;
    EXPECT_LE(time_at(spread, 8, 1 - 1e-12).value, longest * (1 + 1e-12));
    EXPECT_GE(time_at(spread, 8, 1e-12).value, 0);
  }
}

TEST(RecoveryDraws, cases_come_with_their_shares) {
  // 0.8 x 120 + 0.15 x 900 + 0.05 x 5400 = 501
  const TimeSpread spread({{.share = 0.8, .time = Seconds{120}},
                           {.share = 0.15, .time = Seconds{900}},
                           {.share = 0.05, .time = Seconds{5400}}});
  EXPECT_NEAR(mean_of(spread), 501, 1e-6);
  EXPECT_EQ(time_at(spread, 8, 0.79), Seconds{120});
  EXPECT_EQ(time_at(spread, 8, 0.81), Seconds{900});
  EXPECT_EQ(time_at(spread, 8, 0.96), Seconds{5400});
}

TEST(RecoveryDraws, a_time_grows_with_each_doubling_of_the_cards) {
  const TimeSpread spread({{.time = Seconds{454}, .per_doubling = Seconds{105}, .above = 2048}});
  EXPECT_EQ(time_at(spread, 1024, 0.5), Seconds{454});
  EXPECT_EQ(time_at(spread, 2048, 0.5), Seconds{454});
  EXPECT_EQ(time_at(spread, 16384, 0.5), Seconds{454 + 3 * 105});
  EXPECT_FALSE(fixed_time(spread));
}

TEST(RecoveryDraws, a_number_belongs_to_a_seed_a_purpose_and_a_failure) {
  const RecoveryDraws one(1), other(2);
  const double first = one.chance("detect", 3);
  EXPECT_EQ(first, one.chance("detect", 3));
  EXPECT_NE(first, one.chance("detect", 4));
  EXPECT_NE(first, one.chance("localise", 3));
  EXPECT_NE(first, other.chance("detect", 3));
  EXPECT_NE(first, one.chance("detect", child_of(3)));
}

TEST(RecoveryDraws, numbers_of_failures_in_a_row_are_even) {
  const RecoveryDraws all(7);
  double sum = 0, squares = 0;
  for (EventId event = 1; event <= draws; ++event) {
    const double chance = all.chance("detect", event);
    EXPECT_GT(chance, 0);
    EXPECT_LT(chance, 1);
    sum += chance, squares += chance * chance;
  }
  // Standard errors: sqrt(1 / 12 / 20,000) = 0.002, sqrt(4 / 45 / 20,000) = 0.0021.
  EXPECT_NEAR(sum / draws, 0.5, 0.007);
  EXPECT_NEAR(squares / draws, 1.0 / 3, 0.007);
}

}  // namespace
}  // namespace qianka
