// SPDX-License-Identifier: Apache-2.0
#include "sim/study/explain_report.hpp"

#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/table.hpp"
#include "sim/study/explain_words.hpp"
#include "sim/study/replicas_report.hpp"
#include "sim/units/format.hpp"

#include <cmath>

#include <fmt/format.h>

namespace qianka {
namespace {

/// Hundredths of a percent, never "-0.00".
double hundredths(double share) { return std::round(1e4 * share) / 100 + 0.0; }

/// "+1.23 ± 0.04 %"; what is the same under all seeds has no interval.
std::string gain_text(const SeedSpread& gain) {
  const double mean = hundredths(gain.mean), doubt = hundredths(gain.high - gain.mean);
  if (doubt == 0) return fmt::format("{:+.2f} %", mean);
  return fmt::format("{:+.2f} ± {:.2f} %", mean, doubt);
}

std::string parts_table(const Explanation& e) {
  TextTable table{.columns = {{tr("where the step goes")},
                              {tr("seconds"), Align::right},
                              {"%", Align::right},
                              {tr("takes in all"), Align::right}}};
  std::vector<double> seconds;
  for (const ExplainedPart& part : e.parts) seconds.push_back(part.exposed.value);
  const Shares shares = shares_of(seconds);
  for (std::size_t i = 0; i < e.parts.size(); ++i) {
    const auto& taken = e.parts[i].taken;
    table.rows.push_back({e.parts[i].what, shares.amounts[i], shares.percents[i],
                          taken ? percent(*taken / e.summary.step.time, 2) : ""});
  }
  table.rows.push_back({tr("total"), shares.amounts.back(), shares.percents.back(), ""});
  return render(table);
}

/// A row's figures, after its name.
std::vector<std::string> figures_of(const ExplainRow& row, const Explanation& e) {
  if (e.seeds > 0)
    return {format_time(row.step), format_large(row.tokens_per_day->mean),
            row.gain_by_seed ? gain_text(*row.gain_by_seed) : ""};
  const Seconds base = e.summary.step.time, saved = base - row.step;
  return {format_time(row.step), fmt::format("{:.4g} s", saved.value), percent(saved / base, 2)};
}

std::string rows_table(const Explanation& e, const char* title,
                       const std::vector<ExplainRow>& rows) {
  TextTable table{.columns = {{title}, {tr("title", "step"), Align::right}}};
  if (e.seeds > 0) {
    table.columns.push_back({tr("tokens a day"), Align::right});
    table.columns.push_back({tr("gain"), Align::right});
  } else {
    table.columns.push_back({tr("saved"), Align::right});
    table.columns.push_back({tr("of the step"), Align::right});
  }
  for (const ExplainRow& row : rows) {
    if (!row.refusal.empty()) continue;
    std::vector<std::string> cells{row.what};
    for (std::string& cell : figures_of(row, e)) cells.push_back(std::move(cell));
    table.rows.push_back(std::move(cells));
    std::string note = row.sets.empty() ? "" : sets_text(row.sets);
    if (!row.remark.empty()) note += (note.empty() ? "" : "; ") + row.remark.text();
    table.notes.push_back(std::move(note));
  }
  return render(table);
}

std::string refused_text(const std::vector<ExplainRow>& rows) {
  std::string text;
  for (const ExplainRow& row : rows)
    if (!row.refusal.empty())
      text += paragraph(say("not possible: {}: {}", row.what.text(), row.refusal.text()), 2);
  return text;
}

Json row_json(const ExplainRow& row, const Explanation& e) {
  Json json{{"what", row.what}};
  if (!row.how.empty()) json["how"] = row.how;
  for (const Override& set : row.sets)
    json["set"].push_back({{"path", set.path}, {"value", set.value}});
  if (!row.refusal.empty()) return json["refusal"] = row.refusal, json;
  if (!row.remark.empty()) json["remark"] = row.remark;
  const Seconds base = e.summary.step.time;
  json["step_s"] = rounded(row.step.value);
  json["saved_s"] = rounded((base - row.step).value);
  json["saved_share"] = rounded((base - row.step) / base);
  json["gain"] = rounded(row.gain);
  if (row.tokens_per_day) json["tokens_per_day"] = spread_json(*row.tokens_per_day);
  if (row.gain_by_seed) json["gain_by_seed"] = spread_json(*row.gain_by_seed);
  return json;
}

Json rows_json(const std::vector<ExplainRow>& rows, const Explanation& e) {
  Json all = Json::array();
  for (const ExplainRow& row : rows) all.push_back(row_json(row, e));
  return all;
}

Json part_json(const ExplainedPart& part, Seconds step) {
  const auto or_null = [](bool known, Json value) { return known ? std::move(value) : Json(); };
  return {{"what", part.what},
          {"exposed_s", rounded(part.exposed.value)},
          {"exposed_share", rounded(part.exposed / step)},
          {"taken_s", part.taken ? rounded(part.taken->value) : Json()},
          {"taken_share", part.taken ? rounded(*part.taken / step) : Json()},
          {"over", or_null(!part.over.empty(), part.over)},
          {"bound_by", or_null(!part.bound_by.empty(), part.bound_by)}};
}

}  // namespace

std::string explain_text(const Explanation& e) {
  const Summary& s = e.summary;
  std::string text = say("{}: what limits the run, and what would help\n", s.scenario);
  for (const std::string& sentence : explain_words(e)) text += paragraph(sentence, 0);
  text += "\n" + parts_table(e);
  text += "\n" + rows_table(e, tr("as if"), e.limits) + refused_text(e.limits);
  text += "\n" + rows_table(e, tr("what can be had"), e.steps) + refused_text(e.steps);
  text += "\n";
  if (e.seeds > 0)
    text +=
        paragraph(say("Weeks over {} with the same failures; gain: tokens kept a day, with a 95 % "
                      "interval over the seeds.",
                      counted(e.seeds, "seed")),
                  0);
  return text +
         paragraph(tr("Each row is the run once more with that alone changed. Rows do not add up: "
                      "limits hide behind one another, and where one is lifted another holds."),
                   0);
}

Json explain_json(const Explanation& e) {
  Json json{{"scenario", e.summary.scenario},
            {"seeds", e.seeds},
            {"cards", e.summary.cards},
            {"step_s", rounded(e.summary.step.time.value)},
            {"mfu", rounded(e.summary.step.mfu)},
            {"tokens_per_s_per_card", rounded(e.summary.step.tokens_per_second_per_card)},
            {"words", explain_words(e)}};
  if (e.summary.campaign) {
    json["goodput"] = rounded(e.summary.campaign->goodput);
    json["ettr"] = rounded(e.summary.campaign->ettr);
    json["failures"] = e.summary.campaign->failures;
  }
  if (e.tokens_per_day) json["tokens_per_day"] = spread_json(*e.tokens_per_day);
  json["parts"] = Json::array();
  for (const ExplainedPart& part : e.parts)
    json["parts"].push_back(part_json(part, e.summary.step.time));
  json["limits"] = rows_json(e.limits, e), json["steps"] = rows_json(e.steps, e);
  return json;
}

}  // namespace qianka
