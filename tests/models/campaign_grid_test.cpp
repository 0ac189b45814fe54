// SPDX-License-Identifier: Apache-2.0
// What holds for every campaign, over a grid of them: faults by rate and replayed, every way to
// save, to keep spares and to end. Some run out of spares, some cannot get ahead for long.
#include "support/campaign_bytes.hpp"
#include "support/small_campaign.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

enum class End { time, steps, tokens };

Nanoseconds sum_of(const CampaignSummary& run, std::initializer_list<AccountKind> kinds) {
  return std::accumulate(
      kinds.begin(), kinds.end(), Nanoseconds{0},
      [&](Nanoseconds sum, AccountKind kind) { return sum + time_in(run, kind); });
}

void set_end(Job& job, End end) {
  job.train_for.reset();
  if (end == End::time) job.train_for = Seconds{5 * 86400.0 + 0.123456789};
  if (end == End::steps) job.steps = 20'000;
  if (end == End::tokens) job.tokens = 2e7;
}

void set_faults(Faults& faults, bool replayed) {
  if (replayed) {
    for (int i = 0; i < 40; ++i) {
      faults.replay.push_back({.at = Seconds{i * i * 311.7 + 100.0 / 3},
                               .component = "gpu",
                               .node = i % 5 - 1,
                               .kind = "replayed",
                               .evicts_node = i % 3 != 0});
    }
  } else {
    faults.classes = {
        {.component = "gpu", .cause = "hard", .per_node_day = 1.5},
        {.component = "software", .cause = "soft", .per_node_day = 0.7, .evicts_node = false},
        {.component = "nic",
         .cause = "bunched",
         .per_node_day = 0.3,
         .distribution = Distribution::weibull,
         .shape = 0.6},
        {.component = "host",
         .cause = "spread",
         .per_node_day = 0.3,
         .distribution = Distribution::lognormal,
         .shape = 1.1}};
    faults.job_per_day = 1;
  }
}

/// Calls `check` with every campaign of the grid, each under its name.
void for_each_campaign(const std::function<void(SmallCampaign&, const std::string&)>& check) {
  for (const bool replayed : {false, true}) {
    for (const CheckpointMode mode :
         {CheckpointMode::none, CheckpointMode::synchronous, CheckpointMode::asynchronous}) {
      for (const Spares spares : {Spares::none, Spares::warm, Spares::cold}) {
        for (const End end : {End::time, End::steps, End::tokens}) {
          for (const double repair : {0.0, 1200.0, 30'000.0}) {
            for (const bool degrades : {false, true}) {
              SmallCampaign campaign;
              Scenario& scenario = campaign.scenario;
              set_end(scenario.job, end);
              set_faults(scenario.faults, replayed);
              scenario.checkpoint.mode = mode;
              scenario.recovery.spares = spares;
              scenario.recovery.repair_median = Seconds{repair};
              scenario.recovery.repair_sigma = 1;
              scenario.recovery.detect = Seconds{10.0 / 3};
              campaign.input.checkpoint.write = Seconds{replayed ? 31.4159 : 271.828};
              campaign.input.ideal_step = Seconds{10.0 / 3};
              campaign.input.step_time = [degrades](const ClusterState& state) {
                return Seconds{degrades ? 10.0 / 3 + 0.123 * state.moved_nodes : 10.0 / 3};
              };
              check(campaign,
                    fmt::format("replayed {} mode {} spares {} end {} repair {} degrades {}",
                                replayed, static_cast<int>(mode), static_cast<int>(spares),
                                static_cast<int>(end), repair, degrades));
            }
          }
        }
      }
    }
  }
}

TEST(CampaignGrid, every_nanosecond_of_the_job_and_of_every_node_is_in_one_account) {
  for_each_campaign([](SmallCampaign& campaign, const std::string& name) {
    SCOPED_TRACE(name);
    const CampaignSummary run = campaign.run();
    Nanoseconds job = 0;
    NodeNanoseconds nodes = run.idle_spare_node_ns + run.in_repair_node_ns;
    for (int kind = 0; kind < account_kinds; ++kind) {
      EXPECT_GE(run.account_ns[kind], 0);
      job += run.account_ns[kind];
      nodes += run.card_account_ns[kind];
    }
    EXPECT_GT(run.wall_ns, 0);
    EXPECT_EQ(job, run.wall_ns);
    EXPECT_EQ(nodes, static_cast<NodeNanoseconds>(run.wall_ns) * 6);
    EXPECT_EQ(run.all_node_ns, nodes);
    EXPECT_GE(run.in_repair_node_ns, 0);
    // Training needs all of the job's nodes.
    for (const AccountKind kind : {AccountKind::productive, AccountKind::checkpoint_stall}) {
      EXPECT_EQ(run.card_account_ns[static_cast<int>(kind)],
                static_cast<NodeNanoseconds>(time_in(run, kind)) * 4);
    }
  });
}

TEST(CampaignGrid, work_lost_is_work_done_again) {
  for_each_campaign([](SmallCampaign& campaign, const std::string& name) {
    SCOPED_TRACE(name);
    const CampaignSummary run = campaign.run();
    const Nanoseconds ideal = to_nanoseconds(campaign.input.ideal_step);
    const Nanoseconds lost = to_nanoseconds(run.lost_work);
    const Nanoseconds again = time_in(run, AccountKind::recomputed);
    const bool degraded = campaign.input.step_time({.moved_nodes = 1}) > campaign.input.ideal_step;
    if (run.finished && !campaign.scenario.job.train_for) {
      // At the end, every step has been done for the first time once, and all that was lost again.
      EXPECT_EQ(time_in(run, AccountKind::productive), run.steps * ideal);
      EXPECT_GE(again, lost);  // longer only where degraded steps did it again
      EXPECT_TRUE(degraded || again == lost);
    } else if (!degraded) {
      // Cut short: some of it may still lie ahead.
      EXPECT_LE(again, lost);
      const Nanoseconds kept = time_in(run, AccountKind::productive) - (lost - again);
      EXPECT_EQ(kept / ideal, run.steps);
    }
    double records = 0;
    for (const RestartRecord& restart : run.restarts) records += restart.lost.value;
    EXPECT_NEAR(records, run.lost_work.value, 1e-6);
  });
}

TEST(CampaignGrid, the_log_of_restarts_agrees_with_the_accounts) {
  for_each_campaign([](SmallCampaign& campaign, const std::string& name) {
    SCOPED_TRACE(name);
    const CampaignSummary run = campaign.run();
    EXPECT_EQ(run.failures, std::ssize(run.restarts));
    std::int64_t by_component = 0;
    for (const auto& [component, count] : run.failures_by_component) by_component += count;
    EXPECT_EQ(by_component, run.failures);
    double down = 0, before = 0;
    for (const RestartRecord& restart : run.restarts) {
      EXPECT_GE(restart.at.value, before);
      before = restart.at.value;
      down += restart.down.value;
      EXPECT_LT(restart.node, 6);
    }
    const Nanoseconds accounts =
        sum_of(run, {AccountKind::detection, AccountKind::localisation, AccountKind::waiting,
                     AccountKind::restart, AccountKind::load});
    EXPECT_NEAR(down, to_seconds(accounts).value, 1e-6);
    EXPECT_DOUBLE_EQ(run.mean_time_between_failures.value,
                     run.wall.value / static_cast<double>(run.failures));
    EXPECT_LE(run.goodput, run.ettr + 1e-12);
    EXPECT_EQ(run.tokens, static_cast<double>(run.steps) * 1000);
  });
}

TEST(CampaignGrid, the_grid_meets_every_account) {
  CampaignSummary all;
  int unfinished = 0;
  for_each_campaign([&](SmallCampaign& campaign, const std::string&) {
    const CampaignSummary run = campaign.run();
    for (int kind = 0; kind < account_kinds; ++kind) all.account_ns[kind] += run.account_ns[kind];
    unfinished += run.finished ? 0 : 1;
  });
  for (int kind = 0; kind < account_kinds; ++kind) {
    EXPECT_GT(all.account_ns[kind], 0) << account_name(static_cast<AccountKind>(kind));
  }
  EXPECT_GT(unfinished, 0);
}

TEST(CampaignGrid, same_scenario_and_seed_same_bytes) {
  for_each_campaign([](SmallCampaign& campaign, const std::string& name) {
    SCOPED_TRACE(name);
    const std::string first = bytes_of(campaign.run());
    EXPECT_EQ(first, bytes_of(campaign.run()));
    campaign.scenario.seed = 2;
    if (campaign.scenario.faults.replay.empty()) {
      EXPECT_NE(first, bytes_of(campaign.run()));
    }
  });
}

std::vector<double> fault_times(const CampaignSummary& run) {
  std::vector<double> times;
  for (const RestartRecord& restart : run.restarts) times.push_back(restart.at.value);
  return times;
}

/// Faults aimed at an empty place strike nobody; apart from those all runs meet the same ones.
void expect_no_others(const std::vector<double>& times, SmallCampaign& campaign) {
  const std::vector<double> met = fault_times(campaign.run());
  EXPECT_GT(met.size(), times.size() / 3);
  EXPECT_TRUE(std::ranges::includes(times, met));
}

TEST(CommonFaults, spares_repairs_and_saves_change_no_fault_time) {
  SmallCampaign campaign;
  set_end(campaign.scenario.job, End::time);
  set_faults(campaign.scenario.faults, false);
  campaign.scenario.recovery.repair_median = Seconds{0};  // no place is ever empty
  const std::vector<double> times = fault_times(campaign.run());
  EXPECT_GT(times.size(), 30U);
  campaign.scenario.checkpoint.mode = CheckpointMode::none;
  EXPECT_EQ(times, fault_times(campaign.run()));
  campaign.scenario.recovery.repair_median = Seconds{600};
  expect_no_others(times, campaign);
  campaign.scenario.recovery.spares = Spares::none;
  expect_no_others(times, campaign);
  campaign.scenario.recovery.repair_median = Seconds{7200};
  expect_no_others(times, campaign);
  campaign.scenario.cluster.spares = 20;
  campaign.input.leaf_group.resize(24);
  campaign.scenario.recovery.spares = Spares::cold;
  expect_no_others(times, campaign);
}

TEST(CommonFaults, more_spares_never_wait_longer) {
  SmallCampaign campaign;
  set_end(campaign.scenario.job, End::time);
  set_faults(campaign.scenario.faults, false);
  campaign.scenario.recovery.repair_median = Seconds{20'000};
  Nanoseconds before = never;
  for (int spares = 0; spares <= 10; ++spares) {
    campaign.scenario.cluster.spares = spares;
    campaign.input.leaf_group.assign(static_cast<std::size_t>(4 + spares), 0);
    const Nanoseconds waiting = time_in(campaign.run(), AccountKind::waiting);
    EXPECT_LE(waiting, before);
    before = waiting;
  }
  EXPECT_EQ(before, 0);
}

}  // namespace
}  // namespace qianka
