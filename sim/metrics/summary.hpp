// SPDX-License-Identifier: Apache-2.0
// What a run found, as plain records: the only thing reports read. Units are in the types; every
// field is documented in docs/json.md, which carries the same names.
#pragma once
#include "sim/metrics/campaign_summary.hpp"
#include "sim/metrics/checkpoint_plan_summary.hpp"
#include "sim/metrics/fabric_summary.hpp"
#include "sim/metrics/step_summary.hpp"
#include "sim/units/quantity.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

struct NamedText {
  std::string name, text;
};

/// Everything a report prints.
struct Summary {
  std::string scenario, question, digest;
  std::uint64_t seed = 1;
  std::string cluster, accelerator, model, stack;
  int cards = 0, nodes = 0, spares = 0, tensor = 1, context = 1, pipeline = 1, data = 1, expert = 1;
  int micro_batch = 1, interleave = 1, global_batch = 0, sequence = 0;
  std::string precision, sharding, layers_per_stage;
  Said recompute;
  std::string schedule;  // empty: 1f1b, as usual
  int shard_group = 0;   // 0: all replicas share what is sharded, as usual
  bool sequence_parallel = false;
  FlopRate peak;
  MemorySummary memory;
  StepSummary step;
  EfficiencySummary parallel_efficiency;
  std::optional<CampaignSummary> campaign;
  std::optional<CheckpointPlan> checkpoint_plan;  // when the interval was to be found
  std::optional<FabricSummary> fabric;            // when something is to happen to the fabric
  std::vector<NamedText> engine_settings;         // the network model, as set
  std::vector<Said> cautions;                     // approximations, extrapolations, assumed inputs
};

}  // namespace qianka
