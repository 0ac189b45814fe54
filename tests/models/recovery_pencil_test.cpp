// SPDX-License-Identifier: Apache-2.0
// One thing each about recoveries, worked out by hand, exact to the nanosecond. The campaign of
// support/small_campaign.hpp: step 10 s, save every 100 s, 7 s to write, detection 30 s,
// localisation 20 s, restart 60 s, load 15 s; 4 nodes and 2 spares. The fault strikes at 250:
// training since 214, so that 36 s are lost, and from there 30 + 20 + 60 + 15 = 125 s down.
#include "support/small_campaign.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace qianka {
namespace {

Nanoseconds ns(double seconds) { return std::llround(seconds * 1e9); }

Nanoseconds in_part(const CampaignSummary& run, RecoveryPart part) {
  return run.recovery_ns[static_cast<std::size_t>(part)];
}

struct Recovering : SmallCampaign {
  Recovery& recovery = scenario.recovery;

  /// The last fault of the list is like this.
  ReplayedFault& last() { return scenario.faults.replay.back(); }
};

TEST(RecoveryPencil, parts_say_what_the_accounts_went_to) {
  Recovering campaign;
  campaign.recovery.schedule = Seconds{5};
  campaign.recovery.groups = Seconds{11};
  campaign.recovery.warm_up = Seconds{3};
  campaign.fault(250, 0);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(in_part(run, RecoveryPart::detect), ns(30));
  EXPECT_EQ(in_part(run, RecoveryPart::localise), ns(20));
  EXPECT_EQ(in_part(run, RecoveryPart::schedule), ns(5));
  EXPECT_EQ(in_part(run, RecoveryPart::restart), ns(60));
  EXPECT_EQ(in_part(run, RecoveryPart::groups), ns(11));
  EXPECT_EQ(in_part(run, RecoveryPart::load), ns(15));
  EXPECT_EQ(in_part(run, RecoveryPart::warm_up), ns(3));
  EXPECT_EQ(time_in(run, AccountKind::restart), ns(5 + 60 + 11 + 3));
  EXPECT_EQ(run.restarts[0].down, Seconds{144});
}

TEST(RecoveryPencil, groups_take_longer_on_more_cards) {
  // 32 cards: two doublings beyond 8, so 4 + 2 x 3 s.
  Recovering campaign;
  campaign.recovery.groups =
      TimeSpread({{.time = Seconds{4}, .per_doubling = Seconds{3}, .above = 8}});
  campaign.fault(250, 0);
  EXPECT_EQ(in_part(campaign.run(), RecoveryPart::groups), ns(10));
}

TEST(RecoveryPencil, the_next_failure_strikes_each_part) {
  // detect 250-280, localise -300, schedule -305, restart -365, groups -376, load -391, warm up
  // -394. Struck in each: what was begun is charged, and everything begins again.
  for (const auto& [at, part, spent] : {std::tuple{255, RecoveryPart::detect, 5},
                                        {290, RecoveryPart::localise, 10},
                                        {302, RecoveryPart::schedule, 2},
                                        {310, RecoveryPart::restart, 5},
                                        {370, RecoveryPart::groups, 5},
                                        {380, RecoveryPart::load, 4},
                                        {393, RecoveryPart::warm_up, 2}}) {
    Recovering once;
    Recovering twice;
    for (Recovering* campaign : {&once, &twice}) {
      campaign->recovery.schedule = Seconds{5};
      campaign->recovery.groups = Seconds{11};
      campaign->recovery.warm_up = Seconds{3};
      campaign->fault(250, 0, false);
    }
    twice.fault(at, 1, false);
    const CampaignSummary run = twice.run(), alone = once.run();
    EXPECT_EQ(run.restarts[0].down.value, at - 250);
    EXPECT_EQ(run.restarts[1].down, Seconds{144});
    EXPECT_GE(in_part(run, part), in_part(alone, part) + ns(spent));
  }
}

TEST(RecoveryPencil, a_hang_waits_for_its_time_out) {
  Recovering campaign;
  campaign.recovery.detect_hang = Seconds{400};
  campaign.fault(250, 0);
  campaign.last().noticed = Noticed::hang;
  EXPECT_EQ(time_in(campaign.run(), AccountKind::detection), ns(400));
}

TEST(RecoveryPencil, silent_corruption_takes_the_checkpoints_since_with_it) {
  // From 150 on results are wrong; saved at 107, and wrongly at 214 and 321. Noticed at 350, where
  // 20 + 10 steps and 29 s are done: back to 10 steps, so 200 + 29 s of work are lost.
  Recovering campaign;
  campaign.recovery.detect_silent = Seconds{200};
  campaign.fault(150, 0);
  campaign.last().noticed = Noticed::silent;
  const CampaignSummary run = campaign.run();
  ASSERT_EQ(run.restarts.size(), 1);
  EXPECT_EQ(run.restarts[0].at, Seconds{350});
  EXPECT_EQ(run.restarts[0].lost, Seconds{229});
  // Down until 475, then the 229 s again.
  EXPECT_EQ(time_in(run, AccountKind::recomputed), ns(229));
}

TEST(RecoveryPencil, corruption_before_the_first_checkpoint_starts_the_run_over) {
  Recovering campaign;
  campaign.recovery.detect_silent = Seconds{200};
  campaign.fault(50, 0);
  campaign.last().noticed = Noticed::silent;
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.restarts[0].lost, Seconds{100 + 100 + 36});
  EXPECT_EQ(time_in(run, AccountKind::load), 0);
}

TEST(RecoveryPencil, a_retry_in_place_costs_the_step_under_way) {
  // 36 s into the interval at 250: 6 s of a step are done again. Detect 280, retry 287, and the
  // interval's last 70 s until 357.
  Recovering campaign;
  campaign.recovery.decide = {{.components = {"gpu"}, .action = Remedy::retry, .time = Seconds{7}}};
  campaign.scenario.job.train_for = Seconds{364};
  campaign.fault(250, 0);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.restarts[0].lost, Seconds{6});
  EXPECT_EQ(run.restarts[0].down, Seconds{37});
  EXPECT_EQ(in_part(run, RecoveryPart::remedy), ns(7));
  EXPECT_EQ(time_in(run, AccountKind::localisation), 0);
  EXPECT_EQ(time_in(run, AccountKind::recomputed), ns(6));
  EXPECT_EQ(run.in_repair_node_ns, 0);
  EXPECT_EQ(run.checkpoints, 3);
  EXPECT_EQ(run.steps, 30);
}

TEST(RecoveryPencil, a_background_write_survives_a_retry) {
  // Snapshot until 102, complete at 152; retried from 120 to 157.
  Recovering campaign;
  campaign.scenario.checkpoint.mode = CheckpointMode::asynchronous;
  campaign.input.checkpoint.write = Seconds{50};
  campaign.scenario.job.train_for = Seconds{160};
  campaign.recovery.decide = {{.action = Remedy::retry, .time = Seconds{7}}};
  campaign.fault(120, 0);
  EXPECT_EQ(campaign.run().checkpoints, 1);
}

TEST(RecoveryPencil, processes_that_restart_where_they_are_need_no_search) {
  // Detect 280, restart of the process 290, groups 294, load 309.
  Recovering campaign;
  campaign.recovery.decide = {{.action = Remedy::restart_process, .time = Seconds{10}}};
  campaign.recovery.groups = Seconds{4};
  campaign.fault(250, 0);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.restarts[0].down, Seconds{59});
  EXPECT_EQ(run.restarts[0].lost, Seconds{36});
  EXPECT_EQ(run.in_repair_node_ns, 0);
}

TEST(RecoveryPencil, a_remedy_that_does_not_help_takes_its_time_and_the_next_row_follows) {
  // Retry 7 s in vain, restart of the process 10 s in vain, then the whole recovery.
  Recovering campaign;
  campaign.recovery.decide = {
      {.action = Remedy::retry, .time = Seconds{7}, .success = 0},
      {.components = {"nic"}, .action = Remedy::retry, .time = Seconds{1000}},
      {.noticed = Noticed::hang, .action = Remedy::retry, .time = Seconds{1000}},
      {.action = Remedy::restart_process, .time = Seconds{10}, .success = 0}};
  campaign.fault(250, 0);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.restarts[0].down, Seconds{125 + 17});
  EXPECT_EQ(run.restarts[0].lost, Seconds{36});
  EXPECT_GT(run.in_repair_node_ns, 0);
}

TEST(RecoveryPencil, the_policy_may_evict_or_keep_against_what_the_class_says) {
  for (const bool evicts : {true, false}) {
    Recovering campaign;
    campaign.recovery.decide = {{.action = evicts ? Remedy::evict : Remedy::stay}};
    campaign.fault(250, 0, !evicts);
    EXPECT_EQ(campaign.run().in_repair_node_ns > 0, evicts);
  }
}

TEST(RecoveryPencil, nothing_is_tried_in_place_while_the_job_is_down) {
  Recovering campaign;
  campaign.recovery.decide = {{.components = {"nic"}, .action = Remedy::retry, .time = Seconds{7}}};
  campaign.fault(250, 0).fault(260, 1);
  campaign.last().component = "nic";
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(in_part(run, RecoveryPart::remedy), 0);
  EXPECT_EQ(run.restarts[1].down, Seconds{125});
}

TEST(RecoveryPencil, a_wrong_node_leaves_and_the_fault_is_back) {
  // The fault of node 0 takes another to be checked; training goes on at 375, and 40 s later the
  // fault is back. Then always wrong again: it never leaves.
  Recovering campaign;
  campaign.recovery.wrong = 1;
  campaign.recovery.strikes_again = Seconds{40};
  campaign.recovery.shop.check = Seconds{100};
  campaign.scenario.job.train_for = Seconds{450};
  campaign.fault(250, 0);
  const CampaignSummary run = campaign.run();
  ASSERT_EQ(run.restarts.size(), 2);
  EXPECT_EQ(run.restarts[1].at, Seconds{415});
  EXPECT_EQ(run.restarts[1].node, 0);
  EXPECT_EQ(run.restarts[1].cause, "a test, again");
  EXPECT_EQ(run.restarts[1].lost, Seconds{40});
  EXPECT_EQ(run.in_repair_node_ns, ns(100));  // the good one, from 300 on
}

TEST(RecoveryPencil, good_nodes_of_the_group_leave_with_the_faulty_one) {
  // Groups of two places: with 2 goes 3. Two spares take over at 300.
  Recovering campaign;
  campaign.recovery.over_evict = {.share = 1, .nodes = 1};
  campaign.recovery.shop.check = Seconds{100};
  campaign.fault(250, 2);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.in_repair_node_ns, ns(700 + 100));  // the faulty one until the end
  EXPECT_EQ(run.idle_spare_node_ns, 2 * ns(300) + ns(600));
}

TEST(RecoveryPencil, one_event_may_take_several_nodes) {
  Recovering campaign;
  campaign.recovery.repair_median = Seconds{100};
  campaign.recovery.over_evict = {.share = 1, .nodes = 3};  // the whole job: two spares do not do
  campaign.recovery.shop.check = Seconds{50};
  campaign.fault(250, 2);
  const CampaignSummary run = campaign.run();
  // 300: four leave, two spares come; 350: three are back.
  EXPECT_EQ(in_part(run, RecoveryPart::wait), ns(50));
  EXPECT_EQ(run.card_account_ns[static_cast<int>(AccountKind::waiting)], 2 * ns(50));
}

TEST(RecoveryPencil, hot_spares_need_no_scheduler) {
  for (const auto& [spares, down] : {std::pair{Spares::warm, 225}, {Spares::hot, 125}}) {
    Recovering campaign;
    campaign.recovery.spares = spares;
    campaign.recovery.schedule = Seconds{100};
    campaign.fault(250, 0);
    EXPECT_EQ(campaign.run().restarts[0].down.value, down);
  }
}

TEST(RecoveryPencil, spares_beyond_the_ready_ones_boot) {
  // One is ready: a second node at once must boot (200 s); one failure after the other need not.
  Recovering at_once;
  at_once.recovery.ready = 1;
  at_once.fault(250, 0).fault(255, 1);
  EXPECT_EQ(in_part(at_once.run(), RecoveryPart::cold_start), ns(200));
  Recovering in_turn;
  in_turn.recovery.ready = 1;
  in_turn.fault(250, 0).fault(500, 1);
  EXPECT_EQ(in_part(in_turn.run(), RecoveryPart::cold_start), 0);
}

TEST(RecoveryPencil, another_job_gives_a_node_for_a_price) {
  // Both spares work elsewhere. Evicted at 300, taken by 340, restart 400, load 415. The node is
  // repaired at 500 and goes to the other job.
  Recovering campaign;
  campaign.recovery.take = {.nodes = 2, .time = Seconds{40}};
  campaign.recovery.repair_median = Seconds{200};
  campaign.fault(250, 0);
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(in_part(run, RecoveryPart::take), ns(40));
  EXPECT_EQ(time_in(run, AccountKind::waiting), ns(40));
  EXPECT_EQ(run.restarts[0].down, Seconds{165});
  EXPECT_EQ(run.idle_spare_node_ns, 0);
  EXPECT_EQ(run.other_job_node_ns, 2 * ns(340) + ns(160) + 2 * ns(500));
  EXPECT_EQ(run.in_repair_node_ns, ns(200));
}

TEST(RecoveryPencil, a_node_that_comes_back_bad_fails_once_it_trains) {
  // No spares: evicted at 300, back and bad at 400, training at 475, fails 25 s later, and so on.
  Recovering campaign;
  campaign.recovery.spares = Spares::none;
  campaign.recovery.repair_median = Seconds{100};
  campaign.recovery.shop.failed = 1;
  campaign.recovery.shop.fails_again = Seconds{25};
  campaign.fault(250, 0);
  const CampaignSummary run = campaign.run();
  ASSERT_GE(run.restarts.size(), 2);
  EXPECT_EQ(run.restarts[1].at, Seconds{500});
  EXPECT_EQ(run.restarts[1].cause, "a test, not repaired");
  EXPECT_EQ(run.restarts[1].node, 0);
}

TEST(RecoveryPencil, a_bad_node_that_is_a_spare_does_not_fail) {
  Recovering campaign;
  campaign.recovery.repair_median = Seconds{100};
  campaign.recovery.shop.failed = 1;
  campaign.recovery.shop.fails_again = Seconds{25};
  campaign.fault(250, 0);
  EXPECT_EQ(campaign.run().failures, 1);
}

TEST(RecoveryPencil, a_scrapped_node_is_gone_and_its_time_has_its_account) {
  Recovering campaign;
  campaign.recovery.repair_median = Seconds{10};
  campaign.recovery.shop.retire_after = 1;
  campaign.recovery.spares = Spares::none;
  campaign.fault(250, 0).fault(500, 0);  // evicted at 300 and back at 310; scrapped at 550
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.retired_node_ns, ns(450));
  EXPECT_EQ(run.in_repair_node_ns, ns(10));
  EXPECT_EQ(time_in(run, AccountKind::waiting), ns(10 + 450));
}

TEST(RecoveryPencil, a_recorded_time_is_the_whole_recovery) {
  // 40 s in all: 30 of detection, 10 of localisation; nothing for restart and load.
  Recovering campaign;
  campaign.fault(250, 0);
  campaign.last().duration = Seconds{40};
  CampaignSummary run = campaign.run();
  EXPECT_EQ(run.restarts[0].down, Seconds{40});
  EXPECT_EQ(time_in(run, AccountKind::localisation), ns(10));
  EXPECT_EQ(time_in(run, AccountKind::load), 0);
  campaign.last().duration = Seconds{200};
  run = campaign.run();
  EXPECT_EQ(run.restarts[0].down, Seconds{200});
  EXPECT_EQ(time_in(run, AccountKind::restart), ns(150));
}

TEST(RecoveryPencil, a_slow_node_slows_the_job_until_it_is_noticed) {
  // At half speed from 20 on a step takes 15 s (the test says); noticed at 65, when 2 + 3 steps are
  // done; out at 115, up at 175.
  Recovering campaign;
  campaign.recovery.detect_slow = Seconds{45};
  campaign.input.step_time = [](const ClusterState& state) {
    return Seconds{state.slowest == 50 ? 15.0 : 10.0};
  };
  campaign.scenario.job.train_for = Seconds{175};
  campaign.fault(20, 0);
  campaign.last().slow_to = 0.5;
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(time_in(run, AccountKind::productive), ns(50));
  EXPECT_EQ(time_in(run, AccountKind::degraded), ns(15));
  EXPECT_EQ(run.restarts[0].at, Seconds{65});
  EXPECT_EQ(run.restarts[0].lost, Seconds{50});
}

TEST(RecoveryPencil, a_slow_node_that_is_not_the_one_taken_out_stays_slow) {
  // As above, but another node leaves at 115, for nothing: from 175 on (no checkpoint yet) steps
  // still take 15 s; the fault is back at 175 + 60 = 235, when 4 are done.
  Recovering campaign;
  campaign.recovery.detect_slow = Seconds{45};
  campaign.recovery.wrong = 1;
  campaign.recovery.strikes_again = Seconds{60};
  campaign.input.step_time = [](const ClusterState& state) {
    return Seconds{state.slowest == 50 ? 15.0 : 10.0};
  };
  campaign.scenario.job.train_for = Seconds{240};
  campaign.fault(20, 0);
  campaign.last().slow_to = 0.5;
  const CampaignSummary run = campaign.run();
  ASSERT_EQ(run.restarts.size(), 2);
  EXPECT_EQ(run.restarts[1].at, Seconds{235});
  EXPECT_EQ(run.restarts[1].lost, Seconds{40});  // of healthy work
}

TEST(RecoveryPencil, a_slow_spell_of_a_class_ends_by_itself_unless_it_is_found_before) {
  for (const auto& [noticed, failures] : {std::pair{45.0, true}, {90.0, false}}) {
    Recovering campaign;
    campaign.scenario.faults.classes = {{.component = "gpu",
                                         .cause = "hot",
                                         .per_node_day = 100,
                                         .slow_to = 0.5,
                                         .duration = Seconds{60}}};
    campaign.recovery.detect_slow = Seconds{noticed};
    EXPECT_EQ(campaign.run().failures > 0, failures) << noticed;
  }
}

TEST(RecoveryPencil, nothing_stops_while_the_job_waits_for_a_node) {
  // Evicted at 300, back at 900. The job's own stop at 500 finds no process; the other node that
  // breaks at 600 leaves as well.
  Recovering campaign;
  campaign.recovery.spares = Spares::none;
  campaign.recovery.repair_median = Seconds{600};
  campaign.fault(250, 0).fault(500, -1, false).fault(600, 1);
  const CampaignSummary run = campaign.run();
  ASSERT_EQ(run.restarts.size(), 2);
  EXPECT_EQ(run.restarts[0].down, Seconds{350});
  EXPECT_EQ(run.restarts[1].at, Seconds{600});
}

TEST(RecoveryPencil, what_a_leaf_took_along_is_back_with_the_leaf) {
  // Both nodes of the leaf leave at once, for 400 s and their checks, whatever nodes take to
  // repair.
  Recovering campaign;
  campaign.scenario.faults.classes = {
      {.component = "leaf", .cause = "dies", .per_node_day = 10, .takes = Takes::leaf}};
  campaign.recovery.repair_median = Seconds{1e9};
  campaign.recovery.shop.group = Seconds{400};
  campaign.recovery.shop.check = Seconds{10};
  int seen = 0;
  for (campaign.scenario.seed = 1; campaign.scenario.seed <= 20; ++campaign.scenario.seed) {
    const CampaignSummary run = campaign.run();
    if (run.failures != 1 || run.restarts[0].at.value > 540) continue;
    EXPECT_EQ(run.in_repair_node_ns, 2 * ns(410));
    ++seen;
  }
  EXPECT_GT(seen, 0);
}

TEST(RecoveryPencil, a_spare_below_a_dead_leaf_takes_nobodys_place) {
  // One leaf has all: whoever is struck, the job waits for the leaf, which is back 400 s after it
  // was left (the spares' 400 s began 50 s before).
  Recovering campaign;
  campaign.input.leaf_group.assign(6, 0);
  campaign.scenario.faults.classes = {
      {.component = "leaf", .cause = "dies", .per_node_day = 10, .takes = Takes::leaf}};
  campaign.recovery.shop.group = Seconds{400};
  int seen = 0;
  for (campaign.scenario.seed = 1; campaign.scenario.seed <= 20; ++campaign.scenario.seed) {
    const CampaignSummary run = campaign.run();
    if (run.failures != 1 || run.restarts[0].at.value > 540) continue;
    EXPECT_EQ(in_part(run, RecoveryPart::wait), ns(400));
    EXPECT_EQ(run.in_repair_node_ns, 6 * ns(400));
    ++seen;
  }
  EXPECT_GT(seen, 0);
}

TEST(RecoveryPencil, a_slow_spell_of_known_length_stops_nothing) {
  Recovering campaign;
  campaign.input.step_time = [](const ClusterState& state) {
    return Seconds{state.slowest == 50 ? 20.0 : 10.0};
  };
  campaign.scenario.job.train_for = Seconds{100};
  campaign.fault(20, 0);
  campaign.last().slow_to = 0.5;
  campaign.last().duration = Seconds{40};
  const CampaignSummary run = campaign.run();
  EXPECT_EQ(run.failures, 0);
  EXPECT_EQ(time_in(run, AccountKind::degraded), ns(20));
  EXPECT_EQ(run.steps, 8);
}

}  // namespace
}  // namespace qianka
