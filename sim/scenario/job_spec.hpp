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

/// What the replicas share out: the optimizer, the gradients as well, the parameters as well
/// (FSDP).
enum class Sharding { none, zero_1, zero_2, zero_3 };
/// selective: the attention core. operators: every operator but about half of the matrix products
/// (torchtitan's per-operator policy).
enum class Recompute { none, selective, operators, full };
/// one_f_one_b: with interleave > 1 its interleaved form. gpipe: all forward passes first.
/// zero_bubble: the weight gradient fills what 1F1B leaves empty (ZB-H1). dualpipe: micro-batches
/// enter at both ends, every card holds two stages (DeepSeek-V3).
enum class Schedule { one_f_one_b, gpipe, zero_bubble, dualpipe };
/// How many values of an FP8 operand share a scale: a whole tensor, or a row or block of it.
enum class Fp8Scaling { tensor, fine };
enum class LayerSplit { even, embedding_counts, list };

/// Parts of a layer whose results are computed again, each by its own inputs, beside `recompute`.
struct RecomputeModules {
  bool norms = false;  // before experts and latent attention: elsewhere a norm is one kernel with
                       // the product behind it, which keeps its operand
  bool expert_activations = false;  // of the routed experts
  bool latent_projections = false;  // queries, keys and values from their compressed vectors
  bool mlp = false;                 // of layers without experts
  bool any() const { return norms || expert_activations || latent_projections || mlp; }
};

struct Parallel {
  int tensor = 1, context = 1, pipeline = 1, data = 1, expert = 1;
  int micro_batch = 1, interleave = 1;
  LayerSplit layer_split = LayerSplit::even;
  std::vector<int>
      layers_per_stage{};  // with LayerSplit::list: one entry a stage, in pipeline order
  Schedule schedule = Schedule::one_f_one_b;
  Sharding sharding = Sharding::none;
  int shard_group = 0;  // replicas that share one copy of what is sharded; 0 = all of them
  bool sequence_parallel = false;
  Recompute recompute = Recompute::none;
  int recompute_every = 1;  // one layer of so many is recomputed
  RecomputeModules recompute_modules{};
  int offload_layers = 0;  // of the model: their activations wait in the host's memory
};

struct Job {
  ModelSpec model;
  StackSpec stack;
  Precision precision = Precision::bf16;
  Fp8Scaling fp8_scaling = Fp8Scaling::tensor;
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
/// Chunks of layers on a card: `interleave`, or the two stages of dualpipe.
int chunks_on_card(const Parallel& parallel);
/// Replicas that hold a stage: the data-parallel ones; with dualpipe twice as many, since the cards
/// of the stage as far from the other end hold it too.
int stage_holders(const Parallel& parallel);
/// Of these, how many the sharded state lies over: shard_group, or all of them.
int shard_replicas(const Parallel& parallel);

}  // namespace qianka
