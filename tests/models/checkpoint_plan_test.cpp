// SPDX-License-Identifier: Apache-2.0
// The best interval, found by simulation, against those that are known (reliability.md, V2).
#include "sim/campaign/checkpoint_plan.hpp"

#include "sim/campaign/oracles.hpp"
#include "support/llama_campaign.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace qianka {
namespace {

constexpr Seconds minutes(double count) { return {count * 60}; }

/// Failures of mean time `between`, saves that block for 5 min, recoveries of 10 min, steps of 6 s.
struct DalysJob {
  FailureModel model;
  Scenario scenario;
  CampaignInput input;

  explicit DalysJob(double between)
      : model{.between_failures = minutes(between), .save = minutes(5), .recovery = minutes(10)} {
    scenario.cluster.nodes = 1;
    scenario.job.train_for = Seconds{30.0 * 86400};
    scenario.checkpoint.mode = CheckpointMode::synchronous;
    scenario.checkpoint.automatic = true;
    scenario.faults.classes = {{.component = "gpu",
                                .cause = "a test",
                                .per_node_day = 1440 / between,
                                .evicts_node = false}};
    scenario.recovery = {.detect = minutes(1), .localise = minutes(2), .restart = minutes(4)};
    input.scenario = &scenario;
    input.leaf_group = {0};
    input.checkpoint = {.write = minutes(5), .stall = {}, .load = minutes(3), .bytes = Bytes{1e12}};
    input.ideal_step = Seconds{6};
    input.tokens_per_step = 1;
    input.step_time = [](const ClusterState&) { return Seconds{6}; };
  }
  DalysJob(const DalysJob&) = delete;
  DalysJob& operator=(const DalysJob&) = delete;
};

TEST(CheckpointPlan, finds_dalys_optima) {
  for (const auto& [between, best] : {std::pair{1440.0, 117.0}, {360.0, 57.0}, {15.0, 9.1}}) {
    const DalysJob job(between);
    const CheckpointPlan plan = plan_checkpoints(job.input);
    EXPECT_NEAR(plan.best.every / minutes(best), 1, 0.1) << between;
    // What it costs to be there and not at the exact optimum, by the exact form: points of ETTR.
    EXPECT_NEAR(ettr_exact(job.model, plan.best.every), ettr_exact(job.model, minutes(best)),
                0.002);
    EXPECT_NEAR(plan.best.ettr, ettr_exact(job.model, plan.best.every), 0.02);
    EXPECT_NEAR(plan.between_failures / minutes(between), 1, 0.05);
    EXPECT_NEAR(plan.rules[1].every / minutes(best), 1, 0.1);
    EXPECT_EQ(plan.rules[1].name, "Daly 2006");
  }
}

TEST(CheckpointPlan, is_the_same_twice_and_whatever_the_scenario_says) {
  DalysJob job(360);
  const CheckpointPlan first = plan_checkpoints(job.input);
  save_every(job.scenario.checkpoint, minutes(20));
  const CheckpointPlan again = plan_checkpoints(job.input);
  EXPECT_EQ(first.best.every, again.best.every);
  EXPECT_EQ(first.best.goodput, again.best.goodput);
  EXPECT_EQ(again.rules.back().name, "as written");
  EXPECT_LT(again.rules.back().goodput, again.best.goodput);
}

TEST(CheckpointPlan, an_interval_is_no_shorter_than_a_write) {
  // Stalls of nothing, writes of 10 min: as often as the writes allow, hardly less.
  DalysJob job(360);
  job.scenario.checkpoint.mode = CheckpointMode::asynchronous;
  job.input.checkpoint.write = minutes(10);
  const CheckpointPlan plan = plan_checkpoints(job.input);
  EXPECT_GT(plan.best.every, minutes(6));
  EXPECT_LT(plan.best.every, minutes(15));
}

TEST(CheckpointPlan, needs_failures_and_saves) {
  DalysJob job(360);
  job.scenario.faults.classes.clear();
  EXPECT_THROW(plan_checkpoints(job.input), Infeasible);
  DalysJob other(360);
  other.scenario.checkpoint.mode = CheckpointMode::none;
  EXPECT_THROW(plan_checkpoints(other.input), Infeasible);
}

TEST(CheckpointPlan, a_list_of_faults_is_met_as_it_is) {
  DalysJob job(360);
  job.scenario.faults.classes.clear();
  job.scenario.job.train_for = Seconds{86400};
  for (const double hour : {3.0, 7.0, 12.0, 20.0})
    job.scenario.faults.replay.push_back({.at = Seconds{hour * 3600},
                                          .component = "gpu",
                                          .node = 0,
                                          .kind = "a test",
                                          .evicts_node = false});
  const CheckpointPlan plan = plan_checkpoints(job.input);
  EXPECT_TRUE(plan.replayed);
  EXPECT_EQ(plan.failures, 4);
  EXPECT_EQ(plan.length, Seconds{86400});
}

TEST(CheckpointPlan, of_16384_cards) {
  const LlamaCampaign campaign;
  const CheckpointPlan plan = plan_checkpoints(campaign.input);
  EXPECT_LT(plan.best.every, minutes(2));  // stalls of 7 ms: as often as the writes of 3 s allow
  for (const PlanPoint& rule : plan.rules) EXPECT_LE(rule.goodput, plan.best.goodput + 0.001);
}

}  // namespace
}  // namespace qianka
