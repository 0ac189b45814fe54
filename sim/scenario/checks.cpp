// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/checks.hpp"

#include "sim/language/language.hpp"
#include "sim/scenario/names.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

/// "62 or 64 would do": the multiples of `unit` around `amount`.
std::string near_multiples(std::int64_t amount, std::int64_t unit) {
  const std::int64_t less = amount / unit * unit;
  return less == 0 ? say("{} would do", unit) : say("{} or {} would do", less, less + unit);
}

constexpr int most_cards = 1 << 24;

/// Catalogue files say how many nodes there are; only the user says how many the job has.
bool nodes_given(const Reader& reader) {
  if (!reader.written("cluster.nodes")) return false;
  const std::string file = reader.position("cluster.nodes").file;
  return file == reader.file || file.starts_with("--set ");
}

/// As a double, which no file can overflow.
double cards_of(const Parallel& p) { return 1.0 * p.tensor * p.context * p.pipeline * p.data; }

/// One walk over the sizes; each check adds what it finds.
class Checks {
 public:
  Checks(const Scenario& scenario, const Reader& reader)
      : cluster_(scenario.cluster),
        job_(scenario.job),
        parallel_(scenario.job.parallel),
        recovery_(scenario.recovery),
        reader_(reader) {}

  std::vector<Diagnostic> run() {
    cards();
    nodes();
    batch();
    tensor();
    layers();
    micro_batches();
    experts();
    kept_activations();
    sharding();
    schedule();
    precision();
    lent();
    return sorted(std::move(problems_));
  }

 private:
  void add(const std::string& path, std::string message, std::string hint = "") {
    problems_.push_back({reader_.position(path), std::move(message), std::move(hint)});
  }

  void cards() {
    const std::int64_t due = std::int64_t{cluster_.nodes} * cluster_.node.cards;
    const double product_of_all = cards_of(parallel_);
    const std::string product =
        say("tensor {} x context {} x pipeline {} x data {} = {:.0f} {}", parallel_.tensor,
            parallel_.context, parallel_.pipeline, parallel_.data, product_of_all,
            product_of_all == 1 ? tr("one of them", "card") : tr("many", "cards"));
    if (product_of_all > most_cards) {
      add("job.parallel", product, say("{} cards are the most", most_cards));
      return;
    }
    const auto wanted = static_cast<std::int64_t>(product_of_all);
    if (due == wanted) return;
    if (!nodes_given(reader_)) {
      add("job.parallel", say("{}, which do not fill nodes of {}", product, cluster_.node.cards),
          near_multiples(wanted, cluster_.node.cards));
      return;
    }
    add("cluster.nodes",
        say("{}, but cluster has {} x {} = {}", product, counted(cluster_.nodes, "node"),
            counted(cluster_.node.cards, "card"), due),
        wanted % cluster_.node.cards == 0
            ? say("{} would fit", counted(wanted / cluster_.node.cards, "node"))
            : "");
  }

  void nodes() {
    if (!cluster_.installed) return;
    const std::int64_t used = std::int64_t{cluster_.nodes} + cluster_.spares;
    if (used <= *cluster_.installed) return;
    add("cluster.spares", say("nodes {} + spares {} = {}, but {} has {} installed", cluster_.nodes,
                              cluster_.spares, used, cluster_.name, *cluster_.installed));
  }

  void batch() {
    const std::int64_t share = std::int64_t{parallel_.data} * parallel_.micro_batch;
    if (job_.global_batch % share == 0) return;
    add("job.global_batch",
        say("global_batch {} is not a multiple of data {} x micro_batch {} = {}", job_.global_batch,
            parallel_.data, parallel_.micro_batch, share),
        near_multiples(job_.global_batch, share));
  }

  void divides(const std::string& what, int amount) {
    if (amount % parallel_.tensor == 0) return;
    add("job.parallel.tensor",
        say("{} {} is not a multiple of tensor {}", what, amount, parallel_.tensor));
  }

  void lent() {
    if (recovery_.take.nodes <= cluster_.spares) return;
    add("recovery.take.nodes",
        say("{} for another job, but the cluster has {}", counted(recovery_.take.nodes, "node"),
            counted(cluster_.spares, "spare")),
        tr("those of the other job are among 'cluster.spares'"));
  }

  void tensor() {
    const ModelSpec& model = job_.model;
    divides("heads", model.heads);
    // A compressed key/value is the same on every card of the group.
    if (!model.latent_kv && model.kv_heads != model.heads) divides("kv_heads", model.kv_heads);
    divides("ffn", model.ffn);
    if (model.experts) divides("experts.ffn", model.experts->ffn);
    if (parallel_.sequence_parallel) divides(tr("with sequence_parallel, sequence"), job_.sequence);
    if (job_.sequence % parallel_.context != 0) {
      add("job.parallel.context",
          say("sequence {} is not a multiple of context {}", job_.sequence, parallel_.context));
    }
  }

  void layers() {
    const std::int64_t chunks = std::int64_t{parallel_.pipeline} * parallel_.interleave;
    const std::string cut = say("pipeline {} x interleave {} = {} chunks", parallel_.pipeline,
                                parallel_.interleave, chunks);
    const int all = job_.model.layers;
    const std::string key = reader_.written("job.parallel.layers_per_stage")
                                ? "job.parallel.layers_per_stage"
                                : "job.parallel.pipeline";
    if (parallel_.layer_split == LayerSplit::list) {
      listed_layers();
    } else if (parallel_.layer_split == LayerSplit::even && all % chunks != 0) {
      add(key, say("layers {} is not a multiple of {}", all, cut),
          (all + 2) % chunks == 0
              ? say("'layers_per_stage: embedding-counts' would do: ({} + 2) / {} = {}", all,
                    chunks, (all + 2) / chunks)
              : tr("'layers_per_stage' may be embedding-counts, or a list of one number a stage"));
    } else if (parallel_.layer_split == LayerSplit::embedding_counts && all + 2 < chunks) {
      add(key, say("layers {} + embedding + head = {}, fewer than {}", all, all + 2, cut));
    }
  }

  /// A layer that is computed again as a whole has no parts that are.
  void kept_activations() {
    const std::string name(name_of(recompute_names, parallel_.recompute));
    const bool parts =
        parallel_.recompute != Recompute::full && parallel_.recompute != Recompute::operators;
    if (parallel_.recompute_modules.any() && !parts)
      add("job.parallel.recompute_modules",
          say("recompute_modules go with recompute none or selective, not with {}", name));
    if (parallel_.recompute_modules.latent_projections && !job_.model.latent_kv)
      add("job.parallel.recompute_modules.latent_projections",
          say("{} has no latent attention", job_.model.name));
    if (parallel_.recompute_modules.expert_activations && !job_.model.experts)
      add("job.parallel.recompute_modules.expert_activations",
          say("{} has no experts", job_.model.name));
    if (parallel_.offload_layers > job_.model.layers)
      add("job.parallel.offload_layers",
          say("offload_layers {}, but the model has {}", parallel_.offload_layers,
              counted(job_.model.layers, "layer")));
  }

  void listed_layers() {
    const std::string key = "job.parallel.layers_per_stage";
    const std::vector<int>& list = parallel_.layers_per_stage;
    const auto sum = std::accumulate(list.begin(), list.end(), std::int64_t{0});
    if (std::ssize(list) != parallel_.pipeline) {
      add(key, say("{}, but pipeline has {}", counted(std::ssize(list), "entry", "entries"),
                   counted(parallel_.pipeline, "stage")));
    }
    if (sum != job_.model.layers) {
      add(key, say("{} = {}, but the model has {}", fmt::join(list, " + "), sum,
                   counted(job_.model.layers, "layer")));
    }
    for (std::size_t i = 0; i < list.size(); ++i) {
      // The embedding and the head may be chunks of their own at the two ends.
      const int own = (i == 0 ? 1 : 0) + (i + 1 == list.size() ? 1 : 0);
      if (list[i] + own >= parallel_.interleave) continue;
      add(key, say("stage {} has {}, fewer than interleave {}", i, counted(list[i], "layer"),
                   parallel_.interleave));
    }
  }

  void micro_batches() {
    if (parallel_.interleave == 1) return;
    if (parallel_.pipeline == 1) {
      add("job.parallel.interleave",
          say("interleave {} needs a pipeline, but pipeline is 1", parallel_.interleave));
      return;
    }
    const std::int64_t share = std::int64_t{parallel_.data} * parallel_.micro_batch;
    if (job_.global_batch % share != 0) return;  // said already
    const std::int64_t count = job_.global_batch / share;
    if (count % parallel_.pipeline == 0) return;
    add("job.parallel.interleave",
        say("global_batch {} / (data {} x micro_batch {}) = {}, not a multiple of pipeline {}",
            job_.global_batch, parallel_.data, parallel_.micro_batch,
            counted(count, "micro-batch", "micro-batches"), parallel_.pipeline),
        say("interleave {} needs that", parallel_.interleave));
  }

  void experts() {
    const int ways = parallel_.expert;
    if (ways == 1) return;
    if (!job_.model.experts) {
      add("job.parallel.expert", say("expert {}, but {} has no experts", ways, job_.model.name));
      return;
    }
    if (job_.model.experts->experts % ways != 0)
      add("job.parallel.expert",
          say("{} experts are not a multiple of expert {}", job_.model.experts->experts, ways));
    const std::int64_t among = std::int64_t{parallel_.data} * parallel_.context;
    if (among % ways != 0)
      add("job.parallel.expert", say("data {} x context {} = {} is not a multiple of expert {}",
                                     parallel_.data, parallel_.context, among, ways));
  }

  void sharding() {
    const int group = parallel_.shard_group;
    if (group == 0) return;
    if (parallel_.data % group != 0)
      add("job.parallel.shard_group",
          say("data {} is not a multiple of shard_group {}", parallel_.data, group));
    // Either every expert lies whole in a shard group, or a card's experts are all its own.
    const std::int64_t sharers = std::int64_t{group} * parallel_.context;
    const int ways = parallel_.expert;
    if (sharers % ways != 0 && ways % sharers != 0)
      add("job.parallel.shard_group",
          say("shard_group {} x context {} = {} and expert {}: neither is a multiple of "
              "the other",
              group, parallel_.context, sharers, ways));
  }

  void schedule() {
    if (parallel_.schedule == Schedule::one_f_one_b) return;
    const std::string name(name_of(schedule_names, parallel_.schedule));
    if (parallel_.interleave > 1)
      add("job.parallel.schedule",
          say("schedule {} takes interleave 1, not {}", name, parallel_.interleave));
    if (parallel_.schedule == Schedule::dualpipe) both_ends();
  }

  void both_ends() {
    if (parallel_.pipeline % 2 != 0) {
      add("job.parallel.schedule",
          say("dualpipe pairs stages from both ends, but pipeline {} is odd", parallel_.pipeline));
      return;
    }
    const std::int64_t share = std::int64_t{parallel_.data} * parallel_.micro_batch;
    const std::int64_t count = job_.global_batch / share,
                       least = 2 * std::int64_t{parallel_.pipeline};
    if (job_.global_batch % share != 0 || (count % 2 == 0 && count >= least)) return;
    add("job.parallel.schedule",
        say("global_batch {} / (data {} x micro_batch {}) = {}; dualpipe takes an even "
            "number, {} at least: half of them enter at each end",
            job_.global_batch, parallel_.data, parallel_.micro_batch,
            counted(count, "micro-batch", "micro-batches"), least));
  }

  void precision() {
    try {
      static_cast<void>(peak_rate(cluster_.node.accelerator, job_.precision));
    } catch (const Infeasible& error) {
      add("job.precision", error.what());
    }
  }

  const ClusterSpec& cluster_;
  const Job& job_;
  const Parallel& parallel_;
  const Recovery& recovery_;
  const Reader& reader_;
  std::vector<Diagnostic> problems_;
};

}  // namespace

void choose_nodes(Scenario& scenario, const Reader& reader) {
  if (nodes_given(reader)) return;
  const double cards = std::min<double>(cards_of(scenario.job.parallel), most_cards);
  scenario.cluster.nodes = static_cast<int>(std::ceil(cards / scenario.cluster.node.cards));
}

std::vector<Diagnostic> infeasibilities(const Scenario& scenario, const Reader& reader) {
  return Checks(scenario, reader).run();
}

}  // namespace qianka
