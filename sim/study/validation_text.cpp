// SPDX-License-Identifier: Apache-2.0
#include "sim/language/language.hpp"
#include "sim/report/table.hpp"
#include "sim/study/validation_report.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace qianka {
namespace {

std::string in_percent(double share) { return fmt::format("{:.1f} %", 100 * share); }
std::string in_points(double share) { return fmt::format("{:+.1f} %", 100 * share); }

std::vector<Column> error_columns(const std::string& title) {
  return {{title, Align::left},         {"n", Align::right},   {tr("mean"), Align::right},
          {tr("median"), Align::right}, {"P90", Align::right}, {tr("worst"), Align::right},
          {tr("bias"), Align::right}};
}

std::vector<std::string> error_cells(const std::string& name, const ErrorStats& s) {
  if (s.n == 0) return {name, "0", "-", "-", "-", "-", "-"};
  return {name,
          format_count(s.n),
          in_percent(s.mean_abs_error),
          in_percent(s.median),
          in_percent(s.p90),
          in_percent(s.worst),
          in_points(s.bias)};
}

std::string groups(const std::string& title, const std::vector<NamedStats>& groups) {
  TextTable table{.columns = error_columns(title)};
  for (const NamedStats& group : groups) table.rows.push_back(error_cells(group.name, group.stats));
  return render(table);
}

std::string totals(const ValidationSummary& summary) {
  const std::string which =
      summary.grade == "all" ? tr("all grades") : say("grade {}", summary.grade);
  std::string text =
      say("Error of the step time, {}\n", which) + groups(tr("source"), summary.sources) + "\n" +
      groups(tr("cards"), summary.by_cards) + "\n" + groups(tr("vendor"), summary.by_vendor) + "\n";
  TextTable total{.columns = error_columns(tr("total"))};
  total.rows.push_back(error_cells(which, summary.total));
  return text + render(total);
}

std::string open_values(const OpenStats& open) {
  if (open.n == 0) return "";
  return say("\nGrade B: what a row leaves open is searched (scenarios/validation/rules.yaml)\n") +
         paragraph(say(
             "{} of {} measured values lie within the range of the choices ({}); median width of "
             "the range {:.2f}; mean error {}, of the nearest choice {}, median {}",
             open.covered, open.n, in_percent(1.0 * open.covered / open.n), open.median_width,
             in_percent(open.usual.mean_abs_error), in_percent(open.best.mean_abs_error),
             in_percent(open.best.median)));
}

std::string sweep_table(const std::vector<SweepResult>& sweeps) {
  if (sweeps.empty()) return "";
  TextTable table{.columns = {{tr("sweep"), Align::left},
                              {"n", Align::right},
                              {tr("tau"), Align::right},
                              {tr("loss"), Align::right},
                              {tr("our winner"), Align::left}}};
  int right = 0;
  for (const SweepResult& sweep : sweeps) {
    constexpr double near_enough = 0.05;
    if (sweep.loss <= near_enough) ++right;
    table.rows.push_back({sweep.name, std::to_string(sweep.n), fmt::format("{:.2f}", sweep.tau),
                          in_percent(sweep.loss), sweep.predicted_winner});
  }
  return say("\nRanking inside sweeps: our winner is the measured one or within 5 % of it "
             "in {} of {}\n",
             right, sweeps.size()) +
         render(table);
}

std::string open_table(const std::vector<OpenStats>& sources) {
  if (sources.empty()) return "";
  TextTable table{.columns = {{tr("source of grade B"), Align::left},
                              {"n", Align::right},
                              {tr("inside"), Align::right},
                              {tr("width"), Align::right},
                              {tr("error"), Align::right},
                              {tr("nearest"), Align::right},
                              {tr("median"), Align::right}}};
  for (const OpenStats& open : sources)
    table.rows.push_back({open.name, std::to_string(open.n), std::to_string(open.covered),
                          fmt::format("{:.2f}", open.median_width),
                          in_percent(open.usual.mean_abs_error),
                          in_percent(open.best.mean_abs_error), in_percent(open.best.median)});
  return render(table);
}

std::string scaling_table(const std::vector<ScaleSeries>& all) {
  if (all.empty()) return "";
  TextTable table{.columns = {{tr("series"), Align::left},
                              {tr("cards"), Align::right},
                              {tr("measured"), Align::right},
                              {tr("predicted"), Align::right},
                              {tr("points"), Align::right}}};
  for (const ScaleSeries& series : all) {
    const ScalePoint& last = series.points.back();
    table.rows.push_back({series.name, say("{} to {}", series.points.front().cards, last.cards),
                          in_percent(last.measured), in_percent(last.predicted),
                          fmt::format("{:+.1f}", 100 * last.difference())});
  }
  return tr("\nLoss with scale: throughput of a card in the largest job over that in the "
            "smallest\n") +
         render(table);
}

/// "compute 61 %, bubble 9 %, …": what is at least one part in a hundred.
std::string parts_of(const RowResult& result) {
  std::vector<std::pair<std::string, double>> parts = result.breakdown;
  std::ranges::stable_sort(parts, [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (const auto& [name, share] : parts)
    if (share >= 0.01)
      text += fmt::format("{}{} {:.0f} %", text.empty() ? "" : ", ", name, 100 * share);
  return text;
}

std::string worst_table(const std::vector<const RowResult*>& worst) {
  if (worst.empty()) return "";
  TextTable table{.columns = {{tr("worst rows"), Align::left},
                              {tr("measured"), Align::right},
                              {tr("predicted"), Align::right},
                              {tr("error"), Align::right},
                              {tr("where the predicted step goes"), Align::left}}};
  for (const RowResult* row : worst)
    table.rows.push_back({row->row.id(), format_time(Seconds{row->measured_seconds}),
                          format_time(Seconds{row->predicted_seconds}), in_points(row->error),
                          parts_of(*row)});
  return "\n" + render(table);
}

/// Rows of one status, by reason.
std::string refused(const std::vector<RowResult>& results, RowStatus status,
                    const std::string& title) {
  std::vector<std::pair<std::string, std::vector<std::string>>> reasons;
  int n = 0;
  for (const RowResult& result : results) {
    if (result.status != status) continue;
    ++n;
    auto reason = std::ranges::find(reasons, result.reason, [](const auto& r) { return r.first; });
    if (reason == reasons.end()) reason = reasons.insert(reasons.end(), {result.reason, {}});
    reason->second.push_back(result.row.id());
  }
  if (n == 0) return "";
  std::string text = fmt::format("\n{}: {}\n", title, n);
  for (const auto& [reason, ids] : reasons) {
    constexpr std::size_t shown = 4;
    std::string names;
    for (std::size_t i = 0; i < std::min(shown, ids.size()); ++i)
      names += (i == 0 ? "" : ", ") + ids[i];
    if (ids.size() > shown) names += say(" and {} more", ids.size() - shown);
    text += paragraph(fmt::format("{}: {}", names, reason));
  }
  return text;
}

int count(const std::vector<RowResult>& results, RowStatus status) {
  return static_cast<int>(std::ranges::count(results, status, &RowResult::status));
}

/// A line of comment for each line of text.
std::string comment(const std::string& text) {
  std::string result;
  for (const std::string& line : wrap(text, page_width - 2)) result += "# " + line + "\n";
  return result;
}

}  // namespace

std::string validation_text(const ValidationSummary& summary, const std::vector<RowResult>& results,
                            const std::vector<const RowResult*>& worst) {
  std::string text =
      say("{}: {} predicted, {} predicted though our memory model says they do not fit, {} not "
          "comparable, {} not expressible, {} infeasible, {} failed\n\n",
          counted(std::ssize(results), "row"), count(results, RowStatus::predicted),
          count(results, RowStatus::does_not_fit), count(results, RowStatus::not_comparable),
          count(results, RowStatus::not_expressible), count(results, RowStatus::infeasible),
          count(results, RowStatus::failed));
  text += totals(summary) + open_values(summary.open) + open_table(summary.open_by_source) +
          sweep_table(summary.sweeps) + scaling_table(summary.scaling) + worst_table(worst);
  text += refused(results, RowStatus::does_not_fit,
                  tr("Predicted, but would not fit our memory model"));
  text += refused(results, RowStatus::not_expressible, tr("Not expressible"));
  text += refused(results, RowStatus::infeasible, tr("Infeasible"));
  text += refused(results, RowStatus::not_comparable, tr("Not comparable"));
  text += refused(results, RowStatus::failed, tr("Failed"));
  return text;
}

std::string row_text(const RowResult& result) {
  const Measurement& row = result.row;
  const RowPlan& plan = result.plan;
  std::string text = comment(fmt::format("{}, {} {}: {} {}", row.id(), row.text("source"),
                                         row.text("source_ref"), row.text("value"), row.unit()));
  for (const std::string& note : plan.notes) text += comment(note);
  if (plan.choices.empty()) return text + comment(tr("not expressible: ") + plan.reason);
  const std::size_t all = plan.choices.size();
  for (std::size_t i = 0; all > 1 && i < all; ++i)
    text +=
        comment(say("choice {} of {}{}: {}", i + 1, all,
                    i == result.choice ? tr(", the prediction") : "", label(plan.choices[i].open)));
  return text + plan.choices[result.choice].text;
}

}  // namespace qianka
