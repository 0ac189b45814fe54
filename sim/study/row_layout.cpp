// SPDX-License-Identifier: Apache-2.0
#include "sim/study/row_layout.hpp"

#include "sim/language/language.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace qianka {
namespace {

const std::string parallel = "job.parallel.";

/// Thrown inside, told as LayoutResult::refusal.
struct Refusal {
  std::string why;
};

class Layout {
 public:
  Layout(const Measurement& row, const ModelSpec& model, const ClusterSpec& cluster, RowText& text)
      : row_(row), model_(model), cluster_(cluster), text_(text) {}

  std::vector<std::string> complete() {
    replicas();
    batch();
    stages();
    heads();
    vocabulary();
    sharding();
    recompute();
    nodes();
    return std::move(notes_);
  }

 private:
  int size(const char* key, int otherwise = 1) {
    return text_.whole(parallel + key).value_or(otherwise);
  }
  int take(const std::string& pseudo) {
    const int value = text_.whole(pseudo).value_or(0);
    text_.erase(pseudo);
    return value;
  }

  void replicas() {
    const int tensor = size("tensor");
    const int context = size("context");
    const int pipeline = size("pipeline");
    const int one = tensor * context * pipeline;
    data_ = size("data", 0);
    if (const std::optional<int> cards = row_.whole("n_accelerators"); cards && *cards > 0) {
      if (*cards % one != 0)
        throw Refusal{
            say("{} cards are not a multiple of tensor {} x context {} x "
                "pipeline {}",
                *cards, tensor, context, pipeline)};
      if (data_ != 0 && data_ * one != *cards)
        notes_.push_back(fmt::format("data {}, where the row says {}", *cards / one, data_));
      data_ = *cards / one;
    }
    if (data_ == 0) throw Refusal{tr("n_accelerators and dp are blank")};
    cards_ = data_ * one;
    text_.set(parallel + "tensor", tensor), text_.set(parallel + "context", context);
    text_.set(parallel + "pipeline", pipeline), text_.set(parallel + "data", data_);
  }

  void batch() {
    const int share = data_ * size("micro_batch");
    int batches = take("micro_batches");
    if (!text_.has("job.global_batch")) {
      if (batches == 0) throw Refusal{tr("global_batch_seqs is blank")};
      text_.set("job.global_batch", share * batches);
      return;
    }
    const int all = *text_.whole("job.global_batch");
    if (all % share == 0) return;
    const int rounded = std::max(1, static_cast<int>(std::lround(1.0 * all / share))) * share;
    const double change = std::abs(1.0 * rounded / all - 1);
    constexpr double slight = 0.02;  // what a source may have rounded itself
    if (change > slight || row_.text("micro_batch").empty())
      throw Refusal{say("global batch {} is not a multiple of data {} x micro_batch {}", all, data_,
                        share / data_)};
    notes_.push_back(fmt::format("global batch {} for {}, which does not divide", rounded, all));
    text_.set("job.global_batch", rounded);
  }

  void stages() {
    const int pipeline = size("pipeline");
    const int interleave = size("interleave");
    const int chunks = pipeline * interleave;
    const int batches = *text_.whole("job.global_batch") / (data_ * size("micro_batch"));
    if (interleave > 1 && pipeline == 1) throw Refusal{tr("interleave needs a pipeline")};
    if (interleave > 1 && batches % pipeline != 0)
      throw Refusal{say("{} micro-batches are not a multiple of pipeline {}", batches, pipeline)};
    if (text_.has(parallel + "layers_per_stage") || model_.layers % chunks == 0) return;
    if (model_.layers + 2 < chunks)
      throw Refusal{say("{} layers for {} chunks", model_.layers, chunks)};
    text_.set(parallel + "layers_per_stage", "embedding-counts");
  }

  /// Fewer key and value heads than cards: each card keeps a copy.
  void heads() {
    const int tensor = size("tensor");
    if (tensor == 1) text_.erase(parallel + "sequence_parallel");
    if (model_.latent_kv || model_.kv_heads % tensor == 0) return;
    if (tensor % model_.kv_heads != 0)
      throw Refusal{say("kv_heads {} and tensor {}", model_.kv_heads, tensor)};
    notes_.push_back(
        fmt::format("kv_heads {} kept {} times", model_.kv_heads, tensor / model_.kv_heads));
    text_.set("job.model.kv_heads", tensor);
  }

  void vocabulary() {
    const int multiple = take("pad_vocabulary") * size("tensor");
    if (multiple == 0 || model_.vocabulary % multiple == 0) return;
    text_.set("job.model.vocabulary", (model_.vocabulary / multiple + 1) * multiple);
  }

  void sharding() {
    const std::string key = parallel + "shard_group";
    if (text_.has(key) && size("shard_group") >= data_) text_.erase(key);
    if (size("expert") == 1) text_.erase(parallel + "expert");
    if (size("context") == 1) text_.erase(parallel + "context");
  }

  void recompute() {
    const int layers = take("recompute_layers");
    if (text_.text(parallel + "recompute") != "full") text_.erase(parallel + "recompute_every");
    const int stage = (model_.layers + size("pipeline") - 1) / size("pipeline");
    if (layers == 0 || layers >= stage) return;
    const int every = static_cast<int>(std::lround(1.0 * stage / layers));
    if (every > 1) text_.set(parallel + "recompute_every", every);
  }

  /// A job that does not fill nodes gets nodes that it does fill, with their share of the NICs.
  void nodes() {
    int in_node = std::min(cards_, cluster_.node.cards);
    while (cards_ % in_node != 0) --in_node;
    if (in_node != cluster_.node.cards) {
      text_.set("cluster.node.cards", in_node);
      const int nics = std::max(1, cluster_.node.nics * in_node / cluster_.node.cards);
      if (nics != cluster_.node.nics) text_.set("cluster.node.nics", nics);
    }
    const int nodes = cards_ / in_node;
    text_.set("cluster.nodes", nodes);
    text_.set("cluster.spares", 0);
    if (cluster_.installed && nodes > *cluster_.installed)
      text_.set("cluster.installed", "unknown");
  }

  const Measurement& row_;
  const ModelSpec& model_;
  const ClusterSpec& cluster_;
  RowText& text_;
  int data_ = 0, cards_ = 0;
  std::vector<std::string> notes_;
};

}  // namespace

LayoutResult lay_out(const Measurement& row, const ModelSpec& model, const ClusterSpec& cluster,
                     RowText& text) {
  LayoutResult result;
  try {
    result.notes = Layout(row, model, cluster, text).complete();
  } catch (const Refusal& refusal) {
    result.refusal = refusal.why;
  }
  return result;
}

}  // namespace qianka
