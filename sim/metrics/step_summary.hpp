// SPDX-License-Identifier: Apache-2.0
// What one step takes: memory, time, where the time goes. Units are in the types.
#pragma once
#include "sim/language/said.hpp"
#include "sim/units/quantity.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace qianka {

/// One addend of the memory of the fullest card.
struct MemoryTerm {
  std::string name;  // weights, gradients, optimizer, activations, logits, reserved, margin
  Bytes bytes;
};

struct MemorySummary {
  bool fits = true;
  int stage = 0;      // the fullest pipeline stage, from 0
  Bytes per_card{0};  // what that stage needs
  Bytes capacity{0};  // what the driver reports
  std::vector<MemoryTerm> terms{};
};

/// Where the step's time goes, as seen by the slowest stage: the parts add up to `time`.
struct Breakdown {
  Seconds compute{0};  // GEMMs, attention, memory-bound kernels (recomputation excluded)
  Seconds recompute{0};
  Seconds tensor_comm{0};      // exposed tensor-parallel collectives
  Seconds context_comm{0};     // exposed exchange of keys and values
  Seconds expert_comm{0};      // exposed all-to-all of experts
  Seconds pipeline_bubble{0};  // waiting for other stages
  Seconds pipeline_comm{0};    // waiting for transfers of activations
  Seconds data_comm{0};        // exposed gradient and parameter exchange
  Seconds optimizer{0};
  Seconds host{0};    // launches, per-step overhead
  Seconds jitter{0};  // healthy cards that differ, maximised where they wait for each other
};

/// One simulated collective, once per distinct situation.
struct CollectiveRecord {
  std::string name;       // "data-parallel reduce-scatter, stage 3"
  std::string algorithm;  // ring, direct, hierarchical
  int ranks = 0;
  std::int64_t groups = 0;  // that run it at the same time
  Bytes bytes;
  Seconds time;
  Bandwidth bus_bandwidth;
  std::int64_t flows = 0, classes = 0;
  std::string bottleneck;  // the link that binds
};

struct StepSummary {
  Seconds time{0};
  double tokens_per_second_per_card = 0;
  double mfu = 0, hfu = 0;
  Flops model_flops, hardware_flops;  // of the whole step, all cards
  Said flops_formula;
  Breakdown breakdown;
  Said limits;  // what limits the step, in one sentence
  std::vector<CollectiveRecord> collectives;
  std::int64_t replica_classes = 1, replicas = 1, operations = 0, flow_classes = 0;
  Said contention;  // "exact" or "representative", with the reason
};

struct EfficiencySummary {
  double value = 1;
  int baseline_cards = 0;
  Said baseline;  // the layout in words
};

}  // namespace qianka
