// SPDX-License-Identifier: Apache-2.0
#include "sim/report/text.hpp"

#include "sim/report/campaign_text.hpp"
#include "sim/report/checkpoint_plan_report.hpp"
#include "sim/report/fabric_text.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/piece_names.hpp"
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
  std::string text =
      say("{} a step at {} MFU", format_time(summary.step.time), format_percent(summary.step.mfu));
  if (const auto& campaign = summary.campaign) {
    text += say("; {} of {} is training (ETTR), {} goodput, through {}", percent(campaign->ettr, 2),
                format_time(campaign->wall), percent(campaign->goodput, 2),
                counted(campaign->failures, "failure"));
  }
  return text + fabric_in_short(summary);
}

std::string header(const Summary& summary) {
  std::string text = say("qianka {}: {}, seed {}, digest {}\n", QIANKA_VERSION, summary.scenario,
                         summary.seed, summary.digest);
  if (!summary.question.empty()) text += paragraph(tr("question", summary.question.c_str()), 0);
  return text + paragraph(tr("In short: ") + in_short(summary), 0);
}

std::string layout(const Summary& summary) {
  std::string text;
  const auto add = [&](const char* name, int ways) {
    if (ways > 1) text += fmt::format("{}{} {}", text.empty() ? "" : " x ", name, ways);
  };
  add(tr("tensor"), summary.tensor);
  add(tr("context"), summary.context);
  add(tr("pipeline"), summary.pipeline);
  add(tr("data"), summary.data);
  if (text.empty()) text = tr("one card");
  if (summary.cards > 1) text += say(" = {} cards", format_count(summary.cards));
  if (summary.expert > 1) text += say("; expert {}", summary.expert);
  if (summary.interleave > 1) text += say("; interleave {}", summary.interleave);
  if (!summary.schedule.empty()) text += tr("; schedule ") + summary.schedule;
  if (summary.pipeline > 1) text += say("; layers per stage: {}", summary.layers_per_stage);
  return text;
}

std::string job(const Summary& summary) {
  const int per_node = summary.nodes > 0 ? summary.cards / summary.nodes : summary.cards;
  const std::int64_t tokens = std::int64_t{summary.global_batch} * summary.sequence;
  std::string cluster = fmt::format("{}: {} x {} {}", summary.cluster,
                                    counted(summary.nodes, "node"), per_node, summary.accelerator);
  if (summary.spares > 0) cluster += ", " + counted(summary.spares, "spare node");
  return tr("Job\n") +
         named_lines({
             {tr("model"),
              fmt::format("{}, {}, {}", summary.model, summary.stack, summary.precision)},
             {tr("batch"), say("{} sequences of {} tokens = {} tokens a step; micro batch {}",
                               format_count(summary.global_batch), format_count(summary.sequence),
                               format_count(tokens), summary.micro_batch)},
             {tr("layout"), layout(summary)},
             {tr("state"),
              say("sharding {}{}; sequence parallel {}; recompute {}", summary.sharding,
                  summary.shard_group > 0 ? say(" in groups of {} replicas", summary.shard_group)
                                          : "",
                  summary.sequence_parallel ? tr("on") : tr("off"), summary.recompute)},
             {tr("cluster"), cluster},
             {tr("peak"),
              say("{} per card, {}, dense", format_flop_rate(summary.peak), summary.precision)},
         });
}

std::string memory(const MemorySummary& memory) {
  TextTable table{.columns = {{""}, {"", Align::right}, {"", Align::right}}};
  for (const MemoryTerm& term : memory.terms) {
    const double share = memory.per_card.value > 0 ? term.bytes / memory.per_card : 0;
    table.rows.push_back({tr(term.name), format_bytes(term.bytes), format_percent(share)});
  }
  table.rows.push_back({tr("total"), format_bytes(memory.per_card), format_percent(1)});
  return say("Memory: {} of {} on the fullest card (pipeline stage {}, from 0), {}\n",
             format_bytes(memory.per_card), format_bytes(memory.capacity), memory.stage,
             memory.fits ? tr("fits") : tr("does not fit")) +
         render(table);
}

std::string breakdown_table(const Breakdown& parts) {
  const std::vector<std::pair<const char*, Seconds>> named{
      {tr("compute"), parts.compute},
      {tr("recomputation"), parts.recompute},
      {tr("tensor parallel communication, exposed"), parts.tensor_comm},
      {tr("context parallel communication, exposed"), parts.context_comm},
      {tr("expert parallel communication, exposed"), parts.expert_comm},
      {tr("pipeline bubble"), parts.pipeline_bubble},
      {tr("pipeline communication, exposed"), parts.pipeline_comm},
      {tr("data parallel communication, exposed"), parts.data_comm},
      {tr("optimizer"), parts.optimizer},
      {tr("host"), parts.host},
      {tr("jitter between cards"), parts.jitter}};
  std::vector<double> seconds;
  for (const auto& [name, time] : named) seconds.push_back(time.value);
  const Shares shares = shares_of(seconds);
  TextTable table{
      .columns = {{tr("where the step goes")}, {tr("seconds"), Align::right}, {"%", Align::right}}};
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (seconds[i] > 0)
      table.rows.push_back({named[i].first, shares.amounts[i], shares.percents[i]});
  }
  table.rows.push_back({tr("total"), shares.amounts.back(), shares.percents.back()});
  return render(table);
}

std::string utilisation(double share, Flops flops, const Summary& summary) {
  return fmt::format("{} = {} / ({} x {} x {})", format_percent(share), scientific(flops.value),
                     format_time(summary.step.time), format_count(summary.cards),
                     format_flop_rate(summary.peak));
}

std::string efficiency(const EfficiencySummary& efficiency) {
  return say("{} of a run on {}: {}", format_percent(efficiency.value),
             counted(efficiency.baseline_cards, "card"), efficiency.baseline);
}

std::string step_text(const Summary& summary) {
  const StepSummary& step = summary.step;
  std::string replicas =
      say("{} of {}, {}; {} of flows", format_count(step.replica_classes),
          counted(step.replicas, "replica"), counted(step.operations, "operation"),
          counted(step.flow_classes, "class", "classes"));
  if (!step.contention.empty()) replicas += tr("; contention: ") + step.contention.text();
  return say("Step: {}\n", format_time(step.time)) +
         named_lines({
             {tr("throughput"),
              say("{} tokens/s per card", format_number(step.tokens_per_second_per_card, 1))},
             {bilingual("MFU"), utilisation(step.mfu, step.model_flops, summary)},
             {bilingual("HFU"), utilisation(step.hfu, step.hardware_flops, summary)},
             {bilingual(tr("parallel efficiency")), efficiency(summary.parallel_efficiency)},
             {tr("model FLOPs"), step.flops_formula},
             {tr("limited by"), step.limits},
             {tr("simulated"), replicas},
         }) +
         "\n" + breakdown_table(step.breakdown);
}

std::string collectives(const std::vector<CollectiveRecord>& records) {
  TextTable table{.columns = {{tr("collective")},
                              {tr("algorithm")},
                              {tr("ranks"), Align::right},
                              {tr("title", "groups"), Align::right},
                              {tr("size"), Align::right},
                              {tr("time"), Align::right},
                              {tr("bus bandwidth"), Align::right}}};
  for (const CollectiveRecord& record : records) {
    table.rows.push_back({collective_title(record.name), record.algorithm,
                          format_count(record.ranks), format_count(record.groups),
                          format_bytes(record.bytes), format_time(record.time),
                          format_bandwidth(record.bus_bandwidth)});
    table.notes.push_back(say("{} in {}; bound by {}", counted(record.flows, "flow"),
                              counted(record.classes, "class", "classes"), record.bottleneck));
  }
  return tr("Collectives, each alone on the fabric with the groups that run at the same time\n") +
         render(table);
}

std::string named_section(const char* title, const std::vector<NamedText>& entries) {
  std::vector<std::vector<std::string>> rows;
  for (const NamedText& entry : entries) rows.push_back({bilingual(entry.name), entry.text});
  return std::string(title) + "\n" + named_lines(std::move(rows));
}

std::string cautions(const std::vector<Said>& cautions) {
  std::vector<std::vector<std::string>> rows;
  for (const Said& caution : cautions) rows.push_back({"-", caution});
  return tr("Cautions\n") + render({.columns = {{""}, {""}}, .rows = std::move(rows)});
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
  text += "\n" + named_section(tr("Definitions"), definitions_of(summary));
  if (!summary.engine_settings.empty())
    text += "\n" + named_section(tr("Engine settings"), summary.engine_settings);
  if (!summary.cautions.empty()) text += "\n" + cautions(summary.cautions);
  return text;
}

}  // namespace qianka
