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
  double balance = 1;   // tokens of the busiest expert over the mean
};

struct ModelSpec {
  std::string id, name;
  int layers = 0, hidden = 0, heads = 0, kv_heads = 0, head_size = 0, ffn = 0, vocabulary = 0,
      sequence = 0;
  Mlp mlp = Mlp::gelu;
  Positions positions = Positions::learned;
  bool tied_embeddings = true;
  bool dropout = true;
  bool post_norms = false;  // two more norms a layer, behind attention and MLP (Gemma 2)
  bool logit_cap = false;   // logits pass through a scaled tanh before the loss
  int window = 0;           // attention sees so many tokens back; 0 = all of them
  int window_every = 1;     // one layer of so many has the window
  std::optional<Experts> experts;
  std::optional<int> latent_kv;  // multi-head latent attention: rank of the compressed key/value
  int prediction_layers = 0;     // multi-token prediction: modules behind the last layer, each a
                                 // layer, a projection of two hidden vectors to one, and a head
};

/// Weights of the whole model, embeddings once when tied, biases and norm gains left out (< 0.1 %).
double parameters(const ModelSpec& model);
/// Weights that one token meets (routed experts: top_k of them).
double active_parameters(const ModelSpec& model);
/// Weights of transformer layer `layer` (0-based) alone.
double layer_parameters(const ModelSpec& model, int layer);
/// Whether attention of the layer sees `window` tokens only.
bool windowed(const ModelSpec& model, int layer);
/// Of one multi-token prediction module: a layer and a projection; the head is shared.
double prediction_parameters(const ModelSpec& model);
/// Multi-head latent attention as DeepSeek-V2 and V3 have it (arXiv:2405.04434, section 2.1): the
/// queries' rank is three times latent_kv, and queries and keys carry half a head of rotary
/// dimensions beside the compressed part.
double latent_query_rank(const ModelSpec& model);
double latent_rotary(const ModelSpec& model);
/// Of these, the routed experts'.
double expert_parameters(const ModelSpec& model, int layer);
/// The experts of a layer; null when it has none. With every = 2 the second layer of each pair has
/// them, as in GShard and GLaM.
const Experts* experts_of(const ModelSpec& model, int layer);

}  // namespace qianka
