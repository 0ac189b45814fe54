// SPDX-License-Identifier: Apache-2.0
// Byte counts below are reads plus writes of each tensor at two bytes a value, as the usual kernels
// touch them; KernelModel scales them for wider types. Notation of docs/model.md: b micro batch, s
// sequence, h hidden, a heads, k key/value heads, d head size, f MLP width, V vocabulary, t tensor
// parallel, M = b s tokens.
#include "sim/workload/operators.hpp"

namespace qianka {

namespace {

/// Adds a weight product forward, and its two products (input and weight gradient) backward.
void add_linear(LayerCost& cost, const KernelModel& kernels, double tokens, double in, double out) {
  cost.forward.compute += kernels.time({.rows = tokens, .columns = out, .inner = in});
  cost.backward.compute += kernels.time({.rows = tokens, .columns = in, .inner = out}) +
                           kernels.time({.rows = in, .columns = out, .inner = tokens});
  cost.forward.kernels += 1, cost.backward.kernels += 2;
}

void add_stream(LayerCost& cost, const KernelModel& kernels, double forward_bytes,
                double backward_bytes) {
  cost.forward.compute += kernels.stream({forward_bytes});
  cost.backward.compute += kernels.stream({backward_bytes});
  cost.forward.kernels += 1, cost.backward.kernels += 1;
}

/// Scores, softmax and weighted sum. Fused kernels skip the masked half and keep no scores:
/// backward does 2.5 times the forward work because it computes them again. Unfused: batched
/// products, and 9 and 11 bytes a score.
LayerCost attention_core(const Job& job, const KernelModel& kernels, const MicroBatchShape& shape) {
  const double heads = job.model.heads / shape.tensor * shape.sequences;
  const double s = shape.sequence, d = job.model.head_size;
  LayerCost cost;
  if (job.stack.attention == AttentionKernel::fused) {
    const Flops forward{4 * heads * d * s * s / 2};
    cost.forward.compute = kernels.fused_attention(forward, s, d);
    cost.backward.compute = kernels.fused_attention(forward * 2.5, s, d);
    cost.forward.kernels = 1, cost.backward.kernels = 2;
    return cost;
  }
  const Seconds score = kernels.time({.rows = s, .columns = s, .inner = d, .batch = heads});
  const Seconds sum = kernels.time({.rows = s, .columns = d, .inner = s, .batch = heads});
  cost.forward.compute = score + sum;
  cost.backward.compute = score + 3 * sum;
  cost.forward.kernels = 2, cost.backward.kernels = 4;
  add_stream(cost, kernels, 9 * heads * s * s, 11 * heads * s * s);
  cost.forward.kernels += 2, cost.backward.kernels += 2;  // mask and dropout beside softmax
  return cost;
}

}  // namespace

double activation_element(Precision precision) {
  return precision == Precision::fp32 || precision == Precision::tf32 ? 4 : 2;
}

MicroBatchShape::MicroBatchShape(const Job& job)
    : sequences(job.parallel.micro_batch),
      sequence(job.sequence),
      tokens(sequences * sequence),
      tensor(job.parallel.tensor),
      sequence_parallel(job.parallel.sequence_parallel) {}

Bytes activation_bytes(const Job& job) {
  return {activation_element(job.precision) * MicroBatchShape(job).tokens * job.model.hidden};
}

LayerCost layer_cost(const Job& job, const KernelModel& kernels) {
  const MicroBatchShape shape(job);
  const ModelSpec& model = job.model;
  const double M = shape.tokens, t = shape.tensor, h = model.hidden, d = model.head_size;
  const double queries = model.heads * d / t, qkv = queries + 2 * model.kv_heads * d / t,
               f = model.ffn / t;
  LayerCost cost;
  add_linear(cost, kernels, M, h, qkv);
  add_linear(cost, kernels, M, queries, h);
  add_linear(cost, kernels, M, h, model.mlp == Mlp::swiglu ? 2 * f : f);
  add_linear(cost, kernels, M, f, h);

  // Norms and residual adds work on the whole activation on every card unless sequence parallel
  // splits them.
  const double whole = M * h / (shape.sequence_parallel ? t : 1);
  add_stream(cost, kernels, 8 * whole, 16 * whole);  // two norms
  add_stream(cost, kernels, (model.dropout ? 14 : 12) * whole,
             (model.dropout ? 10 : 8) * whole);  // two adds
  if (model.mlp == Mlp::swiglu)
    add_stream(cost, kernels, 6 * M * f, 10 * M * f);
  else
    add_stream(cost, kernels, 4 * M * f, 6 * M * f);
  add_stream(cost, kernels, 4 * M * qkv, 4 * M * qkv);  // splitting and transposing Q, K, V
  if (model.positions == Positions::rotary) {
    const double rotated = M * (queries + model.kv_heads * d / t);
    add_stream(cost, kernels, 4 * rotated, 4 * rotated);
  }

  const LayerCost core = attention_core(job, kernels, shape);
  cost.forward.compute += core.forward.compute, cost.backward.compute += core.backward.compute;
  cost.forward.kernels += core.forward.kernels, cost.backward.kernels += core.backward.kernels;

  if (t > 1) {
    PassCost& forward = cost.forward;
    if (shape.sequence_parallel)
      forward.gathers = 2, forward.scatters = 2;
    else
      forward.reduces = 2;
    cost.backward.gathers = forward.gathers, cost.backward.scatters = forward.scatters;
    cost.backward.reduces = forward.reduces;
  }
  if (job.parallel.recompute == Recompute::full)
    cost.recompute = cost.forward;
  else if (job.parallel.recompute == Recompute::selective &&
           job.stack.attention == AttentionKernel::unfused)
    cost.recompute = core.forward;
  return cost;
}

LayerCost embedding_cost(const Job& job, const KernelModel& kernels) {
  const MicroBatchShape shape(job);
  const double whole = shape.tokens * job.model.hidden;
  LayerCost cost;
  add_stream(cost, kernels, 6 * whole,
             8 * whole);  // look-up and positions; scatter-add into the table
  if (shape.tensor > 1) cost.forward.reduces = 1;
  return cost;
}

LayerCost head_cost(const Job& job, const KernelModel& kernels) {
  const MicroBatchShape shape(job);
  const double M = shape.tokens, h = job.model.hidden, logits = job.model.vocabulary / shape.tensor;
  LayerCost cost;
  // Logits stay in 16 bit in FP8 runs; the difference is below 1 % of a step and is not modelled.
  add_linear(cost, kernels, M, h, logits);
  add_stream(cost, kernels, 10 * M * logits,
             10 * M * logits);  // cast to 32 bit, maximum, exponent, sum; gradient
  add_stream(cost, kernels, 4 * M * h, 8 * M * h);  // final norm
  if (shape.tensor > 1) cost.backward.reduces = 1;
  return cost;
}

}  // namespace qianka
