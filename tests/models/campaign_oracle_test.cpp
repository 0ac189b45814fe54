// SPDX-License-Identifier: Apache-2.0
// The simulation against the closed formulas of reliability.md 3.1 and 3.2.
#include "support/memoryless_campaign.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace qianka {
namespace {

constexpr Seconds minutes(double count) { return {count * 60}; }

struct Case {
  double between, every, save, recovery;  // minutes
  double failures;                        // to look at: the worse the case, the more
};

TEST(CampaignOracle, wall_clock_per_interval_is_the_exact_exponential_form) {
  // M e^(R/M) (e^((tau + delta)/M) - 1), failures striking training, saves and every part of a
  // recovery. Within 0.5 %; the runs are long enough for a standard error of 0.2 % and less.
  for (const Case& c : std::vector<Case>{{1440, 117, 5, 10, 20'000},   // a day between failures
                                         {360, 57, 5, 10, 40'000},     // six hours
                                         {185, 10, 0.5, 9, 40'000},    // Llama 3: 54 days / 419
                                         {60, 60, 1, 15, 400'000},     // an interval as long as M
                                         {15, 9.1, 5, 10, 600'000},    // every recovery in doubt
                                         {10, 3, 0.2, 20, 900'000},    // most recoveries struck
                                         {10, 3, 0.2, 27, 1'500'000},  // ETTR 0.05
                                         {20'000, 300, 2, 60, 20'000}}) {  // two weeks
    const FailureModel model{.between_failures = minutes(c.between),
                             .save = minutes(c.save),
                             .recovery = minutes(c.recovery)};
    const double days = c.failures * c.between / 1440 / 5;
    const LongRun run = run_memoryless(model, minutes(c.every), days, 5);
    const double exact = wall_per_interval(model, minutes(c.every)).value;
    EXPECT_NEAR(run.wall / run.saves / exact, 1, 0.005) << "M = " << c.between << " min";
    EXPECT_NEAR(run.productive / run.wall / ettr_exact(model, minutes(c.every)), 1, 0.005)
        << "M = " << c.between << " min";
  }
}

/// Where the parabola through the costs, in the logarithm of the interval, has its least value.
double lowest(const std::vector<double>& intervals, const std::vector<double>& costs) {
  // Least squares of a + b x + c x^2 with x centred on the sweep, whose odd moments vanish.
  const auto n = static_cast<double>(intervals.size());
  double centre = 0, s2 = 0, s4 = 0, sy = 0, sxy = 0, sxxy = 0;
  for (const double interval : intervals) centre += std::log(interval) / n;
  for (std::size_t i = 0; i < intervals.size(); ++i) {
    const double x = std::log(intervals[i]) - centre;
    s2 += x * x, s4 += x * x * x * x;
    sy += costs[i], sxy += x * costs[i], sxxy += x * x * costs[i];
  }
  const double b = sxy / s2, c = (n * sxxy - s2 * sy) / (n * s4 - s2 * s2);
  return std::exp(centre - b / (2 * c));
}

TEST(CampaignOracle, a_sweep_of_intervals_finds_dalys_optimum) {
  // Daly 2006: saves of 5 min, recoveries of 10 min; best intervals 117, 57 and 9.1 min, within 10
  // %. Costs are flat there (10 % beside the best interval loses 0.05 %), so a parabola is laid
  // through eleven intervals from 0.6 to 1.6 of a first guess that is itself off (Young's).
  for (const auto& [between, best] : {std::pair{1440.0, 117.0}, {360.0, 57.0}, {15.0, 9.1}}) {
    const FailureModel model{
        .between_failures = minutes(between), .save = minutes(5), .recovery = minutes(10)};
    const double guess = optimal_interval_young(model) / minutes(1);
    std::vector<double> intervals, costs;
    for (int i = -5; i <= 5; ++i) {
      intervals.push_back(guess * std::pow(1.1, i));
      const double days = 10'000 * between / 1440;
      const LongRun run = run_memoryless(model, minutes(intervals.back()), days, 3);
      costs.push_back(run.wall / run.productive);
    }
    EXPECT_NEAR(lowest(intervals, costs) / best, 1, 0.1) << "M = " << between << " min";
  }
}

}  // namespace
}  // namespace qianka
