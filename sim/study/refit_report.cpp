// SPDX-License-Identifier: Apache-2.0
#include "sim/study/refit_report.hpp"

#include "sim/language/language.hpp"
#include "sim/report/json.hpp"
#include "sim/report/table.hpp"

#include <cmath>

#include <fmt/format.h>

namespace qianka {
namespace {

std::string in_percent(double share) { return fmt::format("{:.1f} %", 100 * share); }

/// Of a ratio in percent of it, else in its unit.
std::string uncertainty(const Constant& constant, double deviation) {
  if (deviation == 0) return "-";
  return constant.moves == Moves::ratio ? fmt::format("{:.1f} %", 100 * deviation)
                                        : fmt::format("{:.2g}", deviation);
}

std::string change(double before, double after) {
  if (before == after) return "";
  return before == 0 ? tr("new") : fmt::format("{:+.1f} %", 100 * (after / before - 1));
}

/// A value at a bound of its range says that the range, or the model, is wrong.
std::string remark(const Constant& constant, const ConstantResult& result) {
  if (!result.moved) return tr("held");
  if (result.rows == 0) return tr("felt by no row");
  constexpr double near = 1e-3;
  const double margin = near * (constant.high - constant.low);
  if (result.value <= constant.low + margin) return tr("at its lower bound");
  if (result.value >= constant.high - margin) return tr("at its upper bound");
  return "";
}

std::string constants_text(const Constants& constants, const Refit& refit) {
  TextTable table{.columns = {{tr("constant"), Align::left},
                              {tr("before"), Align::right},
                              {tr("after"), Align::right},
                              {tr("change"), Align::right},
                              {"+-", Align::right},
                              {tr("unfitted"), Align::right},
                              {tr("range"), Align::right},
                              {tr("rows"), Align::right},
                              {tr("their error"), Align::right},
                              {tr("put back"), Align::right},
                              {"", Align::left}}};
  for (std::size_t i = 0; i < constants.all.size(); ++i) {
    const Constant& constant = constants.all[i];
    const ConstantResult& result = refit.constants[i];
    const bool felt = result.rows > 0;
    table.rows.push_back({constant.id, fmt::format("{:.4g}", result.before),
                          fmt::format("{:.4g}", result.value), change(result.before, result.value),
                          uncertainty(constant, result.deviation),
                          fmt::format("{:g}", constant.unfitted),
                          fmt::format("{:g}-{:g}", constant.low, constant.high),
                          std::to_string(result.rows), felt ? in_percent(result.error) : "-",
                          felt ? in_percent(result.put_back) : "-", remark(constant, result)});
  }
  return render(table);
}

std::vector<std::string> source_cells(const SourceResult& source, bool left_out) {
  std::vector<std::string> cells{source.name,
                                 std::to_string(source.rows),
                                 in_percent(source.unfitted),
                                 in_percent(source.one_factor),
                                 in_percent(source.before),
                                 in_percent(source.after)};
  if (left_out) cells.push_back(source.left_out ? in_percent(*source.left_out) : "-");
  return cells;
}

std::string sources_text(const Refit& refit) {
  const bool left_out = refit.total.left_out.has_value();
  TextTable table{.columns = {{tr("source"), Align::left},
                              {"n", Align::right},
                              {tr("unfitted"), Align::right},
                              {tr("1 factor"), Align::right},
                              {tr("before"), Align::right},
                              {tr("after"), Align::right}}};
  if (left_out) table.columns.push_back({tr("left out"), Align::right});
  for (const SourceResult& source : refit.sources)
    table.rows.push_back(source_cells(source, left_out));
  table.rows.push_back(source_cells(refit.total, left_out));
  return render(table);
}

Json source_json(const SourceResult& source) {
  return {{"name", source.name},
          {"n", source.rows},
          {"unfitted", rounded(source.unfitted)},
          {"one_factor", rounded(source.one_factor)},
          {"before", rounded(source.before)},
          {"after", rounded(source.after)},
          {"left_out", source.left_out ? rounded(*source.left_out) : Json(nullptr)}};
}

}  // namespace

std::string refit_text(const Constants& constants, const Refit& refit) {
  return tr("Constants\n") + constants_text(constants, refit) +
         tr("\nMean error of the step time, grade A\n") + sources_text(refit);
}

Json refit_json(const Constants& constants, const Refit& refit) {
  Json fitted = Json::array();
  for (std::size_t i = 0; i < constants.all.size(); ++i) {
    const Constant& constant = constants.all[i];
    const ConstantResult& result = refit.constants[i];
    fitted.push_back({{"id", constant.id},
                      {"unit", constant.unit},
                      {"held", !result.moved},
                      {"before", rounded(result.before)},
                      {"value", rounded(result.value)},
                      {"unfitted", rounded(constant.unfitted)},
                      {"low", rounded(constant.low)},
                      {"high", rounded(constant.high)},
                      {"deviation", rounded(result.deviation)},
                      {"rows", result.rows},
                      {"sources", result.sources},
                      {"error", rounded(result.error)},
                      {"put_back", rounded(result.put_back)}});
  }
  Json sources = Json::array();
  for (const SourceResult& source : refit.sources) sources.push_back(source_json(source));
  return {{"constants", std::move(fitted)},
          {"sources", std::move(sources)},
          {"total", source_json(refit.total)}};
}

}  // namespace qianka
