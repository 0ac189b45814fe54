// SPDX-License-Identifier: Apache-2.0
// config.json of a Hugging Face model: a model of ours. The spellings were read off the
// configuration classes of transformers and of models with code of their own.
#include "sim/interchange/config_keys.hpp"
#include "sim/interchange/model_families.hpp"
#include "sim/interchange/model_text.hpp"
#include "sim/interchange/readers.hpp"
#include "sim/language/language.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr int unsaid_sequence = 2048;  // what Falcon and BLOOM were made with, who do not say it

/// Inner maps that hold the language part of a multi-modal model.
constexpr std::array<std::string_view, 7> text_parts{
    "text_config",    "llm_config", "language_config", "thinker_config",
    "language_model", "llm",        "text_model"};

class HfConfig {
 public:
  HfConfig(const SourceText& source, const ImportRequest& request)
      : source_(source), request_(request), root_(read_json(source, result_.warnings)) {}

  Imported read() {
    if (root_.kind != Value::Kind::map)
      fail_at(root_.at, say("a config.json is a map, this is {}", describe(root_)),
              tr("it begins with {"));
    const Value& text = language_part(root_, 0);
    const Entry* type = text.find("model_type");
    if (type == nullptr) type = root_.find("model_type");
    type_ = type == nullptr ? "" : type->value.text;
    ConfigKeys keys(text, type_);
    sizes(keys);
    attention(keys);
    feed_forward(keys);
    experts(keys);
    windows(keys);
    flags(keys);
    layers_of_another_kind(keys);
    finish(keys);
    return std::move(result_);
  }

 private:
  void warn(const SourcePos& at, std::string message, std::string hint) {
    result_.warnings.push_back({at, std::move(message), std::move(hint)});
  }
  const Value& language_part(const Value& map, int level);
  const ModelFamily* family() const { return model_family(type_); }
  void sizes(ConfigKeys& keys);
  void attention(ConfigKeys& keys);
  void latent(ConfigKeys& keys);
  void feed_forward(ConfigKeys& keys);
  void experts(ConfigKeys& keys);
  void shared_experts(ConfigKeys& keys, Experts& experts);
  void sparse_layers(ConfigKeys& keys, Experts& experts);
  void windows(ConfigKeys& keys);
  void flags(ConfigKeys& keys);
  void layers_of_another_kind(ConfigKeys& keys);
  void finish(const ConfigKeys& keys);

  const SourceText& source_;
  const ImportRequest& request_;
  Imported result_;
  Value root_;
  std::string type_;
  ModelSpec model_;
};

const Value& HfConfig::language_part(const Value& map, int level) {
  constexpr int most_levels = 4;
  if (map.find("hidden_size") != nullptr || level == most_levels) return map;
  for (const std::string_view key : text_parts) {
    const Entry* part = map.find(key);
    if (part == nullptr || part->value.kind != Value::Kind::map) continue;
    if (level == 0)
      warn(part->at, say("a model of several parts: '{}' is read", part->key),
           tr("encoders of pictures and sound are left out"));
    return language_part(part->value, level + 1);
  }
  return map;
}

void HfConfig::sizes(ConfigKeys& keys) {
  if (const Entry* both = keys.find({"is_encoder_decoder"}); both && is_true(both->value))
    fail_at(both->at, say("'{}' is an encoder with a decoder", excerpt(type_)),
            tr("models here are decoders only"));
  model_.layers = keys.needed({"num_hidden_layers", "n_layer", "num_layers", "n_layers"},
                              tr("the number of layers"));
  model_.hidden =
      keys.needed({"hidden_size", "n_embd", "d_model", "dim"}, tr("the width of a layer"));
  const auto vocabulary = keys.whole({"padded_vocab_size", "vocab_size"}, -1);
  if (request_.vocabulary)
    model_.vocabulary = *request_.vocabulary;
  else if (vocabulary && *vocabulary > 0)
    model_.vocabulary = *vocabulary;
  else
    fail_at(keys.map().at,
            say("'vocab_size' is missing: the tokens there are (model type '{}')", excerpt(type_)),
            tr("say it: --vocabulary N"));
  // Some write 1e30 for "as long as you like", which is no length.
  constexpr long long longest = 1'000'000'000;
  const Entry* entry =
      keys.find({"max_position_embeddings", "n_positions", "max_seq_len", "seq_length",
                 "max_sequence_length", "model_max_length", "n_ctx", "max_position_embedding"});
  auto bound = entry == nullptr ? std::nullopt : whole_number(entry->value, longest);
  if (bound && *bound < 1) bound.reset();
  model_.sequence = request_.sequence.value_or(static_cast<int>(bound.value_or(unsaid_sequence)));
  if (!request_.sequence)
    result_.missing.push_back(
        say("the length of a training sequence: --sequence N; {} is written, {}", model_.sequence,
            bound ? tr("the longest that the model takes") : tr("as the file says none")));
}

void HfConfig::attention(ConfigKeys& keys) {
  model_.heads =
      keys.needed({"num_attention_heads", "n_head", "n_heads", "num_heads"}, tr("the query heads"));
  auto shared = keys.whole({"num_key_value_heads", "n_kv_heads", "num_kv_heads", "n_head_kv",
                            "multi_query_group_num", "num_query_groups", "attn_config.kv_n_heads",
                            "num_attention_groups"});
  const bool one = keys.truth({"multi_query"}, false);
  const bool new_falcon = keys.truth({"new_decoder_architecture"}, false);
  const bool grouped = keys.truth({"multi_query_attention"}, true);
  if (one && !new_falcon) shared = 1;
  if (!grouped) shared = std::nullopt;
  model_.kv_heads = shared.value_or(model_.heads);
  const auto size = keys.whole({"head_dim", "kv_channels", "attention_head_dim", "d_kv"});
  model_.head_size = size.value_or(std::max(1, model_.hidden / model_.heads));
  if (!size && model_.hidden % model_.heads != 0)
    warn(keys.map().at, say("hidden size {} / {} heads is not whole", model_.hidden, model_.heads),
         say("heads of {} are written", model_.head_size));
  latent(keys);
}

/// Multi-head latent attention; the format has one number for it, and DeepSeek's proportions.
void HfConfig::latent(ConfigKeys& keys) {
  const Entry* rank = keys.find({"kv_lora_rank"});
  const auto query = keys.whole({"q_lora_rank"}), rotary = keys.whole({"qk_rope_head_dim"}),
             plain = keys.whole({"qk_nope_head_dim"}), value = keys.whole({"v_head_dim"});
  if (rank == nullptr) return;
  model_.latent_kv = keys.whole({"kv_lora_rank"});
  model_.kv_heads = model_.heads;
  model_.head_size = value.value_or(plain.value_or(model_.head_size));
  const bool as_deepseek = query == 3 * *model_.latent_kv && plain == model_.head_size && rotary &&
                           *rotary * 2 == model_.head_size;
  if (!as_deepseek)
    warn(rank->at,
         say("latent attention with a query rank of {} and heads of {} + {}, values of {}",
             query ? std::to_string(*query) : "none", plain.value_or(0), rotary.value_or(0),
             model_.head_size),
         tr("written in DeepSeek-V3's proportions: 3 x kv_lora_rank, half a head of rotary "
            "dimensions"));
}

void HfConfig::feed_forward(ConfigKeys& keys) {
  auto width = keys.whole({"intermediate_size_mlp", "intermediate_size", "ffn_hidden_size",
                           "n_inner", "ffn_dim", "inner_hidden_size", "d_ff",
                           "ffn_config.ffn_hidden_size", "feed_forward_dim"});
  const auto multiple = keys.whole({"multiple_of"});
  if (!width && multiple && keys.find({"dim"}) != nullptr) {
    // Meta's params.json: two thirds of four times the width, stretched, up to a whole multiple.
    const Entry* stretch = keys.find({"ffn_dim_multiplier"});
    const double factor =
        stretch == nullptr
            ? 1
            : std::clamp(std::strtod(stretch->value.text.c_str(), nullptr), 0.1, 10.);
    const auto wanted =
        static_cast<long long>(factor * static_cast<double>(8LL * model_.hidden / 3));
    width = static_cast<int>((wanted + *multiple - 1) / *multiple * *multiple);
  }
  const auto ratio = keys.whole({"expansion_ratio", "ffn_hidden_size_ratio"});
  model_.ffn = width.value_or(std::min(model_.hidden, 1 << 28) * ratio.value_or(4));
  if (type_ == "qwen") model_.ffn = std::max(1, model_.ffn / 2);  // its key counts both gates
  const std::string activation =
      keys.text({"hidden_act", "activation_function", "hidden_activation", "activation",
                 "ffn_config.ffn_act_fn", "mlp_hidden_act"});
  const bool by_name = activation.find("silu") != std::string::npos ||
                       activation.find("swi") != std::string::npos || activation == "geglu";
  const ModelFamily* known = family();
  const bool gelu = !activation.empty() && !by_name;
  model_.mlp = known != nullptr ? known->mlp : gelu ? Mlp::gelu : Mlp::swiglu;
  if (type_ == "chatglm" && keys.find({"inner_hidden_size"}) != nullptr) model_.mlp = Mlp::gelu;
  if (known == nullptr && gelu)
    warn(keys.map().at,
         say("model type '{}' is new here, its activation is '{}'", excerpt(type_),
             excerpt(activation)),
         tr("written with two matrices an MLP; with a gate: mlp: swiglu"));
}

void HfConfig::experts(ConfigKeys& keys) {
  const auto count =
      keys.whole({"n_routed_experts", "num_local_experts", "num_experts", "moe_num_experts",
                  "num_moe_experts", "ffn_config.moe_num_experts"},
                 0);
  const auto own = keys.whole({"moe_intermediate_size", "expert_ffn_hidden_size",
                               "moe_ffn_hidden_size", "expert_intermediate_size"});
  const auto routed = keys.whole(
      {"num_experts_per_tok", "num_experts_per_token", "experts_per_token", "moe_k", "moe_topk",
       "moe_top_k", "num_selected_experts", "top_k_experts", "ffn_config.moe_top_k"},
      0);
  if (!count || *count <= 1) return;
  if (!routed || *routed == 0)
    fail_at(keys.map().at,
            say("'num_experts_per_tok' is missing: experts that a token meets (model type "
                "'{}')",
                excerpt(type_)),
            tr("looked for num_experts_per_tok, moe_topk, moe_k and others"));
  Experts experts{.experts = *count, .top_k = *routed};
  // Llama 4 has the experts' width in intermediate_size, and the dense layers' in another key.
  experts.ffn = own ? *own : keys.whole({"intermediate_size"}).value_or(model_.ffn);
  shared_experts(keys, experts);
  sparse_layers(keys, experts);
  model_.experts = experts;
}

void HfConfig::shared_experts(ConfigKeys& keys, Experts& experts) {
  experts.shared = keys.whole({"n_shared_experts", "num_shared_experts", "num_shared_expert",
                               "moe_num_shared_experts"},
                              0)
                       .value_or(type_.starts_with("llama4") ? 1 : 0);
  const Entry* width = keys.find(
      {"shared_expert_intermediate_size", "shared_intermediate_size", "share_expert_dim"});
  if (width == nullptr || experts.shared > 0) return;
  const int total = keys.whole({"shared_expert_intermediate_size", "shared_intermediate_size",
                                "share_expert_dim"},
                               0)
                        .value_or(0);
  experts.shared = (total + experts.ffn / 2) / experts.ffn;
  if (experts.shared * static_cast<long long>(experts.ffn) != total)
    warn(width->at, say("a shared expert of width {}, routed ones of {}", total, experts.ffn),
         say("shared experts are as wide as routed ones here: {} of them are written",
             experts.shared));
}

/// Which layers have experts: after the first few, all or one of so many.
void HfConfig::sparse_layers(ConfigKeys& keys, Experts& experts) {
  experts.first_dense = keys.whole({"first_k_dense_replace", "moe_layer_start_index",
                                    "num_dense_layers", "n_dense_layers"},
                                   0)
                            .value_or(0);
  const Entry* pattern = keys.find({"moe_layer_freq"});
  const Entry* dense = keys.find({"mlp_only_layers"});
  if (pattern != nullptr && pattern->value.kind == Value::Kind::list) {
    const auto& items = pattern->value.items;
    const auto first = std::ranges::find_if(items, [](const Value& v) { return v.text == "1"; });
    experts.first_dense = static_cast<int>(first - items.begin());
    if (std::any_of(first, items.end(), [](const Value& v) { return v.text != "1"; }))
      warn(pattern->at, tr("layers with and without experts in a pattern of their own"),
           tr("all after the first are written with experts"));
    return;
  }
  experts.every = keys.whole({"decoder_sparse_step", "moe_layer_freq", "moe_layer_interval",
                              "interleave_moe_layer_step", "expert_layer_period"})
                      .value_or(1);
  if (dense == nullptr || dense->value.items.empty()) return;
  experts.first_dense = static_cast<int>(dense->value.items.size());
  const auto last = whole_number(dense->value.items.back());
  if (!last || *last != experts.first_dense - 1)
    warn(dense->at, tr("layers without experts among the others"),
         say("the first {} are written without", experts.first_dense));
}

/// A window over all layers or one of so many; others are told.
void HfConfig::windows(ConfigKeys& keys) {
  const Entry* window = keys.find({"sliding_window", "sliding_window_size"});
  const bool used = keys.truth({"use_sliding_window"}, true);
  const Entry* types = keys.find({"layer_types"});
  const auto pattern = keys.whole({"sliding_window_pattern", "_sliding_window_pattern"});
  if (window == nullptr || !used || !whole_number(window->value)) return;
  model_.window = keys.whole({"sliding_window", "sliding_window_size"}, 0).value_or(0);
  model_.window_every = type_ == "gemma2" ? 2 : 1;
  std::size_t full = 0, count = 0;
  bool every_second = true;
  if (types != nullptr && types->value.kind == Value::Kind::list) {
    count = types->value.items.size();
    for (std::size_t i = 0; i < count; ++i) {
      const bool slides = types->value.items[i].text.starts_with("sliding");
      full += slides ? 0 : 1;
      every_second = every_second && slides == (i % 2 == 0);
    }
  } else if (pattern && *pattern > 1) {
    count = static_cast<std::size_t>(*pattern);
    full = 1;
    every_second = *pattern == 2;
  }
  if (full == 0) return;
  if (every_second) {
    model_.window_every = 2;
    return;
  }
  if (2 * full >= count) model_.window = 0;
  warn(window->at, say("a window in {} of {} layers", count - full, count),
       model_.window == 0 ? tr("written without") : tr("written for all layers"));
}

void HfConfig::flags(ConfigKeys& keys) {
  const ModelFamily* known = family();
  model_.positions = known == nullptr ? Positions::rotary : known->positions;
  const std::string kind = keys.text({"position_embedding_type"});
  if (keys.truth({"alibi", "attn_config.alibi", "use_alibi"}, false) || kind == "alibi")
    model_.positions = Positions::alibi;
  if (type_ == "mpt" && keys.truth({"attn_config.rope"}, false))
    model_.positions = Positions::rotary;
  // Baichuan's 13B has ALiBi, its 7B rotary embeddings; nothing else in the file says so.
  if (type_ == "baichuan" && model_.hidden == 5120) model_.positions = Positions::alibi;
  model_.tied_embeddings =
      keys.truth({"tie_word_embeddings", "tie_embeddings"}, known != nullptr && known->tied);
  model_.dropout = keys.above_zero({"attention_dropout", "attn_pdrop", "attention_dropout_prob"}) ||
                   keys.above_zero({"hidden_dropout", "resid_pdrop", "dropout",
                                    "hidden_dropout_prob", "resid_pdrob"});
  model_.post_norms = type_ == "gemma2" || type_.starts_with("gemma3") || type_ == "glm4";
  model_.logit_cap = keys.above_zero({"final_logit_softcapping"});
  model_.prediction_layers =
      keys.whole({"num_nextn_predict_layers", "num_mtp_modules", "mtp_num_layers"}, 0).value_or(0);
  if (model_.prediction_layers > model_.layers) model_.prediction_layers = 0;
}

void HfConfig::layers_of_another_kind(ConfigKeys& keys) {
  const auto tell = [&](const Entry& entry, std::string_view what) {
    warn(entry.at, say("'{}': some layers are {}", entry.key, what),
         tr("all are written as layers with attention"));
  };
  if (const Entry* period = keys.find({"attn_layer_period", "hybrid_override_pattern",
                                       "hybrid_layer_ids", "mamba_d_state", "ssm_cfg"}))
    tell(*period, tr("state-space layers"));
  if (const Entry* types = keys.find({"attn_type_list", "full_attention_interval"}))
    tell(*types, tr("linear attention"));
  if (const Entry* chunk = keys.find({"attention_chunk_size"}))
    warn(chunk->at, tr("attention in chunks of a sequence in some layers"), tr("written without"));
  const Entry* types = keys.find({"layer_types", "layers_block_type"});
  if (types == nullptr || types->value.kind != Value::Kind::list) return;
  const auto other = std::ranges::find_if(types->value.items, [](const Value& v) {
    return v.text.find("linear") != std::string::npos || v.text == "conv" || v.text == "mamba" ||
           v.text == "recurrent";
  });
  if (other != types->value.items.end()) tell(*types, "'" + other->text + "'");
}

void HfConfig::finish(const ConfigKeys& keys) {
  constexpr int most = 1 << 24, most_layers = 100'000;
  if (model_.layers > most_layers)
    fail_at(keys.map().at, say("{} layers", model_.layers), tr("no model has so many"));
  for (const int size : {model_.layers, model_.hidden, model_.heads, model_.ffn, model_.head_size})
    if (size > most) fail_at(keys.map().at, say("a size of {}", size), tr("no model has it"));
  YamlWriter yaml;
  yaml.comment(fmt::format("Written by qianka import hf-config from {}.",
                           excerpt(source_.short_name(), 80)));
  const Entry* path = root_.find("_name_or_path");
  const std::string name =
      path == nullptr ? "" : std::filesystem::path(path->value.text).filename().string();
  yaml.text("name", name.empty() ? fmt::format("{} from {}", type_.empty() ? "model" : type_,
                                               source_.short_name())
                                 : name);
  write_model_keys(model_, yaml);
  yaml.open("sources").text("\"*\"", "imported from " + source_.short_name()).close();
  result_.yaml = yaml.str();
  result_.facts.push_back(size_text(model_));
  for (const std::string& key : keys.unread()) result_.details.push_back(key);
}

}  // namespace

Imported read_hf_config(const SourceText& source, const ImportRequest& request) {
  return HfConfig(source, request).read();
}

}  // namespace qianka
