// SPDX-License-Identifier: Apache-2.0
// Lifting a limit never makes a step slower, whatever the world.
#include "sim/simulate.hpp"
#include "sim/study/explain_limits.hpp"
#include "sim/weeks.hpp"
#include "support/tiny_cluster.hpp"

#include <cstdint>
#include <set>

#include <gtest/gtest.h>

namespace qianka {
namespace {

/// One of the choices, by a generator of its own: the same on every machine.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : state_(seed * 2 + 1) {}
  template <class T>
  T one_of(std::initializer_list<T> choices) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return choices.begin()[(state_ >> 33U) % choices.size()];
  }

 private:
  std::uint64_t state_;
};

Scenario world(std::uint64_t seed) {
  Dice dice(seed);
  Parallel p;
  p.tensor = dice.one_of({1, 2, 4}), p.pipeline = dice.one_of({1, 2, 4});
  p.data = dice.one_of({1, 2, 4}), p.interleave = p.pipeline > 1 ? dice.one_of({1, 2}) : 1;
  p.sharding = dice.one_of({Sharding::none, Sharding::zero_1});
  p.recompute = dice.one_of({Recompute::none, Recompute::selective, Recompute::full});
  p.sequence_parallel = p.tensor > 1 && dice.one_of({0, 1}) == 1;
  const int batches = dice.one_of({4, 8, 12});
  Scenario s = tiny_scenario(p, p.data * batches, 8);
  s.cluster.node.accelerator.gemm_efficiency = 0.7;
  s.cluster.node.accelerator.memory_bandwidth = Bandwidth{dice.one_of({1e12, 3e12})};
  s.cluster.node.scale_up_latency = Seconds{dice.one_of({0.0, 3e-6})};
  s.cluster.fabric.message_latency = Seconds{dice.one_of({0.0, 8e-6})};
  s.cluster.fabric.routing = dice.one_of({Routing::ecmp, Routing::spray});
  s.cluster.fabric.nodes_per_leaf = dice.one_of({1, 2, 4});
  StackSpec& stack = s.job.stack;
  stack.tensor_overlap = dice.one_of({0.0, 0.4});
  stack.gradient_overlap = dice.one_of({GradientOverlap::none, GradientOverlap::backward});
  stack.gradient_buckets = dice.one_of({1, 4});
  stack.overlap_slowdown = dice.one_of({0.0, 0.3});
  stack.parameter_overlap = dice.one_of({0, 1}) == 1;
  stack.pipeline_overlap = dice.one_of({0, 1}) == 1;
  stack.kernel_launch = Seconds{dice.one_of({0.0, 5e-6})};
  stack.collective_launch = Seconds{dice.one_of({0.0, 1e-5})};
  stack.rank_jitter = dice.one_of({0.0, 0.02});
  stack.gemm_tiles = {{128, 256, 1}, {64, 64, 0.8}};
  return s;
}

TEST(ExplainLaws, lifting_a_limit_never_makes_a_step_slower) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    const Scenario base = world(seed);
    const Seconds time = simulate_step_of(base, {}, false).time;
    for (const Limit& limit : limits_of(base)) {
      Scenario lifted = base;
      limit.lift(lifted);
      const Seconds now = simulate_step_of(lifted, limit.switches, false).time;
      EXPECT_LE(now / time, 1 + 1e-9) << "world " << seed << ", as if " << limit.what.text();
      seen.insert(limit.what);
    }
  }
  EXPECT_GE(seen.size(), 11U);
}

TEST(ExplainLaws, limits_that_do_not_apply_are_not_tried) {
  const auto has = [](const Scenario& s, const std::string& what) {
    for (const Limit& limit : limits_of(s))
      if (limit.what.text() == what) return true;
    return false;
  };
  const Scenario alone = tiny_scenario({}, 4), many = tiny_scenario({.pipeline = 2, .data = 8}, 32);
  for (const char* what : {"communication takes no time", "no pipeline bubble", "no failures"})
    EXPECT_FALSE(has(alone, what)) << what;
  EXPECT_TRUE(has(many, "links between nodes have no limit"));
  EXPECT_TRUE(has(many, "no pipeline bubble"));
}

TEST(ExplainLaws, without_a_bubble_a_pipeline_does_its_work_and_no_more) {
  // Free transfers, equal stages: a stage's step is its passes alone.
  Scenario s = tiny_scenario({.pipeline = 4}, 8);
  for (const Limit& limit : limits_of(s))
    if (limit.what.text() == "communication takes no time") limit.lift(s);
  const StepSummary real = simulate_step_of(s, {.stages_differ = false}, true);
  const StepLifts both{.stages_wait = false, .stages_differ = false};
  const StepSummary ideal = simulate_step_of(s, both, true);
  EXPECT_GT(real.breakdown.pipeline_bubble.value, 0);
  EXPECT_NEAR(ideal.breakdown.pipeline_bubble / real.time, 0, 1e-9);
  // 1F1B: (p - 1) / m of the work is waiting.
  EXPECT_NEAR(real.time / ideal.time, 1 + 3.0 / 8, 1e-6);
}

TEST(ExplainLaws, a_variant_that_changes_nothing_has_the_same_weeks) {
  const Scenario s = load_scenario(QIANKA_SOURCE_DIR "/scenarios/campaign/c18-by-hand.yaml");
  PreparedWeeks base(s);
  PreparedWeeks same(s, base, {});
  const CampaignSummary ours = base.run(s), theirs = same.run(s);
  EXPECT_EQ(ours.goodput, theirs.goodput);
  EXPECT_EQ(ours.wall_ns, theirs.wall_ns);
  for (int i = 0; i < account_kinds; ++i) EXPECT_EQ(ours.account_ns[i], theirs.account_ns[i]) << i;
}

}  // namespace
}  // namespace qianka
