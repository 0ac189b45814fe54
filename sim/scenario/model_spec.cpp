// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/model_spec.hpp"

namespace qianka {
namespace {

double product(double a, double b) { return a * b; }

/// Keys and values through one compressed vector, queries through another; the rotary part of the
/// keys is shared by all heads.
double latent_attention(const ModelSpec& m, double rank) {
  const double query_rank = latent_query_rank(m), rotary = latent_rotary(m);
  const double width = product(m.heads, m.head_size);
  const double query =
      product(m.hidden, query_rank) + query_rank * m.heads * (m.head_size + rotary);
  const double key_value = m.hidden * (rank + rotary) + rank * 2 * width;
  return query + key_value + width * m.hidden;
}

/// Query and output are hidden x heads x head_size each; key and value have kv_heads of them.
double attention(const ModelSpec& m) {
  if (m.latent_kv) return latent_attention(m, *m.latent_kv);
  return 2.0 * m.hidden * m.head_size * (m.heads + m.kv_heads);
}

double mlp(const ModelSpec& m, int ffn) {
  return (m.mlp == Mlp::swiglu ? 3.0 : 2.0) * m.hidden * ffn;
}

/// `met`: the routed experts that are counted.
double layer_weights(const ModelSpec& m, int layer, int met) {
  const Experts* experts = experts_of(m, layer);
  if (experts == nullptr) return attention(m) + mlp(m, m.ffn);
  const double router = product(m.hidden, experts->experts);
  return attention(m) + router + (met + experts->shared) * mlp(m, experts->ffn);
}

double embeddings(const ModelSpec& m) {
  const double tokens = product(m.vocabulary, m.hidden);
  const double positions = m.positions == Positions::learned ? product(m.sequence, m.hidden) : 0;
  return (m.tied_embeddings ? 1 : 2) * tokens + positions;
}

double all_weights(const ModelSpec& m, int met) {
  double sum = embeddings(m);
  for (int layer = 0; layer < m.layers; ++layer) sum += layer_weights(m, layer, met);
  const double module = layer_weights(m, m.layers - 1, met) + 2.0 * m.hidden * m.hidden;
  return sum + m.prediction_layers * module;
}

}  // namespace

const Experts* experts_of(const ModelSpec& m, int layer) {
  if (!m.experts || layer < m.experts->first_dense) return nullptr;
  const bool sparse = (layer - m.experts->first_dense) % m.experts->every == m.experts->every - 1;
  return sparse ? &*m.experts : nullptr;
}

double parameters(const ModelSpec& model) {
  return all_weights(model, model.experts ? model.experts->experts : 0);
}

double active_parameters(const ModelSpec& model) {
  return all_weights(model, model.experts ? model.experts->top_k : 0);
}

double layer_parameters(const ModelSpec& model, int layer) {
  return layer_weights(model, layer, model.experts ? model.experts->experts : 0);
}

bool windowed(const ModelSpec& model, int layer) {
  return model.window > 0 && layer % model.window_every == 0;
}

double latent_query_rank(const ModelSpec& model) { return 3.0 * model.latent_kv.value_or(0); }

double latent_rotary(const ModelSpec& model) { return model.head_size / 2.0; }

double prediction_parameters(const ModelSpec& model) {
  return layer_parameters(model, model.layers - 1) + 2.0 * model.hidden * model.hidden;
}

double expert_parameters(const ModelSpec& model, int layer) {
  const Experts* experts = experts_of(model, layer);
  return experts == nullptr ? 0 : experts->experts * mlp(model, experts->ffn);
}

}  // namespace qianka
