// SPDX-License-Identifier: Apache-2.0
// The job: a model, the stack that trains it, and how it is laid out over the cards.
#pragma once
#include "sim/scenario/model_spec.hpp"
#include "sim/scenario/parts.hpp"
#include "sim/scenario/stack_spec.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace qianka {

enum class Sharding { none, zero_1, zero_2 };
enum class Recompute { none, selective, full };
enum class LayerSplit { even, embedding_counts, list };

struct Parallel {
  int tensor = 1, context = 1, pipeline = 1, data = 1, expert = 1;
  int micro_batch = 1, interleave = 1;
  LayerSplit layer_split = LayerSplit::even;
  std::vector<int>
      layers_per_stage{};  // with LayerSplit::list: one entry a stage, in pipeline order
  Sharding sharding = Sharding::none;
  bool sequence_parallel = false;
  Recompute recompute = Recompute::none;
};

struct Job {
  ModelSpec model;
  StackSpec stack;
  Precision precision = Precision::bf16;
  int sequence = 0;
  int global_batch = 0;  // sequences per step
  Parallel parallel;
  // At most one of the three; none = a single step is all that is asked.
  std::optional<Seconds> train_for;  // wall clock
  std::optional<double> tokens;
  std::optional<std::int64_t> steps;
};

/// Total cards of the job: tensor x context x pipeline x data.
int cards(const Parallel& parallel);

}  // namespace qianka
