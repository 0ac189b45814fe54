// SPDX-License-Identifier: Apache-2.0
// What faults may be beside a rate: every shape keeps the mean count that is written.
#include "sim/campaign/fault_source.hpp"
#include "sim/campaign/node_pool.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace qianka {
namespace {

const FaultClass gpu{.component = "gpu", .cause = "falls off the bus", .per_node_day = 0.01};

Faults only(const FaultClass& fault_class) {
  Faults faults;
  faults.classes = {fault_class};
  return faults;
}

std::vector<Fault> first_days(double days, const Faults& faults, int nodes, std::uint64_t seed,
                              int spares = 0) {
  std::vector<Fault> result;
  FaultSource source(faults, nodes, seed, spares);
  const Nanoseconds end = to_nanoseconds({days * 86400});
  for (; source.next().at < end; source.pop()) result.push_back(source.next());
  return result;
}

double mean_count(const Faults& faults, int nodes, double from_day, double to_day, int seeds) {
  double sum = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    for (const Fault& fault : first_days(to_day, faults, nodes, static_cast<std::uint64_t>(seed)))
      sum += to_seconds(fault.at).value >= from_day * 86400 ? 1 : 0;
  }
  return sum / seeds;
}

constexpr double day = 86400;

TEST(RateCalendar, runs_ahead_of_the_wall) {
  // 3 x 14 days, then 1 x: day 20 is 3 x 14 + 6 = 48 days of the process's clock.
  const RateCalendar burn_in({{{Seconds{0}, 3}, {Seconds{14 * day}, 1}}, Seconds{0}});
  EXPECT_DOUBLE_EQ(burn_in.wall(48 * day), 20 * day);
  EXPECT_DOUBLE_EQ(burn_in.wall(21 * day), 7 * day);
  // By day and by night: 2 x for 8 h, 0 for 8 h, 1 x for 8 h, so 24 h a day.
  const double h = 3600;
  const RateCalendar daily(
      {{{Seconds{0}, 2}, {Seconds{8 * h}, 0}, {Seconds{16 * h}, 1}}, Seconds{24 * h}});
  EXPECT_DOUBLE_EQ(daily.wall(24 * h + 15 * h), 31.5 * h);
  EXPECT_DOUBLE_EQ(daily.wall(24 * h + 18 * h), 42 * h);
  EXPECT_TRUE(std::isinf(RateCalendar({{{Seconds{10}, 0}}, Seconds{0}}).wall(11)));
}

TEST(FaultShapes, a_calendar_multiplies_the_rate_of_its_time_for_every_distribution) {
  // 100 nodes x 0.01 a day: 1 a day; 3 a day in the first 14 days, then 1: 42 and 14 in 14 days.
  for (const auto& [distribution, shape] : {std::pair{Distribution::exponential, 1.0},
                                            {Distribution::weibull, 0.7},
                                            {Distribution::lognormal, 1.0}}) {
    FaultClass some = gpu;
    some.distribution = distribution;
    some.shape = shape;
    some.calendar.periods = {{Seconds{0}, 3}, {Seconds{14 * day}, 1}};
    // Standard error of the first: sqrt(42 x cv^2 / 1000), cv^2 up to 2.1: 0.3.
    EXPECT_NEAR(mean_count(only(some), 100, 0, 14, 1000), 42, 1);
    EXPECT_NEAR(mean_count(only(some), 100, 14, 28, 1000), 14, 0.6);
  }
}

TEST(FaultShapes, a_season_without_faults_has_none) {
  FaultClass some = gpu;
  some.calendar.periods = {{Seconds{10 * day}, 0}, {Seconds{20 * day}, 1}};
  EXPECT_EQ(mean_count(only(some), 100, 10, 20, 100), 0);
  EXPECT_NEAR(mean_count(only(some), 100, 0, 30, 1000), 20, 0.5);
}

TEST(FaultShapes, the_calendar_of_all_holds_for_the_job_itself) {
  Faults faults;
  faults.job_per_day = 1;
  faults.calendar.periods = {{Seconds{0}, 2}};
  EXPECT_NEAR(mean_count(faults, 4, 0, 30, 500), 60, 1.5);
}

TEST(FaultShapes, bursts_keep_the_mean_and_their_first_faults_are_fewer) {
  // 20 % of first faults with 2 followers: 1 of 1.4 is a first one. 100 faults in 100 days.
  FaultClass some = gpu;
  some.bursts = {.share = 0.2, .followers = 2, .within = Seconds{300}};
  EXPECT_NEAR(mean_count(only(some), 100, 0, 100, 2000), 100, 1);
  // Merged again when they are less than 5 min apart: 71.4 remain, but for 0.3 % chance company.
  double merged = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Nanoseconds last = -a_day;
    for (const Fault& fault : first_days(100, only(some), 100, seed)) {
      merged += fault.at - last > 300 * a_second ? 1 : 0;
      last = fault.at;
    }
  }
  EXPECT_NEAR(merged / 500, 100 / 1.4, 1.2);
}

TEST(FaultShapes, lemons_keep_the_mean_and_take_their_share) {
  // reliability.md 3.5: 5 % of nodes at 13 x a healthy one have 0.65 of 1.6, or 41 % of events.
  Faults faults = only(gpu);
  faults.lemons = {.share = 0.05, .factor = 13};
  EXPECT_NEAR(mean_count(faults, 200, 0, 50, 1000), 100, 1);
  // The lemons of one job: 5 % of 200 nodes. Hits by node over 20,000 days: 40,000 events.
  std::map<int, double> hits;
  for (const Fault& fault : first_days(20'000, faults, 200, 5))
    hits[fault.node >= 0 ? fault.node : fault.place] += 1;
  std::vector<double> counts;
  for (int node = 0; node < 200; ++node) counts.push_back(hits[node]);
  std::ranges::sort(counts);
  const double all = std::accumulate(counts.begin(), counts.end(), 0.0);
  const double top = std::accumulate(counts.end() - 10, counts.end(), 0.0);
  EXPECT_NEAR(top / all, 0.65 / 1.6, 0.01);
  // Gini of two kinds of node: share of events - share of nodes = 0.406 - 0.05; chance among the
  // healthy, 125 each with a standard deviation of 11, adds some 0.03.
  double weighted = 0;
  for (std::size_t i = 0; i < counts.size(); ++i)
    weighted += static_cast<double>(2 * i + 1) * counts[i];
  EXPECT_NEAR(weighted / (200 * all) - 1, 0.406 - 0.05, 0.04);
}

TEST(FaultShapes, lemons_of_a_small_job_are_right_in_the_mean) {
  // 5 % of 4 nodes: one lemon in every fifth job.
  Faults faults = only(gpu);
  faults.lemons = {.share = 0.05, .factor = 13};
  EXPECT_NEAR(mean_count(faults, 4, 0, 100, 4000), 4, 0.15);
}

TEST(FaultShapes, more_spares_move_no_fault_of_the_others) {
  Faults faults = only(gpu);
  faults.lemons = {.share = 0.2, .factor = 5};
  const auto of_the_job = [&](int spares) {
    std::vector<Fault> kept;
    for (const Fault& fault : first_days(1000, faults, 20, 7, spares)) {
      if (fault.node < 20) kept.push_back(fault);
    }
    return kept;
  };
  EXPECT_EQ(of_the_job(0), of_the_job(10));
  EXPECT_EQ(of_the_job(10), of_the_job(40));
}

TEST(FaultShapes, another_class_moves_no_fault_whatever_their_shapes) {
  FaultClass some = gpu;
  some.hangs = 0.1;
  some.bursts = {.share = 0.1, .followers = 1.5, .within = Seconds{300}};
  some.calendar.periods = {{Seconds{0}, 3}, {Seconds{14 * day}, 1}};
  Faults alone = only(some), both = only({.component = "nic", .cause = "dies", .per_node_day = 1});
  both.classes.push_back(some);
  alone.lemons = both.lemons = {.share = 0.2, .factor = 5};
  std::vector<Fault> of_gpu;
  for (const Fault& fault : first_days(100, both, 20, 7, 4)) {
    if (fault.component == "gpu") of_gpu.push_back(fault);
  }
  EXPECT_EQ(of_gpu, first_days(100, alone, 20, 7, 4));
}

TEST(FaultShapes, a_share_of_faults_are_hangs) {
  FaultClass some = gpu;
  some.hangs = 0.1;
  const auto faults = first_days(10'000, only(some), 100, 1);
  const auto hangs = std::ranges::count(faults, Noticed::hang, &Fault::noticed);
  EXPECT_NEAR(static_cast<double>(hangs) / static_cast<double>(faults.size()), 0.1, 0.01);
}

TEST(FaultShapes, slow_faults_say_how_slow_and_how_long) {
  FaultClass some = gpu;
  some.slow_to = 0.9;
  some.duration = Seconds{3600};
  const auto faults = first_days(100, only(some), 10, 1);
  ASSERT_FALSE(faults.empty());
  EXPECT_EQ(faults[0].slow_to, 0.9);
  EXPECT_EQ(faults[0].ends, faults[0].at + 3600 * a_second);
  EXPECT_EQ(faults[0].duration, std::nullopt);  // no record: it may be found before
}

TEST(Located, a_leaf_takes_all_of_the_job_that_hang_on_it) {
  // Places 0..3 on leaves 0, 0, 1, 1; spares 4, 5 on leaf 0. Node 1 has been replaced by node 4.
  const std::vector<int> leaf{0, 0, 1, 1, 0, 0};
  NodePool pool(leaf, 4, true);
  pool.doom(1, {});
  pool.evict_doomed();
  pool.fill();
  ASSERT_EQ(pool.node_at(1), 4);
  const auto whom = [&](int place, Takes takes, int block) {
    const auto fault = located({.place = place, .takes = takes, .block = block}, pool, leaf);
    return fault ? fault->with : std::vector<int>{-1};
  };
  EXPECT_EQ(whom(0, Takes::leaf, 0), std::vector{1});
  EXPECT_EQ(whom(2, Takes::leaf, 0), std::vector{3});
  EXPECT_EQ(whom(0, Takes::block, 2), std::vector<int>{});  // node 1 is away
  EXPECT_EQ(whom(0, Takes::block, 4), (std::vector{2, 3}));
  EXPECT_EQ(whom(1, Takes::node, 0), std::vector<int>{});
  EXPECT_EQ(whom(-1, Takes::node, 0), std::vector<int>{});
}

TEST(Located, a_lemon_is_struck_where_it_sits_and_not_when_it_is_away) {
  const std::vector<int> leaf{0, 0, 0, 0};
  NodePool pool(leaf, 3, true);
  EXPECT_EQ(located({.node = 2}, pool, leaf)->place, 2);
  EXPECT_FALSE(located({.node = 3}, pool, leaf));  // an idle spare
  pool.doom(2, {});
  pool.evict_doomed();
  EXPECT_FALSE(located({.node = 2}, pool, leaf));
  EXPECT_FALSE(located({.place = 2}, pool, leaf));  // an empty place
  pool.fill();
  EXPECT_EQ(located({.node = 3}, pool, leaf)->place, 2);
}

}  // namespace
}  // namespace qianka
