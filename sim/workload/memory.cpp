// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/memory.hpp"

#include "sim/language/language.hpp"
#include "sim/workload/held_weights.hpp"
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
  const double scores = shape.sequences * shape.sequence * shape.sequence * job.model.heads /
                        shape.tensor / shape.context;
  return (2 * element + (job.model.dropout ? 1 : 0)) * scores;
}

/// Bytes of a value that is kept only as the operand of a product: FP8 runs keep what they cast.
double operand_element(Precision precision) {
  return precision == Precision::fp8 ? 1 : activation_element(precision);
}

/// Bytes that the MLP keeps of `values` beside its input: what the activation takes, and what it
/// hands to the second product.
double kept_by_mlp(const Job& job, double values) {
  const double before = job.model.mlp == Mlp::swiglu ? 2 : 1;  // gate and up
  const double operand = operand_element(job.precision);
  if (job.stack.lean_activations) return values * before * operand;
  return values * (before * activation_element(job.precision) + operand);
}

/// The same of a layer with experts: the tokens as they were sorted and sent, and every expert's.
double kept_by_experts(const Job& job, const Experts& experts, const RecomputeModules& again) {
  const MicroBatchShape shape(job);
  const double width = experts.ffn / shape.tensor;
  const double routed = experts.top_k * shape.tokens * experts.balance;
  const double sent = routed * job.model.hidden / (shape.sequence_parallel ? shape.tensor : 1);
  // As sent, and as they come back.
  const double times = job.stack.lean_activations || !job.stack.weighs_expert_results ? 1 : 2;
  const double operands =
      again.expert_activations && !job.stack.lean_activations ? routed * width : 0;
  return operand_element(job.precision) * (times * sent - operands) +
         kept_by_mlp(job, routed * width) + kept_by_mlp(job, shape.tokens * experts.shared * width);
}

/// Q, K, V and the attention's result, which is the operand of the last projection as well.
double kept_by_projections(const Job& job, const RecomputeModules& again) {
  const MicroBatchShape shape(job);
  const ModelSpec& model = job.model;
  const double element = activation_element(job.precision);
  const double M = shape.tokens, t = shape.tensor;
  const double queries = M * model.heads * model.head_size / t;
  if (!model.latent_kv)
    return element * (2 * queries + 2 * M * model.kv_heads * model.head_size / t);
  const double rotary = M * model.heads * latent_rotary(model) / t;
  const double compressed = M * (latent_query_rank(model) + *model.latent_kv);
  // Selective recomputation projects up again from the compressed vectors (DeepSeek-V3).
  if (job.parallel.recompute == Recompute::selective || again.latent_projections)
    return element * queries + operand_element(job.precision) * compressed;
  return element * (4 * queries + 2 * rotary) + operand_element(job.precision) * compressed;
}

/// Results of norms that are kept as operands of the product behind them.
double kept_norms(const Job& job, int layer, const RecomputeModules& again) {
  if (job.stack.lean_activations) return 0;
  if (!again.norms) return 2;
  return (job.model.latent_kv ? 0 : 1) + (experts_of(job.model, layer) != nullptr ? 0 : 1);
}

/// Bytes that one layer keeps of one micro-batch until its backward pass, computing `again` so much
/// of it.
double kept_by_layer(const Job& job, int layer, bool recomputed, const RecomputeModules& again) {
  const MicroBatchShape shape(job);
  const ModelSpec& model = job.model;
  const double element = activation_element(job.precision);
  const double whole = shape.tokens * model.hidden / (shape.sequence_parallel ? shape.tensor : 1);
  if (recomputed) return element * whole;
  // Inputs of the two norms; inputs of QKV and of the MLP.
  double bytes = 2 * whole * element;
  bytes += kept_norms(job, layer, again) * whole * operand_element(job.precision);
  bytes += kept_by_projections(job, again);
  if (const Experts* experts = experts_of(model, layer))
    bytes += kept_by_experts(job, *experts, again);
  else if (!again.mlp)
    bytes += kept_by_mlp(job, shape.tokens * model.ffn / shape.tensor);
  if (model.dropout) bytes += 2 * whole;  // one-byte masks
  if (job.parallel.recompute == Recompute::none) bytes += scores_of_layer(job);
  // Every second matrix product's result and the attention's are kept of what this policy drops.
  if (job.parallel.recompute == Recompute::operators) bytes = element * whole + bytes / 2;
  return bytes;
}

/// What is kept of all micro-batches in flight at `stage`, at the worst moment. 1F1B: stages -
/// stage micro-batches; interleaved: the warm-up of Narayanan et al. 2021 plus the one at hand;
/// GPipe: all of them; ZB-H1: as many as there are stages, those that wait for their weight
/// gradients counted in full; DualPipe: stages + 1, of the two stages that the card holds in turn.
double kept_in_flight(const Job& job, const std::vector<ChunkWeights>& chunks, int stage) {
  const Parallel& shape = job.parallel;
  const int batches = job.global_batch / (shape.data * shape.micro_batch);
  std::vector<double> kept;
  for (const ChunkWeights& chunk : chunks)
    kept.push_back(kept_by_layers(job, chunk.layers).value * (1 - offloaded_share(job)));
  if (shape.schedule == Schedule::gpipe) return kept.front() * batches;
  if (shape.schedule == Schedule::zero_bubble)
    return kept.front() * std::min(batches, shape.pipeline);
  if (shape.schedule == Schedule::dualpipe)
    return (kept.front() + kept.back()) / 2 * (shape.pipeline + 1);
  if (shape.interleave == 1) return kept.front() * std::min(batches, shape.pipeline - stage);
  const int passes =
      std::min(batches * shape.interleave,
               (shape.pipeline - stage - 1) * 2 + (shape.interleave - 1) * shape.pipeline + 1);
  double sum = 0;  // passes come in runs of `pipeline` micro-batches per chunk
  for (int pass = 0; pass < passes; ++pass)
    sum += kept[static_cast<std::size_t>(pass / shape.pipeline % shape.interleave)];
  return sum;
}

/// Of the gradients, what a card holds. They add up in whole buffers over a chunk's micro-batches
/// and are exchanged after the last: ZeRO-2, and ZeRO-3 with a pipeline, keeps its share and, where
/// a chunk's micro-batches come in one run (interleaved, no more than stages), the whole buffers of
/// the two chunks at hand. ZeRO-3 without a pipeline gives each unit's gradients away at once.
double gradients_held(const Job& job, const Held& held) {
  const Parallel& shape = job.parallel;
  const double own = shared_out(job, held);
  if (shape.sharding == Sharding::zero_3 && shape.pipeline == 1) return own;
  if (shape.sharding != Sharding::zero_2 && shape.sharding != Sharding::zero_3) return held.all();
  const int batches = job.global_batch / (shape.data * shape.micro_batch);
  if (batches == 1) return own;
  const bool one_run = shape.interleave > 1 && batches <= shape.pipeline;
  return one_run ? std::min(held.all(), held.all() * 2.0 / shape.interleave + own) : held.all();
}

/// Weights of the layer that has most.
double largest_weights(const std::vector<ChunkWeights>& chunks) {
  double largest = 0;
  for (const ChunkWeights& chunk : chunks)
    for (const Held& held : chunk.held) largest = std::max(largest, held.all());
  return largest;
}

/// Activations of the layer that has most beside what it keeps of `again`.
double largest_layer(const Job& job, const std::vector<ChunkWeights>& chunks, double kept,
                     const RecomputeModules& again) {
  double largest = 0;
  for (const ChunkWeights& chunk : chunks)
    for (const int layer : chunk.layers)
      largest = std::max(largest, kept_by_layer(job, layer, false, {}) -
                                      kept * kept_by_layer(job, layer, false, again));
  return largest;
}

/// What a backward pass holds for the time of one layer beside what was kept: what it computes
/// again, and a layer that is on its way from the host.
double held_for_a_layer(const Job& job, const std::vector<ChunkWeights>& chunks) {
  const Parallel& shape = job.parallel;
  double bytes = 0;
  if (shape.recompute == Recompute::full) bytes += largest_layer(job, chunks, 0, {});
  if (shape.recompute != Recompute::none) bytes += scores_of_layer(job);
  if (shape.recompute_modules.any())
    bytes += largest_layer(job, chunks, 1, shape.recompute_modules);
  if (shape.offload_layers > 0) bytes += largest_layer(job, chunks, 0, {});
  return bytes;
}

MemorySummary memory_of_stage(const Job& job, int stage, const std::vector<ChunkWeights>& chunks) {
  const Parallel& shape = job.parallel;
  const StackSpec& stack = job.stack;
  Held held;
  for (const ChunkWeights& chunk : chunks) held += chunk.sum();
  const bool sharded = shape.sharding != Sharding::none;
  const double optimizer = sharded ? shared_out(job, held) : held.all();
  // ZeRO-3 keeps its share, and the whole of the unit at hand and of the next.
  const double weights =
      shape.sharding == Sharding::zero_3 && shape.pipeline == 1
          ? shared_out(job, held) + 2 * largest_weights(chunks) / stack.unit_gathers
          : held.all();
  const double activations = kept_in_flight(job, chunks, stage) + held_for_a_layer(job, chunks);
  double logits = 0;
  if (std::ranges::any_of(chunks, &ChunkWeights::last))
    // Once at its own width, and unless the loss works in place, as 32-bit values and as their
    // gradient.
    logits =
        ((stack.loss == LossKernel::in_place ? 0 : 2 * 4) + activation_element(job.precision)) *
        MicroBatchShape(job).tokens * job.model.vocabulary / shape.tensor;
  MemorySummary memory{.stage = stage};
  memory.terms = {{marked("weights"), {stack.weight_bytes * weights}},
                  {marked("gradients"), {stack.gradient_bytes * gradients_held(job, held)}},
                  {marked("optimizer"), {stack.optimizer_bytes * optimizer}},
                  {marked("activations"), {activations}},
                  {marked("logits"), {logits}},
                  {marked("reserved"), stack.reserved_memory}};
  Bytes sum{0};
  for (const MemoryTerm& term : memory.terms) sum += term.bytes;
  memory.terms.push_back({marked("margin"), sum * stack.memory_margin});
  memory.per_card = sum * (1 + stack.memory_margin);
  return memory;
}

}  // namespace

Bytes kept_by_layers(const Job& job, const std::vector<int>& layers) {
  Bytes sum{0};
  for (const int layer : layers) {
    const bool recomputed =
        job.parallel.recompute == Recompute::full && layer % job.parallel.recompute_every == 0;
    sum += Bytes{kept_by_layer(job, layer, recomputed, job.parallel.recompute_modules)};
  }
  return sum;
}

double offloaded_share(const Job& job) {
  return 1.0 * job.parallel.offload_layers / job.model.layers;
}

std::vector<Bytes> memory_by_stage(const Job& job) {
  const auto chunks = weights_of_chunks(job);
  std::vector<Bytes> bytes;
  for (int stage = 0; stage < job.parallel.pipeline; ++stage)
    bytes.push_back(memory_of_stage(job, stage, chunks[static_cast<std::size_t>(stage)]).per_card);
  return bytes;
}

MemorySummary memory_of(const Job& job, const Accelerator& accelerator) {
  const auto chunks = weights_of_chunks(job);
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
