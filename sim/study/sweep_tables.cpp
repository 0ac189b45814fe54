// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sweep_tables.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

SweepCell number_cell(double value) {
  return std::isfinite(value) ? SweepCell(value) : SweepCell();
}

/// Numbers of the file are numbers; what has a unit stays text.
SweepCell value_cell(const std::optional<std::string>& text) {
  if (!text) return {};
  const char* const last = text->data() + text->size();
  std::int64_t whole = 0;
  if (std::from_chars(text->data(), last, whole).ptr == last) return whole;
  double number = 0;
  if (std::from_chars(text->data(), last, number).ptr == last) return number;
  return *text;
}

/// All of a column become what the widest of them is, and so does its type: readers of SQLite files
/// want one.
void unify(SweepTable& table, std::size_t column) {
  const auto any = [&]<class T>(T) {
    return std::ranges::any_of(table.rows, [&](const std::vector<SweepCell>& row) {
      return std::holds_alternative<T>(row[column]);
    });
  };
  const bool texts = any(std::string()), numbers = any(0.0);
  table.types[column] = texts ? "TEXT" : numbers ? "REAL" : "INTEGER";
  for (std::vector<SweepCell>& row : table.rows) {
    SweepCell& cell = row[column];
    const auto* whole = std::get_if<std::int64_t>(&cell);
    const auto* number = std::get_if<double>(&cell);
    if (texts && whole != nullptr)
      cell = fmt::format("{}", *whole);
    else if (texts && number != nullptr)
      cell = fmt::format("{}", *number);
    else if (numbers && whole != nullptr)
      cell = static_cast<double>(*whole);
  }
}

std::string csv_cell(const SweepCell& cell) {
  if (const auto* whole = std::get_if<std::int64_t>(&cell)) return fmt::format("{}", *whole);
  if (const auto* number = std::get_if<double>(&cell)) return fmt::format("{}", *number);
  const auto* text = std::get_if<std::string>(&cell);
  if (text == nullptr) return "";
  if (text->find_first_of(",\"\n") == std::string::npos) return *text;
  std::string quoted = "\"";
  for (const char c : *text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

SweepTable points_table(const Sweep& sweep, const std::map<std::size_t, SweepRecord>& records) {
  SweepTable table{.name = "points", .columns = {}, .types = {}, .rows = {}};
  const auto column = [&](const std::string& name, const char* type) {
    table.columns.push_back(name), table.types.emplace_back(type);
  };
  column("point", "INTEGER PRIMARY KEY");
  for (const std::string& key : sweep.points.keys()) column(key, "");
  column("status", "TEXT"), column("reason", "TEXT"), column("seeds", "INTEGER");
  for (const std::string& figure : step_figures()) column(figure, "REAL");
  for (const std::string& figure : replica_figures())
    for (const char* part : {"mean", "low", "high", "p5", "p95"})
      column(fmt::format("{}_{}", figure, part), "REAL");
  for (const auto& [number, record] : records) {
    std::vector<SweepCell> row{static_cast<std::int64_t>(number)};
    for (const auto& value : sweep.points.values(number)) row.push_back(value_cell(value));
    row.emplace_back(record.status);
    row.push_back(record.ok() ? SweepCell() : SweepCell(record.reason));
    row.emplace_back(static_cast<std::int64_t>(record.seeds()));
    for (const double figure : record.step) row.push_back(number_cell(figure));
    if (record.step.empty()) row.resize(row.size() + step_figures().size());
    for (const std::vector<double>& figure : record.replicas) {
      const SeedSpread s = spread_of(figure);
      for (const double part : {s.mean, s.low, s.high, s.p5, s.p95})
        row.push_back(number_cell(part));
    }
    row.resize(table.columns.size());
    table.rows.push_back(std::move(row));
  }
  for (std::size_t key = 1; key <= sweep.points.keys().size(); ++key) unify(table, key);
  return table;
}

SweepTable replicas_table(const std::map<std::size_t, SweepRecord>& records) {
  SweepTable table{.name = "replicas",
                   .columns = {"point", "seed"},
                   .types = {"INTEGER", "INTEGER"},
                   .rows = {}};
  for (const std::string& figure : replica_figures())
    table.columns.push_back(figure), table.types.emplace_back("REAL");
  for (const auto& [number, record] : records) {
    for (std::size_t i = 0; i < record.seeds(); ++i) {
      std::vector<SweepCell> row{static_cast<std::int64_t>(number),
                                 static_cast<std::int64_t>(record.first_seed + i)};
      for (const std::vector<double>& figure : record.replicas)
        row.push_back(number_cell(figure[i]));
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

SweepTable facts_table(const Sweep& sweep) {
  return {.name = "sweep",
          .columns = {"name", "value"},
          .types = {"TEXT", "TEXT"},
          .rows = {{"schema", "1"},
                   {"qianka", QIANKA_VERSION},
                   {"digest", sweep.digest},
                   {"scenario", sweep.name},
                   {"points", fmt::format("{}", sweep.points.size())},
                   {"keys", fmt::format("{}", fmt::join(sweep.points.keys(), "\n"))}}};
}

std::string csv_text(const SweepTable& table) {
  std::string text = fmt::format("{}\n", fmt::join(table.columns, ","));
  for (const auto& row : table.rows) {
    std::vector<std::string> cells;
    for (const SweepCell& cell : row) cells.push_back(csv_cell(cell));
    text += fmt::format("{}\n", fmt::join(cells, ","));
  }
  return text;
}

}  // namespace qianka
