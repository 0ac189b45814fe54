// SPDX-License-Identifier: Apache-2.0
#include "sim/study/row_model.hpp"

#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

namespace qianka {
namespace {

const std::string prefix = "job.model.";

struct IntegerColumn {
  const char *column, *key;
  int ModelSpec::*member;
};

constexpr std::array integers{
    IntegerColumn{"layers", "layers", &ModelSpec::layers},
    IntegerColumn{"hidden", "hidden", &ModelSpec::hidden},
    IntegerColumn{"heads", "heads", &ModelSpec::heads},
    IntegerColumn{"kv_heads", "kv_heads", &ModelSpec::kv_heads},
    IntegerColumn{"ffn", "ffn", &ModelSpec::ffn},
    IntegerColumn{"vocab", "vocabulary", &ModelSpec::vocabulary},
};

struct ExpertColumn {
  const char *column, *key;
  int Experts::*member;
};

constexpr std::array expert_columns{
    ExpertColumn{"moe_experts", "experts", &Experts::experts},
    ExpertColumn{"moe_topk", "top_k", &Experts::top_k},
    ExpertColumn{"moe_shared", "shared", &Experts::shared},
    ExpertColumn{"moe_expert_ffn", "ffn", &Experts::ffn},
};

/// The depth that gives the parameters: 12 h^2 a layer besides the embedding.
int layers_from_parameters(const Measurement& row, const ModelSpec& m) {
  const double all = row.number("params_B").value_or(0) * 1e9;
  const double layers = (all - 1.0 * m.vocabulary * m.hidden) / (12.0 * m.hidden * m.hidden);
  const int stages = std::max(1, row.whole("pp").value_or(1));
  return std::max(0, static_cast<int>(std::lround(layers / stages)) * stages);
}

/// The number of heads that share the width evenly, fill the tensor group and are nearest to 128
/// wide.
int heads_for(const Measurement& row, const ModelSpec& m) {
  const int tensor = std::max(1, row.whole("tp").value_or(1));
  int best = 0;
  for (int heads = tensor; heads <= m.hidden; heads += tensor) {
    if (m.hidden % heads != 0) continue;
    if (best == 0 || std::abs(m.hidden / heads - 128) < std::abs(m.hidden / best - 128))
      best = heads;
  }
  return best;
}

class ModelWriter {
 public:
  ModelWriter(const Measurement& row, const Rules& rules, RowText& text,
              std::vector<std::string>& notes)
      : row_(row), rules_(rules), text_(text), notes_(notes) {}

  ModelSpec known(const ModelSpec& base) {
    text_.set(prefix + "use", base.id);
    model_ = base;
    for (const IntegerColumn& c : integers) take(c);
    if (model_.heads != base.heads || model_.hidden != base.hidden) head_size();
    experts(base.experts.value_or(Experts{}));
    return model_;
  }

  ModelSpec in_place(const Rule* family) {
    text_.set(prefix + "name", fmt::format("\"{}\"", row_.text("model")));
    for (const IntegerColumn& c : integers) take(c);
    if (family != nullptr) {
      for (const auto& [key, value] : keys_of(*family, row_)) set_default(key, value);
    }
    guess();
    complete();
    experts({});
    return model_;
  }

 private:
  void write(const char* key, int value) { text_.set(prefix + key, value); }

  void take(const IntegerColumn& c) {
    const std::optional<int> value = row_.whole(c.column);
    if (!value || *value == 0 || *value == model_.*c.member) return;
    model_.*c.member = *value;
    write(c.key, *value);
  }

  void head_size() {
    if (model_.heads == 0 || model_.hidden % model_.heads != 0) return;
    model_.head_size = model_.hidden / model_.heads;
    write("head_size", model_.head_size);
  }

  void set_default(const std::string& key, const std::string& value) {
    if (text_.has(prefix + key)) return;
    text_.set(prefix + key, value);
    const auto* const known =
        std::ranges::find_if(integers, [&](const IntegerColumn& c) { return key == c.key; });
    if (known != integers.end()) model_.*known->member = std::atoi(value.c_str());
  }

  /// Depth and heads that the source left out, from what it did say.
  void guess() {
    if (model_.layers == 0 && model_.hidden > 0 && row_.number("params_B")) {
      model_.layers = layers_from_parameters(row_, model_);
      write("layers", model_.layers);
      notes_.push_back(
          fmt::format("layers {} from {} B parameters", model_.layers, row_.text("params_B")));
    }
    if (model_.heads == 0 && model_.hidden > 0) {
      model_.heads = heads_for(row_, model_);
      if (is_open("heads")) return;
      write("heads", model_.heads);
      notes_.push_back(fmt::format("heads {}: about 128 wide", model_.heads));
    }
  }

  /// Several values will be tried.
  [[nodiscard]] bool is_open(const std::string& key) const {
    return std::ranges::any_of(rules_.open, [&](const OpenKey& open) {
      return open.key == prefix + key && holds(open.when, row_);
    });
  }

  void complete() {
    std::string missing;
    for (const IntegerColumn& c : integers) {
      const std::string column(c.column);
      const bool derived = column == "kv_heads" || column == "ffn";
      if (!derived && model_.*c.member <= 0) missing += (missing.empty() ? "" : ", ") + column;
    }
    if (!missing.empty())
      throw Infeasible(say("no model '{}' in the catalogue, and the row leaves blank: {}",
                           row_.text("model"), missing));
    if (model_.kv_heads == 0) model_.kv_heads = model_.heads;
    if (model_.ffn == 0) {
      model_.ffn = row_.whole("moe_expert_ffn").value_or(4 * model_.hidden);
      write("ffn", model_.ffn);
    }
    if (!text_.has(prefix + "sequence"))
      write("sequence", std::max(1, row_.whole("seq").value_or(2048)));
  }

  void experts(const Experts& base) {
    if (row_.whole("moe_experts").value_or(0) == 0) return;
    Experts all = base;
    for (const ExpertColumn& c : expert_columns) {
      const std::optional<int> value = row_.whole(c.column);
      if (!value || *value == all.*c.member) continue;
      all.*c.member = *value;
      text_.set(prefix + "experts." + c.key, *value);
    }
    if (all.ffn == 0) text_.set(prefix + "experts.ffn", model_.ffn);
    if (all.top_k == 0) text_.set(prefix + "experts.top_k", 1);
  }

  const Measurement& row_;
  const Rules& rules_;
  RowText& text_;
  std::vector<std::string>& notes_;
  ModelSpec model_;
};

}  // namespace

ModelSpec write_model(const Measurement& row, const Rules& rules, KnownParts& parts, RowText& text,
                      std::vector<std::string>& notes) {
  ModelWriter writer(row, rules, text, notes);
  const std::string& name = row.text("model");
  if (const std::string id = parts.model_id(name); !id.empty())
    return writer.known(parts.model(id));
  const Rule* family = first_match(rules.models, row);
  if (family == nullptr || family->use.empty()) return writer.in_place(family);
  notes.push_back(fmt::format("'{}' after {}", name, family->use));
  return writer.known(parts.model(family->use));
}

}  // namespace qianka
