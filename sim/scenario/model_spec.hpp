// SPDX-License-Identifier: Apache-2.0
// A transformer is a handful of integers.
#pragma once
#include <optional>
#include <string>

namespace qianka {

enum class Mlp { gelu, swiglu };  // two matrices, or three
enum class Positions { learned, rotary, alibi };

/// Mixture of experts: `experts` routed of which `top_k` are active, `shared` always; width `ffn`
/// each.
struct Experts {
  int experts = 0, top_k = 0, shared = 0, ffn = 0;
  int first_dense = 0;  // leading layers without experts
  int every = 1;        // one layer of `every` has experts
};

struct ModelSpec {
  std::string id, name;
  int layers = 0, hidden = 0, heads = 0, kv_heads = 0, head_size = 0, ffn = 0, vocabulary = 0,
      sequence = 0;
  Mlp mlp = Mlp::gelu;
  Positions positions = Positions::learned;
  bool tied_embeddings = true;
  bool dropout = true;
  std::optional<Experts> experts;
  std::optional<int> latent_kv;  // multi-head latent attention: rank of the compressed key/value
};

/// Weights of the whole model, embeddings once when tied, biases and norm gains left out (< 0.1 %).
double parameters(const ModelSpec& model);
/// Weights that one token meets (routed experts: top_k of them).
double active_parameters(const ModelSpec& model);
/// Weights of transformer layer `layer` (0-based) alone.
double layer_parameters(const ModelSpec& model, int layer);

}  // namespace qianka
