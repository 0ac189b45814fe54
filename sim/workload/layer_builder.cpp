// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/layer_builder.hpp"

#include <algorithm>

namespace qianka {

void LayerBuilder::linear(double tokens, double in, double out, double batch) {
  const Seconds forward =
      kernels_.time({.rows = tokens, .columns = out, .inner = in, .batch = batch});
  const Seconds weight =
      kernels_.time({.rows = in, .columns = out, .inner = tokens, .batch = batch});
  // The input and the weight are cast forward; the output's gradient backward, once as it is and
  // once transposed, and the weight transposed.
  const Seconds cast_forward = kernels_.cast(batch * (tokens * in + in * out));
  const Seconds cast_backward = kernels_.cast(batch * (2 * tokens * out + in * out));
  products_ += forward;
  cost_.forward.compute += forward + cast_forward;
  cost_.backward.compute +=
      kernels_.time({.rows = tokens, .columns = in, .inner = out, .batch = batch}) + weight +
      cast_backward;
  cost_.weight.compute += weight;
  cost_.forward.kernels += 1, cost_.backward.kernels += 2, cost_.weight.kernels += 1;
}

void LayerBuilder::wide_linear(double tokens, double in, double out) {
  const Seconds weight = kernels_.wide_time({.rows = in, .columns = out, .inner = tokens});
  cost_.forward.compute += kernels_.wide_time({.rows = tokens, .columns = out, .inner = in});
  cost_.backward.compute +=
      kernels_.wide_time({.rows = tokens, .columns = in, .inner = out}) + weight;
  cost_.weight.compute += weight;
  cost_.forward.kernels += 1, cost_.backward.kernels += 2, cost_.weight.kernels += 1;
}

void LayerBuilder::stream(double forward_bytes, double backward_bytes) {
  cost_.forward.compute += kernels_.stream({forward_bytes});
  cost_.backward.compute += kernels_.stream({backward_bytes});
  cost_.forward.kernels += 1, cost_.backward.kernels += 1;
}

void LayerBuilder::again(double bytes) {
  cost_.recompute.compute += kernels_.stream({bytes});
  cost_.recompute.kernels += 1;
}

void LayerBuilder::serial(Seconds time) {
  cost_.forward.serial += time, cost_.backward.serial += time;
}

void LayerBuilder::communicate(CommGroup group, CollectiveKind kind, Bytes size, double forward,
                               double backward) {
  if (forward > 0) cost_.forward.comms.push_back({group, kind, size, forward});
  if (backward > 0) cost_.backward.comms.push_back({group, kind, size, backward});
}

/// Fused kernels skip the masked half and keep no scores: backward does 2.5 times the forward work
/// because it computes them again.
void LayerBuilder::fused_core(double heads, double score_width, double value_width, int index) {
  const double s = shape_.sequence;
  const double w = windowed(model(), index) ? std::min<double>(model().window, s) : s;
  const double scores = w * s - w * w / 2;
  const Flops forward{2 * heads * (score_width + value_width) * scores};
  core_.compute = kernels_.fused_attention(forward, s, value_width);
  core_.kernels = 1;
  cost_.backward.compute += kernels_.fused_attention(forward * 2.5, s, value_width);
  cost_.backward.kernels += 2;
}

/// Batched products, and 9 and 11 bytes a score.
void LayerBuilder::unfused_core(double heads, double score_width, double value_width) {
  const double s = shape_.sequence;
  const Seconds score =
      kernels_.wide_time({.rows = s, .columns = s, .inner = score_width, .batch = heads});
  const Seconds sum =
      kernels_.wide_time({.rows = s, .columns = value_width, .inner = s, .batch = heads});
  core_.compute = score + sum + kernels_.stream({9 * heads * s * s});
  core_.kernels = 5;  // mask and dropout beside softmax
  cost_.backward.compute += score + 3 * sum + kernels_.stream({11 * heads * s * s});
  cost_.backward.kernels += 7;
}

void LayerBuilder::attention(int index) {
  const ModelSpec& model = job_.model;
  // A card attends with its part of the queries to all keys: causal work is dealt out evenly.
  const double heads = model.heads / shape_.tensor * shape_.sequences / shape_.context;
  const double value_width = model.head_size;
  const double score_width = value_width + (model.latent_kv ? latent_rotary(model) : 0);
  const Seconds before = cost_.backward.compute;
  if (job_.stack.attention == AttentionKernel::fused)
    fused_core(heads, score_width, value_width, index);
  else
    unfused_core(heads, score_width, value_width);
  cost_.forward.compute += core_.compute, cost_.forward.kernels += core_.kernels;
  if (shape_.context > 1) exchange_context(core_.compute, cost_.backward.compute - before);
}

void LayerBuilder::exchange_context(Seconds core_forward, Seconds core_backward) {
  const ModelSpec& model = job_.model;
  const double element = activation_element(job_.precision), n = shape_.context;
  const double keys = element * shape_.tokens * model.kv_heads * model.head_size / shape_.tensor;
  const double queries = element * shape_.tokens * model.heads * model.head_size / shape_.tensor;
  if (job_.stack.context_exchange == ContextExchange::all_to_all) {
    // Queries, keys and values out, the result back.
    const Bytes moved{2 * queries + 2 * keys};
    communicate(CommGroup::context, CollectiveKind::all_to_all, moved, 1, 1);
    return;
  }
  const Bytes all{2 * keys * n};  // keys and values of the whole sequence
  const bool ring = job_.stack.context_exchange == ContextExchange::ring;
  if (ring) {
    // Each block's result is added to those before: read 4, block 2, write 4 bytes a value;
    // backward the gradients of queries, keys and values alike.
    const double merged = 10 * (n - 1) / element;
    cost_.forward.compute += kernels_.stream({merged * queries});
    cost_.backward.compute += kernels_.stream({merged * (queries + 2 * keys)});
  }
  // In a ring the first of n blocks is at home: n - 1 are attended to while the next one travels.
  const double share = ring ? (n - 1) / n : 0;
  cost_.forward.comms.push_back(
      {CommGroup::context, CollectiveKind::all_gather, all, 1, core_forward * share});
  cost_.backward.comms.push_back(
      {CommGroup::context, CollectiveKind::all_gather, all, 1, core_backward * (share / 2)});
  cost_.backward.comms.push_back(
      {CommGroup::context, CollectiveKind::reduce_scatter, all, 1, core_backward * (share / 2)});
}

void LayerBuilder::recompute(Recompute what) {
  if (what == Recompute::full) cost_.recompute = cost_.forward;
  if (what == Recompute::selective && job_.stack.attention == AttentionKernel::unfused)
    cost_.recompute += core_;
  if (what != Recompute::operators) return;
  // torchtitan keeps every second matrix product, the attention's result and what was scattered.
  PassCost& again = cost_.recompute;
  again = cost_.forward;
  again.compute -= 0.5 * products_;
  if (job_.stack.attention == AttentionKernel::fused) again.compute -= core_.compute;
  std::erase_if(again.comms, [](const PassComm& comm) {
    return comm.kind != CollectiveKind::all_gather || comm.group != CommGroup::tensor;
  });
}

}  // namespace qianka
