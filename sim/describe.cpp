// SPDX-License-Identifier: Apache-2.0
#include "sim/describe.hpp"

#include "sim/engine/engine.hpp"
#include "sim/language/said.hpp"
#include "sim/scenario/fabric_place.hpp"
#include "sim/scenario/names.hpp"
#include "sim/units/format.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {

namespace {

/// "none", "selective, norms, expert activations", "none, 40 layers in the host's memory".
std::string recompute_text(const Parallel& shape) {
  std::string text(name_of(recompute_names, shape.recompute));
  const RecomputeModules& modules = shape.recompute_modules;
  if (modules.norms) text += tr(", norms");
  if (modules.expert_activations) text += tr(", expert activations");
  if (modules.latent_projections) text += tr(", latent projections");
  if (modules.mlp) text += tr(", MLP of dense layers");
  if (shape.offload_layers > 0)
    text += say(", {} in the host's memory", counted(shape.offload_layers, "layer"));
  return text;
}

std::string layer_split_text(const Parallel& shape) {
  if (shape.layer_split != LayerSplit::list)
    return std::string(name_of(layer_split_names, shape.layer_split));
  return fmt::format("[{}]", fmt::join(shape.layers_per_stage, ", "));
}

/// Training between two saves.
Seconds saved_every(const Scenario& scenario, const Summary& summary) {
  if (summary.checkpoint_plan) return summary.checkpoint_plan->best.every;
  const auto& steps = scenario.checkpoint.every_steps;
  return steps ? summary.step.time * static_cast<double>(*steps) : scenario.checkpoint.every;
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
  summary.precision = name_of(precision_names, job.precision),
  summary.sharding = name_of(sharding_names, shape.sharding);
  summary.recompute = said([&] { return recompute_text(shape); });
  summary.layers_per_stage = layer_split_text(shape);
  if (shape.schedule != Schedule::one_f_one_b)
    summary.schedule = name_of(schedule_names, shape.schedule);
  if (shape.sharding != Sharding::none && shape.shard_group != stage_holders(shape))
    summary.shard_group = shape.shard_group;
  summary.sequence_parallel = shape.sequence_parallel;
  summary.peak = peak_rate(scenario.cluster.node.accelerator, job.precision);
  return summary;
}

void check_fits(const Scenario& scenario, const MemorySummary& memory) {
  if (memory.fits) return;
  auto terms = memory.terms;
  std::ranges::stable_sort(
      terms, [](const MemoryTerm& a, const MemoryTerm& b) { return a.bytes > b.bytes; });
  throw Infeasible(
      say("the job does not fit: pipeline stage {} needs {} a card, and {} reports {}; the largest "
          "terms are {} {}, {} {} and {} {}\n"
          "  hint: lower micro_batch, raise tensor or pipeline, shard the optimizer (sharding: "
          "zero-1), or recompute "
          "(recompute: full)",
          memory.stage, format_bytes(memory.per_card), scenario.cluster.node.accelerator.name,
          format_bytes(memory.capacity), terms[0].name, format_bytes(terms[0].bytes), terms[1].name,
          format_bytes(terms[1].bytes), terms[2].name, format_bytes(terms[2].bytes)));
}

bool runs_for_a_time(const Scenario& scenario) {
  return scenario.job.train_for || scenario.job.tokens || scenario.job.steps;
}

bool nothing_fails(const Faults& faults) {
  return faults.classes.empty() && faults.replay.empty() && faults.job_per_day == 0;
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
  const auto caution = [&](const auto& words) { summary.cautions.push_back(said(words)); };
  if (summary.step.contention.text() != "exact")
    caution([&] {
      return say(
          "contention in the step is approximated ({}); step: {{contention: exact}} switches it "
          "off",
          summary.step.contention.text());
    });
  const Accelerator& accelerator = scenario.cluster.node.accelerator;
  if (!realised_factor(scenario.job.stack, accelerator.id))
    caution([&] {
      return say(
          "no published run of {} on {} was fitted: kernels are taken at their benchmark speed, "
          "which real steps fell short of wherever one was fitted",
          scenario.job.stack.name, accelerator.name);
    });
  if (!accelerator.compute_units)
    caution([&] {
      return say(
          "the number of compute units of {} is not published: no wave quantisation is applied",
          accelerator.name);
    });
  const Precision precision = scenario.job.precision;
  if (precision == Precision::fp32 || precision == Precision::tf32)
    summary.cautions.push_back(
        said("weights, gradients and optimizer are held as the stack holds them in "
             "mixed precision; fp32 and tf32 change activations and kernels only"));
  if (summary.campaign && scenario.checkpoint.mode != CheckpointMode::none &&
      summary.campaign->checkpoint_write > saved_every(scenario, summary))
    caution([&] {
      return say(
          "a save takes {} to write but is due every {}: the next one waits for it, and so does "
          "the training",
          format_time(summary.campaign->checkpoint_write),
          format_time(saved_every(scenario, summary)));
    });
  if (scenario.cluster.nodes > 1 && scenario.cluster.node.nics > 0 &&
      !place_of(scenario.provenance, "cluster.fabric"))
    summary.cautions.push_back(said(fabric_assumed));
  if (scenario.cluster.fabric.routing == Routing::spray && scenario.cluster.nodes > 1)
    summary.cautions.push_back(
        said("the fabric spreads every flow evenly over its equal-cost paths (routing: spray)"));
}

}  // namespace qianka
