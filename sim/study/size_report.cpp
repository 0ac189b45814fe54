// SPDX-License-Identifier: Apache-2.0
#include "sim/study/size_report.hpp"

#include "sim/describe.hpp"
#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/table.hpp"
#include "sim/scenario/names.hpp"
#include "sim/study/layout_overrides.hpp"
#include "sim/units/format.hpp"

#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

constexpr double seconds_per_day = 86'400;

std::string days(Seconds time) {
  if (!std::isfinite(time.value)) return tr("never");
  return format_number(time.value / seconds_per_day, 1);
}

std::string goal_text(const SizeGoal& goal, const CostModel& costs) {
  std::vector<std::string> parts;
  if (goal.tokens) parts.push_back(format_large(*goal.tokens) + tr(" tokens"));
  if (goal.within) parts.push_back(tr("within ") + format_time(*goal.within));
  if (goal.budget)
    parts.push_back(say("for at most {} {}", format_count(std::llround(*goal.budget)),
                        name_of(currency_names, costs.currency)));
  if (goal.power) parts.push_back(tr("with at most ") + format_power(*goal.power));
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<std::string> cells(const SizeRow& row, const SizeGoal& goal) {
  if (!row.refusal.empty())
    return {
        format_count(row.nodes), format_count(row.cards), "", "", "", "", "", "", "", row.refusal};
  return {format_count(row.nodes) + (row.spares > 0 ? fmt::format(" + {}", row.spares) : ""),
          format_count(row.cards),
          format_time(row.step),
          percent(row.mfu, 1),
          percent(row.goodput, 1),
          goal.tokens ? days(row.time) : format_large(row.tokens_by_then),
          goal.tokens && row.goodput < 1 ? days(row.time_high) : "",
          std::isfinite(row.money) ? format_count(std::llround(row.money)) : tr("without end"),
          row.power ? format_power(*row.power) : tr("unknown"),
          layout_text(row.layout)};
}

Json number(double value) { return std::isfinite(value) ? rounded(value) : Json(nullptr); }

/// What the figures hold and what they leave out.
std::vector<std::string> notes_of(const SizeStudy& study, const Scenario& scenario,
                                  const CostModel& costs) {
  std::vector<std::string> notes{
      !study.weeks ? tr("No failures and no checkpoints: the scenario trains for no time "
                        "(--set job.train_for=… --set faults=default-fleet).")
      : nothing_fails(scenario.faults)
          ? tr("days: with checkpoints; nothing fails in this scenario (--set "
               "faults=default-fleet).")
          : tr("days: with failures, recovery and checkpoints, mean of the seeds; 95 %: 19 of 20 "
               "seeds "
               "need no longer."),
      say("power: rated, of all nodes and spares; not counted: {}.",
          fmt::join(uncounted_power(costs), ", "))};
  if (!study.unknown_costs.empty())
    notes.push_back(
        say("money leaves out what is unknown: {}.", fmt::join(study.unknown_costs, "; ")));
  return notes;
}

}  // namespace

std::string size_text(const SizeStudy& study, const Scenario& scenario, const SizeGoal& goal,
                      const CostModel& costs) {
  std::string text =
      say("{}: {} on {}\n", scenario.name, goal_text(goal, costs), scenario.cluster.name);
  TextTable table{.columns = {{tr("nodes"), Align::right},
                              {tr("cards"), Align::right},
                              {tr("title", "step"), Align::right},
                              {"MFU", Align::right},
                              {tr("goodput"), Align::right},
                              {goal.tokens ? tr("days") : tr("tokens"), Align::right},
                              {goal.tokens ? "95 %" : "", Align::right},
                              {std::string(name_of(currency_names, costs.currency)), Align::right},
                              {tr("power"), Align::right},
                              {tr("layout")}}};
  for (const SizeRow& row : study.rows) {
    table.rows.push_back(cells(row, goal));
    if (row.meets && study.chosen && &row == &study.rows[*study.chosen] && goal.tokens)
      table.notes.resize(table.rows.size()),
          table.notes.back() = goal.within ? tr("  ^ the smallest of these that meets the goal")
                                           : tr("  ^ the fastest of these that meets the goal");
  }
  text += render(table);
  if (goal.tokens && !study.chosen) text += tr("\nNo size that was tried meets the goal.\n");
  text += "\n";
  for (const std::string& note : notes_of(study, scenario, costs)) text += paragraph(note, 0);
  return text;
}

Json size_json(const SizeStudy& study, const Scenario& scenario, const SizeGoal& goal,
               const CostModel& costs) {
  Json json{{"goal", goal_text(goal, costs)},
            {"notes", notes_of(study, scenario, costs)},
            {"currency", name_of(currency_names, costs.currency)},
            {"weeks", study.weeks},
            {"unknown_costs", study.unknown_costs},
            {"chosen_nodes", study.chosen ? Json(study.rows[*study.chosen].nodes) : Json(nullptr)},
            {"rows", Json::array()}};
  for (const SizeRow& row : study.rows) {
    if (!row.refusal.empty()) {
      json["rows"].push_back(
          {{"nodes", row.nodes}, {"cards", row.cards}, {"refusal", row.refusal}});
      continue;
    }
    json["rows"].push_back(
        {{"nodes", row.nodes},
         {"spares", row.spares},
         {"cards", row.cards},
         {"layout", layout_text(row.layout)},
         {"step_s", rounded(row.step.value)},
         {"mfu", rounded(row.mfu)},
         {"goodput", rounded(row.goodput)},
         {"time_s", goal.tokens ? number(row.time.value) : Json(nullptr)},
         {"time_95_s", goal.tokens ? number(row.time_high.value) : Json(nullptr)},
         {"tokens_by_then", goal.within ? rounded(row.tokens_by_then) : Json(nullptr)},
         {"money", number(row.money)},
         {"power_w", row.power ? rounded(row.power->value) : Json(nullptr)},
         {"meets", row.meets}});
  }
  return json;
}

}  // namespace qianka
