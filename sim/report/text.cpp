// SPDX-License-Identifier: Apache-2.0
#include "sim/report/text.hpp"

#include "sim/report/campaign_text.hpp"
#include "sim/report/checkpoint_plan_report.hpp"
#include "sim/report/fabric_text.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/table.hpp"
#include "sim/report/terms.hpp"
#include "sim/units/format.hpp"

#include <fmt/format.h>

namespace qianka {
namespace {

std::string named_lines(std::vector<std::vector<std::string>> rows) {
  return render({.columns = {{""}, {""}}, .rows = std::move(rows)});
}

/// The answer before the working.
std::string in_short(const Summary& summary) {
  std::string text = fmt::format("{} a step at {} MFU", format_time(summary.step.time),
                                 format_percent(summary.step.mfu));
  if (const auto& campaign = summary.campaign) {
    text += fmt::format("; {} of {} is training (ETTR), through {}", percent(campaign->ettr, 2),
                        format_time(campaign->wall), counted(campaign->failures, "failure"));
  }
  return text + fabric_in_short(summary);
}

std::string header(const Summary& summary) {
  std::string text = fmt::format("qianka {}: {}, seed {}, digest {}\n", QIANKA_VERSION,
                                 summary.scenario, summary.seed, summary.digest);
  if (!summary.question.empty()) text += paragraph(summary.question, 0);
  return text + paragraph("In short: " + in_short(summary), 0);
}

std::string layout(const Summary& summary) {
  std::string text;
  const auto add = [&](const char* name, int ways) {
    if (ways > 1) text += fmt::format("{}{} {}", text.empty() ? "" : " x ", name, ways);
  };
  add("tensor", summary.tensor);
  add("context", summary.context);
  add("pipeline", summary.pipeline);
  add("data", summary.data);
  if (text.empty()) text = "one card";
  if (summary.cards > 1) text += fmt::format(" = {} cards", format_count(summary.cards));
  if (summary.expert > 1) text += fmt::format("; expert {}", summary.expert);
  if (summary.interleave > 1) text += fmt::format("; interleave {}", summary.interleave);
  if (!summary.schedule.empty()) text += "; schedule " + summary.schedule;
  if (summary.pipeline > 1) text += fmt::format("; layers per stage: {}", summary.layers_per_stage);
  return text;
}

std::string job(const Summary& summary) {
  const int per_node = summary.nodes > 0 ? summary.cards / summary.nodes : summary.cards;
  const std::int64_t tokens = std::int64_t{summary.global_batch} * summary.sequence;
  std::string cluster = fmt::format("{}: {} x {} {}", summary.cluster,
                                    counted(summary.nodes, "node"), per_node, summary.accelerator);
  if (summary.spares > 0) cluster += ", " + counted(summary.spares, "spare node");
  return "Job\n" +
         named_lines({
             {"model", fmt::format("{}, {}, {}", summary.model, summary.stack, summary.precision)},
             {"batch",
              fmt::format("{} sequences of {} tokens = {} tokens a step; micro batch {}",
                          format_count(summary.global_batch), format_count(summary.sequence),
                          format_count(tokens), summary.micro_batch)},
             {"layout", layout(summary)},
             {"state",
              fmt::format("sharding {}{}; sequence parallel {}; recompute {}", summary.sharding,
                          summary.shard_group > 0
                              ? fmt::format(" in groups of {} replicas", summary.shard_group)
                              : "",
                          summary.sequence_parallel ? "on" : "off", summary.recompute)},
             {"cluster", cluster},
             {"peak", fmt::format("{} per card, {}, dense", format_flop_rate(summary.peak),
                                  summary.precision)},
         });
}

std::string memory(const MemorySummary& memory) {
  TextTable table{.columns = {{""}, {"", Align::right}, {"", Align::right}}};
  for (const MemoryTerm& term : memory.terms) {
    const double share = memory.per_card.value > 0 ? term.bytes / memory.per_card : 0;
    table.rows.push_back({term.name, format_bytes(term.bytes), format_percent(share)});
  }
  table.rows.push_back({"total", format_bytes(memory.per_card), format_percent(1)});
  return fmt::format("Memory: {} of {} on the fullest card (pipeline stage {}, from 0), {}\n",
                     format_bytes(memory.per_card), format_bytes(memory.capacity), memory.stage,
                     memory.fits ? "fits" : "does not fit") +
         render(table);
}

std::string breakdown_table(const Breakdown& parts) {
  const std::vector<std::pair<const char*, Seconds>> named{
      {"compute", parts.compute},
      {"recomputation", parts.recompute},
      {"tensor parallel communication, exposed", parts.tensor_comm},
      {"context parallel communication, exposed", parts.context_comm},
      {"expert parallel communication, exposed", parts.expert_comm},
      {"pipeline bubble", parts.pipeline_bubble},
      {"pipeline communication, exposed", parts.pipeline_comm},
      {"data parallel communication, exposed", parts.data_comm},
      {"optimizer", parts.optimizer},
      {"host", parts.host},
      {"jitter between cards", parts.jitter}};
  std::vector<double> seconds;
  for (const auto& [name, time] : named) seconds.push_back(time.value);
  const Shares shares = shares_of(seconds);
  TextTable table{
      .columns = {{"where the step goes"}, {"seconds", Align::right}, {"%", Align::right}}};
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (seconds[i] > 0)
      table.rows.push_back({named[i].first, shares.amounts[i], shares.percents[i]});
  }
  table.rows.push_back({"total", shares.amounts.back(), shares.percents.back()});
  return render(table);
}

std::string utilisation(double share, Flops flops, const Summary& summary) {
  return fmt::format("{} = {} / ({} x {} x {})", format_percent(share), scientific(flops.value),
                     format_time(summary.step.time), format_count(summary.cards),
                     format_flop_rate(summary.peak));
}

std::string efficiency(const EfficiencySummary& efficiency) {
  return fmt::format("{} of a run on {}: {}", format_percent(efficiency.value),
                     counted(efficiency.baseline_cards, "card"), efficiency.baseline);
}

std::string step_text(const Summary& summary) {
  const StepSummary& step = summary.step;
  std::string replicas =
      fmt::format("{} of {}, {}; {} of flows", format_count(step.replica_classes),
                  counted(step.replicas, "replica"), counted(step.operations, "operation"),
                  counted(step.flow_classes, "class", "classes"));
  if (!step.contention.empty()) replicas += "; contention: " + step.contention;
  return fmt::format("Step: {}\n", format_time(step.time)) +
         named_lines({
             {"throughput", fmt::format("{} tokens/s per card",
                                        format_number(step.tokens_per_second_per_card, 1))},
             {bilingual("MFU"), utilisation(step.mfu, step.model_flops, summary)},
             {bilingual("HFU"), utilisation(step.hfu, step.hardware_flops, summary)},
             {bilingual("parallel efficiency"), efficiency(summary.parallel_efficiency)},
             {"model FLOPs", step.flops_formula},
             {"limited by", step.limits},
             {"simulated", replicas},
         }) +
         "\n" + breakdown_table(step.breakdown);
}

std::string collectives(const std::vector<CollectiveRecord>& records) {
  TextTable table{.columns = {{"collective"},
                              {"algorithm"},
                              {"ranks", Align::right},
                              {"groups", Align::right},
                              {"size", Align::right},
                              {"time", Align::right},
                              {"bus bandwidth", Align::right}}};
  for (const CollectiveRecord& record : records) {
    table.rows.push_back({record.name, record.algorithm, format_count(record.ranks),
                          format_count(record.groups), format_bytes(record.bytes),
                          format_time(record.time), format_bandwidth(record.bus_bandwidth)});
    table.notes.push_back(fmt::format("{} in {}; bound by {}", counted(record.flows, "flow"),
                                      counted(record.classes, "class", "classes"),
                                      record.bottleneck));
  }
  return "Collectives, each alone on the fabric with the groups that run at the same time\n" +
         render(table);
}

std::string named_section(const char* title, const std::vector<NamedText>& entries) {
  std::vector<std::vector<std::string>> rows;
  for (const NamedText& entry : entries) rows.push_back({bilingual(entry.name), entry.text});
  return std::string(title) + "\n" + named_lines(std::move(rows));
}

std::string cautions(const std::vector<std::string>& cautions) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& caution : cautions) rows.push_back({"-", caution});
  return "Cautions\n" + render({.columns = {{""}, {""}}, .rows = std::move(rows)});
}

}  // namespace

std::string text_report(const Summary& summary, const TextOptions& options) {
  std::string text = header(summary) + "\n" + job(summary) + "\n" + memory(summary.memory) + "\n" +
                     step_text(summary);
  if (!summary.step.collectives.empty()) text += "\n" + collectives(summary.step.collectives);
  if (summary.campaign) text += "\n" + campaign_text(*summary.campaign, options);
  if (summary.campaign && summary.checkpoint_plan)
    text += "\n" + checkpoint_plan_text(*summary.checkpoint_plan);
  if (summary.fabric) text += "\n" + fabric_text(summary, options);
  text += "\n" + named_section("Definitions", definitions_of(summary));
  if (!summary.engine_settings.empty())
    text += "\n" + named_section("Engine settings", summary.engine_settings);
  if (!summary.cautions.empty()) text += "\n" + cautions(summary.cautions);
  return text;
}

}  // namespace qianka
