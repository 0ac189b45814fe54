// SPDX-License-Identifier: Apache-2.0
#include "sim/describe.hpp"

#include "sim/engine/engine.hpp"
#include "sim/units/format.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace qianka {

namespace {

const char* name_of(Precision precision) {
  constexpr const char* names[] = {"fp32", "tf32", "fp16", "bf16", "fp8"};
  return names[static_cast<int>(precision)];
}

const char* name_of(Sharding sharding) {
  constexpr const char* names[] = {"none", "zero-1", "zero-2"};
  return names[static_cast<int>(sharding)];
}

const char* name_of(Recompute recompute) {
  constexpr const char* names[] = {"none", "selective", "full"};
  return names[static_cast<int>(recompute)];
}

const char* name_of(LayerSplit split) {
  constexpr const char* names[] = {"even", "embedding-counts", "list"};
  return names[static_cast<int>(split)];
}

}  // namespace

Summary describe(const Scenario& scenario) {
  const Job& job = scenario.job;
  const Parallel& shape = job.parallel;
  Summary summary;
  summary.scenario = scenario.name, summary.question = scenario.question,
  summary.digest = scenario.digest;
  summary.seed = scenario.seed;
  summary.cluster = scenario.cluster.name,
  summary.accelerator = scenario.cluster.node.accelerator.name;
  summary.model = job.model.name, summary.stack = job.stack.name;
  summary.cards = cards(shape), summary.nodes = scenario.cluster.nodes,
  summary.spares = scenario.cluster.spares;
  summary.tensor = shape.tensor, summary.context = shape.context, summary.pipeline = shape.pipeline;
  summary.data = shape.data, summary.expert = shape.expert;
  summary.micro_batch = shape.micro_batch, summary.interleave = shape.interleave;
  summary.global_batch = job.global_batch, summary.sequence = job.sequence;
  summary.precision = name_of(job.precision), summary.sharding = name_of(shape.sharding);
  summary.recompute = name_of(shape.recompute),
  summary.layers_per_stage = name_of(shape.layer_split);
  summary.sequence_parallel = shape.sequence_parallel;
  summary.peak = peak_rate(scenario.cluster.node.accelerator, job.precision);
  return summary;
}

void check_modelled(const Scenario& scenario) {
  const Job& job = scenario.job;
  const auto refuse = [](bool asked, const char* what) {
    if (asked)
      throw Infeasible(
          fmt::format("{} is not modelled yet (docs/model.md, \"Not modelled\")", what));
  };
  refuse(job.parallel.context > 1, "context parallelism (job.parallel.context > 1)");
  refuse(job.parallel.expert > 1, "expert parallelism (job.parallel.expert > 1)");
  refuse(job.model.experts.has_value(), "the step of a mixture-of-experts model");
  refuse(job.model.latent_kv.has_value(), "the step of a model with multi-head latent attention");
}

void check_fits(const Scenario& scenario, const MemorySummary& memory) {
  if (memory.fits) return;
  auto terms = memory.terms;
  std::ranges::stable_sort(
      terms, [](const MemoryTerm& a, const MemoryTerm& b) { return a.bytes > b.bytes; });
  throw Infeasible(fmt::format(
      "the job does not fit: pipeline stage {} needs {} a card, and {} reports {}; the largest "
      "terms are {} {}, {} {} and {} {}\n"
      "  hint: raise tensor or pipeline, shard the optimizer (sharding: zero-1), or recompute "
      "(recompute: full)",
      memory.stage, format_bytes(memory.per_card), scenario.cluster.node.accelerator.name,
      format_bytes(memory.capacity), terms[0].name, format_bytes(terms[0].bytes), terms[1].name,
      format_bytes(terms[1].bytes), terms[2].name, format_bytes(terms[2].bytes)));
}

bool runs_for_a_time(const Scenario& scenario) {
  return scenario.job.train_for || scenario.job.tokens || scenario.job.steps;
}

void rate_campaign(const Scenario& scenario, const StepSummary& step, CampaignSummary& weeks) {
  const int installed =
      (scenario.cluster.nodes + scenario.cluster.spares) * scenario.cluster.node.cards;
  const FlopRate peak = peak_rate(scenario.cluster.node.accelerator, scenario.job.precision);
  const double tokens_per_step =
      static_cast<double>(scenario.job.global_batch) * scenario.job.sequence;
  if (weeks.wall.value > 0)
    weeks.end_to_end_mfu =
        step.model_flops * (weeks.tokens / tokens_per_step) / weeks.wall / peak / installed;
}

void explain(const Scenario& scenario, Summary& summary) {
  for (const auto& [name, value] : Engine::settings())
    summary.engine_settings.push_back({name, value});
  summary.definitions = {
      {"MFU", "model FLOPs (no recompute) / (step time x cards x dense peak of the precision)"},
      {"HFU", "MFU with what is computed again counted as well"},
      {"model FLOPs", summary.step.flops_formula},
      {"parallel efficiency 并行效率",
       "tokens per second and card over those of the smallest run that fits, batch in proportion "
       "(weak scaling)"}};
  if (summary.campaign) {
    summary.definitions.push_back(
        {"ETTR 有效训练时长占比", "(productive + degraded) / wall clock of the job"});
    summary.definitions.push_back(
        {"goodput", "tokens kept / (wall clock x tokens per second of the healthy cluster)"});
    summary.definitions.push_back({"MTBF 平均无故障时间", "wall clock / failures"});
    summary.definitions.push_back(
        {"recovery 断点续训恢复时长",
         "from a failure until the step it had reached is reached again"});
    summary.definitions.push_back(
        {"end-to-end MFU",
         "model FLOPs of the tokens kept / (all cards, spares included, x peak x wall clock)"});
  }
  if (summary.step.contention != "exact")
    summary.cautions.push_back("contention in the step is approximated (" +
                               summary.step.contention +
                               "); step: {contention: exact} switches it off");
  if (!scenario.cluster.node.accelerator.compute_units)
    summary.cautions.push_back("the number of compute units of " +
                               scenario.cluster.node.accelerator.name +
                               " is not published: no wave quantisation is applied");
  if (scenario.cluster.fabric.routing == Routing::spray)
    summary.cautions.push_back(
        "the fabric spreads every flow evenly over its equal-cost paths (routing: spray)");
}

}  // namespace qianka
