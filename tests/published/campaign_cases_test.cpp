// SPDX-License-Identifier: Apache-2.0
// Weeks that operators published, with inputs that do not come from the outcome. Numbers as V4 are
// those of the reliability study's list of cases.
#include "sim/campaign/fault_source.hpp"
#include "sim/study/replicas.hpp"
#include "sim/study/spare_count.hpp"
#include "sim/weeks.hpp"
#include "support/memoryless_campaign.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

ReplicaFigures seeds_of(const std::string& name, int seeds) {
  const Scenario scenario =
      load_scenario(QIANKA_SOURCE_DIR "/scenarios/campaign/" + name + ".yaml");
  PreparedWeeks weeks(scenario);
  return run_replicas([&](const Scenario& replica) { return weeks.run(replica); }, scenario, seeds);
}

TEST(PublishedWeeks, incidents_and_standbys_of_ByteRobust) {
  // ETTR up to 0.97; 0.98 to 0.99 from the listed times of resolution alone. 175 incidents.
  const ReplicaFigures figures = seeds_of("byterobust-dense", 50);
  EXPECT_GT(spread_of(figures.ettr).mean, 0.96);
  EXPECT_LT(spread_of(figures.ettr).mean, 0.995);
  EXPECT_NEAR(spread_of(figures.failures).mean, 175, 6);  // 50 seeds: standard error 1.9
}

TEST(PublishedWeeks, the_chronicle_of_BLOOM_restarted_by_hand) {
  // V10. Steps and calendar: 0.925. Hangs, lost cards, saves and evaluation are stated; how long
  // the other stops took is not, and people's times elsewhere are assumed.
  EXPECT_NEAR(spread_of(seeds_of("bloom-replay", 50).goodput).mean, 0.925, 0.02);
}

TEST(PublishedWeeks, simulated_ettr_of_the_research_clusters_is_the_exact_one) {
  // V4, Kokolis et al. 2025, what if: nodes, failures a node-day, restart and queue, interval in
  // minutes, their figure (to 3 points, where theirs is not linear beyond its range), and the exact
  // one (to half a point).
  struct Case {
    double nodes, rate, restart, every, published, exact;
  };
  for (const Case& c :
       {Case{2000, 6.5e-3, 5, 60, 0.70, 0.720}, Case{2000, 6.5e-3, 5, 5, 0.93, 0.934},
        Case{1000, 6.5e-3, 6, 30, 0.90, 0.909}, Case{12500, 2.34e-3, 2, 2, 0.90, 0.941},
        Case{12500, 6.5e-3, 5, 7, 0.50, 0.615}}) {
    const FailureModel model{.between_failures = Seconds{86'400 / (c.nodes * c.rate)},
                             .save = Seconds{0},
                             .recovery = Seconds{c.restart * 60}};
    constexpr double failures = 40'000;  // 0.2 points of standard error
    const LongRun run =
        run_memoryless(model, Seconds{c.every * 60}, failures / 10 / (c.nodes * c.rate), 10);
    EXPECT_NEAR(run.productive / run.wall, c.exact, 0.005) << c.nodes << " nodes, " << c.every;
    if (c.exact - c.published > 0.04) continue;  // first order at its limit: the study, 3.2
    EXPECT_NEAR(run.productive / run.wall, c.published, 0.03) << c.nodes << " nodes, " << c.every;
  }
}

/// OPT-175B, 992 A100: two nodes of 124 are lost a day, people restart by hand, a dozen spares. No
/// interval between saves is published; 3 h, as BLOOM's later one, is assumed.
Scenario opt_175b() {
  return parse_scenario(R"(
cluster: {use: dgx-a100-superpod, nodes: 124, spares: 12}
job:
  model: gpt3-175b
  stack: megatron-lm-2023
  precision: bf16
  global_batch: 992
  parallel: {tensor: 8, pipeline: 4, data: 31, micro_batch: 1, sharding: zero-1, recompute: full}
  train_for: 56 days
checkpoint: {every: 3 h, mode: sync}
faults: opt-175b
recovery: manual-2021
)");
}

TEST(PublishedWeeks, a_job_run_by_hand_like_OPT_loses_a_good_part_of_its_weeks) {
  // V12, for plausibility only: the policy is put together from other operators, and the chronicle
  // gives neither the parts of a recovery nor an interval. 56 days held 33 of work: 0.59; 90
  // restarts: 14.9 h between them.
  const Scenario scenario = opt_175b();
  PreparedWeeks weeks(scenario);
  const ReplicaFigures figures =
      run_replicas([&](const Scenario& replica) { return weeks.run(replica); }, scenario, 50);
  const double goodput = spread_of(figures.goodput).mean;
  const double between = 56 * 24 / spread_of(figures.failures).mean;
  RecordProperty("goodput", std::to_string(goodput));
  EXPECT_GT(goodput, 0.5);
  EXPECT_LT(goodput, 0.8);
  EXPECT_GT(between, 14.9 / 2);
  EXPECT_LT(between, 14.9 * 2);
}

TEST(PublishedRates, one_or_two_access_links_of_3000_cards_fail_a_month) {
  // V13, HPN (Qian et al., SIGCOMM 2024): 0.057 % of links between NIC and leaf and 0.051 % of
  // leaves a month; a job of some 3,000 GPUs sees 1 to 2 crashes. A leaf for 16 nodes is assumed.
  constexpr int days = 30, nodes = 375;
  Faults faults;
  faults.classes = {{.component = "link", .cause = "access", .per_node_day = 8 * 0.057e-2 / days},
                    {.component = "leaf",
                     .cause = "crash",
                     .per_node_day = 0.051e-2 / 16 / days,
                     .takes = Takes::leaf}};
  constexpr int seeds = 400;
  int crashes = 0;
  for (int seed = 1; seed <= seeds; ++seed) {
    FaultSource source(faults, nodes, static_cast<std::uint64_t>(seed));
    for (; source.next().at < days * a_day; source.pop()) ++crashes;
  }
  EXPECT_GT(1.0 * crashes / seeds, 1);
  EXPECT_LT(1.0 * crashes / seeds, 2);
}

TEST(PublishedSpares, units_of_a_superpod_that_are_whole) {
  // V16: 130 of 144 at 95 % confidence, which is an availability of 0.935 a unit.
  EXPECT_NEAR(144 - spares_for_window(144, 1 - 0.935, 0.95), 130, 1);
}

TEST(PublishedSpares, the_pool_of_Delta_to_an_order_of_magnitude) {
  // V18: 608 GPUs, each there for 99.3 % of the time. For 99.9 % of all hours, 5 % more when a
  // recovery takes 2.2 h and 2 % when it takes 5 min. Poisson knows no bursts and asks for less.
  constexpr double gpus = 608, mean_hours = 2.2;
  const double per_day = (1 - 0.993) / (mean_hours / 24);
  const double slow = spares_in_repair(608, per_day, Seconds{mean_hours * 3600}, 0.999) / gpus;
  const double fast = spares_in_repair(608, per_day, Seconds{300}, 0.999) / gpus;
  EXPECT_GT(slow, 0.005);
  EXPECT_LT(slow, 0.5);
  EXPECT_GT(fast, 0.002);
  EXPECT_LT(fast, 0.2);
  EXPECT_LT(fast, slow);
}

}  // namespace
}  // namespace qianka
