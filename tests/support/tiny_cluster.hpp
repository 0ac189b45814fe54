// SPDX-License-Identifier: Apache-2.0
// A small world with round numbers, so that a test's arithmetic fits in its comment: cards of 100
// TFLOP/s, scale-up 100 GB/s, NICs of 10 GB/s, nothing lost to headers, no latency, kernels at
// their peak.
#pragma once
#include "sim/scenario/scenario.hpp"

namespace qianka {

inline Accelerator tiny_accelerator() {
  Accelerator card;
  card.id = card.name = "tiny";
  card.peak.fp16 = card.peak.bf16 = FlopRate{100e12};
  card.gemm_efficiency = 1, card.attention_efficiency = 1;
  card.memory = card.memory_reported = Bytes{1e15};
  card.memory_bandwidth = Bandwidth{1e18};  // memory traffic takes no time
  card.memory_efficiency = 1;
  card.scale_up = Bandwidth{100e9}, card.scale_up_efficiency = 1;
  card.pcie = Bandwidth{1e15};
  return card;
}

/// `nodes` nodes of `cards` cards with a NIC each below one leaf per rail.
inline ClusterSpec tiny_cluster(int nodes, int cards = 8, int spares = 0) {
  ClusterSpec cluster;
  cluster.id = cluster.name = "tiny";
  cluster.nodes = nodes, cluster.spares = spares;
  cluster.node.accelerator = tiny_accelerator();
  cluster.node.cards = cluster.node.nics = cards;
  cluster.node.nic = {.id = "nic",
                      .name = "nic",
                      .vendor = "",
                      .rate = Bandwidth{10e9},
                      .efficiency = 1,
                      .latency = Seconds{0},
                      .power = {},
                      .price = {}};
  const Switch big{.id = "switch",
                   .name = "switch",
                   .vendor = "",
                   .ports = 4096,
                   .port_rate = Bandwidth{10e9},
                   .latency = Seconds{0},
                   .power = {},
                   .price = {}};
  cluster.fabric.leaf = cluster.fabric.spine = cluster.fabric.core = big;
  cluster.fabric.nodes_per_leaf = nodes + spares;
  cluster.storage = {.id = "store",
                     .name = "store",
                     .write = Bandwidth{100e9},
                     .read = Bandwidth{100e9},
                     .node_write = {},
                     .node_read = {},
                     .fixed = {}};
  cluster.storage_link = Bandwidth{10e9};
  return cluster;
}

/// One tile shape at full rate, so that a GEMM takes exactly FLOPs / peak when its sizes are
/// multiples of 64.
inline StackSpec tiny_stack() {
  StackSpec stack;
  stack.id = stack.name = "tiny";
  stack.gemm_tiles = {{64, 64, 1}};
  stack.attention_fill = 0;
  return stack;
}

inline ModelSpec tiny_model(int layers = 4) {
  ModelSpec model;
  model.id = model.name = "tiny";
  model.layers = layers, model.hidden = 1024, model.heads = model.kv_heads = 8,
  model.head_size = 128;
  model.ffn = 4096, model.vocabulary = 8192, model.sequence = 1024;
  return model;
}

inline Scenario tiny_scenario(Parallel parallel, int global_batch, int layers = 4) {
  Scenario scenario;
  scenario.name = "tiny";
  const int cards_ = parallel.tensor * parallel.context * parallel.pipeline * parallel.data;
  const int per_node = std::min(8, cards_);
  scenario.cluster = tiny_cluster((cards_ + per_node - 1) / per_node, per_node);
  scenario.job.model = tiny_model(layers), scenario.job.stack = tiny_stack();
  scenario.job.precision = Precision::bf16, scenario.job.sequence = 1024;
  scenario.job.global_batch = global_batch, scenario.job.parallel = std::move(parallel);
  return scenario;
}

}  // namespace qianka
