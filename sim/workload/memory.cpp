// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/memory.hpp"

#include "sim/workload/layout.hpp"
#include "sim/workload/operators.hpp"

#include <algorithm>

namespace qianka {

namespace {

/// Unfused attention: softmax output, dropout output and mask of every score of one layer.
double scores_of_layer(const Job& job) {
  if (job.stack.attention == AttentionKernel::fused) return 0;
  const MicroBatchShape shape(job);
  const double element = activation_element(job.precision);
  const double scores =
      shape.sequences * shape.sequence * shape.sequence * job.model.heads / shape.tensor;
  return (2 * element + (job.model.dropout ? 1 : 0)) * scores;
}

/// Bytes that one layer keeps of one micro-batch until its backward pass.
double kept_by_layer(const Job& job, bool recomputed) {
  const MicroBatchShape shape(job);
  const ModelSpec& model = job.model;
  const double element = activation_element(job.precision);
  const double M = shape.tokens, t = shape.tensor, split = shape.sequence_parallel ? t : 1;
  const double whole = M * model.hidden / split;
  if (recomputed) return element * whole;
  const double queries = M * model.heads * model.head_size / t,
               keys = M * model.kv_heads * model.head_size / t;
  const double wide = M * model.ffn / t;
  const bool lean = job.stack.lean_activations;
  double values =
      2 * whole + (lean ? 0 : 2 * whole);  // inputs of the two norms, inputs of QKV and of the MLP
  values += queries + 2 * keys + queries;  // Q, K, V, the core's output
  if (model.mlp == Mlp::swiglu)
    values += 2 * wide + (lean ? 0 : wide);  // gate and up, their product
  else
    values += wide + (lean ? 0 : wide);                               // before and after GELU
  double bytes = element * values + (model.dropout ? 2 * whole : 0);  // one-byte masks
  if (job.parallel.recompute == Recompute::none) bytes += scores_of_layer(job);
  return bytes;
}

/// Layers x micro-batches in flight at `stage`, at the worst moment. 1F1B: stages - stage
/// micro-batches; interleaved: the warm-up of Narayanan et al. 2021 plus the one at hand.
double layers_in_flight(const Job& job, const std::vector<int>& chunks, int stage) {
  const Parallel& shape = job.parallel;
  const int batches = job.global_batch / (shape.data * shape.micro_batch);
  const int layers = [&] {
    int sum = 0;
    for (int c : chunks) sum += c;
    return sum;
  }();
  if (shape.interleave == 1)
    return static_cast<double>(layers) * std::min(batches, shape.pipeline - stage);
  const int passes =
      std::min(batches * shape.interleave,
               (shape.pipeline - stage - 1) * 2 + (shape.interleave - 1) * shape.pipeline + 1);
  double sum = 0;  // passes come in runs of `pipeline` micro-batches per chunk
  for (int pass = 0; pass < passes; ++pass)
    sum += chunks[static_cast<std::size_t>(pass / shape.pipeline % shape.interleave)];
  return sum;
}

/// Of the gradients, what a card holds. They add up in whole buffers over a chunk's micro-batches
/// and are exchanged after the last: ZeRO-2 keeps its share and, where a chunk's micro-batches come
/// in one run (interleaved, no more than stages), the whole buffers of the two chunks at hand.
double gradient_share(const Job& job) {
  const Parallel& shape = job.parallel;
  if (shape.sharding != Sharding::zero_2) return 1;
  const int batches = job.global_batch / (shape.data * shape.micro_batch);
  if (batches == 1) return 1.0 / shape.data;
  const bool one_run = shape.interleave > 1 && batches <= shape.pipeline;
  return one_run ? std::min(1.0, 2.0 / shape.interleave + 1.0 / shape.data) : 1;
}

MemorySummary memory_of_stage(const Job& job, int stage, const std::vector<int>& chunks) {
  const Parallel& shape = job.parallel;
  const StackSpec& stack = job.stack;
  const double weights = stage_parameters(job, stage) / shape.tensor;
  const double optimizer_share = shape.sharding == Sharding::none ? 1 : shape.data;
  const bool recomputed = shape.recompute == Recompute::full;
  double activations = layers_in_flight(job, chunks, stage) * kept_by_layer(job, recomputed);
  // What is being computed again is held for the time of one layer's backward pass.
  if (recomputed) activations += kept_by_layer(job, false);
  if (shape.recompute != Recompute::none) activations += scores_of_layer(job);
  double logits = 0;
  if (stage == shape.pipeline - 1)
    // Once at its own width, once as 32-bit values, once as their gradient.
    logits = (2 * 4 + activation_element(job.precision)) * MicroBatchShape(job).tokens *
             job.model.vocabulary / shape.tensor;
  MemorySummary memory{.stage = stage};
  memory.terms = {{"weights", {stack.weight_bytes * weights}},
                  {"gradients", {stack.gradient_bytes * weights * gradient_share(job)}},
                  {"optimizer", {stack.optimizer_bytes * weights / optimizer_share}},
                  {"activations", {activations}},
                  {"logits", {logits}},
                  {"reserved", stack.reserved_memory}};
  Bytes sum{0};
  for (const MemoryTerm& term : memory.terms) sum += term.bytes;
  memory.terms.push_back({"margin", sum * stack.memory_margin});
  memory.per_card = sum * (1 + stack.memory_margin);
  return memory;
}

}  // namespace

double stage_parameters(const Job& job, int stage) {
  const auto chunks = layers_of_chunks(job);
  const int stages = job.parallel.pipeline;
  double sum = 0;
  for (int chunk = 0, first = 0; chunk < job.parallel.interleave; ++chunk) {
    for (int p = 0; p < stages; ++p) {
      const int layers = chunks[static_cast<std::size_t>(p)][static_cast<std::size_t>(chunk)];
      if (p == stage)
        for (int layer = first; layer < first + layers; ++layer)
          sum += layer_parameters(job.model, layer);
      first += layers;
    }
  }
  const double table = static_cast<double>(job.model.vocabulary) * job.model.hidden;
  if (stage == 0) sum += table;
  // A tied head on another stage is a second copy of the table.
  if (stage == stages - 1 && (stages > 1 || !job.model.tied_embeddings)) sum += table;
  return sum;
}

MemorySummary memory_of(const Job& job, const Accelerator& accelerator) {
  const auto chunks = layers_of_chunks(job);
  MemorySummary worst;
  for (int stage = 0; stage < job.parallel.pipeline; ++stage) {
    MemorySummary here = memory_of_stage(job, stage, chunks[static_cast<std::size_t>(stage)]);
    if (stage == 0 || here.per_card > worst.per_card) worst = std::move(here);
  }
  worst.capacity = needed(accelerator.memory_reported, accelerator.id, "memory_reported");
  worst.fits = worst.per_card <= worst.capacity;
  return worst;
}

}  // namespace qianka
