// SPDX-License-Identifier: Apache-2.0
#include "sim/report/fabric_text.hpp"

#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/table.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace qianka {
namespace {

constexpr std::size_t first_shown = 8, last_shown = 2;

std::string step_text(Seconds step) {
  return std::isfinite(step.value) ? format_time(step) : tr("none");
}

std::string states(const FabricSummary& fabric, bool weeks) {
  TextTable table{
      .columns = {{tr("title", "step"), Align::right}, {tr("slower by"), Align::right}}};
  if (weeks)
    table.columns.insert(table.columns.end(),
                         {{tr("times"), Align::right}, {tr("for"), Align::right}});
  table.columns.push_back({tr("fabric")});
  for (const FabricRecord& state : fabric.states) {
    std::vector<std::string> row{step_text(state.step),
                                 state.cut.empty() ? percent(state.slowdown - 1, 2) : tr("cut")};
    if (weeks) {
      row.push_back(format_count(state.times));
      row.push_back(clock_text(state.time));
    }
    row.push_back(state.what);
    table.rows.push_back(std::move(row));
  }
  return render(table);
}

std::string changes(const Summary& summary, bool every) {
  const auto& all = summary.campaign->fabric;
  TextTable table{
      .columns = {{tr("from"), Align::right}, {tr("title", "step"), Align::right}, {tr("fabric")}}};
  for (const auto& change : all) {
    const auto state =
        std::ranges::find(summary.fabric->states, change.state, &FabricRecord::state);
    table.rows.push_back({clock_text(change.at), step_text(change.step), state->what});
  }
  if (!every) leave_out_middle(table, first_shown, last_shown);
  return render(table);
}

}  // namespace

std::string fabric_in_short(const Summary& summary) {
  if (!summary.fabric) return "";
  Seconds cut{0}, broken{0};
  std::int64_t cuts = 0;
  double worst = 1;
  for (const FabricRecord& state : summary.fabric->states) {
    if (state.state == 0) continue;
    if (state.cut.empty()) {
      broken = broken + state.time, worst = std::max(worst, state.slowdown);
    } else {
      cut = cut + state.time, cuts += state.times;
    }
  }
  const std::string longer = tr("steps up to ") + percent(worst - 1, 2) + tr(" longer");
  if (!summary.campaign) return worst > 1 ? tr("; the fabric is broken: ") + longer : "";
  std::string text;
  if (broken.value > 0) text = tr("; fabric broken for ") + format_time(broken) + ", " + longer;
  if (cuts > 0)
    text += cuts == 1
                ? say("; fabric cut for {}", format_time(cut))
                : say("; fabric cut {} times, for {} in all", format_count(cuts), format_time(cut));
  return text;
}

std::string fabric_text(const Summary& summary, const TextOptions& options) {
  const bool weeks = summary.campaign.has_value();
  std::string text = tr("Faults of the fabric\n") + states(*summary.fabric, weeks);
  std::set<std::string> told;
  for (const FabricRecord& state : summary.fabric->states)
    if (!state.cut.empty() && told.insert(state.cut).second) text += "  " + state.cut.text() + "\n";
  if (weeks) text += "\n" + changes(summary, options.every_restart);
  return text;
}

}  // namespace qianka
