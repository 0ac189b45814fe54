// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/model_text.hpp"

#include "sim/language/language.hpp"
#include "sim/scenario/names.hpp"
#include "sim/units/format.hpp"

#include <cstdint>

#include <fmt/format.h>

namespace qianka {

void write_model_keys(const ModelSpec& model, YamlWriter& yaml) {
  const auto whole = [&](const char* key, int value) {
    yaml.key(key, static_cast<std::int64_t>(value));
  };
  whole("layers", model.layers);
  whole("hidden", model.hidden);
  whole("heads", model.heads);
  whole("kv_heads", model.kv_heads);
  whole("head_size", model.head_size);
  whole("ffn", model.ffn);
  whole("vocabulary", model.vocabulary);
  whole("sequence", model.sequence);
  yaml.key("mlp", name_of(mlp_names, model.mlp));
  yaml.key("positions", name_of(positions_names, model.positions));
  yaml.key("tied_embeddings", model.tied_embeddings).key("dropout", model.dropout);
  if (model.post_norms) yaml.key("post_norms", true);
  if (model.logit_cap) yaml.key("logit_cap", true);
  if (model.window > 0) {
    whole("window", model.window);
    whole("window_every", model.window_every);
  }
  if (model.experts) {
    yaml.open("experts");
    whole("experts", model.experts->experts);
    whole("top_k", model.experts->top_k);
    whole("shared", model.experts->shared);
    whole("ffn", model.experts->ffn);
    whole("first_dense", model.experts->first_dense);
    whole("every", model.experts->every);
    yaml.close();
  }
  if (model.latent_kv) whole("latent_kv", *model.latent_kv);
  if (model.prediction_layers > 0) whole("prediction_layers", model.prediction_layers);
}

std::string size_text(const ModelSpec& model) {
  ModelSpec trunk = model;
  trunk.prediction_layers = 0;
  std::string text = say("{} parameters", format_large(parameters(trunk)));
  if (model.experts)
    text += say(", {} of them active for a token", format_large(active_parameters(trunk)));
  if (model.prediction_layers > 0)
    text += say("; {} more in {}", format_large(parameters(model) - parameters(trunk)),
                counted(model.prediction_layers, "prediction layer"));
  return text;
}

}  // namespace qianka
