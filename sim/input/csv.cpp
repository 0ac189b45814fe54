// SPDX-License-Identifier: Apache-2.0
#include "sim/input/csv.hpp"

#include "sim/language/language.hpp"
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

/// A byte that goes on with the character before it is no column of its own.
bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

CsvRow split_cells(int number, const std::string& line) {
  CsvRow row{number, {""}, {1}};
  bool quoted = false;
  int column = 0;
  for (const char c : line) {
    if (begins_character(c)) ++column;
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      row.cells.emplace_back();
      row.columns.push_back(column + 1);
    } else {
      row.cells.back().push_back(c);
    }
  }
  for (std::string& cell : row.cells) cell = trimmed(cell);
  return row;
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
      problems.push_back(
          {{name, number, 1}, tr("this is not UTF-8"), tr("save the file as UTF-8")});
    } else {
      rows.push_back(split_cells(number, line));
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
                      say("the header is '{}'", fmt::join(row.cells, ",")),
                      say("it must be '{}'", expected)});
}

}  // namespace

Csv read_csv(const std::string& text, const std::string& name,
             const std::vector<std::string>& columns, std::size_t optional,
             std::vector<Diagnostic>& problems) {
  Csv csv{name, {}};
  std::vector<CsvRow> rows = rows_of(text, name, problems);
  if (rows.empty()) {
    problems.push_back({{name, 0, 0},
                        tr("the file says nothing"),
                        say("its first line must be '{}'", fmt::join(columns, ","))});
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
                          say("{} cells, but {} columns", row.cells.size(), header.size()),
                          say("columns are {}", fmt::join(header, ","))});
      continue;
    }
    row.cells.resize(columns.size());
    csv.rows.push_back(std::move(row));
  }
  return csv;
}

CsvTable read_csv_table(const std::string& text, const std::string& name,
                        std::vector<Diagnostic>& problems) {
  CsvTable table{name, {}, {}};
  std::vector<CsvRow> rows = rows_of(text, name, problems);
  if (rows.empty()) {
    problems.push_back(
        {{name, 0, 0}, tr("the file says nothing"), tr("its first line names the columns")});
    return table;
  }
  table.header = std::move(rows.front());
  const std::vector<std::string>& names = table.header.cells;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) ==
        names.begin() + static_cast<std::ptrdiff_t>(i))
      continue;
    problems.push_back({{name, table.header.line, table.header.columns[i]},
                        say("column '{}' stands twice", names[i]),
                        ""});
  }
  for (auto row = rows.begin() + 1; row != rows.end(); ++row) {
    if (row->cells.size() == names.size()) {
      table.rows.push_back(std::move(*row));
    } else {
      problems.push_back({{name, row->line, 1},
                          say("{} cells, but the header has {}", row->cells.size(), names.size()),
                          tr("a cell with a comma stands in double quotes")});
    }
  }
  return table;
}

}  // namespace qianka
