// SPDX-License-Identifier: Apache-2.0
// Byte counts below are reads plus writes of each tensor at two bytes a value, as the usual kernels
// touch them; KernelModel scales them for wider types. Notation of docs/model.md: b micro batch, s
// sequence, h hidden, a heads, k key/value heads, d head size, f MLP width, V vocabulary, t tensor
// parallel, M = b s / context tokens on a card.
#include "sim/workload/operators.hpp"

#include "sim/workload/layer_builder.hpp"

namespace qianka {

namespace {

/// Activation of `values` of the MLP. Not fused, the gated one is an activation (4 bytes) and a
/// product (6); backward two products (12), the activation's gradient (6) and putting both halves
/// into one tensor (8).
void add_activation(LayerBuilder& layer, double values) {
  if (layer.model().mlp != Mlp::swiglu)
    layer.stream(4 * values, 6 * values);
  else if (layer.job().stack.fused_pointwise)
    layer.stream(6 * values, 10 * values);
  else
    layer.stream(10 * values, 26 * values);
}

/// Not fused, a rotation is two products (8), a negation (2), putting halves together (4) and a sum
/// (6).
void add_rotation(LayerBuilder& layer, double values) {
  const double bytes = layer.job().stack.fused_pointwise ? 4 : 20;
  layer.stream(bytes * values, bytes * values);
}

/// Two matrices, or three with a gate; their outputs pass through the activation.
void add_mlp(LayerBuilder& layer, double tokens, double width) {
  const ModelSpec& model = layer.model();
  layer.linear(tokens, model.hidden, model.mlp == Mlp::swiglu ? 2 * width : width);
  layer.linear(tokens, width, model.hidden);
  add_activation(layer, tokens * width);
}

/// The experts of one layer on one card: its share of the routed ones for the tokens that the whole
/// expert group sends it, and the shared ones for its own. Fact 10 of the step-model study.
void add_experts(LayerBuilder& layer, const Experts& experts) {
  const ModelSpec& model = layer.model();
  const MicroBatchShape& shape = layer.shape();
  const RecomputeModules& modules = layer.job().parallel.recompute_modules;
  const double h = model.hidden, width = experts.ffn / shape.tensor;
  const double routed = experts.top_k * shape.tokens, ways = layer.job().parallel.expert;
  layer.wide_linear(shape.tokens, h, experts.experts);  // router
  layer.serial(layer.job().stack.expert_overhead);
  // Sorting by expert, and back.
  const double moved = 8 * routed * h * layer.job().stack.permutation_factor;
  layer.stream(moved, moved);
  const double here = experts.experts / ways;
  const double rows = routed * ways / experts.experts * experts.balance;
  layer.linear(rows, h, model.mlp == Mlp::swiglu ? 2 * width : width, here);
  layer.linear(rows, width, h, here);
  layer.part(modules.expert_activations, [&] { add_activation(layer, routed * width); });
  if (experts.shared > 0) add_mlp(layer, shape.tokens, experts.shared * width);
  if (ways > 1) {
    // Sequence parallelism leaves each card of a tensor group with its share of the tokens.
    const Bytes sent{2 * routed * h / (shape.sequence_parallel ? shape.tensor : 1)};
    layer.communicate(CommGroup::expert, CollectiveKind::all_to_all, sent, 2, 2);
  }
}

void add_projections(LayerBuilder& layer) {
  const ModelSpec& model = layer.model();
  const double M = layer.shape().tokens, t = layer.shape().tensor;
  const double h = model.hidden, d = model.head_size, queries = model.heads * d / t;
  if (model.latent_kv) {
    const double rank = *model.latent_kv, query_rank = latent_query_rank(model),
                 rotary = latent_rotary(model);
    layer.linear(M, h, query_rank + rank + rotary);  // down; the same on every card of the group
    layer.part(layer.job().parallel.recompute_modules.latent_projections, [&] {
      layer.linear(M, query_rank, model.heads / t * (d + rotary));
      layer.linear(M, rank, 2 * queries);
      const double assembled = M * model.heads / t * (2 * (d + rotary) + d);
      layer.stream(8 * assembled, 8 * assembled);  // split, rotate, concatenate
    });
    layer.linear(M, queries, h);
    return;
  }
  const double qkv = queries + 2 * model.kv_heads * d / t;
  layer.linear(M, h, qkv);
  layer.linear(M, queries, h);
  layer.stream(4 * M * qkv, 4 * M * qkv);  // splitting and transposing Q, K, V
  if (model.positions == Positions::rotary) {
    add_rotation(layer, M * (queries + model.kv_heads * d / t));
  }
}

/// Norms and residual adds work on the whole activation on every card unless sequence parallel
/// splits them.
void add_norms(LayerBuilder& layer, bool experts) {
  const MicroBatchShape& shape = layer.shape();
  const bool dropout = layer.model().dropout;
  const double whole =
      shape.tokens * layer.model().hidden / (shape.sequence_parallel ? shape.tensor : 1);
  const double norms = layer.model().post_norms ? 2 : 1;  // pairs of them
  const bool again = layer.job().parallel.recompute_modules.norms;
  if (again && layer.model().latent_kv) layer.again(4 * whole);
  if (again && experts) layer.again(4 * whole);
  layer.stream(8 * norms * whole, 16 * norms * whole);
  layer.stream((dropout ? 14 : 12) * whole, (dropout ? 10 : 8) * whole);
}

void add_tensor_comms(LayerBuilder& layer) {
  if (layer.shape().tensor == 1) return;
  const Bytes size = activation_bytes(layer.job());
  if (layer.shape().sequence_parallel) {
    const bool narrow = layer.job().precision == Precision::fp8 && layer.job().stack.fp8_gathers;
    layer.communicate(CommGroup::tensor, CollectiveKind::all_gather, size * (narrow ? 0.5 : 1), 2,
                      2);
    layer.communicate(CommGroup::tensor, CollectiveKind::reduce_scatter, size, 2, 2);
  } else {
    layer.communicate(CommGroup::tensor, CollectiveKind::all_reduce, size, 2, 2);
  }
}

/// Logits and loss of one head.
void add_logits(LayerBuilder& layer) {
  const MicroBatchShape& shape = layer.shape();
  const double M = shape.tokens, h = layer.model().hidden,
               logits = layer.model().vocabulary / shape.tensor;
  layer.wide_linear(M, h, logits);
  switch (layer.job().stack.loss) {
    case LossKernel::eager:  // cast 6, maximum 4, difference 8, exponent 8, sum 4, division 8;
      layer.stream(38 * M * logits, 14 * M * logits);  // product 8, cast 6
      break;
    case LossKernel::compiled:  // cast to 32 bit, maximum, exponent, sum; gradient
      layer.stream(10 * M * logits, 10 * M * logits);
      break;
    case LossKernel::in_place:
      layer.stream(2 * M * logits, 4 * M * logits);
      break;
  }
  layer.stream(4 * M * h, 8 * M * h);  // final norm
  // Division, tanh and product on 32-bit values; backward the same with the tanh kept.
  if (layer.model().logit_cap) layer.stream(24 * M * logits, 28 * M * logits);
  if (shape.tensor > 1)
    layer.communicate(CommGroup::tensor, CollectiveKind::all_reduce, activation_bytes(layer.job()),
                      0, 1);
}

}  // namespace

PassCost& PassCost::operator+=(const PassCost& other) {
  compute += other.compute, serial += other.serial, kernels += other.kernels;
  comms.insert(comms.end(), other.comms.begin(), other.comms.end());
  return *this;
}

LayerCost& LayerCost::operator+=(const LayerCost& other) {
  forward += other.forward, backward += other.backward;
  weight += other.weight, recompute += other.recompute;
  return *this;
}

double activation_element(Precision precision) {
  return precision == Precision::fp32 || precision == Precision::tf32 ? 4 : 2;
}

MicroBatchShape::MicroBatchShape(const Job& job)
    : sequences(job.parallel.micro_batch),
      sequence(job.sequence),
      tokens(sequences * sequence / job.parallel.context),
      tensor(job.parallel.tensor),
      context(job.parallel.context),
      sequence_parallel(job.parallel.sequence_parallel) {}

Bytes activation_bytes(const Job& job) {
  return {activation_element(job.precision) * MicroBatchShape(job).tokens * job.model.hidden};
}

LayerCost layer_cost(const Job& job, const KernelModel& kernels, int index) {
  LayerBuilder layer(job, kernels);
  add_projections(layer);
  const Experts* experts = experts_of(job.model, index);
  if (experts != nullptr)
    add_experts(layer, *experts);
  else
    layer.part(job.parallel.recompute_modules.mlp,
               [&] { add_mlp(layer, layer.shape().tokens, job.model.ffn / layer.shape().tensor); });
  add_norms(layer, experts != nullptr);
  layer.attention(index);
  add_tensor_comms(layer);
  if (index % job.parallel.recompute_every == 0) layer.recompute(job.parallel.recompute);
  return layer.take();
}

LayerCost embedding_cost(const Job& job, const KernelModel& kernels) {
  LayerBuilder layer(job, kernels);
  const double whole = layer.shape().tokens * job.model.hidden;
  layer.stream(6 * whole, 8 * whole);  // look-up and positions; scatter-add into the table
  if (layer.shape().tensor > 1)
    layer.communicate(CommGroup::tensor, CollectiveKind::all_reduce, activation_bytes(job), 1, 0);
  return layer.take();
}

LayerCost head_cost(const Job& job, const KernelModel& kernels) {
  LayerBuilder head(job, kernels);
  add_logits(head);
  LayerCost cost = head.take();
  const double h = job.model.hidden;
  for (int i = 0; i < job.model.prediction_layers; ++i) {
    LayerBuilder module(job, kernels);
    module.linear(module.shape().tokens, 2 * h, h);
    add_logits(module);
    cost += module.take();
    cost += layer_cost(job, kernels, job.model.layers - 1);
  }
  return cost;
}

}  // namespace qianka
