// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/fault_source.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <set>
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

std::vector<Fault> first_days(double days, const Faults& faults, int nodes, std::uint64_t seed) {
  std::vector<Fault> result;
  FaultSource source(faults, nodes, seed);
  const Nanoseconds end = to_nanoseconds({days * 86400});
  for (; source.next().at < end; source.pop()) result.push_back(source.next());
  return result;
}

struct Moments {
  double mean, variance;
};

/// Of the number of faults in `days`, over seeds 1..seeds.
Moments count_moments(const Faults& faults, int nodes, double days, std::uint64_t seeds) {
  double sum = 0, squares = 0;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    const auto count = static_cast<double>(first_days(days, faults, nodes, seed).size());
    sum += count;
    squares += count * count;
  }
  const auto n = static_cast<double>(seeds);
  return {sum / n, (squares - sum * sum / n) / (n - 1)};
}

TEST(FaultSource, exponential_counts_are_those_of_poisson) {
  // 50 nodes x 0.01 a day x 200 days: 100 faults, variance 100; standard errors 0.32 and 4.5.
  const Moments count = count_moments(only(gpu), 50, 200, 1000);
  EXPECT_NEAR(count.mean, 100, 1.0);
  EXPECT_NEAR(count.variance, 100, 14);
}

TEST(FaultSource, the_rate_fixes_the_mean_of_every_distribution_from_the_first_day) {
  // One fault in 10 days is due, and 10 days are looked at: a renewal process that began with the
  // job would show 1.6 (Weibull 0.5) or 0.7 (Weibull 3); one that has been going on shows 1.
  for (const auto& [distribution, shape] : {std::pair{Distribution::exponential, 1.0},
                                            {Distribution::weibull, 0.5},
                                            {Distribution::weibull, 3.0},
                                            {Distribution::lognormal, 0.0},
                                            {Distribution::lognormal, 1.2}}) {
    FaultClass some = gpu;
    some.distribution = distribution;
    some.shape = shape;
    EXPECT_NEAR(count_moments(only(some), 10, 10, 8000).mean, 1, 0.06) << "shape " << shape;
  }
}

TEST(FaultSource, a_small_weibull_shape_bunches_faults_and_a_large_one_spaces_them) {
  // For long times, variance of the count / its mean -> cv^2 of the gaps: 2.14 at k = 0.7, 0.132
  // at 3.
  FaultClass some = gpu;
  some.distribution = Distribution::weibull;
  some.shape = 0.7;
  const Moments bunched = count_moments(only(some), 50, 800, 500);
  EXPECT_NEAR(bunched.mean, 400, 5);
  EXPECT_NEAR(bunched.variance / bunched.mean, 2.14, 0.4);
  some.shape = 3;
  const Moments spaced = count_moments(only(some), 50, 800, 500);
  EXPECT_NEAR(spaced.mean, 400, 2);
  EXPECT_NEAR(spaced.variance / spaced.mean, 0.132, 0.03);
}

TEST(FaultSource, every_place_is_struck_equally_often) {
  std::vector<int> hits(8);
  for (const Fault& fault : first_days(10'000, only(gpu), 8, 1))
    ++hits[static_cast<std::size_t>(fault.place)];
  for (const int count : hits) EXPECT_NEAR(count, 100, 35);  // 800 faults over 8 places, 3.5 sigma
}

TEST(FaultSource, same_seed_same_faults_and_another_seed_others) {
  EXPECT_EQ(first_days(1000, only(gpu), 8, 7), first_days(1000, only(gpu), 8, 7));
  EXPECT_NE(first_days(1000, only(gpu), 8, 7), first_days(1000, only(gpu), 8, 8));
}

TEST(FaultSource, another_class_moves_no_fault) {
  Faults both = only({.component = "nic", .cause = "dies", .per_node_day = 0.1});
  both.classes.push_back(gpu);
  both.job_per_day = 0.3;
  std::vector<Fault> of_gpu;
  for (const Fault& fault : first_days(1000, both, 8, 7)) {
    if (fault.component == "gpu") of_gpu.push_back(fault);
  }
  EXPECT_EQ(of_gpu, first_days(1000, only(gpu), 8, 7));
}

TEST(FaultSource, twice_the_rate_is_the_same_story_in_half_the_time) {
  // What makes two clusters comparable: the same draws, stretched.
  const auto slow = first_days(1000, only(gpu), 8, 7);
  const auto fast = first_days(500, only(gpu), 16, 7);
  ASSERT_EQ(slow.size(), fast.size());
  for (std::size_t i = 0; i < slow.size(); ++i) {
    EXPECT_NEAR(static_cast<double>(slow[i].at), 2.0 * static_cast<double>(fast[i].at), 1000.0);
    EXPECT_EQ(slow[i].place, fast[i].place / 2);
  }
}

TEST(FaultSource, twins_in_the_list_do_not_strike_together) {
  Faults twins = only(gpu);
  twins.classes.push_back(gpu);
  std::set<Nanoseconds> times;
  const auto faults = first_days(1000, twins, 8, 7);
  for (const Fault& fault : faults) times.insert(fault.at);
  EXPECT_EQ(times.size(), faults.size());
}

TEST(FaultSource, the_job_itself_fails_without_a_node) {
  Faults faults;
  faults.job_per_day = 0.5;
  const auto stops = first_days(2000, faults, 8, 3);
  EXPECT_NEAR(static_cast<double>(stops.size()), 1000, 100);
  for (const Fault& stop : stops) {
    EXPECT_EQ(stop.place, -1);
    EXPECT_FALSE(stop.evicts_node);
  }
}

TEST(FaultSource, a_replayed_list_is_played_in_order_of_time) {
  Faults faults;
  faults.replay = {{.at = Seconds{20}, .component = "nic", .node = 1, .kind = "second"},
                   {.at = Seconds{10}, .component = "gpu", .node = 0, .kind = "first"},
                   {.at = Seconds{30}, .component = "job", .node = -1, .kind = "third"}};
  const auto played = first_days(1, faults, 2, 1);
  ASSERT_EQ(played.size(), 3);
  EXPECT_EQ(played[0].cause, "first");
  EXPECT_EQ(played[0].at, 10 * a_second);
  EXPECT_EQ(played[1].cause, "second");
  EXPECT_TRUE(played[1].evicts_node);
  EXPECT_EQ(played[2].place, -1);
  EXPECT_FALSE(played[2].evicts_node);  // there is no node to evict
}

TEST(FaultSource, a_fault_is_the_same_event_whatever_else_there_is) {
  Faults both = only({.component = "nic", .cause = "dies", .per_node_day = 0.1});
  both.classes.push_back(gpu);
  std::set<EventId> events;
  std::vector<EventId> of_gpu, alone;
  for (const Fault& fault : first_days(1000, both, 8, 7)) {
    events.insert(fault.event);
    if (fault.component == "gpu") of_gpu.push_back(fault.event);
  }
  for (const Fault& fault : first_days(1000, only(gpu), 8, 7)) alone.push_back(fault.event);
  EXPECT_EQ(of_gpu, alone);
  EXPECT_EQ(events.size(), first_days(1000, both, 8, 7).size());  // no two are one
}

TEST(FaultSource, a_share_of_the_stops_of_the_job_hang_as_well) {
  Faults faults;
  faults.job_per_day = 0.5;
  faults.hangs = 0.1;
  const auto stops = first_days(4000, faults, 8, 3);
  const auto hangs = std::ranges::count(stops, Noticed::hang, &Fault::noticed);
  EXPECT_NEAR(static_cast<double>(hangs) / static_cast<double>(stops.size()), 0.1, 0.02);
}

TEST(FaultSource, says_what_cannot_be) {
  const auto refusal = [](const Faults& faults) -> std::string {
    try {
      FaultSource(faults, 4, 1);
    } catch (const Infeasible& error) {
      return error.what();
    }
    return "";
  };
  FaultClass some = gpu;
  some.per_node_day = -1;
  EXPECT_EQ(refusal(only(some)), "faults: gpu (falls off the bus): a rate cannot be negative");
  Faults faults;
  faults.replay = {{.at = Seconds{20}, .component = "nic", .node = 4, .kind = ""}};
  EXPECT_EQ(refusal(faults), "faults: the replayed nic strikes node 4, but the job has 4");
}

TEST(StreamSeed, is_the_same_on_every_machine) {
  EXPECT_EQ(stream_seed(1, "gpu", "when"), stream_seed(1, "gpu", "when"));
  EXPECT_NE(stream_seed(1, "gpu", "when"), stream_seed(1, "gpuw", "hen"));
  EXPECT_NE(stream_seed(1, "gpu", "when"), stream_seed(2, "gpu", "when"));
  // A change of this number changes every campaign there is.
  EXPECT_EQ(stream_seed(42, "gpu", "when"), 1304477630617810167U);
}

}  // namespace
}  // namespace qianka
