// SPDX-License-Identifier: Apache-2.0
// The size of a cluster by a goal: arithmetic on what the step gives, and a search that finds what
// looking at every size finds.
#include "sim/study/size.hpp"

#include <filesystem>

#include <gtest/gtest.h>

namespace qianka {
namespace {

Scenario small_job() {
  return load_scenario(
      std::filesystem::path(QIANKA_SOURCE_DIR) / "scenarios/04-mesh-against-crossbar.yaml",
      {{"job.parallel.tensor", "8"}, {"job.parallel.data", "1"}});
}

CostModel costs() {
  return read_cost_model(
      "name: t\nyears: {value: 5, source: t}\nstaff_per_card_year: {value: 8766, source: t}\n",
      "t");
}

SizeGoal goal(double tokens, double days) {
  return {.tokens = tokens, .within = Seconds{days * 86'400}, .budget = {}, .power = {}};
}

const SizeOptions quick{.most_nodes = 16, .seeds = 4, .workers = 2, .as_written = false};

TEST(Size, time_and_money_are_those_of_the_step) {
  const Scenario scenario = small_job();
  const SizeStudy study = sizes_of(scenario, goal(1e9, 10), costs(), quick, {1, 2});
  ASSERT_EQ(study.rows.size(), 2U);
  for (const SizeRow& row : study.rows) {
    ASSERT_EQ(row.refusal.text(), "");
    const double tokens = 32.0 * scenario.job.sequence;
    EXPECT_NEAR(row.time.value, 1e9 / tokens * row.step.value, 1e-6 * row.time.value);
    EXPECT_NEAR(row.tokens_by_then, 10 * 86'400 / row.step.value * tokens,
                1e-6 * row.tokens_by_then);
    // A card and year of people: 1 an hour.
    EXPECT_NEAR(row.money, row.time.value / 3600 * row.cards, 1e-6 * row.money);
    EXPECT_EQ(row.cards, 8 * row.nodes);
    EXPECT_TRUE(row.meets);
  }
  EXPECT_LT(study.rows[1].time, study.rows[0].time);
  EXPECT_EQ(study.chosen, 0U);
}

TEST(Size, the_search_finds_what_every_size_shows) {
  const Scenario scenario = small_job();
  const SizeStudy all = sizes_of(scenario, goal(2e11, 1), costs(), quick,
                                 {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
  for (const double days : {20.0, 11.0, 6.0}) {
    int least = 0;
    for (const SizeRow& row : all.rows)
      if (least == 0 && row.refusal.empty() && row.time.value <= days * 86'400) least = row.nodes;
    const SizeStudy found = size_for(scenario, goal(2e11, days), costs(), quick);
    ASSERT_EQ(found.chosen.has_value(), least > 0) << days;
    if (least > 0) {
      EXPECT_EQ(found.rows[*found.chosen].nodes, least) << days;
    }
  }
}

Scenario of_600_watts() {
  Scenario scenario = small_job();
  scenario.cluster.node.accelerator.power = Power{600};
  return scenario;
}

TEST(Size, every_limit_limits) {
  const Scenario scenario = small_job();
  const SizeStudy plain = sizes_of(scenario, goal(1e9, 10), costs(), quick, {1});
  const SizeRow& row = plain.rows.front();
  SizeGoal tight = goal(1e9, 10);
  tight.budget = row.money * 0.99;
  EXPECT_FALSE(sizes_of(scenario, tight, costs(), quick, {1}).chosen);
  tight.budget = row.money * 1.01;
  EXPECT_TRUE(sizes_of(scenario, tight, costs(), quick, {1}).chosen);
  tight.power = Power{1};
  EXPECT_FALSE(sizes_of(scenario, tight, costs(), quick, {1}).chosen);
  // Without a time: the fastest below the power of four nodes.
  const SizeGoal power{.tokens = 1e9, .within = {}, .budget = {}, .power = Power{4 * 8 * 600.0}};
  const SizeStudy capped = size_for(of_600_watts(), power, costs(), quick);
  ASSERT_TRUE(capped.chosen);
  EXPECT_EQ(capped.rows[*capped.chosen].nodes, 4);
  EXPECT_EQ(capped.rows.back().nodes, 6) << "and no further";
  EXPECT_FALSE(size_for(scenario, goal(1e15, 1), costs(), quick).chosen)
      << "out of reach of 16 nodes";
}

}  // namespace
}  // namespace qianka
