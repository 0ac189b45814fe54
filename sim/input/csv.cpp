// SPDX-License-Identifier: Apache-2.0
#include "sim/input/csv.hpp"

#include "sim/units/utf8.hpp"

#include <algorithm>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

std::string trimmed(const std::string& text) {
  const std::size_t first = text.find_first_not_of(" \t\r");
  if (first == std::string::npos) return "";
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::vector<std::string> split_cells(const std::string& line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (const char c : line) {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else {
      cells.back().push_back(c);
    }
  }
  for (std::string& cell : cells) cell = trimmed(cell);
  return cells;
}

/// Every line that is not empty and no comment, the header included.
std::vector<CsvRow> rows_of(const std::string& text, const std::string& name,
                            std::vector<Diagnostic>& problems) {
  std::vector<CsvRow> rows;
  std::istringstream stream(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text);
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (trimmed(line).empty() || line[0] == '#') continue;
    if (first_broken_byte(line)) {
      problems.push_back({{name, number, 1}, "this is not UTF-8", "save the file as UTF-8"});
    } else {
      rows.push_back({number, split_cells(line)});
    }
  }
  return rows;
}

void complain_header(const CsvRow& row, const Csv& csv, const std::vector<std::string>& columns,
                     std::size_t optional, std::vector<Diagnostic>& problems) {
  std::string expected;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::string name = (i == 0 ? "" : ",") + columns[i];
    expected += i + optional < columns.size() ? name : "[" + name + "]";
  }
  problems.push_back({{csv.file, row.line, 1},
                      fmt::format("the header is '{}'", fmt::join(row.cells, ",")),
                      fmt::format("it must be '{}'", expected)});
}

}  // namespace

Csv read_csv(const std::string& text, const std::string& name,
             const std::vector<std::string>& columns, std::size_t optional,
             std::vector<Diagnostic>& problems) {
  Csv csv{name, {}};
  std::vector<CsvRow> rows = rows_of(text, name, problems);
  if (rows.empty()) {
    problems.push_back({{name, 0, 0},
                        "the file says nothing",
                        fmt::format("its first line must be '{}'", fmt::join(columns, ","))});
    return csv;
  }
  const std::vector<std::string> header = rows.front().cells;
  const bool enough = header.size() + optional >= columns.size() && header.size() <= columns.size();
  if (!enough || !std::equal(header.begin(), header.end(), columns.begin())) {
    complain_header(rows.front(), csv, columns, optional, problems);
    return csv;
  }
  rows.erase(rows.begin());
  for (CsvRow& row : rows) {
    if (row.cells.size() != header.size()) {
      problems.push_back({{name, row.line, 1},
                          fmt::format("{} cells, but {} columns", row.cells.size(), header.size()),
                          fmt::format("columns are {}", fmt::join(header, ","))});
      continue;
    }
    row.cells.resize(columns.size());
    csv.rows.push_back(std::move(row));
  }
  return csv;
}

}  // namespace qianka
