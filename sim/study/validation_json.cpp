// SPDX-License-Identifier: Apache-2.0
#include "sim/report/json.hpp"
#include "sim/study/validation_report.hpp"

#include <fmt/format.h>

namespace qianka {
namespace {

Json stats_json(const ErrorStats& stats) {
  const auto share = [&](double value) { return stats.n == 0 ? Json(nullptr) : rounded(value); };
  return {{"n", stats.n},
          {"mean_abs_error", share(stats.mean_abs_error)},
          {"median", share(stats.median)},
          {"p90", share(stats.p90)},
          {"worst", share(stats.worst)},
          {"bias", share(stats.bias)}};
}

Json groups_json(const std::vector<NamedStats>& groups) {
  Json result = Json::array();
  for (const NamedStats& group : groups) {
    Json one{{"name", group.name}};
    one.update(stats_json(group.stats));
    result.push_back(std::move(one));
  }
  return result;
}

Json open_json(const OpenStats& open) {
  Json named = Json::object();
  if (!open.name.empty()) named["name"] = open.name;
  const Json figures{{"n", open.n},
                     {"covered", open.covered},
                     {"median_width", open.n == 0 ? Json(nullptr) : rounded(open.median_width)},
                     {"usual", stats_json(open.usual)},
                     {"best", stats_json(open.best)}};
  named.update(figures);
  return named;
}

Json open_by_source_json(const std::vector<OpenStats>& sources) {
  Json result = Json::array();
  for (const OpenStats& source : sources) result.push_back(open_json(source));
  return result;
}

Json scaling_json(const std::vector<ScaleSeries>& all) {
  Json result = Json::array();
  for (const ScaleSeries& series : all) {
    Json points = Json::array();
    for (const ScalePoint& point : series.points)
      points.push_back({{"id", point.id},
                        {"cards", point.cards},
                        {"measured", rounded(point.measured)},
                        {"predicted", rounded(point.predicted)}});
    result.push_back({{"name", series.name}, {"points", std::move(points)}});
  }
  return result;
}

Json comparisons_json(const std::vector<Comparison>& comparisons) {
  Json result = Json::array();
  for (const Comparison& one : comparisons)
    result.push_back({{"tool", one.other.tool},
                      {"rows", one.other.rows},
                      {"theirs", one.other.figures},
                      {"ours", stats_json(one.ours)}});
  return result;
}

Json sweeps_json(const std::vector<SweepResult>& sweeps) {
  Json result = Json::array();
  for (const SweepResult& sweep : sweeps)
    result.push_back({{"name", sweep.name},
                      {"n", sweep.n},
                      {"measured_winner", sweep.measured_winner},
                      {"predicted_winner", sweep.predicted_winner},
                      {"loss", rounded(sweep.loss)},
                      {"kendall_tau", rounded(sweep.tau)}});
  return result;
}

Json choice_json(const RowResult& result, std::size_t choice) {
  Json keys = Json::object();
  if (choice >= result.plan.choices.size()) return keys;
  for (const auto& [key, value] : result.plan.choices[choice].open) keys[key] = value;
  return keys;
}

Json tried_json(const RowResult& result) {
  Json tried = Json::array();
  for (const Tried& one : result.tried)
    tried.push_back({{"open", choice_json(result, one.choice)},
                     {"predicted", rounded(one.predicted)},
                     {"error", rounded(one.ratio - 1)}});
  return tried;
}

Json row_json(const RowResult& result) {
  const bool compared = result.compared();
  const auto figure = [&](double value) { return compared ? rounded(value) : Json(nullptr); };
  Json row{{"id", result.row.id()},
           {"source", result.row.text("source")},
           {"grade", result.row.grade()},
           {"unit", result.row.unit()},
           {"measured", rounded(result.row.value())},
           {"predicted", figure(result.predicted)},
           {"error", figure(result.error)},
           {"low", figure(result.low)},
           {"high", figure(result.high)},
           {"status", name_of(result.status)},
           {"reason", result.reason},
           {"stack", result.plan.stack},
           {"cluster", result.plan.cluster},
           {"vendor", result.plan.vendor},
           {"cards", result.row.whole("n_accelerators").value_or(0)},
           {"measured_s", figure(result.measured_seconds)},
           {"predicted_s", figure(result.predicted_seconds)},
           {"how", result.how},
           {"choices", result.plan.choices.size()},
           {"fitting", result.tried.size()},
           {"open", choice_json(result, result.choice)},
           {"spread", rounded(result.plan.spread)},
           {"tried", tried_json(result)},
           {"best_error", figure(result.best_error)},
           {"memory_bytes", figure(result.memory)},
           {"capacity_bytes", figure(result.capacity)},
           {"notes", result.plan.notes}};
  if (!result.breakdown.empty()) {
    Json parts = Json::object();
    for (const auto& [name, share] : result.breakdown) parts[name] = rounded(share);
    row["breakdown"] = std::move(parts);
  }
  return row;
}

std::string cell(const std::string& text) {
  if (text.find_first_of(",\"\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? '\'' : (c == '\n' ? ' ' : c);
  return quoted + "\"";
}

}  // namespace

Json validation_json(const ValidationSummary& summary, const std::vector<RowResult>& results) {
  Json rows = Json::array();
  for (const RowResult& result : results) rows.push_back(row_json(result));
  Json statuses = Json::object();
  for (const auto& [status, count] : summary.statuses) statuses[status] = count;
  return {{"grade", summary.grade},
          {"total", stats_json(summary.total)},
          {"sources", groups_json(summary.sources)},
          {"by_cards", groups_json(summary.by_cards)},
          {"by_vendor", groups_json(summary.by_vendor)},
          {"open", open_json(summary.open)},
          {"open_by_source", open_by_source_json(summary.open_by_source)},
          {"sweeps", sweeps_json(summary.sweeps)},
          {"scaling", scaling_json(summary.scaling)},
          {"other_tools", comparisons_json(summary.comparisons)},
          {"statuses", std::move(statuses)},
          {"rows", std::move(rows)}};
}

std::string validation_csv(const std::vector<RowResult>& results) {
  std::string text =
      "id,source,grade,stack,cluster,vendor,cards,unit,measured,predicted,error,low,high,"
      "measured_s,predicted_s,best_error,status,open,reason\n";
  for (const RowResult& r : results) {
    const auto figure = [&](double value) {
      return r.compared() ? fmt::format("{:.6g}", value) : "";
    };
    const std::string open = r.plan.choices.empty() ? "" : label(r.plan.choices[r.choice].open);
    text += fmt::format("{},{},{},{},{},{},{},{},{:.6g},{},{},{},{},{},{},{},{},{},{}\n",
                        cell(r.row.id()), cell(r.row.text("source")), cell(r.row.grade()),
                        r.plan.stack, r.plan.cluster, r.plan.vendor,
                        r.row.whole("n_accelerators").value_or(0), r.row.unit(), r.row.value(),
                        figure(r.predicted), figure(r.error), figure(r.low), figure(r.high),
                        figure(r.measured_seconds), figure(r.predicted_seconds),
                        figure(r.best_error), name_of(r.status), cell(open), cell(r.reason));
  }
  return text;
}

}  // namespace qianka
