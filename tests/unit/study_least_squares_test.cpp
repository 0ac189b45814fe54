// SPDX-License-Identifier: Apache-2.0
#include "sim/study/least_squares.hpp"

#include <cmath>
#include <vector>

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/normal_distribution.hpp>
#include <gtest/gtest.h>

namespace qianka {
namespace {

using State = Estimate::State;

/// Latency plus size over rate, at sizes 1 to 2^12: half of them feel the one, half the other.
std::vector<double> line(const std::vector<double>& values) {
  std::vector<double> times;
  for (double size = 1; size <= 4096; size *= 2) times.push_back(values[0] + size / values[1]);
  return times;
}

std::vector<Sample> samples_of(const std::vector<double>& times) {
  std::vector<Sample> samples;
  for (const double time : times) samples.push_back({time, 0});
  return samples;
}

TEST(LeastSquares, finds_what_the_samples_were_made_with) {
  const auto fit =
      fit_logarithms({{5, 1e-3, 1e3}, {5, 1e-3, 1e3}}, samples_of(line({20, 3})), line);
  EXPECT_EQ(fit[0].state, State::fitted);
  EXPECT_NEAR(fit[0].value, 20, 1e-4);
  EXPECT_NEAR(fit[1].value, 3, 1e-5);
  EXPECT_NEAR(fit[1].interval->low, 3, 1e-3);  // no noise, no width
  EXPECT_NEAR(fit[1].interval->high, 3, 1e-3);
}

TEST(LeastSquares, what_no_sample_depends_on_stays) {
  std::vector<double> large = line({0.01, 3});
  large.erase(large.begin(), large.end() - 3);  // sizes 1,024 and more: latency is 1e-5 of the time
  const auto tail = [](const std::vector<double>& values) {
    std::vector<double> all = line(values);
    all.erase(all.begin(), all.end() - 3);
    return all;
  };
  const auto fit = fit_logarithms({{0.02, 1e-3, 1e3}, {5, 1e-3, 1e3}}, samples_of(large), tail);
  EXPECT_EQ(fit[0].state, State::not_felt);
  EXPECT_EQ(fit[0].value, 0.02);
  EXPECT_EQ(fit[1].state, State::fitted);
  EXPECT_NEAR(fit[1].value, 3, 1e-3);
  EXPECT_TRUE(fit[1].interval.has_value());
}

TEST(LeastSquares, no_samples_no_change) {
  const auto fit = fit_logarithms({{5, 1, 10}}, {}, line);
  EXPECT_EQ(fit[0].state, State::not_felt);
  EXPECT_EQ(fit[0].value, 5);
}

TEST(LeastSquares, says_when_a_value_would_leave_its_range) {
  const auto samples = samples_of(line({20, 3}));
  const auto high = fit_logarithms({{5, 1e-3, 1e3}, {1, 1e-3, 2}}, samples, line);
  EXPECT_EQ(high[1].state, State::at_most);  // a rate of 3 where 2 is the most there can be
  EXPECT_EQ(high[1].value, 2);
  EXPECT_FALSE(high[1].interval.has_value());
  const auto low = fit_logarithms({{50, 30, 1e3}, {5, 1e-3, 1e3}}, samples, line);
  EXPECT_EQ(low[0].state, State::too_low);
  EXPECT_EQ(low[0].value, 50);
}

TEST(LeastSquares, one_sample_gives_a_value_but_no_interval) {
  const auto fit = fit_logarithms({{1, 1e-3, 1e3}}, {{6, 0}}, [](const std::vector<double>& v) {
    return std::vector{2 * v[0]};
  });
  EXPECT_NEAR(fit[0].value, 3, 1e-5);
  EXPECT_FALSE(fit[0].interval.has_value());
}

/// Of 200 worlds with 3 % of noise, 90 % should lie inside: 180, and 160 or 198 by chance at the
/// worst.
TEST(LeastSquares, intervals_hold_the_truth_nine_times_out_of_ten) {
  boost::random::mt19937_64 engine(1);
  boost::random::normal_distribution<double> noise(0, 0.03);
  int inside[2] = {0, 0};
  for (int world = 0; world < 200; ++world) {
    std::vector<Sample> samples = samples_of(line({20, 3}));
    for (Sample& sample : samples) sample.measured *= std::exp(noise(engine));
    const auto fit = fit_logarithms({{5, 1e-3, 1e3}, {5, 1e-3, 1e3}}, samples, line);
    inside[0] += fit[0].interval->low <= 20 && 20 <= fit[0].interval->high ? 1 : 0;
    inside[1] += fit[1].interval->low <= 3 && 3 <= fit[1].interval->high ? 1 : 0;
  }
  for (const int count : inside) {
    EXPECT_GE(count, 160);
    EXPECT_LE(count, 198);
  }
}

/// Five runs that differ by 5 % as wholes, each without scatter: points alone would promise too
/// much.
TEST(LeastSquares, runs_that_err_together_widen_the_interval) {
  std::vector<Sample> samples, scattered;
  const double offsets[] = {-0.05, 0.05, -0.025, 0.025, 0};
  for (int run = 0; run < 5; ++run)
    for (int point = 0; point < 40; ++point) {
      const double measured = std::exp(offsets[run]);
      samples.push_back({measured, run});
      scattered.push_back({measured, point % 2});
    }
  const Model same = [&](const std::vector<double>& v) {
    return std::vector<double>(samples.size(), v[0]);
  };
  const auto by_run = fit_logarithms({{2, 1e-3, 1e3}}, samples, same)[0];
  const auto by_point = fit_logarithms({{2, 1e-3, 1e3}}, scattered, same)[0];
  // Standard deviation of the offsets 0.0395; of the mean 0.0177; Student's factor of 4: 2.13.
  EXPECT_NEAR(std::log(by_run.interval->high / by_run.value), 0.0395 / std::sqrt(5) * 2.13, 1e-3);
  EXPECT_LT(std::log(by_point.interval->high / by_point.value), 0.006);
}

}  // namespace
}  // namespace qianka
