// SPDX-License-Identifier: Apache-2.0
// A few replayed faults each, worked out by hand, exact to the nanosecond. The campaign: 4 nodes
// (leaves 0 0 1 1) and 2 spares (leaf 2); step 10 s, save every 100 s, 7 s to write, detection 30
// s, localisation 20 s, restart 60 s, load 15 s, repair 3600 s; 1000 s of wall clock.
#include "sim/units/require.hpp"
#include "support/small_campaign.hpp"

#include <cmath>
#include <map>
#include <vector>

#include <gtest/gtest.h>

namespace qianka {
namespace {

Nanoseconds ns(double seconds) { return std::llround(seconds * 1e9); }

TEST(CampaignPencil, without_a_fault_only_saves_cost) {
  // 9 x (100 + 7) = 963, then 37 s of training: 90 + 3 steps and 7 s of the next.
  const CampaignSummary run = SmallCampaign().run();
  EXPECT_EQ(run.wall_ns, ns(1000));
  EXPECT_EQ(run.checkpoints, 9);
  EXPECT_EQ(run.steps, 93);
  EXPECT_EQ(run.tokens, 93'000);
  EXPECT_EQ(time_in(run, AccountKind::productive), ns(937));
  EXPECT_EQ(time_in(run, AccountKind::checkpoint_stall), ns(63));
  EXPECT_DOUBLE_EQ(run.ettr, 0.937);
  EXPECT_DOUBLE_EQ(run.goodput, 0.930);
  EXPECT_TRUE(run.finished);
  EXPECT_EQ(run.mean_time_between_failures, Seconds{0});
  EXPECT_EQ(run.idle_spare_node_ns, 2 * ns(1000));
}

TEST(CampaignPencil, three_faults) {
  // 0 train 100 save 107 train 207 save 214 train: 36.500000001 s of work are lost when
  // 250.500000001 node 1 fails: detect 280.5, localise 300.5 (spare 4 in, node 1 to repair),
  // restart 360.5,
  //   load 375.5 (and a nanosecond each), train 475.5: 36.500000001 again, the rest new; save until
  // 480 a fault of node 2 that heals with a restart: 4.499999999 s of saving, 100 s of work lost;
  //   detect 510, localise 530, restart 590, load until
  // 600 node 3 fails: the recovery starts over: detect 630, localise 650 (spare 5 in), restart 710,
  // load 725,
  //   train 825 (all again), save 832, train 932, save 939, train until 1000: 46 steps and 1 s.
  SmallCampaign campaign;
  campaign.fault(250.500000001, 1).fault(480, 2, false).fault(600, 3);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(time_in(run, AccountKind::productive), ns(461));
  EXPECT_EQ(time_in(run, AccountKind::recomputed), ns(136.500000001));
  EXPECT_EQ(time_in(run, AccountKind::checkpoint_stall), ns(4 * 7 + 4.499999999));
  EXPECT_EQ(time_in(run, AccountKind::detection), ns(90));
  EXPECT_EQ(time_in(run, AccountKind::localisation), ns(60));
  EXPECT_EQ(time_in(run, AccountKind::waiting), 0);
  EXPECT_EQ(time_in(run, AccountKind::restart), ns(180));
  EXPECT_EQ(time_in(run, AccountKind::load), ns(15 + 10 + 15));
  EXPECT_EQ(time_in(run, AccountKind::degraded), 0);
  EXPECT_EQ(run.checkpoints, 4);
  EXPECT_EQ(run.steps, 46);
  EXPECT_DOUBLE_EQ(run.ettr, 0.461);
  EXPECT_DOUBLE_EQ(run.goodput, 0.460);
  EXPECT_EQ(run.failures, 3);
  EXPECT_EQ(run.failures_by_component.at("gpu"), 3);
  EXPECT_DOUBLE_EQ(run.lost_work.value, 136.500000001);
  // Idle: two until 300.500000001, one until 650. In repair: node 1 and node 3 from then on.
  EXPECT_EQ(run.idle_spare_node_ns, ns(2 * 300.500000001 + 349.499999999));
  EXPECT_EQ(run.in_repair_node_ns, ns(699.499999999 + 350));
  EXPECT_EQ(run.all_node_ns, 6 * ns(1000));

  ASSERT_EQ(run.restarts.size(), 3);
  const std::vector<double> at{250.500000001, 480, 600}, lost{36.500000001, 100, 0},
      down{125, 120, 125};
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(run.restarts[i].node, static_cast<int>(i) + 1);
    EXPECT_DOUBLE_EQ(run.restarts[i].at.value, at[i]);
    EXPECT_DOUBLE_EQ(run.restarts[i].lost.value, lost[i]);
    EXPECT_DOUBLE_EQ(run.restarts[i].down.value, down[i]);
  }
  EXPECT_DOUBLE_EQ(run.mean_time_between_failures.value, 1000.0 / 3);
  EXPECT_DOUBLE_EQ(run.mean_recovery.value, (136.500000001 + 370) / 3);  // work again + time down
}

TEST(CampaignPencil, a_failure_during_a_background_write_falls_back_to_the_one_before) {
  // Stall 2 s, write 50 s. Train 100, snapshot 102 (complete at 152), train 202, snapshot 204
  // (complete at 254). A fault at 230 finds 20 steps and 26 s done, and only the checkpoint of step
  // 10: 126 s lost.
  SmallCampaign campaign;
  campaign.scenario.checkpoint.mode = CheckpointMode::asynchronous;
  campaign.input.checkpoint.write = Seconds{50};
  campaign.scenario.job.train_for = Seconds{400};
  campaign.fault(230, 0);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.restarts[0].lost, Seconds{126});
  EXPECT_EQ(run.checkpoints, 1);
  EXPECT_EQ(time_in(run, AccountKind::checkpoint_stall), ns(4));
  // Down 125 s until 355; 45 s of step 11 to 15 again until the end.
  EXPECT_EQ(time_in(run, AccountKind::recomputed), ns(45));
  EXPECT_EQ(run.steps, 14);
}

TEST(CampaignPencil, a_background_write_counts_from_the_nanosecond_it_is_complete) {
  for (const auto& [at, lost] : {std::pair{253.999999999, 149.999999999}, {254.0, 50.0}}) {
    SmallCampaign campaign;
    campaign.scenario.checkpoint.mode = CheckpointMode::asynchronous;
    campaign.input.checkpoint.write = Seconds{50};
    campaign.fault(at, 0);
    EXPECT_DOUBLE_EQ(campaign.run().restarts[0].lost.value, lost);
  }
}

TEST(CampaignPencil, a_snapshot_waits_for_the_write_before_it) {
  // Write 150 s: train 100, snapshot 102, train 202, wait until 252, snapshot 254, train 354, wait
  // 404, …
  SmallCampaign campaign;
  campaign.scenario.checkpoint.mode = CheckpointMode::asynchronous;
  campaign.input.checkpoint.write = Seconds{150};
  campaign.scenario.job.train_for = Seconds{410};
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(time_in(run, AccountKind::checkpoint_stall), ns(2 + 50 + 2 + 50 + 2));
  EXPECT_EQ(time_in(run, AccountKind::productive), ns(304));
  EXPECT_EQ(run.checkpoints, 2);
}

TEST(CampaignPencil, before_the_first_checkpoint_there_is_nothing_to_load) {
  // Fault at 50: down 30 + 20 + 60 until 160, then from the beginning.
  SmallCampaign campaign;
  campaign.fault(50, 0);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(time_in(run, AccountKind::load), 0);
  EXPECT_EQ(run.restarts[0].down, Seconds{110});
  EXPECT_EQ(time_in(run, AccountKind::recomputed), ns(50));
}

TEST(CampaignPencil, without_checkpoints_everything_is_done_again) {
  SmallCampaign campaign;
  campaign.scenario.checkpoint.mode = CheckpointMode::none;
  campaign.fault(800, 0, false);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.restarts[0].lost, Seconds{800});
  EXPECT_EQ(time_in(run, AccountKind::recomputed), ns(90));  // from 910
  EXPECT_EQ(run.steps, 9);
  EXPECT_EQ(run.checkpoints, 0);
}

TEST(CampaignPencil, a_cold_spare_boots_within_the_restart) {
  // Fault at 50: restart 60 + 200 from 100 to 360. Struck at 350, it has not booted yet: once more.
  SmallCampaign campaign;
  campaign.scenario.recovery.spares = Spares::cold;
  campaign.fault(50, 0).fault(350, 1, false);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(time_in(run, AccountKind::restart), ns(250 + 260));
  EXPECT_EQ(run.restarts[1].down, Seconds{30 + 20 + 260});
}

TEST(CampaignPencil, a_spare_that_has_booted_boots_no_more) {
  // Up at 360 (after 60 + 200), struck again at 370: 60 alone.
  SmallCampaign campaign;
  campaign.scenario.recovery.spares = Spares::cold;
  campaign.fault(50, 0).fault(370, 0, false);
  EXPECT_EQ(time_in(campaign.run(), AccountKind::restart), ns(260 + 60));
}

TEST(CampaignPencil, a_restart_in_place_needs_no_boot) {
  SmallCampaign campaign;
  campaign.scenario.recovery.spares = Spares::cold;
  campaign.fault(50, 0, false);
  EXPECT_EQ(time_in(campaign.run(), AccountKind::restart), ns(60));
}

TEST(CampaignPencil, without_spares_the_job_waits_for_the_repair) {
  // Fault at 50, evicted at 100, repaired after 300 s at 400, restarted at 460; three nodes wait.
  SmallCampaign campaign;
  campaign.scenario.recovery.spares = Spares::none;
  campaign.scenario.recovery.repair_median = Seconds{300};
  campaign.fault(50, 0);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(time_in(run, AccountKind::waiting), ns(300));
  EXPECT_EQ(run.card_account_ns[static_cast<int>(AccountKind::waiting)], 3 * ns(300));
  EXPECT_EQ(run.in_repair_node_ns, ns(300));
  EXPECT_EQ(run.idle_spare_node_ns, 2 * ns(1000));  // there, but not for this job
  EXPECT_EQ(run.restarts[0].down, Seconds{410});
}

TEST(CampaignPencil, a_second_eviction_while_waiting_starts_the_recovery_over) {
  // Fault at 50 (node 0 away 100..400); at 150 one is aimed at the vacant place 0 and strikes
  // nobody; at 200, waiting, node 1 is struck: detect 230, localise 250, both away: 400 node 0 is
  // back, 550 node 1; restart until 610.
  SmallCampaign campaign;
  campaign.scenario.recovery.spares = Spares::none;
  campaign.scenario.recovery.repair_median = Seconds{300};
  campaign.fault(50, 0).fault(150, 0).fault(200, 1);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.restarts[1].node, 1);
  EXPECT_EQ(time_in(run, AccountKind::waiting), ns(100 + 300));
  // 4 nodes until 100, 3 until 250, 2 until 400, 3 until 550, then 4.
  EXPECT_EQ(run.card_account_ns[static_cast<int>(AccountKind::waiting)],
            3 * ns(100) + 2 * ns(150) + 3 * ns(150));
  EXPECT_EQ(run.restarts[1].down, Seconds{410});
}

TEST(CampaignPencil, a_repair_of_no_time_brings_the_node_back_at_once) {
  SmallCampaign campaign;
  campaign.scenario.recovery.spares = Spares::none;
  campaign.scenario.recovery.repair_median = Seconds{0};
  campaign.fault(50, 0);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(time_in(run, AccountKind::waiting), 0);
  EXPECT_EQ(run.in_repair_node_ns, 0);
  EXPECT_EQ(run.restarts[0].down, Seconds{110});
}

TEST(CampaignPencil, steps_end_the_run_without_a_last_checkpoint) {
  // 30 steps: 100 + 7 + 100 + 7 + 100.
  SmallCampaign campaign;
  campaign.scenario.job.train_for.reset();
  campaign.scenario.job.steps = 30;
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.wall_ns, ns(314));
  EXPECT_EQ(run.steps, 30);
  EXPECT_EQ(run.checkpoints, 2);
  EXPECT_TRUE(run.finished);
}

TEST(CampaignPencil, tokens_end_the_run_with_the_step_that_reaches_them) {
  SmallCampaign campaign;
  campaign.scenario.job.train_for.reset();
  campaign.scenario.job.tokens = 4'001;
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.steps, 5);
  EXPECT_EQ(run.tokens, 5'000);
  EXPECT_EQ(run.wall_ns, ns(50));
}

TEST(CampaignPencil, a_run_of_steps_that_cannot_end_gives_up) {
  // No spare, and a repair of 100 years. A year and a hundred times 300 s.
  SmallCampaign campaign;
  campaign.scenario.job.train_for.reset();
  campaign.scenario.job.steps = 30;
  campaign.scenario.recovery.spares = Spares::none;
  campaign.scenario.recovery.repair_median = Seconds{1e12};
  campaign.fault(50, 0);
  const CampaignSummary run = campaign.run();
  EXPECT_FALSE(run.finished);
  EXPECT_EQ(run.wall_ns, 365 * a_day + 30'000 * a_second);
}

TEST(CampaignPencil, a_save_interval_is_a_whole_number_of_steps) {
  // 104 s are 10.4 steps: 10. Less than a step is one.
  SmallCampaign campaign;
  campaign.scenario.checkpoint.every = Seconds{104};
  EXPECT_EQ(campaign.run().checkpoints, 9);
  SmallCampaign often;
  often.scenario.checkpoint.every = Seconds{1};
  EXPECT_EQ(often.run().checkpoints, 58);  // 58 x 17 = 986
}

TEST(CampaignPencil, what_is_complete_at_the_last_nanosecond_counts) {
  // A save from 100 to 107, and a run of 107 s; a fault in that nanosecond comes too late.
  SmallCampaign campaign;
  campaign.scenario.job.train_for = Seconds{107};
  campaign.fault(107, 0);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.checkpoints, 1);
  EXPECT_EQ(run.failures, 0);
}

TEST(CampaignPencil, the_end_cuts_any_phase) {
  for (const auto& [end, kind, part] : {std::tuple{103.25, AccountKind::checkpoint_stall, 3.25},
                                        {145.5, AccountKind::detection, 5.5},
                                        {170.5, AccountKind::localisation, 0.5},
                                        {200.5, AccountKind::restart, 10.5},
                                        {250.5, AccountKind::load, 0.5}}) {
    SmallCampaign campaign;
    campaign.scenario.job.train_for = Seconds{end};
    campaign.fault(140, 0);  // detect 170, localise 190, restart 250, load 265
    const CampaignSummary run = campaign.run();
    EXPECT_EQ(run.wall_ns, ns(end));
    EXPECT_EQ(time_in(run, kind), ns(part));
  }
}

/// Eight nodes on leaf 0 and four spares on leaf 1; every fault below moves one more node.
struct MovingCampaign : SmallCampaign {
  std::map<int, int> asked;  // moved nodes -> how often

  MovingCampaign() {
    scenario.cluster.nodes = 8;
    scenario.cluster.spares = 4;
    input.leaf_group = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1};
    scenario.recovery.repair_median = Seconds{1e9};
    input.step_time = [this](const ClusterState& state) {
      ++asked[state.moved_nodes];
      return Seconds{state.moved_nodes == 0 ? 10.0 : 12.5};
    };
  }
};

TEST(CampaignPencil, each_bucket_of_moved_nodes_asks_for_its_step_time_once) {
  MovingCampaign campaign;
  campaign.scenario.job.train_for = Seconds{5000};
  campaign.fault(500, 0).fault(1000, 1).fault(1500, 2, false).fault(2000, 3);
  campaign.run();
  // 0, 1, 2, 2 (in place), 3 -> 4
  const std::map<int, int> once{{0, 1}, {1, 1}, {2, 1}, {4, 1}};
  EXPECT_EQ(campaign.asked, once);
  campaign.fault(2500, 4);  // 4
  campaign.asked.clear();
  campaign.run();
  EXPECT_EQ(campaign.asked, once);
}

TEST(CampaignPencil, no_more_nodes_are_moved_than_there_are) {
  // Three of three moved: not four.
  MovingCampaign campaign;
  campaign.scenario.cluster.nodes = 3;
  campaign.input.leaf_group = {0, 0, 0, 1, 1, 1, 1};
  campaign.scenario.job.train_for = Seconds{5000};
  campaign.fault(500, 0).fault(1000, 1).fault(1500, 2);
  campaign.run();
  EXPECT_EQ(campaign.asked.rbegin()->first, 3);
}

TEST(CampaignPencil, a_moved_node_degrades_the_steps) {
  // Fault at 50, evicted at 100, up at 160; 10 steps of 12.5 s: 5 again (62.5 s), 5 new (50 + 12.5
  // s).
  MovingCampaign campaign;
  campaign.scenario.job.train_for = Seconds{285};
  campaign.fault(50, 0);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(time_in(run, AccountKind::productive), ns(100));
  EXPECT_EQ(time_in(run, AccountKind::recomputed), ns(62.5));
  EXPECT_EQ(time_in(run, AccountKind::degraded), ns(12.5));
  EXPECT_EQ(run.lost_work, Seconds{50});
  EXPECT_DOUBLE_EQ(run.ettr, 112.5 / 285);
  EXPECT_DOUBLE_EQ(run.goodput, 100.0 / 285);
}

TEST(CampaignPencil, a_place_luckier_than_the_first_is_not_credited) {
  MovingCampaign campaign;
  campaign.input.step_time = [](const ClusterState& state) {
    return Seconds{state.moved_nodes == 0 ? 10.0 : 9.0};
  };
  campaign.fault(50, 0);
  EXPECT_EQ(time_in(campaign.run(), AccountKind::degraded), 0);
}

TEST(CampaignPencil, a_job_that_only_fails_is_stopped) {
  SmallCampaign campaign;
  campaign.scenario.faults.job_per_day = 1e9;
  campaign.scenario.job.train_for = Seconds{86400};
  EXPECT_THROW(campaign.run(), RunFailed);
}

}  // namespace
}  // namespace qianka
