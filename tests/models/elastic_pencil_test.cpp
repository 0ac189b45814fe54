// SPDX-License-Identifier: Apache-2.0
// A job that goes on with fewer replicas, on the pencil: 4 nodes are 4 replicas, no spares are
// used, and without one of the replicas a step takes 4/3 of its 10 s.
#include "support/small_campaign.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace qianka {
namespace {

Nanoseconds ns(double seconds) { return std::llround(seconds * 1e9); }

struct Elastic : SmallCampaign {
  explicit Elastic(bool from_peers = true) {
    scenario.job.parallel.data = 4;
    scenario.recovery.spares = Spares::none;
    scenario.recovery.repair_median = Seconds{300};
    scenario.recovery.state_from_peers = from_peers;
    scenario.recovery.shrink = Shrink{.time = Seconds{40}};
    scenario.checkpoint.mode = from_peers ? CheckpointMode::none : CheckpointMode::synchronous;
    input.step_time = [](const ClusterState& state) {
      return Seconds{10.0 * 4 / (4 - state.replicas_lost)};
    };
  }
};

TEST(Elastic, the_job_shrinks_and_grows_back) {
  // Fault at 50: detect 80, localise 100, shrunk at 140; 13 1/3 s a step until the node is back at
  // 400: 19.5 steps, the half done again; grown at 440, and 56 steps of 10 s until 1000.
  Elastic campaign;
  campaign.fault(50, 0);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.steps, 5 + 19 + 56);
  EXPECT_EQ(run.restarts[0].down, Seconds{90});
  EXPECT_EQ(run.restarts[0].lost, Seconds{0});
  EXPECT_EQ(time_in(run, AccountKind::waiting), 0);
  EXPECT_EQ(time_in(run, AccountKind::load), 0);
  EXPECT_EQ(run.recovery_ns[static_cast<int>(RecoveryPart::reconfigure)], ns(80));
  EXPECT_EQ(run.in_repair_node_ns, ns(300));
  EXPECT_EQ(run.failures, 1);
}

TEST(Elastic, two_nodes_less_are_two_replicas_less) {
  // 140: 3 replicas. Fault at 150: detect 180, localise 200, 240: 2 replicas, 20 s a step; 400 and
  // 500 they are back.
  Elastic campaign;
  campaign.scenario.job.train_for = Seconds{400};
  campaign.fault(50, 0).fault(150, 1);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.steps, 5 + 0 + 8);
}

TEST(Elastic, the_last_replica_cannot_leave) {
  // All four nodes within 30 s: nothing is left to shrink to.
  Elastic campaign;
  campaign.fault(50, 0).fault(60, 1).fault(70, 2).fault(80, 3);
  const CampaignSummary run = campaign.run();
  // 80 + 30 + 20 = 130 all leave and are back at 430.
  EXPECT_EQ(time_in(run, AccountKind::waiting), ns(300));
}

TEST(Elastic, from_checkpoints_it_grows_when_the_next_one_is_complete) {
  // Fault at 50: shrunk at 140, from the beginning. 10 steps of 13 1/3 s until 273 1/3, saved at
  // 280 1/3; ten more until 413 2/3, the node is back since 400; saved at 420 2/3, it grows: 460
  // 2/3, loaded 475 2/3.
  Elastic campaign(false);
  campaign.fault(50, 0);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.restarts[0].lost, Seconds{50});
  EXPECT_EQ(time_in(run, AccountKind::load), ns(15));  // when it grows; at first there was none
  EXPECT_EQ(run.recovery_ns[static_cast<int>(RecoveryPart::reconfigure)], ns(80));
  EXPECT_NEAR(run.lost_work.value, 50, 1e-6);
  std::int64_t restores = 0;
  for (const auto& [from, count] : run.restores_from) restores += count;
  EXPECT_EQ(restores, run.failures);  // growing is none
}

TEST(Elastic, state_of_peers_is_of_no_use_after_silent_corruption) {
  Elastic campaign;
  campaign.scenario.recovery.detect_silent = Seconds{10};
  campaign.fault(50, 0);
  campaign.scenario.faults.replay.back().noticed = Noticed::silent;
  EXPECT_EQ(campaign.run().restarts[0].lost, Seconds{60});
}

/// Useful work with a repair of this length, shrinking and growing back in so many seconds, or
/// waiting.
double useful(double repair, double reconfigure, bool shrinks) {
  Elastic campaign;
  campaign.scenario.job.train_for = Seconds{5000};
  campaign.scenario.recovery.repair_median = Seconds{repair};
  campaign.scenario.recovery.restart = Seconds{0};
  if (shrinks) {
    campaign.scenario.recovery.shrink = Shrink{.time = Seconds{reconfigure / 2}};
  } else {
    campaign.scenario.recovery.shrink.reset();
  }
  campaign.fault(50, 0);
  return campaign.run().goodput;
}

TEST(Elastic, shrinking_wins_when_it_takes_less_than_what_the_others_do_meanwhile) {
  // With D replicas, waiting for T costs T; shrinking costs T / D and its reconfigurations R, so it
  // wins while R < T (1 - 1/D), roughly. Exactly: half of R lies within T, where 1/D is lost
  // anyhow, R/2 (1 - 1/D) + R/2 < T (1 - 1/D): with D = 4, R < 0.857 T. 1028 s of 1200, 343 s of
  // 400.
  EXPECT_GT(useful(1200, 1000, true), useful(1200, 1000, false));
  EXPECT_LT(useful(1200, 1060, true), useful(1200, 1060, false));
  EXPECT_GT(useful(400, 320, true), useful(400, 320, false));
  EXPECT_LT(useful(400, 370, true), useful(400, 370, false));
}

}  // namespace
}  // namespace qianka
