// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/flop_count.hpp"

#include "sim/language/language.hpp"

namespace qianka {

namespace {

/// Products that parts of layers repeat, FLOPs a token.
double modules_again(const Job& job) {
  const ModelSpec& model = job.model;
  double weights = 0;
  if (job.parallel.recompute_modules.mlp) {
    int dense = 0;
    for (int i = 0; i < model.layers; ++i) dense += experts_of(model, i) == nullptr ? 1 : 0;
    weights += (model.mlp == Mlp::swiglu ? 3.0 : 2.0) * model.hidden * model.ffn * dense;
  }
  if (job.parallel.recompute_modules.latent_projections)
    weights += model.heads *
               (latent_query_rank(model) * (model.head_size + latent_rotary(model)) +
                2.0 * *model.latent_kv * model.head_size) *
               (model.layers + model.prediction_layers);
  return 2 * weights;
}

}  // namespace

FlopCount count_flops(const Job& job) {
  const ModelSpec& model = job.model;
  const double tokens = static_cast<double>(job.global_batch) * job.sequence;
  const double queries = static_cast<double>(model.heads) * model.head_size;
  // Weights that each token meets, all layers: of the routed experts only those it is sent to.
  double layers = active_parameters(model) - parameters(model);
  for (int i = 0; i < model.layers; ++i) layers += layer_parameters(model, i);
  if (model.prediction_layers > 0) layers += model.prediction_layers * prediction_parameters(model);
  // Scores and weighted sum, per token.
  const double rotary = model.latent_kv ? model.heads * latent_rotary(model) : 0;
  const double attention =
      2 * (2 * queries + rotary) * job.sequence * (model.layers + model.prediction_layers);
  const double head = 2.0 * model.hidden * model.vocabulary * (1 + model.prediction_layers);
  const double forward_layers = 2 * layers + attention;
  double again = 0;
  const int every = job.parallel.recompute_every;
  const double share = (model.layers + every - 1) / every / static_cast<double>(model.layers);
  if (job.parallel.recompute == Recompute::full) again = forward_layers * share;
  if (job.parallel.recompute == Recompute::operators) again = layers * share;  // half the products
  if (job.parallel.recompute == Recompute::selective &&
      job.stack.attention == AttentionKernel::unfused)
    again = attention;
  again += modules_again(job);
  return {.model = {3 * tokens * (forward_layers + head)},
          .hardware = {tokens * (3 * (forward_layers + head) + again)},
          .causal = {3 * tokens * (forward_layers + head - attention / 2)},
          .formula = marked(
              "3 x tokens x (2 x layer weights + 4 x heads x head size x sequence x layers + 2 x "
              "hidden x "
              "vocabulary); HFU adds one forward of what is recomputed")};
}

}  // namespace qianka
