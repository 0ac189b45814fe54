// SPDX-License-Identifier: Apache-2.0
// The generated part of docs/validation.md, and the table of the READMEs.
#include "sim/study/validation_report.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

using Cells = std::vector<std::string>;

std::string percent(double share) { return fmt::format("{:.1f} %", 100 * share); }
std::string signed_percent(double share) { return fmt::format("{:+.1f} %", 100 * share); }

/// A pipe would end the cell.
std::string line(const Cells& cells) {
  std::string text = "|";
  for (std::string cell : cells) {
    std::ranges::replace(cell, '|', '/');
    text += fmt::format(" {} |", cell);
  }
  return text + "\n";
}

/// The first columns are text, the others figures.
std::string table(const Cells& titles, std::size_t text_columns, const std::vector<Cells>& rows) {
  Cells rule;
  for (std::size_t i = 0; i < titles.size(); ++i)
    rule.emplace_back(i < text_columns ? "---" : "--:");
  std::string text = line(titles) + line(rule);
  for (const Cells& row : rows) text += line(row);
  return text;
}

Cells stats_cells(const std::string& name, const ErrorStats& s) {
  if (s.n == 0) return {name, "0", "", "", "", "", ""};
  return {name,           std::to_string(s.n), percent(s.mean_abs_error), percent(s.median),
          percent(s.p90), percent(s.worst),    signed_percent(s.bias)};
}

std::string errors(const std::string& title, const std::vector<NamedStats>& groups) {
  std::vector<Cells> rows;
  for (const NamedStats& group : groups) rows.push_back(stats_cells(group.name, group.stats));
  return table({title, "rows", "mean", "median", "P90", "worst", "bias"}, 1, rows);
}

std::string sweeps(const std::vector<SweepResult>& all) {
  std::vector<Cells> rows;
  for (const SweepResult& sweep : all)
    rows.push_back({sweep.name, fmt::format("`{}`", sweep.measured_winner),
                    fmt::format("`{}`", sweep.predicted_winner), std::to_string(sweep.n),
                    percent(sweep.loss), fmt::format("{:.2f}", sweep.tau)});
  return table({"sweep", "fastest", "ours", "rows", "lost by ours", "Kendall tau"}, 3, rows);
}

std::string scaling(const std::vector<ScaleSeries>& all) {
  std::vector<Cells> rows;
  for (const ScaleSeries& series : all)
    for (const ScalePoint& point : series.points)
      rows.push_back({series.name, std::to_string(point.cards), percent(point.measured),
                      percent(point.predicted), fmt::format("{:+.1f}", 100 * point.difference())});
  return table({"series", "cards", "measured", "predicted", "points"}, 1, rows);
}

std::string open_sources(const ValidationSummary& summary) {
  std::vector<Cells> rows;
  std::vector<OpenStats> all = summary.open_by_source;
  all.push_back(summary.open);
  for (const OpenStats& open : all) {
    if (open.n == 0) continue;
    rows.push_back({open.name.empty() ? "all" : open.name, std::to_string(open.n),
                    percent(1.0 * open.covered / open.n), fmt::format("{:.2f}", open.median_width),
                    percent(open.usual.mean_abs_error), percent(open.best.mean_abs_error),
                    percent(open.best.worst)});
  }
  return table({"source", "rows", "inside", "width", "error", "nearest choice", "its worst"}, 1,
               rows);
}

/// "accelerator: B200, B300; note not blank"
std::string in_words(const std::vector<Condition>& when) {
  std::string text;
  for (const Condition& condition : when) {
    Cells said;
    for (const std::string& pattern : condition.patterns)
      said.push_back(pattern.empty() ? "blank" : (pattern == "!" ? "not blank" : pattern));
    text +=
        fmt::format("{}{}: {}", text.empty() ? "" : "; ", condition.column, fmt::join(said, ", "));
  }
  return text.empty() ? "any" : text;
}

std::string open_choices(const Rules& rules) {
  std::vector<Cells> rows;
  for (const OpenKey& open : rules.open) {
    Cells choices;
    for (const std::string& choice : open.choices) choices.push_back(fmt::format("`{}`", choice));
    rows.push_back({fmt::format("`{}`", open.key), in_words(open.when),
                    fmt::format("{}", fmt::join(choices, ", ")), name_of(open.take)});
  }
  std::string text = table({"key that is blank", "where", "choices", "taken"}, 4, rows);
  rows.clear();
  for (const Spread& spread : rules.spread)
    rows.push_back({in_words(spread.when), "± " + percent(spread.share)});
  return text + "\n" + table({"rows", "spread"}, 1, rows);
}

/// Rows of a status by their reason.
std::string reasons(const std::vector<RowResult>& results, RowStatus status) {
  std::vector<std::pair<std::string, Cells>> groups;
  for (const RowResult& result : results) {
    if (result.status != status) continue;
    auto group = std::ranges::find(groups, result.reason, [](const auto& g) { return g.first; });
    if (group == groups.end()) group = groups.insert(groups.end(), {result.reason, {}});
    group->second.push_back(fmt::format("`{}`", result.row.id()));
  }
  std::vector<Cells> rows;
  for (const auto& [reason, ids] : groups) {
    constexpr std::size_t shown = 2;
    const std::string more =
        ids.size() > shown ? fmt::format(" and {} more", ids.size() - shown) : "";
    rows.push_back({reason,
                    fmt::format("{}{}",
                                fmt::join(ids.begin(),
                                          ids.begin() + static_cast<std::ptrdiff_t>(
                                                            std::min(shown, ids.size())),
                                          ", "),
                                more),
                    std::to_string(ids.size())});
  }
  return rows.empty() ? "None.\n" : table({"reason", "rows", "number"}, 2, rows);
}

std::string worst(const std::vector<const RowResult*>& all) {
  std::vector<Cells> rows;
  for (const RowResult* row : all)
    rows.push_back({fmt::format("`{}`", row->row.id()), format_time(Seconds{row->measured_seconds}),
                    format_time(Seconds{row->predicted_seconds}), signed_percent(row->error)});
  return table({"row", "measured", "predicted", "error"}, 1, rows);
}

std::string others(const std::vector<Comparison>& all) {
  std::vector<Cells> rows;
  for (const Comparison& one : all)
    rows.push_back({one.other.rows, fmt::format("{}: {}", one.other.tool, one.other.figures),
                    fmt::format("mean {} of {}, {} to {}", percent(one.ours.mean_abs_error),
                                counted(one.ours.n, "row"), signed_percent(one.least),
                                signed_percent(one.most))});
  return table({"rows", "theirs", "ours"}, 3, rows);
}

}  // namespace

std::string validation_headline(const ValidationSummary& summary) {
  std::vector<NamedStats> groups{{"all", summary.total}};
  for (const NamedStats& size : summary.by_cards)
    groups.push_back({size.name + " cards", size.stats});
  groups.insert(groups.end(), summary.by_vendor.begin(), summary.by_vendor.end());
  return errors("grade " + summary.grade, groups);
}

std::string validation_markdown(const ValidationSummary& summary,
                                const std::vector<RowResult>& results,
                                const std::vector<const RowResult*>& worst_rows,
                                const Rules& rules) {
  std::string text;
  const auto section = [&](const std::string& title, const std::string& body) {
    text += fmt::format("### {}\n\n{}\n", title, body);
  };
  const std::string graded = "grade " + summary.grade;
  section("All rows of " + graded, validation_headline(summary));
  section("By source, " + graded, errors("source", summary.sources));
  section("Worst rows of " + graded, worst(worst_rows));
  section("Ranking inside sweeps", sweeps(summary.sweeps));
  section("Loss with scale", scaling(summary.scaling));
  section("Grade B: what rows leave open", open_sources(summary));
  section("The open choices", open_choices(rules));
  section("Rows that cannot be expressed", reasons(results, RowStatus::not_expressible));
  section("Rows that are infeasible", reasons(results, RowStatus::infeasible));
  section("Rows that are no times of a step", reasons(results, RowStatus::not_comparable));
  section("Rows that our memory model says do not fit, though their authors ran them",
          reasons(results, RowStatus::does_not_fit));
  section("Rows that failed", reasons(results, RowStatus::failed));
  section("Other simulators on the same rows", others(summary.comparisons));
  text.pop_back();
  return text;
}

}  // namespace qianka
