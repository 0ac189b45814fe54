// SPDX-License-Identifier: Apache-2.0
// The campaign of scenarios/llama3-405b-54-days.yaml, its faults and its recovery as shipped; step
// and checkpoint times are near those that `qianka run` finds, so that a test needs no step
// simulated.
#pragma once
#include "sim/campaign/campaign.hpp"

namespace qianka {

struct LlamaCampaign {
  Scenario scenario = load_scenario(QIANKA_SOURCE_DIR "/scenarios/llama3-405b-54-days.yaml");
  CampaignInput input;

  LlamaCampaign() {
    for (int node = 0; node < 2048 + 64; ++node) input.leaf_group.push_back(node / 32);
    input.checkpoint = {
        .write = Seconds{3}, .stall = Seconds{0.007}, .load = Seconds{3}, .bytes = Bytes{5.67e12}};
    input.ideal_step = Seconds{6.5};
    input.tokens_per_step = 2048 * 8192;
    input.step_time = [](const ClusterState& state) {
      return Seconds{state.moved_nodes == 0 ? 6.5 : 6.51};
    };
    input.scenario = &scenario;
  }
  LlamaCampaign(const LlamaCampaign&) = delete;
  LlamaCampaign& operator=(const LlamaCampaign&) = delete;
};

}  // namespace qianka
