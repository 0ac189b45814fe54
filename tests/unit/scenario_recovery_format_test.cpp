// SPDX-License-Identifier: Apache-2.0
// Recoveries as files write them: times that vary, policies by name, what differs from them.
#include "sim/input/diagnostics.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/scenario.hpp"

#include <string>

#include <gtest/gtest.h>

namespace qianka {
namespace {

Scenario with(const std::string& recovery, int spares = 2) {
  return parse_scenario(
      "cluster: {use: dgx-h100-rail, nodes: 4, spares: " + std::to_string(spares) +
      "}\n"
      "job: {model: llama2-70b, stack: megatron-core, precision: bf16, "
      "global_batch: 32, parallel: {tensor: 8, pipeline: 4}, train_for: 1 day}\n" +
      recovery);
}

TEST(RecoveryFormat, a_policy_by_name_and_what_differs_from_it) {
  const Recovery policy = load_policy("megascale");
  EXPECT_EQ(with("recovery: megascale\n").recovery.localise, policy.localise);
  const Recovery changed = with("recovery: {use: megascale, detect: 10 s}\n").recovery;
  EXPECT_EQ(changed.detect, Seconds{10});
  EXPECT_EQ(changed.localise, policy.localise);
  EXPECT_EQ(changed.id, "megascale");
}

TEST(RecoveryFormat, a_phase_of_a_policy_is_replaced_as_a_whole) {
  // Its restart is lognormal.
  const Recovery changed = with("recovery: {use: manual-2021, restart: 70 s}\n").recovery;
  EXPECT_EQ(changed.restart, Seconds{70});
}

TEST(RecoveryFormat, times_that_vary) {
  const Recovery r = with(R"(recovery:
  detect: {median: 10 min, sigma: 1.2, max: 1 h}
  localise:
    - {share: 80 %, time: 2 min}
    - {share: 20 %, mean: 15 min}
  groups: {time: 5 s, per_doubling: 10 s, above: 2048}
)")
                         .recovery;
  EXPECT_EQ(r.detect, TimeSpread({{.median = Seconds{600}, .sigma = 1.2, .max = Seconds{3600}}}));
  EXPECT_EQ(r.localise, TimeSpread({{.share = 0.8, .time = Seconds{120}},
                                    {.share = 0.2, .mean = Seconds{900}}}));
  EXPECT_EQ(r.groups,
            TimeSpread({{.time = Seconds{5}, .per_doubling = Seconds{10}, .above = 2048}}));
}

TEST(RecoveryFormat, every_key) {
  const Recovery r = with(R"(recovery:
  wrong: 10 %
  over_evict: {share: 5 %, nodes: 7}
  decide:
    - {components: [hbm, nic], noticed: at_once, do: retry, time: 60 s, success: 90 %}
    - {noticed: hang, do: stay}
  spares: hot
  ready: 1
  take: {nodes: 1, time: 10 min}
  shrink: {time: 3 min}
  state_from_peers: true
  repair:
    automatic: {time: 2 h, success: 20 %}
    manual: {median: 2 days, sigma: 1}
    technicians: 3
    failed: 20 %
    fails_again: {mean: 1 day}
    retire_after: 3
    check: 1 h
)")
                         .recovery;
  EXPECT_EQ(r.wrong, 0.1);
  EXPECT_EQ(r.over_evict.nodes, 7);
  ASSERT_EQ(r.decide.size(), 2);
  EXPECT_EQ(r.decide[0].components, (std::vector<std::string>{"hbm", "nic"}));
  EXPECT_EQ(r.decide[0].success, 0.9);
  EXPECT_EQ(r.decide[1].action, Remedy::stay);
  EXPECT_EQ(r.spares, Spares::hot);
  EXPECT_EQ(r.ready, 1);
  EXPECT_EQ(r.take.nodes, 1);
  EXPECT_EQ(r.shrink->time, Seconds{180});
  EXPECT_TRUE(r.state_from_peers);
  EXPECT_EQ(r.shop.automatic->success, 0.2);
  EXPECT_EQ(r.shop.manual->cases[0].sigma, 1);
  EXPECT_EQ(r.shop.technicians, 3);
  EXPECT_EQ(r.shop.retire_after, 3);
  EXPECT_EQ(r.repair_median.value, 37'800);
}

TEST(RecoveryFormat, what_differs_changes_the_digest) {
  const std::string usual = with("").digest;
  EXPECT_EQ(with("recovery: {detect: 30 s, wrong: 0}\n").digest, usual);
  for (const char* recovery :
       {"recovery: {detect: {mean: 30 s}}\n", "recovery: {wrong: 1 %}\n", "recovery: {ready: 1}\n",
        "recovery: {detect_hang: 5 min}\n", "recovery: {shrink: {time: 1 min}}\n",
        "recovery: {decide: [{do: stay}]}\n", "recovery: {repair: {technicians: 2}}\n"})
    EXPECT_NE(with(recovery).digest, usual) << recovery;
}

TEST(RecoveryFormat, every_policy_runs_with_the_cluster_it_is_given) {
  for (const CatalogueEntry& entry : list_catalogue("recovery"))
    EXPECT_NO_THROW(with("recovery: " + entry.id + "\n")) << entry.id;
}

TEST(RecoveryFormat, no_more_nodes_work_elsewhere_than_there_are_spares) {
  EXPECT_THROW(with("recovery: {take: {nodes: 3, time: 1 min}}\n"), InfeasibleInput);
}

}  // namespace
}  // namespace qianka
