// SPDX-License-Identifier: Apache-2.0
// A campaign on a fabric that changes, on the pencil: steps of 10 s, or 20 s while link 0 is down.
#include "sim/campaign/fabric_timeline.hpp"
#include "support/small_campaign.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace qianka {
namespace {

struct FabricCampaign : SmallCampaign {
  bool cut = false;

  FabricCampaign() {
    scenario.checkpoint.mode = CheckpointMode::none;
    scenario.faults.fabric.timeout = Seconds{30};
    input.step_time = [this](const ClusterState& state) {
      if (state.fabric == 0) return Seconds{10};
      return Seconds{cut ? std::numeric_limits<double>::infinity() : 20};
    };
  }

  FabricCampaign& event(double at, std::optional<Seconds> lasts = {},
                        std::optional<Seconds> every = {}) {
    FabricFault fault;
    fault.device = "leaf0", fault.at = {at}, fault.lasts = lasts, fault.every = every;
    scenario.faults.fabric.events.push_back(fault);
    return *this;
  }
};

constexpr Nanoseconds seconds(double time) { return static_cast<Nanoseconds>(time * 1e9); }

TEST(CampaignFabric, the_step_under_way_goes_on_at_the_new_speed) {
  // 405 s: 40 steps and a half. The other half takes 10 s; 585 s are left: 29 steps and a quarter.
  const CampaignSummary weeks = FabricCampaign().event(405).run();
  EXPECT_EQ(weeks.steps, 40 + 1 + 29);
  EXPECT_EQ(time_in(weeks, AccountKind::productive), seconds(405 + 595.0 / 2));
  EXPECT_EQ(time_in(weeks, AccountKind::degraded), seconds(595.0 / 2));
  EXPECT_EQ(weeks.failures, 0);
  ASSERT_EQ(weeks.fabric.size(), 2U);
  EXPECT_EQ(weeks.fabric[1].at.value, 405);
  EXPECT_EQ(weeks.fabric[1].step.value, 20);
}

TEST(CampaignFabric, finding_routes_anew_is_a_standstill) {
  // Down at 400 s and back at 500 s: 3 s of nothing each, 97 s of half the speed.
  FabricCampaign campaign;
  campaign.scenario.faults.fabric.reroute = Seconds{3};
  const CampaignSummary weeks = campaign.event(400, Seconds{100}).run();
  EXPECT_EQ(time_in(weeks, AccountKind::degraded), seconds(3 + 97.0 / 2 + 3));
  EXPECT_EQ(time_in(weeks, AccountKind::productive), seconds(400 + 97.0 / 2 + 497));
}

TEST(CampaignFabric, a_flap_comes_again) {
  const CampaignSummary weeks = FabricCampaign().event(100, Seconds{10}, Seconds{300}).run();
  // 100, 400, 700 and, for nothing, 1,000.
  EXPECT_EQ(time_in(weeks, AccountKind::degraded), seconds(15));
  EXPECT_EQ(weeks.fabric.size(), 1 + 6U + 1);
}

TEST(CampaignFabric, drawn_flaps_come_as_often_as_their_rate_says) {
  // 50 links of 100 days each, 20 s long: one every 2 days, so 500 in 1,000 days, give or take
  // sqrt(500) = 22. The first comes after `at`.
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    FabricFaults faults;
    FabricFault flap;
    flap.device = "node0.nic0", flap.at = Seconds{86400 * 10.0}, flap.lasts = Seconds{20};
    flap.mtbf = Seconds{86400 * 100.0}, flap.alike = 50;
    faults.events = {flap};
    FabricTimeline line(faults, seed), again(faults, seed);
    EXPECT_GT(line.next(), seconds(86400 * 10.0));
    int flaps = 0;
    while (line.next() < seconds(86400 * 1010.0)) {
      EXPECT_EQ(line.next(), again.next());
      const Nanoseconds begins = line.next();
      line.advance(begins), again.advance(begins);
      EXPECT_EQ(line.state(), 1U);
      EXPECT_EQ(line.next(), begins + seconds(20));
      line.advance(line.next()), again.advance(again.next());
      ++flaps;
    }
    EXPECT_NEAR(flaps, 500, 3 * 22);
  }
}

TEST(CampaignFabric, twins_are_drawn_apart_and_others_do_not_move_them) {
  FabricFault flap;
  flap.device = "node0.nic0", flap.lasts = Seconds{20}, flap.mtbf = Seconds{1e5};
  FabricFault other = flap;
  other.device = "leaf0";
  const auto first = [](std::vector<FabricFault> events) {
    return FabricTimeline({.events = std::move(events)}, 1).next();
  };
  const Nanoseconds alone = first({flap}), others = first({other});
  EXPECT_NE(alone, others);
  EXPECT_EQ(first({flap, other}), std::min(alone, others));
  EXPECT_EQ(first({other, flap}), std::min(alone, others));
  EXPECT_LE(first({flap, flap}), alone);
  EXPECT_EQ(fabric_state_at_start({.events = {flap}}), 0U);
}

TEST(CampaignFabric, saves_stay_due_after_so_many_steps) {
  FabricCampaign campaign;
  campaign.scenario.checkpoint.mode = CheckpointMode::synchronous;
  // Saves after 10 steps: 100 s + 7. Down from 155 s to 175 s: one step and some instead of two.
  const CampaignSummary weeks = campaign.event(155, Seconds{20}).run();
  EXPECT_EQ(weeks.checkpoints, 9);
  EXPECT_EQ(time_in(weeks, AccountKind::degraded), seconds(10));
}

TEST(CampaignFabric, a_short_cut_is_waited_out) {
  FabricCampaign campaign;
  campaign.cut = true;
  const CampaignSummary weeks = campaign.event(405, Seconds{20}).run();
  EXPECT_EQ(weeks.failures, 0);
  EXPECT_EQ(time_in(weeks, AccountKind::degraded), seconds(20));
  EXPECT_EQ(time_in(weeks, AccountKind::productive), seconds(980));
  EXPECT_EQ(weeks.steps, 98);
}

TEST(CampaignFabric, a_long_cut_stops_the_job_until_repair) {
  // Cut at 405 s, given up at 435 s, localised at 455 s; whole at 605 s, restarted at 665 s.
  FabricCampaign campaign;
  campaign.cut = true;
  const CampaignSummary weeks = campaign.event(405, Seconds{200}).run();
  EXPECT_EQ(weeks.failures, 1);
  ASSERT_EQ(weeks.restarts.size(), 1U);
  EXPECT_EQ(weeks.restarts[0].cause, "cut: leaf0 down");
  EXPECT_EQ(weeks.restarts[0].lost.value, 405);
  EXPECT_EQ(time_in(weeks, AccountKind::detection), seconds(30));
  EXPECT_EQ(time_in(weeks, AccountKind::localisation), seconds(20));
  EXPECT_EQ(time_in(weeks, AccountKind::waiting), seconds(150));
  EXPECT_EQ(time_in(weeks, AccountKind::restart), seconds(60));
  EXPECT_EQ(time_in(weeks, AccountKind::degraded), 0);
}

TEST(CampaignFabric, a_cut_for_ever_ends_with_the_run) {
  FabricCampaign campaign;
  campaign.cut = true;
  campaign.scenario.job.train_for = {};
  campaign.scenario.job.steps = 100;
  const CampaignSummary weeks = campaign.event(405).run();
  EXPECT_FALSE(weeks.finished);
  EXPECT_EQ(weeks.failures, 1);
}

TEST(CampaignFabric, a_fault_that_strikes_meanwhile_is_a_fault) {
  FabricCampaign campaign;
  campaign.cut = true;
  // Cut at 400 s; a card dies at 410 s: detection 30, localisation 20, then waiting until 600 s.
  const CampaignSummary weeks = campaign.event(400, Seconds{200}).fault(410, 0, false).run();
  EXPECT_EQ(weeks.failures, 1);
  EXPECT_EQ(time_in(weeks, AccountKind::waiting), seconds(140));
}

}  // namespace
}  // namespace qianka
