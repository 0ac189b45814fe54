// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/megatron_model.hpp"

#include "sim/interchange/known_devices.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/catalogue.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr int most = 1 << 24, most_layers = 100'000;

int needed(LaunchArguments& arguments, ArgumentNames names, std::string_view what) {
  if (const auto number = arguments.whole(names)) {
    if (*number > most)
      fail_at(arguments.at(names), say("{} of {}", what, *number), tr("no model has it"));
    return *number;
  }
  fail_at(arguments.at({"num-layers", "hidden-size", "num-attention-heads", "seq-length"}),
          say("--{} is not in the script: {}", *names.begin(), what),
          tr("without it the model is not known; other files, as a checkpoint, are not read"));
}

/// Vocabularies are padded so that tensor-parallel shares are equal.
int padded(int tokens, LaunchArguments& arguments, int tensor) {
  constexpr int usual_multiple = 128;
  const long long multiple =
      static_cast<long long>(
          arguments.whole({"make-vocab-size-divisible-by"}).value_or(usual_multiple)) *
      tensor;
  const long long size = (tokens + multiple - 1) / multiple * multiple;
  return static_cast<int>(std::min<long long>(size, most));
}

/// The model of the catalogue with the same layers, or else one with as many of them.
std::optional<ModelSpec> twin(const ModelSpec& model) {
  std::optional<ModelSpec> found;
  for (const CatalogueEntry& entry : list_catalogue("model")) {
    const ModelSpec other = load_model(entry.id);
    const bool alike = other.hidden == model.hidden && other.heads == model.heads &&
                       other.kv_heads == model.kv_heads && other.ffn == model.ffn &&
                       other.mlp == model.mlp;
    if (alike && (!found || other.layers == model.layers)) found = other;
    if (found && found->layers == model.layers) break;
  }
  return found;
}

int vocabulary(LaunchArguments& arguments, const ModelSpec& model, const ImportRequest& request,
               int tensor, Imported& imported) {
  const auto padded_size = arguments.whole({"padded-vocab-size"});
  const auto size = arguments.whole({"vocab-size"});
  if (request.vocabulary) return *request.vocabulary;
  if (padded_size) return *padded_size;
  if (size) return padded(*size, arguments, tensor);
  const bool merges = arguments.given({"merge-file"});  // byte pairs, as of GPT-2
  const std::string type = merges ? "GPT2BPETokenizer" : arguments.word({"tokenizer-type"});
  const std::string path = arguments.word({"tokenizer-model", "tokenizer-name-or-path"});
  for (const KnownTokenizer& tokenizer : known_devices().tokenizers) {
    if (tokenizer.name != type && path.find(tokenizer.name) == std::string::npos) continue;
    imported.warnings.push_back(
        {arguments.at({"tokenizer-type", "tokenizer-model"}),
         say("no --vocab-size: {} tokens, as {} has", tokenizer.tokens, tokenizer.name),
         tr("another size: --vocabulary N")});
    return padded(tokenizer.tokens, arguments, tensor);
  }
  if (const auto same = twin(model)) {
    imported.warnings.push_back(
        {arguments.at({"num-layers", "tokenizer-type", "tokenizer-name-or-path"}),
         say("no --vocab-size: {} tokens, as {} has, whose layers are alike", same->vocabulary,
             same->name),
         tr("another size: --vocabulary N")});
    return same->vocabulary;
  }
  fail_at(arguments.at({"num-layers", "vocab-file", "tokenizer-type", "tokenizer-model"}),
          tr("the size of the vocabulary is not in the script, only its files"),
          tr("say it: --vocabulary N"));
}

bool is_zero(LaunchArguments& arguments, ArgumentNames names) {
  const std::string word = arguments.word(names);
  return !word.empty() && std::strtod(word.c_str(), nullptr) == 0;
}

void attention(LaunchArguments& arguments, ModelSpec& model) {
  model.heads = needed(arguments, {"num-attention-heads"}, tr("the query heads"));
  const auto groups = arguments.whole({"num-query-groups", "num-key-value-heads"});
  const bool grouped =
      arguments.given({"group-query-attention"}) || arguments.given({"num-key-value-heads"});
  model.kv_heads = grouped && groups ? *groups : model.heads;
  if (grouped && !groups) model.kv_heads = 1;  // Megatron's default
  model.head_size =
      arguments.whole({"kv-channels"}).value_or(std::max(1, model.hidden / model.heads));
  const bool latent = arguments.given({"multi-latent-attention"}) ||
                      arguments.given({"multi-head-latent-attention"});
  const auto rank = arguments.whole({"kv-lora-rank"});
  const auto value = arguments.whole({"v-head-dim"});
  arguments.whole({"q-lora-rank"});
  arguments.whole({"qk-head-dim", "qk-nope-head-dim"});
  arguments.whole({"qk-pos-emb-head-dim", "qk-rope-head-dim", "qk-layernorm-dim"});
  if (!latent) return;
  model.latent_kv = rank.value_or(512);  // Megatron's defaults are DeepSeek-V3's
  model.head_size = value.value_or(128);
  model.kv_heads = model.heads;
}

void feed_forward(LaunchArguments& arguments, ModelSpec& model) {
  const bool gated = arguments.given({"swiglu", "quick-geglu", "geglu"});
  model.mlp = gated ? Mlp::swiglu : Mlp::gelu;
  const auto width = arguments.whole({"ffn-hidden-size"});
  constexpr long long multiple = 64;  // Megatron's rounding of two thirds
  const long long whole = 4LL * model.hidden;
  model.ffn = width.value_or(static_cast<int>(std::min<long long>(
      gated ? std::max(multiple, whole * 2 / 3 / multiple * multiple) : whole, most)));
}

void experts(LaunchArguments& arguments, ModelSpec& model, Imported& imported) {
  const auto count = arguments.whole({"num-experts"});
  const auto routed = arguments.whole({"moe-router-topk", "topk"});
  const auto own = arguments.whole({"moe-ffn-hidden-size", "moe-intermediate-size"});
  const auto shared_width = arguments.whole({"moe-shared-expert-intermediate-size"});
  const auto shared = arguments.whole({"n-shared-experts"}, 0);
  const auto dense = arguments.whole({"first-k-dense-replace"}, -1);  // -1: not used
  const std::string pattern = arguments.word({"moe-layer-freq"});
  if (!count || *count <= 1) return;
  Experts result{.experts = *count,
                 .top_k = std::min(routed.value_or(2), *count),  // Megatron's default is 2
                 .ffn = own.value_or(model.ffn)};
  result.shared = shared.value_or(shared_width ? (*shared_width + result.ffn / 2) / result.ffn : 0);
  result.first_dense = std::max(0, dense.value_or(0));
  // 2, or ([0]*3+[1]*58): no experts in the first three.
  if (!pattern.empty() && pattern.find_first_not_of("0123456789") == std::string::npos) {
    result.every = std::clamp(std::atoi(pattern.c_str()), 1, model.layers);
  } else if (const std::size_t zeros = pattern.find("[0]*"); zeros != std::string::npos) {
    result.first_dense = std::clamp(std::atoi(pattern.c_str() + zeros + 4), 0, model.layers);
  } else if (!pattern.empty() && pattern.find('0') != std::string::npos) {
    imported.warnings.push_back({arguments.at({"moe-layer-freq"}),
                                 say("--moe-layer-freq {} is not understood", excerpt(pattern)),
                                 tr("every layer is written with experts")});
  }
  model.experts = result;
}

Positions positions(LaunchArguments& arguments) {
  const std::string kind = arguments.word({"position-embedding-type"});
  if (kind == "alibi") return Positions::alibi;
  const bool rotary = kind == "rope" || kind == "yarn" || kind == "mrope" || kind == "none" ||
                      arguments.given({"use-rotary-position-embeddings"});
  return rotary ? Positions::rotary : Positions::learned;
}

}  // namespace

const std::set<std::string, std::less<>>& megatron_names() {
  static const std::set<std::string, std::less<>> names{"num-layers",
                                                        "hidden-size",
                                                        "num-attention-heads",
                                                        "seq-length",
                                                        "ffn-hidden-size",
                                                        "micro-batch-size",
                                                        "global-batch-size",
                                                        "max-position-embeddings",
                                                        "tensor-model-parallel-size",
                                                        "pipeline-model-parallel-size",
                                                        "context-parallel-size",
                                                        "expert-model-parallel-size",
                                                        "num-experts",
                                                        "train-iters"};
  return names;
}

ModelSpec megatron_model(LaunchArguments& arguments, const ImportRequest& request, int tensor,
                         Imported& imported) {
  ModelSpec model;
  model.layers =
      needed(arguments, {"num-layers", "decoder-num-layers"}, tr("the number of layers"));
  if (model.layers > most_layers)
    fail_at(arguments.at({"num-layers"}), say("{} layers", model.layers),
            tr("no model has so many"));
  model.hidden = needed(arguments, {"hidden-size"}, tr("the width of a layer"));
  attention(arguments, model);
  feed_forward(arguments, model);
  experts(arguments, model, imported);
  model.vocabulary = vocabulary(arguments, model, request, tensor, imported);
  const auto length = arguments.whole({"encoder-seq-length", "seq-length"});
  arguments.whole({"max-position-embeddings"});  // a bound, not a length
  if (!request.sequence && !length)
    fail_at(arguments.at({"num-layers"}), tr("--seq-length is not in the script"),
            tr("say it: --sequence N"));
  model.sequence = request.sequence.value_or(length.value_or(1));
  model.positions = positions(arguments);
  model.tied_embeddings = !arguments.given({"untie-embeddings-and-output-weights"});
  model.dropout =
      !is_zero(arguments, {"attention-dropout"}) || !is_zero(arguments, {"hidden-dropout"});
  model.prediction_layers =
      std::min(arguments.whole({"mtp-num-layers"}, 0).value_or(0), model.layers);
  return model;
}

}  // namespace qianka
