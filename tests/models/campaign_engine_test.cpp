// SPDX-License-Identifier: Apache-2.0
// The campaign on the real engine, in its child, against the same on a plain queue of events.
#include "sim/campaign/campaign_child.hpp"
#include "sim/units/require.hpp"
#include "support/campaign_bytes.hpp"
#include "support/llama_campaign.hpp"
#include "support/small_campaign.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

TEST(CampaignEngine, the_clock_changes_no_byte) {
  // At day 54 the engine's doubles are 0.9 ns apart; the job keeps its own time.
  LlamaCampaign campaign;
  for (campaign.scenario.seed = 1; campaign.scenario.seed <= 3; ++campaign.scenario.seed) {
    EXPECT_EQ(bytes_of(simulate_campaign(campaign.input)), bytes_of(run_on_queue(campaign.input)));
  }
}

TEST(CampaignEngine, events_of_one_nanosecond_keep_their_order) {
  // A write complete, a fault, a repair at once and the end of the run, all at 254 s.
  SmallCampaign campaign;
  campaign.scenario.checkpoint.mode = CheckpointMode::asynchronous;
  campaign.scenario.recovery.repair_median = Seconds{0};
  campaign.input.checkpoint.write = Seconds{50};
  campaign.fault(152, 0).fault(254, 1).fault(254, 2);
  for (const double end : {254.0, 1000.0}) {
    campaign.scenario.job.train_for = Seconds{end};
    const std::string on_queue = bytes_of(campaign.run());
    EXPECT_EQ(bytes_of(simulate_campaign(campaign.input)), on_queue);
  }
}

TEST(CampaignEngine, the_parent_is_asked_for_each_step_time_once) {
  LlamaCampaign campaign;
  int asked = 0;
  int most_moved = 0;
  campaign.input.step_time = [&](const ClusterState& state) {
    ++asked;
    most_moved = std::max(most_moved, state.moved_nodes);
    return Seconds{6};
  };
  simulate_campaign(campaign.input);
  int buckets = 1;  // 0
  for (int moved = 1; moved <= most_moved; moved *= 2) ++buckets;
  EXPECT_GT(most_moved, 1);
  EXPECT_LE(asked, buckets);
}

TEST(CampaignEngine, a_job_that_only_fails_is_reported_by_the_parent) {
  SmallCampaign campaign;
  campaign.scenario.faults.job_per_day = 1e9;
  campaign.scenario.job.train_for = Seconds{86400};
  campaign.input.scenario = &campaign.scenario;
  EXPECT_THROW(simulate_campaign(campaign.input), RunFailed);
}

}  // namespace
}  // namespace qianka
