// SPDX-License-Identifier: Apache-2.0
// The ways to save, in a job that is struck: worked out by hand on the campaign of small_campaign
// (4 nodes, step 10 s, blocking save of 7 s every 100 s, detection 30 s, localisation 20 s, restart
// 60 s, load 15 s).
#include "sim/campaign/checkpoint_layout.hpp"
#include "sim/campaign/replica.hpp"
#include "support/campaign_bytes.hpp"
#include "support/llama_campaign.hpp"
#include "support/memory_copies.hpp"
#include "support/small_campaign.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace qianka {
namespace {

Nanoseconds ns(double seconds) { return std::llround(seconds * 1e9); }
using Restores = std::map<std::string, std::int64_t>;

/// Copies every two steps: a stall of 1 s, complete 5 s later; 3 s to load, 4 s from a peer.
struct WithMemory : SmallCampaign {
  WithMemory() {
    scenario.checkpoint.memory = copies(each_two_steps);
    input.checkpoint.memory = {
        .stall = Seconds{1}, .copy = Seconds{5}, .load_own = Seconds{3}, .load_peer = Seconds{4}};
  }
};

TEST(CampaignCheckpoints, copies_in_memory_cost_their_stalls) {
  // Stalls after 2, 4, 6, 8 steps, a save from 104 to 111, the stall of step 10, and so on: from
  // the second save on, 112 s each. 104 + 7 + 7 x 112 = 895; then 1 + 4 x 21 = 85 at 980; 20 s
  // left.
  const CampaignSummary run = WithMemory().run();
  EXPECT_EQ(run.checkpoints, 8);
  EXPECT_EQ(run.memory_copies, 4 + 7 * 5 + 5);
  EXPECT_EQ(time_in(run, AccountKind::checkpoint_stall), ns(8 * 7 + 44));
  EXPECT_EQ(time_in(run, AccountKind::productive), ns(900));
}

TEST(CampaignCheckpoints, one_peer_dies_and_memory_remains) {
  // At 90: 8 steps, whose copy is complete since 89, and 6 s. Down 30 + 20 + 60 + 4.
  WithMemory campaign;
  campaign.fault(90, 0);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.restarts[0].lost, Seconds{6});
  EXPECT_EQ(run.restarts[0].down, Seconds{114});
  EXPECT_EQ(run.restores_from, (Restores{{"memory", 1}}));
}

TEST(CampaignCheckpoints, both_peers_die_and_storage_remains) {
  // A save at 104 to 111. At 200: 10 steps, stall until 112, then 4 copies, 196 the last; 18 steps
  // and 4 s; the copy of 18 is not complete. At 210, in the detection, its peer dies as well: six
  // more steps are lost.
  WithMemory campaign;
  campaign.fault(200, 0).fault(210, 1);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.restarts[0].lost, Seconds{24});
  EXPECT_EQ(run.restarts[1].lost, Seconds{60});
  EXPECT_EQ(run.restores_from, (Restores{{"memory", 1}, {"storage", 1}}));
  EXPECT_EQ(run.restarts[1].down, Seconds{125});  // load 15 s
}

TEST(CampaignCheckpoints, peers_on_other_leaves_outlive_a_leaf) {
  WithMemory campaign;
  campaign.scenario.checkpoint.memory->group = PeerGroup::apart;
  campaign.fault(200, 0).fault(210, 1);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.restarts[1].lost, Seconds{0});
  EXPECT_EQ(run.restores_from, (Restores{{"memory", 2}}));
}

TEST(CampaignCheckpoints, a_copy_on_its_way_does_not_count) {
  // At 88 that of step 8 is still under way (until 89): step 6.
  WithMemory campaign;
  campaign.fault(88, 0);
  EXPECT_EQ(campaign.run().restarts[0].lost, Seconds{24});
}

TEST(CampaignCheckpoints, every_step_in_memory_loses_a_step_at_most) {
  WithMemory campaign;
  campaign.scenario.checkpoint.memory->every.steps = 1;
  campaign.input.checkpoint.memory.stall = Seconds{0.02};  // ByteRobust: 0.01 to 0.04 s
  campaign.scenario.checkpoint.mode = CheckpointMode::none;
  campaign.fault(333, 2, false).fault(777, 1);
  const CampaignSummary run = campaign.run();
  for (const RestartRecord& stop : run.restarts) EXPECT_LE(stop.lost, Seconds{15});  // 10, and copy
  EXPECT_EQ(run.restores_from, (Restores{{"memory", 2}}));
}

TEST(CampaignCheckpoints, last_words) {
  // At 95 node 0 fails: nine steps, 5 s lost. Noticed at 125, saved until 150; localised 145,
  // restarted 205, loaded 220.
  SmallCampaign campaign;
  campaign.scenario.checkpoint.last_words = LastWords{};
  campaign.input.state_holders = {{0, 1}, {2, 3}};
  campaign.input.checkpoint.last_words = Seconds{25};
  campaign.fault(95, 0);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.restarts[0].lost, Seconds{5});
  EXPECT_EQ(run.restarts[0].down, Seconds{125});
  EXPECT_EQ(run.restores_from, (Restores{{"last_words", 1}}));
}

TEST(CampaignCheckpoints, slow_last_words_hold_up_the_load) {
  // Saved from 125 to 225, restarted 205: 20 s more.
  SmallCampaign campaign;
  campaign.scenario.checkpoint.last_words = LastWords{};
  campaign.input.state_holders = {{0, 1}, {2, 3}};
  campaign.input.checkpoint.last_words = Seconds{100};
  campaign.fault(95, 0);
  EXPECT_EQ(campaign.run().restarts[0].down, Seconds{145});
}

TEST(CampaignCheckpoints, steps_are_slower_beside_a_write) {
  // Save of 2 + 50 s: 100, 102; four steps of 12.5 s until 152, six of 10 until 212.
  SmallCampaign campaign;
  campaign.scenario.checkpoint.mode = CheckpointMode::asynchronous;
  campaign.scenario.checkpoint.step_slowdown = 0.25;
  campaign.input.checkpoint.write = Seconds{50};
  campaign.scenario.job.train_for = Seconds{212};
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.steps, 20);
  EXPECT_EQ(time_in(run, AccountKind::degraded), ns(10));
  EXPECT_EQ(time_in(run, AccountKind::productive), ns(200));
}

TEST(CampaignCheckpoints, an_interval_in_steps_is_that_many_steps) {
  SmallCampaign by_time, by_steps;
  by_steps.scenario.checkpoint.every = Seconds{0};
  by_steps.scenario.checkpoint.every_steps = 10;
  EXPECT_EQ(bytes_of(by_time.run()), bytes_of(by_steps.run()));
}

TEST(CampaignCheckpoints, a_replica_is_the_campaign_without_the_engine) {
  LlamaCampaign campaign;
  campaign.scenario.checkpoint.memory = MemoryCopies{};
  campaign.input.checkpoint.memory = {
      .stall = Seconds{0.02}, .copy = Seconds{2}, .load_own = Seconds{1}, .load_peer = Seconds{2}};
  EXPECT_EQ(bytes_of(run_replica(campaign.input)), bytes_of(run_campaign(campaign.input)));
}

}  // namespace
}  // namespace qianka
