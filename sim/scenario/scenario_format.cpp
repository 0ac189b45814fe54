// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/scenario_format.hpp"

#include "sim/language/language.hpp"
#include "sim/scenario/catalogue_format.hpp"
#include "sim/scenario/checkpoint_format.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/recovery_format.hpp"

#include <utility>

namespace qianka {
namespace {

/// layers_per_stage: a word, or one number a stage.
void add_layer_split(Table<Parallel>& t) {
  const Scalar<LayerSplit> word = choice<LayerSplit>(layer_split_names);
  const Scalar<std::vector<int>> list = whole_list(not_negative);
  ScalarInfo info = word.info;
  info.json = ScalarInfo::Json::list;  // or the words
  info.example = list.info.example;
  FieldInfo field = scalar_field("layers_per_stage", info,
                                 "How layers spread over the pipeline. embedding-counts: the "
                                 "embedding and the head count as a "
                                 "layer each; or one number a stage, in pipeline order.");
  t.add(std::move(field),
        {.read =
             [word, list](const Value& value, Parallel& into, Reader& reader) {
               if (value.kind == Value::Kind::list) {
                 if (auto layers = list.read(value, list.info, reader)) {
                   into.layer_split = LayerSplit::list;
                   into.layers_per_stage = std::move(*layers);
                 }
               } else if (const auto split = word.read(value, word.info, reader)) {
                 into.layer_split = *split;
                 into.layers_per_stage.clear();
               }
             },
         .write =
             [word, list](const Parallel& from, const std::string& path, Written& out) {
               out.values[path] = from.layer_split == LayerSplit::list
                                      ? list.shown(from.layers_per_stage)
                                      : word.shown(from.layer_split);
             },
         .absent = {}});
}

const Table<RecomputeModules>& recompute_modules_table() {
  static const Table<RecomputeModules> table = [] {
    using M = RecomputeModules;
    Table<M> t("recompute_modules",
               "Parts of a layer whose results are not kept, but computed again.");
    t.add(
        "norms", &M::norms, yes_no(),
        "Norms before experts and before latent attention; elsewhere a norm is one kernel with the "
        "product behind it.");
    t.add("expert_activations", &M::expert_activations, yes_no(),
          "Activations of the routed experts.");
    t.add("latent_projections", &M::latent_projections, yes_no(),
          "With latent attention: queries, keys and values from their compressed vectors.");
    t.add("mlp", &M::mlp, yes_no(), "The MLP of layers without experts.");
    return t;
  }();
  return table;
}

Table<Parallel> make_parallel_table() {
  using P = Parallel;
  constexpr Range ways{1, true, 1e6};
  Table<P> t("parallel",
             "How the job is cut over the cards: tensor x context x pipeline x data of them.");
  t.add("tensor", &P::tensor, whole(ways), "Cards that share one layer.");
  t.add("context", &P::context, whole(ways), "Cards that share one sequence.");
  t.add("pipeline", &P::pipeline, whole(ways), "Stages that the layers are cut into.");
  t.add("data", &P::data, whole(ways), "Replicas of the model.");
  t.add("expert", &P::expert, whole(ways), "Cards that share the experts of a layer.");
  t.add("micro_batch", &P::micro_batch, whole(ways),
        "Sequences that pass through a stage at once.");
  t.add("interleave", &P::interleave, whole(ways),
        "Chunks of layers that a stage holds (virtual stages); 1 is plain 1F1B.");
  add_layer_split(t);
  t.add("sharding", &P::sharding, choice<Sharding>(sharding_names),
        "What is cut over the replicas: zero-1 the optimizer, zero-2 the gradients too, zero-3 the "
        "parameters too (FSDP).");
  t.add("shard_group", &P::shard_group, whole({0, true, 1e6}),
        "Replicas that share one copy of what is sharded (hybrid sharding); 0 is all of them.");
  t.add("schedule", &P::schedule, choice<Schedule>(schedule_names),
        "Order of the passes: 1f1b (interleaved when interleave > 1), gpipe, zero-bubble (ZB-H1), "
        "dualpipe.");
  t.add("sequence_parallel", &P::sequence_parallel, yes_no(),
        "Norms and dropout are cut over the tensor group along the sequence.");
  t.add("recompute", &P::recompute, choice<Recompute>(recompute_names),
        "Activations computed again in the backward pass: none, the attention core, all but half "
        "of the matrix products (operators), or all.");
  t.add("recompute_every", &P::recompute_every, whole(),
        "One layer of so many is recomputed; 1 is every layer.");
  t.section("recompute_modules", &P::recompute_modules, recompute_modules_table(),
            "Parts of every layer that are computed again, beside what `recompute` says.");
  t.add("offload_layers", &P::offload_layers, whole({0, true, 1e6}),
        "Layers of the model, spread evenly, whose activations wait in the host's memory between "
        "their passes. They cross the card's host link behind the passes.");
  return t;
}

const Table<Parallel>& parallel_table() {
  static const Table<Parallel> table = make_parallel_table();
  return table;
}

/// So far the clock of a run counts (metrics/accounting.hpp): 100 years.
constexpr double longest_days = 36'525;
constexpr double seconds_per_day = 86'400;

/// At most one end of the run, and one that can be reached.
void check_length(Job& job, const Value& map, Reader& reader) {
  const Entry* first = nullptr;
  for (const char* key : {"train_for", "tokens", "steps"}) {
    const Entry* entry = map.find(key);
    if (entry != nullptr && first != nullptr) {
      reader.error(
          entry->at, say("'{}' and '{}' are both given", first->key, key),
          tr("a run ends after a time, a number of tokens or a number of steps: keep one"));
    }
    if (entry != nullptr && first == nullptr) first = entry;
  }
  if (job.train_for && job.train_for->value > longest_days * seconds_per_day) {
    const Entry* entry = map.find("train_for");
    reader.error(entry != nullptr ? entry->at : map.at,
                 say("'train_for' is {:.0f} days, but a run lasts 36525 at most",
                     job.train_for->value / seconds_per_day),
                 tr("that is 100 years: was another unit meant?"));
  }
  if (job.sequence == 0) job.sequence = job.model.sequence;
}

Table<Job> make_job_table() {
  using J = Job;
  Table<J> t("job", "What is trained, and how it is laid out.");
  t.reference("model", &J::model, model_table(), "The model.").required();
  t.reference("stack", &J::stack, stack_table(), "The training framework.").required();
  t.add("precision", &J::precision, choice<Precision>(precision_names), "Of matrix products.");
  t.add("fp8_scaling", &J::fp8_scaling, choice<Fp8Scaling>(fp8_scaling_names),
        "Values of an FP8 operand that share a scale: a tensor, or finer (rows, blocks).");
  t.add("sequence", &J::sequence, whole(), "Tokens of one sequence.").default_is("the model's");
  t.add("global_batch", &J::global_batch, whole(), "Sequences of one step.").required();
  t.section("parallel", &J::parallel, parallel_table(), "How the job is cut over the cards.");
  t.add("train_for", &J::train_for, time_of(positive),
        "Wall clock of the run. Without train_for, tokens or steps a single step is all that is "
        "asked.");
  t.add("tokens", &J::tokens, measured(Dimension::tokens, positive), "Tokens to train on.");
  t.add("steps", &J::steps, large_whole(), "Steps to train.");
  t.then(check_length);
  return t;
}

const Table<Job>& job_table() {
  static const Table<Job> table = make_job_table();
  return table;
}

const Table<StepOptions>& step_table() {
  static const Table<StepOptions> table = [] {
    Table<StepOptions> t("step",
                         "How the step is simulated; the defaults are right for all but tests.");
    t.add("fold", &StepOptions::fold, yes_no(), "Simulate one replica of each class.");
    t.add("contention", &StepOptions::exact_contention, choice<bool>(contention_names),
          "auto: exact where that is affordable, else one representative replica. exact: every "
          "class of flows that share a link, whatever it costs.");
    return t;
  }();
  return table;
}

Table<ScenarioText> make_scenario_table() {
  using S = ScenarioText;
  Table<S> t("scenario", "A job on a cluster, and what may happen to it.");
  t.add("question", &S::question, free_text(), "What the run is to answer, in words.");
  t.reference("cluster", &S::cluster, cluster_table(), "Where the job runs.").required();
  t.section("job", &S::job, job_table(), "What is trained, and how it is laid out.").required();
  t.section("checkpoint", &S::checkpoint, checkpoint_table(), "Saving; left out: never.");
  t.reference("faults", &S::faults_text, faults_table(), "What fails; left out: nothing.");
  add_recovery(t, "recovery", &S::recovery, "What happens after a failure.");
  t.section("step", &S::step, step_table(), "How the step is simulated.");
  t.add("seed", &S::seed, seed_number(),
        "Of everything that is drawn; equal seeds meet equal faults.");
  return t;
}

}  // namespace

const Table<ScenarioText>& scenario_table() {
  static const Table<ScenarioText> table = make_scenario_table();
  return table;
}

}  // namespace qianka
