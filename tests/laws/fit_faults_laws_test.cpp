// SPDX-License-Identifier: Apache-2.0
// What is fitted to a simulated record is what the record was simulated with: 95 % intervals hold
// the truth for at least 90 of 100 seeds.
#include "sim/campaign/fault_source.hpp"
#include "sim/study/fit_faults.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace qianka {
namespace {

constexpr double day = 86400;

/// What happens in so many days, as a record: a lemon is its node.
std::vector<ReplayedFault> record_of(const Faults& faults, int nodes, double days,
                                     std::uint64_t seed) {
  std::vector<ReplayedFault> record;
  FaultSource source(faults, nodes, seed);
  for (; to_seconds(source.next().at).value < days * day; source.pop()) {
    const Fault& fault = source.next();
    record.push_back({.at = to_seconds(fault.at),
                      .component = fault.component,
                      .node = std::max(fault.node, fault.place),
                      .kind = fault.cause,
                      .evicts_node = fault.evicts_node,
                      .noticed = fault.noticed});
  }
  return record;
}

bool holds(const FaultInterval& interval, double truth) {
  return interval.low <= truth && truth <= interval.high;
}

const ClassFit& of(const FaultFit& fit, const std::string& component) {
  return *std::ranges::find_if(
      fit.classes, [&](const ClassFit& found) { return found.key.component == component; });
}

TEST(FitFaults, rates_are_within_their_intervals) {
  // 256 nodes, 100 days: 102 GPU, 26 NIC, 50 stops of the job.
  Faults faults;
  faults.classes = {{.component = "gpu", .cause = "a", .per_node_day = 4e-3},
                    {.component = "nic", .cause = "b", .per_node_day = 1e-3}};
  faults.job_per_day = 0.5;
  int gpu = 0, nic = 0, job = 0, plain = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const FaultFit fit =
        fit_faults(record_of(faults, 256, 100, seed), {.name = "x", .nodes = 256, .days = 100});
    gpu += holds(of(fit, "gpu").exponential.rate_interval, 4e-3 * 256 / day) ? 1 : 0;
    nic += holds(of(fit, "nic").exponential.rate_interval, 1e-3 * 256 / day) ? 1 : 0;
    job += holds(fit.job->exponential.rate_interval, 0.5 / day) ? 1 : 0;
    plain += of(fit, "gpu").prefers_weibull ? 0 : 1;
  }
  EXPECT_GE(gpu, 90);
  EXPECT_GE(nic, 90);
  EXPECT_GE(job, 90);
  EXPECT_GE(plain, 78);  // AIC takes the larger model in 16 % of cases: chi-squared of 1 above 2
}

TEST(FitFaults, a_weibull_shape_and_its_rate_are_within_their_intervals) {
  Faults faults;
  faults.classes = {{.component = "gpu",
                     .cause = "a",
                     .per_node_day = 4e-3,
                     .distribution = Distribution::weibull,
                     .shape = 0.7}};
  int shape = 0, rate = 0, chosen = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    // Nothing is merged: at 0.7 some gaps are short by nature.
    const FaultFit fit = fit_faults(record_of(faults, 256, 200, seed),
                                    {.name = "x", .nodes = 256, .days = 200, .burst = Seconds{0}});
    const ClassFit& gpu = of(fit, "gpu");
    shape += holds(gpu.weibull->shape_interval, 0.7) ? 1 : 0;
    rate += holds(gpu.weibull->rate_interval, 4e-3 * 256 / day) ? 1 : 0;
    chosen += gpu.prefers_weibull ? 1 : 0;
  }
  EXPECT_GE(shape, 90);
  EXPECT_GE(rate, 90);
  EXPECT_GE(chosen, 95);
}

TEST(FitFaults, merging_bursts_gives_back_what_comes_by_itself) {
  // 20 % of first faults with 1.5 followers: first ones are 1 of 1.3.
  Faults faults;
  faults.classes = {{.component = "gpu",
                     .cause = "a",
                     .per_node_day = 4e-3,
                     .bursts = {.share = 0.2, .followers = 1.5, .within = Seconds{300}}}};
  int rate = 0;
  double share = 0, followers = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const FaultFit fit =
        fit_faults(record_of(faults, 512, 100, seed), {.name = "x", .nodes = 512, .days = 100});
    rate += holds(of(fit, "gpu").exponential.rate_interval, 4e-3 * 512 / 1.3 / day) ? 1 : 0;
    share += fit.bursts.share / 100;
    followers += fit.bursts.followers / 100;
  }
  EXPECT_GE(rate, 90);
  EXPECT_NEAR(share, 0.2, 0.02);
  EXPECT_NEAR(followers, 1.5, 0.1);
}

TEST(FitFaults, lemons_are_found_and_their_share_is_within_its_interval) {
  // A year of 400 nodes: 584 faults; 20 lemons, 12 faults each, against 0.9 of the others.
  Faults faults;
  faults.classes = {{.component = "gpu", .cause = "a", .per_node_day = 4e-3}};
  const auto fitted = [&](std::uint64_t seed) {
    return fit_faults(record_of(faults, 400, 365, seed), {.name = "x", .nodes = 400, .days = 365})
        .lemons;
  };
  int none = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed) none += fitted(seed).aic_gain > 0 ? 0 : 1;
  EXPECT_GE(none, 35);
  faults.lemons = {.share = 0.05, .factor = 13};
  int found = 0, share = 0, factor = 0;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    const LemonFit lemons = fitted(seed);
    found += lemons.aic_gain > 0 ? 1 : 0;
    share += holds(lemons.share_interval, 0.05) ? 1 : 0;
    factor += holds(lemons.factor_interval, 13) ? 1 : 0;
  }
  EXPECT_EQ(found, 100);
  EXPECT_GE(share, 90);
  EXPECT_GE(factor, 90);
}

TEST(FitFaults, a_record_without_gaps_has_a_rate_and_no_shape) {
  const FaultFit fit =
      fit_faults({{.at = Seconds{5 * day}, .component = "gpu", .node = 3, .kind = ""}},
                 {.name = "x", .nodes = {}, .days = {}});
  EXPECT_EQ(fit.nodes, 4);
  EXPECT_TRUE(fit.nodes_assumed && fit.days_assumed);
  EXPECT_FALSE(of(fit, "gpu").weibull);
  // One event: 0.0253 to 5.57 (Garwood 1936).
  EXPECT_NEAR(of(fit, "gpu").exponential.rate_interval.low * 5 * day, 0.0253, 1e-4);
  EXPECT_NEAR(of(fit, "gpu").exponential.rate_interval.high * 5 * day, 5.572, 1e-3);
}

}  // namespace
}  // namespace qianka
