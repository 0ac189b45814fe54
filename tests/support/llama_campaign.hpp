// SPDX-License-Identifier: Apache-2.0
// Llama 3 405B, 54 days on 2,048 nodes with 64 spares, a checkpoint every ten minutes: the causes
// of the 419 unexpected stops as rates (Table 5 of the paper;
// ../shared/data/measurements/failure_causes.csv).
#pragma once
#include "sim/campaign/campaign.hpp"

namespace qianka {

struct LlamaCampaign {
  Scenario scenario;
  CampaignInput input;

  LlamaCampaign() {
    scenario.cluster.nodes = 2048;
    scenario.cluster.spares = 64;
    scenario.job.train_for = Seconds{54 * 86400.0};
    scenario.checkpoint.mode = CheckpointMode::asynchronous;
    scenario.checkpoint.every = Seconds{600};
    scenario.recovery = {.detect = Seconds{30},
                         .localise = Seconds{120},
                         .restart = Seconds{480},
                         .spares = Spares::warm,
                         .repair_median = Seconds{10.5 * 3600},
                         .repair_sigma = 1.9};
    const auto cause = [&](const char* component, const char* name, double count, bool evicts) {
      scenario.faults.classes.push_back({.component = component,
                                         .cause = name,
                                         .per_node_day = count / (2048 * 54),
                                         .evicts_node = evicts});
    };
    cause("gpu", "faulty GPU", 148, true);
    cause("hbm", "GPU HBM3 memory", 72, true);
    cause("software", "software bug", 54, false);
    cause("network", "switch or cable", 35, true);
    cause("host", "host maintenance", 32, true);
    cause("gpu", "SRAM memory", 19, true);
    cause("gpu", "system processor", 17, true);
    cause("nic", "NIC", 7, true);
    cause("software", "NCCL watchdog timeout", 7, false);
    cause("gpu", "silent data corruption", 6, true);
    cause("gpu", "thermal interface and sensor", 6, true);
    cause("storage", "SSD", 3, true);
    cause("power", "power supply", 3, true);
    cause("host", "chassis", 2, true);
    cause("host", "IO expansion board", 2, true);
    cause("software", "dependency", 2, false);
    cause("host", "CPU", 2, true);
    cause("host", "system memory", 2, true);
    for (int node = 0; node < 2048 + 64; ++node) input.leaf_group.push_back(node / 32);
    input.checkpoint = {
        .write = Seconds{30}, .stall = Seconds{1}, .load = Seconds{60}, .bytes = Bytes{5.67e12}};
    input.ideal_step = Seconds{6};
    input.tokens_per_step = 2048 * 8192;
    input.step_time = [](const ClusterState& state) {
      return Seconds{state.moved_nodes == 0 ? 6 : 6.03};
    };
    input.scenario = &scenario;
  }
  LlamaCampaign(const LlamaCampaign&) = delete;
  LlamaCampaign& operator=(const LlamaCampaign&) = delete;
};

}  // namespace qianka
