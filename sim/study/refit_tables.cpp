// SPDX-License-Identifier: Apache-2.0
#include "sim/input/csv.hpp"
#include "sim/study/refit_report.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace qianka {
namespace {

const std::vector<std::string>& constant_columns() {
  static const std::vector<std::string> columns{"id",      "value", "deviation", "rows",
                                                "sources", "error", "put_back"};
  return columns;
}

const std::vector<std::string>& source_columns() {
  static const std::vector<std::string> columns{"source",     "rows",   "unfitted",
                                                "one_factor", "fitted", "left_out"};
  return columns;
}

std::string head(const std::vector<std::string>& columns, std::string_view what) {
  return fmt::format("# Written by `qianka refit --tables DIR`: {}\n{}\n", what,
                     fmt::join(columns, ","));
}

/// Names have commas.
std::string cell(const std::string& text) {
  return text.find(',') == std::string::npos ? text : fmt::format("\"{}\"", text);
}

std::vector<CsvRow> rows_of(const std::string& text, const std::string& name,
                            const std::vector<std::string>& columns) {
  std::vector<Diagnostic> problems;
  Csv csv = read_csv(text, name, columns, 0, problems);
  for (const CsvRow& row : csv.rows) {
    for (std::size_t i = 1; i < row.cells.size(); ++i) {
      if (row.cells[i].find_first_not_of("0123456789.e-") == std::string::npos) continue;
      problems.push_back({{name, row.line, 0}, fmt::format("'{}' is no number", row.cells[i]), ""});
    }
  }
  if (!problems.empty()) throw InputError(sorted(std::move(problems)));
  return std::move(csv.rows);
}

std::string in_percent(const std::string& share) {
  return share.empty() ? "–" : fmt::format("{:.1f} %", 100 * std::stod(share));
}

std::string line_of(const std::vector<std::string>& cells) {
  return fmt::format("| {} |\n", fmt::join(cells, " | "));
}

std::string uncertainty(const Constant& constant, const std::string& deviation) {
  const double value = std::stod(deviation);
  if (value == 0) return "";
  return constant.moves == Moves::ratio ? fmt::format(" ± {:.1f} %", 100 * value)
                                        : fmt::format(" ± {:.2g}", value);
}

/// "parts/a100-sxm4-80gb attention_efficiency and 3 more"
std::string where(const Constant& constant) {
  std::size_t n = 0;
  for (const ConstantTarget& target : constant.targets) n += target.in.size() * target.keys.size();
  const ConstantTarget& first = constant.targets.front();
  const std::string text = fmt::format("`{}` in {}", first.keys.front(), first.in.front());
  return n == 1 ? text : fmt::format("{} and {} more", text, n - 1);
}

}  // namespace

std::string constants_table(const Constants& constants, const Refit& refit) {
  std::string text = head(constant_columns(), "what rows say of each constant");
  for (std::size_t i = 0; i < constants.all.size(); ++i) {
    const ConstantResult& result = refit.constants[i];
    text +=
        fmt::format("{},{:g},{:.3g},{},{},{:.4f},{:.4f}\n", constants.all[i].id, result.value,
                    result.deviation, result.rows, result.sources, result.error, result.put_back);
  }
  return text;
}

std::string sources_table(const Refit& refit) {
  std::string text = head(source_columns(), "mean errors of the rows of grade A");
  const auto add = [&](const SourceResult& source) {
    text += fmt::format("{},{},{:.4f},{:.4f},{:.4f},{}\n", cell(source.name), source.rows,
                        source.unfitted, source.one_factor, source.after,
                        source.left_out ? fmt::format("{:.4f}", *source.left_out) : "");
  };
  for (const SourceResult& source : refit.sources) add(source);
  add(refit.total);
  return text;
}

std::string constants_markdown(const Constants& constants, const ConstantPlaces& places,
                               const std::string& table, const std::string& name) {
  const std::vector<CsvRow> rows = rows_of(table, name, constant_columns());
  std::string text =
      "| constant | what it is | value | unfitted, and why | range, and what was measured there | "
      "rows (sources) | their error, and with it unfitted | it stands in |\n"
      "| --- | --- | --: | --- | --- | --: | --: | --- |\n";
  for (std::size_t i = 0; i < constants.all.size(); ++i) {
    const Constant& constant = constants.all[i];
    const auto row = std::ranges::find_if(
        rows, [&](const CsvRow& one) { return one.cells.front() == constant.id; });
    const std::string value = fmt::format("{:.4g}", places.values()[i]);
    const std::string range =
        fmt::format("{:g} to {:g}: {}", constant.low, constant.high, constant.counterpart);
    const std::string unfitted = fmt::format("{:g}: {}", constant.unfitted, constant.source);
    const std::string what = fmt::format("{}; {}", constant.reading, constant.unit);
    if (row == rows.end()) {
      text += line_of({constant.id, what, value, unfitted, range, "–", "–", where(constant)});
      continue;
    }
    const std::vector<std::string>& c = row->cells;
    const bool felt = c[3] != "0";
    text += line_of({constant.id, what, value + uncertainty(constant, c[2]), unfitted, range,
                     felt ? fmt::format("{} {} ({})", c[3], constant.grade, c[4]) : "none",
                     felt ? fmt::format("{}, {}", in_percent(c[5]), in_percent(c[6])) : "–",
                     where(constant)});
  }
  return text;
}

std::string sources_markdown(const std::string& table, const std::string& name) {
  std::string text =
      "| source | rows | unfitted | one factor | fitted | left out |\n"
      "| --- | --: | --: | --: | --: | --: |\n";
  for (const CsvRow& row : rows_of(table, name, source_columns())) {
    const std::vector<std::string>& c = row.cells;
    text += line_of(
        {c[0], c[1], in_percent(c[2]), in_percent(c[3]), in_percent(c[4]), in_percent(c[5])});
  }
  return text;
}

}  // namespace qianka
