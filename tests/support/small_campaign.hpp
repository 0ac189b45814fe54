// SPDX-License-Identifier: Apache-2.0
// A campaign to change a line or two of: four nodes on two leaves and two spares on a third, a step
// of 10 s, saves every 100 s, no faults. Times that are easy on the pencil.
#pragma once
#include "sim/campaign/campaign.hpp"
#include "support/event_queue.hpp"

namespace qianka {

struct SmallCampaign {
  Scenario scenario;
  CampaignInput input;

  SmallCampaign() {
    scenario.cluster.nodes = 4;
    scenario.cluster.spares = 2;
    scenario.cluster.node.cards = 8;
    scenario.job.train_for = Seconds{1000};
    scenario.checkpoint.mode = CheckpointMode::synchronous;
    scenario.checkpoint.every = Seconds{100};
    scenario.recovery = {.detect = Seconds{30},
                         .localise = Seconds{20},
                         .restart = Seconds{60},
                         .cold_start = Seconds{200},
                         .spares = Spares::warm,
                         .repair_median = Seconds{3600},
                         .repair_sigma = 0};
    input.leaf_group = {0, 0, 1, 1, 2, 2};
    input.checkpoint = {
        .write = Seconds{7}, .stall = Seconds{2}, .load = Seconds{15}, .bytes = Bytes{1e12}};
    input.ideal_step = Seconds{10};
    input.tokens_per_step = 1000;
    input.step_time = [](const ClusterState&) { return Seconds{10}; };
  }
  SmallCampaign(const SmallCampaign&) = delete;
  SmallCampaign& operator=(const SmallCampaign&) = delete;

  SmallCampaign& fault(double at, int node, bool evicts_node = true) {
    scenario.faults.replay.push_back({.at = Seconds{at},
                                      .component = "gpu",
                                      .node = node,
                                      .kind = "a test",
                                      .evicts_node = evicts_node});
    return *this;
  }

  CampaignSummary run() {
    input.scenario = &scenario;
    return run_on_queue(input);
  }
};

/// What an account holds, in nanoseconds.
inline Nanoseconds time_in(const CampaignSummary& summary, AccountKind kind) {
  return summary.account_ns[static_cast<std::size_t>(kind)];
}

}  // namespace qianka
