// SPDX-License-Identifier: Apache-2.0
#include "sim/study/tune_report.hpp"

#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/table.hpp"
#include "sim/scenario/names.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace qianka {
namespace {

struct Part {
  const char *key, *words;
  Seconds Breakdown::*time;
};
constexpr std::array<Part, 11> parts{
    {{"compute", marked("computation"), &Breakdown::compute},
     {"recompute", marked("recomputation"), &Breakdown::recompute},
     {"tensor_comm", marked("tensor parallel"), &Breakdown::tensor_comm},
     {"context_comm", marked("context parallel"), &Breakdown::context_comm},
     {"expert_comm", marked("expert parallel"), &Breakdown::expert_comm},
     {"pipeline_bubble", marked("bubble"), &Breakdown::pipeline_bubble},
     {"pipeline_comm", marked("pipeline sends"), &Breakdown::pipeline_comm},
     {"data_comm", marked("data parallel"), &Breakdown::data_comm},
     {"optimizer", marked("optimizer"), &Breakdown::optimizer},
     {"host", marked("host"), &Breakdown::host},
     {"jitter", marked("jitter"), &Breakdown::jitter}}};

std::int64_t total(const Refusals& refusals) {
  return std::accumulate(refusals.begin(), refusals.end(), std::int64_t{0},
                         [](std::int64_t sum, const auto& entry) { return sum + entry.second; });
}

/// Most frequent first; of equals by the alphabet.
std::vector<std::pair<Said, std::int64_t>> by_count(const Refusals& refusals) {
  std::vector<std::pair<Said, std::int64_t>> all(refusals.begin(), refusals.end());
  std::ranges::stable_sort(all, [](const auto& a, const auto& b) { return a.second > b.second; });
  return all;
}

std::string over(const TunedLayout& layout, const TunedLayout& best) {
  if (!layout.time || !best.time) return "";
  return fmt::format("{:+.1f} %", 100 * (*layout.time / *best.time - 1));
}

/// What no column says.
std::string rest(const Parallel& p) {
  std::string words;
  const auto add = [&](const std::string& what) {
    words = words.empty() ? what : say("{}, {}", words, what);
  };
  if (p.layer_split == LayerSplit::embedding_counts) add(tr("embedding counts"));
  if (p.layer_split == LayerSplit::list) add(tr("layers as listed"));
  if (p.sequence_parallel && p.tensor > 1) add(tr("sequence parallel"));
  if (p.recompute_every > 1) add(say("every {}", p.recompute_every));
  if (p.shard_group > 0) add(say("groups of {}", p.shard_group));
  return words;
}

std::vector<std::string> row_of(const std::string& place, const TunedLayout& layout,
                                const TunedLayout& best) {
  const Parallel& p = layout.parallel;
  std::vector<std::string> row{place};
  for (const int way :
       {p.tensor, p.context, p.pipeline, p.data, p.expert, p.micro_batch, p.interleave})
    row.push_back(fmt::format("{}", way));
  row.emplace_back(name_of(recompute_names, p.recompute));
  row.emplace_back(name_of(sharding_names, p.sharding));
  row.push_back(layout.time          ? format_time(*layout.time)
                : layout.memory.fits ? "> " + format_time(layout.bound)
                                     : tr("does not fit"));
  row.push_back(&layout == &best ? "" : over(layout, best));
  row.push_back(layout.time ? percent(layout.mfu, 1) : "");
  row.push_back(format_bytes(layout.memory.per_card));
  return row;
}

std::string table_of(const TuneStudy& study) {
  constexpr auto right = Align::right;
  TextTable table{.columns = {{"", right},
                              {"TP", right},
                              {"CP", right},
                              {"PP", right},
                              {"DP", right},
                              {"EP", right},
                              {tr("mb"), right},
                              {"V", right},
                              {tr("recompute")},
                              {tr("sharding")},
                              {tr("title", "step"), right},
                              {tr("over"), right},
                              {"MFU", right},
                              {tr("memory"), right}}};
  const TunedLayout& best = study.best.front();
  const auto add = [&](const std::string& place, const TunedLayout& layout) {
    table.rows.push_back(row_of(place, layout, best));
    std::string note = rest(layout.parallel);
    const std::string why = &layout == &best ? "" : against(layout, best);
    if (!note.empty() && !why.empty()) note += tr(": ");
    table.notes.push_back(note + why);
  };
  for (std::size_t i = 0; i < study.best.size(); ++i) add(fmt::format("{}", i + 1), study.best[i]);
  if (study.as_written) add(tr("as written"), *study.as_written);
  return render(table);
}

std::string counts_of(const TuneStudy& study) {
  TextTable table{.columns = {{""}, {"", Align::right}, {""}}};
  const auto add = [&](const std::string& what, std::int64_t count, const std::string& note) {
    table.rows.push_back({what, format_count(count), note});
  };
  const auto list = [](const Refusals& refusals) {
    std::string text;
    for (const auto& [reason, count] : by_count(refusals))
      text += (text.empty() ? "" : tr("; ")) +
              fmt::format(fmt::runtime(tr("so many of a reason", "{} {}")), format_count(count),
                          reason.text());
    return text;
  };
  add(tr("refused"), total(study.refused), list(study.refused));
  add(tr("layouts"), study.layouts,
      say("of {}", counted(study.shapes, "shape")) +
          (study.as_zero_1 > 0
               ? say("; {} of zero-2 and zero-3 have the step of zero-1, which fits",
                     format_count(study.as_zero_1))
               : ""));
  add(tr("do not fit"), total(study.too_large), list(study.too_large));
  add(tr("fit"), study.fitting, "");
  add(tr("simulated"), study.simulated,
      study.failed > 0 ? say("{} could not be", format_count(study.failed)) : "");
  return render(table);
}

std::string verdict(const TuneStudy& study) {
  if (study.simulated == 0)
    return tr("Nothing was simulated: the times are bounds that no step is below.");
  if (study.all_proved())
    return say(
        "Proved: no other layout has a step below that of the last one listed; {} have bounds "
        "above "
        "it.",
        format_count(study.fitting - study.simulated - study.failed));
  const Seconds best = *study.best.front().time;
  const std::string open = say("{} were not simulated whose bound is below the last one listed",
                               format_count(study.left));
  if (study.best_is_proved())
    return say("The first is proved to be the best, the others are not: {}.", open);
  return say("Not proved: {}, {} of them below the first: at most {:.1f} % better.", open,
             format_count(study.left_better), 100 * (1 - study.least_left / best));
}

std::string in_short(const TuneStudy& study) {
  if (study.best.empty()) return tr("no layout fits");
  const TunedLayout& best = study.best.front();
  const std::string words = layout_words(best.parallel);
  if (!best.time) return say("{} has the least bound, {}", words, format_time(best.bound));
  std::string text = say("{}: {} a step", words, format_time(*best.time));
  if (study.as_written && study.as_written->time)
    text += say("; as written {}, {}", format_time(*study.as_written->time),
                over(*study.as_written, best));
  return text;
}

Json json_of(const TunedLayout& layout) {
  const Parallel& p = layout.parallel;
  Json json{{"parallel",
             {{"tensor", p.tensor},
              {"context", p.context},
              {"pipeline", p.pipeline},
              {"data", p.data},
              {"expert", p.expert},
              {"micro_batch", p.micro_batch},
              {"interleave", p.interleave},
              {"layers_per_stage", p.layer_split == LayerSplit::list
                                       ? Json(p.layers_per_stage)
                                       : Json(name_of(layer_split_names, p.layer_split))},
              {"sequence_parallel", p.sequence_parallel},
              {"recompute", name_of(recompute_names, p.recompute)},
              {"recompute_every", p.recompute_every},
              {"sharding", name_of(sharding_names, p.sharding)},
              {"shard_group", p.shard_group}}},
            {"fits", layout.memory.fits},
            {"memory_bytes", rounded(layout.memory.per_card.value)}};
  json["bound_s"] = layout.bound.value > 0 ? rounded(layout.bound.value) : Json();
  json["step_s"] = layout.time ? rounded(layout.time->value) : Json();
  if (!layout.time) return json;
  json["mfu"] = rounded(layout.mfu);
  for (const Part& part : parts)
    json["breakdown_s"][part.key] = rounded((layout.parts.*part.time).value);
  return json;
}

Json counts_json(const Refusals& refusals) {
  Json json = Json::array();
  for (const auto& [reason, count] : by_count(refusals))
    json.push_back({{"reason", reason}, {"layouts", count}});
  return json;
}

}  // namespace

std::string against(const TunedLayout& layout, const TunedLayout& best) {
  if (!layout.time || !best.time) return "";
  // What is less than this share of the step explains nothing.
  constexpr double matters = 0.002;
  constexpr std::size_t most = 4;
  std::vector<std::pair<double, const char*>> all;
  for (const Part& part : parts) {
    const double more = (layout.parts.*part.time - best.parts.*part.time).value;
    if (std::abs(more) >= matters * best.time->value) all.emplace_back(more, tr(part.words));
  }
  std::ranges::stable_sort(
      all, [](const auto& a, const auto& b) { return std::abs(a.first) > std::abs(b.first); });
  if (all.size() > most) all.resize(most);
  std::string text;
  for (const auto& [more, words] : all)
    text += fmt::format("{}{}{} {}", text.empty() ? "" : tr(", "), more < 0 ? "-" : "+",
                        format_time({std::abs(more)}), words);
  return text;
}

std::string tune_text(const TuneStudy& study, const Scenario& scenario) {
  const Job& job = scenario.job;
  std::string text = paragraph(say("{}: layouts of {} on {} of {}, {}, batch {} x {} tokens",
                                   scenario.name, job.model.name, counted(study.cards, "card"),
                                   scenario.cluster.name, name_of(precision_names, job.precision),
                                   format_count(job.global_batch), format_count(job.sequence)),
                               0);
  text += paragraph(tr("In short: ") + in_short(study), 0) + "\n" + counts_of(study);
  if (study.best.empty()) return text;
  text += "\n" + table_of(study) + "\n" + paragraph(verdict(study), 0);
  return text +
         paragraph(
             tr("TP tensor, CP context, PP pipeline, DP data, EP expert, mb micro batch, V "
                "interleave; over: the best step; below a layout, where its time differs from "
                "that of the best."),
             0);
}

Json tune_json(const TuneStudy& study, const Scenario& scenario) {
  Json json{{"scenario", scenario.name},
            {"cards", study.cards},
            {"shapes", study.shapes},
            {"layouts", study.layouts},
            {"refused", counts_json(study.refused)},
            {"too_large", counts_json(study.too_large)},
            {"as_zero_1", study.as_zero_1},
            {"fitting", study.fitting},
            {"simulated", study.simulated},
            {"failed", study.failed},
            {"best_proved", study.best_is_proved()},
            {"all_proved", study.all_proved()},
            {"left", study.left},
            {"left_better", study.left_better},
            {"least_left_s", study.left > 0 ? rounded(study.least_left.value) : Json()},
            {"as_written", study.as_written ? json_of(*study.as_written) : Json()},
            {"best", Json::array()}};
  for (const TunedLayout& layout : study.best) json["best"].push_back(json_of(layout));
  return json;
}

}  // namespace qianka
