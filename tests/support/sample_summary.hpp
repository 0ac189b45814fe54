// SPDX-License-Identifier: Apache-2.0
// A Summary made by hand, every field filled, for the tests of reports: no simulation behind it.
#pragma once
#include "sim/metrics/summary.hpp"

namespace qianka {

inline StepSummary sample_step() {
  StepSummary step;
  step.time = Seconds{10.5};
  step.tokens_per_second_per_card = 97.5238095238;
  step.mfu = 0.4123;
  step.hfu = 0.4321;
  step.model_flops = Flops{4.1239e20};
  step.hardware_flops = Flops{4.3219e20};
  step.flops_formula = Said::same("6 x parameters x tokens + attention");
  // 7.5 + 0.5 + 1 + 0.75 + 0.25 + 0.25 + 0.125 + 0.0625 + 0.0625 = 10.5
  step.breakdown = {.compute = Seconds{7.5},
                    .recompute = Seconds{0.5},
                    .tensor_comm = Seconds{1.0},
                    .pipeline_bubble = Seconds{0.75},
                    .pipeline_comm = Seconds{0.25},
                    .data_comm = Seconds{0.25},
                    .optimizer = Seconds{0.125},
                    .host = Seconds{0.0625},
                    .jitter = Seconds{0.0625}};
  step.limits = Said::same("compute: 71 % of the step is GEMMs and attention");
  step.collectives = {{.name = "data-parallel reduce-scatter, stage 0",
                       .algorithm = "ring",
                       .ranks = 4,
                       .groups = 8,
                       .bytes = Bytes{1073741824},
                       .time = Seconds{0.0455},
                       .bus_bandwidth = Bandwidth{17.7e9},
                       .flows = 32,
                       .classes = 1,
                       .bottleneck = "node0.nic0 -> leaf0"}};
  step.replica_classes = 1;
  step.replicas = 4;
  step.operations = 1234;
  step.flow_classes = 6;
  step.contention = Said::same("exact");
  return step;
}

/// 1000 s, two stops: 880 + 50 + 5 + 15 + 10 + 0 + 25 + 10 + 5 = 1000; of four nodes, and one
/// spare.
inline CampaignSummary sample_campaign() {
  constexpr std::int64_t second = 1'000'000'000;
  constexpr std::int64_t seconds[account_kinds] = {880, 50, 5, 15, 10, 0, 25, 10, 5};
  CampaignSummary campaign;
  campaign.wall = Seconds{1000};
  campaign.wall_ns = 1000 * second;
  for (int kind = 0; kind < account_kinds; ++kind) {
    campaign.account_ns[kind] = seconds[kind] * second;
    campaign.card_account_ns[kind] = 4 * seconds[kind] * second;
  }
  campaign.idle_spare_node_ns = 700 * second;
  campaign.in_repair_node_ns = 300 * second;
  campaign.all_node_ns = 5000 * second;
  campaign.cards_per_node = 8;
  campaign.ettr = 0.885;
  campaign.goodput = 0.88;
  campaign.end_to_end_mfu = 0.2903;
  campaign.failures = 2;
  campaign.checkpoints = 9;
  campaign.steps = 83;
  campaign.tokens = 2719744;
  campaign.lost_work = Seconds{50};
  campaign.mean_time_between_failures = Seconds{500};
  campaign.mean_recovery = Seconds{55};
  campaign.checkpoint_write = Seconds{40};
  campaign.checkpoint_stall_each = Seconds{0.5};
  campaign.checkpoint_load = Seconds{5};
  campaign.checkpoint_bytes = Bytes{98e9};
  campaign.shows_restores = true;
  campaign.restores_from = {{"memory", 1}, {"storage", 1}};
  campaign.trained_by_week_ns = {1'000'000'000};
  campaign.memory_copies = 12;
  campaign.memory_stall = Seconds{0.02};
  campaign.memory_copy = Seconds{3};
  campaign.memory_load = Seconds{1};
  campaign.memory_load_peer = Seconds{4};
  campaign.failures_by_component = {{"gpu", 1}, {"nic", 1}};
  campaign.restarts = {{.at = Seconds{300.25},
                        .cause = "Faulty GPU",
                        .component = "gpu",
                        .node = 2,
                        .lost = Seconds{30},
                        .down = Seconds{35}},
                       {.at = Seconds{90061},
                        .cause = "光模块 (optical module)",
                        .component = "nic",
                        .node = 0,
                        .lost = Seconds{20},
                        .down = Seconds{25}}};
  return campaign;
}

inline Summary sample_summary() {
  Summary summary;
  summary.scenario = "sample";
  summary.question = "How fast is it?";
  summary.digest = "0123456789abcdef";
  summary.seed = 42;
  summary.cluster = "Four boxes";
  summary.accelerator = "NVIDIA H100 SXM5 80GB";
  summary.model = "GPT-3 6.7B";
  summary.stack = "Megatron-Core";
  summary.cards = 32;
  summary.nodes = 4;
  summary.spares = 1;
  summary.tensor = 4;
  summary.pipeline = 2;
  summary.data = 4;
  summary.micro_batch = 1;
  summary.interleave = 2;
  summary.global_batch = 16;
  summary.sequence = 2048;
  summary.precision = "bf16";
  summary.sharding = "zero-1";
  summary.shard_group = 2;
  summary.schedule = "zero-bubble";
  summary.recompute = Said::same("selective");
  summary.layers_per_stage = "even";
  summary.sequence_parallel = true;
  summary.peak = FlopRate{989.4e12};
  summary.memory = {.fits = true,
                    .stage = 0,
                    .per_card = Bytes{60.0 * 1073741824},
                    .capacity = Bytes{79.6 * 1073741824},
                    .terms = {{"weights", Bytes{30.0 * 1073741824}},
                              {"activations", Bytes{20.0 * 1073741824}},
                              {"margin", Bytes{10.0 * 1073741824}}}};
  summary.step = sample_step();
  summary.parallel_efficiency = {.value = 0.973,
                                 .baseline_cards = 8,
                                 .baseline = Said::same("tensor 4 x pipeline 2 x data 1, batch 4")};
  summary.campaign = sample_campaign();
  summary.campaign->fabric = {{.at = Seconds{0}, .state = 0, .step = Seconds{8.4}},
                              {.at = Seconds{3600}, .state = 1, .step = Seconds{9.1}}};
  const PlanPoint hour{.name = "simulated", .every = Seconds{3600}, .goodput = 0.88, .ettr = 0.89};
  summary.checkpoint_plan = {.best = hour,
                             .rules = {hour},
                             .curve = {{.name = {}, .every = Seconds{1800}}},
                             .stall = Seconds{0.5},
                             .between_failures = Seconds{500},
                             .recovery = Seconds{55},
                             .replicas = 2,
                             .length = Seconds{1000},
                             .failures = 4};
  summary.fabric = {{{.state = 0,
                      .what = Said::same("whole"),
                      .step = Seconds{8.4},
                      .cut = {},
                      .times = 1,
                      .time = Seconds{3600}},
                     {.state = 1,
                      .what = Said::same("leaf0 - pod0.spine1 down"),
                      .step = Seconds{9.1},
                      .slowdown = 9.1 / 8.4,
                      .cut = {},
                      .times = 1,
                      .time = Seconds{400}}}};
  summary.engine_settings = {{"network/model", "CM02"}, {"network/crosstraffic", "0"}};
  summary.cautions = {Said::same("the NIC's efficiency is assumed, not measured")};
  return summary;
}

}  // namespace qianka
