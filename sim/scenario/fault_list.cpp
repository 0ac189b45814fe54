// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/fault_list.hpp"

#include "sim/input/csv.hpp"
#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/names.hpp"
#include "sim/units/parse_quantity.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

constexpr std::size_t required_columns = 4;
const std::array<std::string, 8> column_names{"time_s",     "component",   "node",    "kind",
                                              "duration_s", "evicts_node", "noticed", "slow_to"};
enum Column { time_s, component, node, kind, duration_s, evicts_node, noticed, slow_to };

std::string header_hint() {
  return tr(
      "columns are time_s,component,node,kind and, if wanted, duration_s,evicts_node,noticed,"
      "slow_to");
}

/// Where each column stands in the file, if it does.
class Columns {
 public:
  Columns(const CsvTable& table, std::vector<Diagnostic>& problems) {
    const std::vector<std::string>& names = table.header.cells;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto known = std::ranges::find(column_names, names[i]);
      if (known == column_names.end()) {
        problems.push_back({{table.file, table.header.line, table.header.columns[i]},
                            say("no column is called '{}'", names[i]),
                            header_hint()});
        complete_ = false;
        continue;
      }
      place_.at(static_cast<std::size_t>(known - column_names.begin())) = i;
    }
    std::vector<std::string> missing;
    for (std::size_t i = 0; i < required_columns; ++i) {
      if (!place_.at(i)) missing.push_back(column_names.at(i));
    }
    if (missing.empty()) return;
    problems.push_back({{table.file, table.header.line, 1},
                        say("the header lacks {}", fmt::join(missing, ", ")),
                        header_hint()});
    complete_ = false;
  }

  [[nodiscard]] bool complete() const { return complete_; }
  [[nodiscard]] std::optional<std::size_t> place(Column column) const { return place_.at(column); }

 private:
  std::array<std::optional<std::size_t>, column_names.size()> place_{};
  bool complete_ = true;
};

/// The cells of one row by column; a wrong one is told at its place.
class Row {
 public:
  Row(const Columns& columns, const CsvRow& row, const std::string& file,
      std::vector<Diagnostic>& problems)
      : columns_(columns), row_(row), file_(file), problems_(problems) {}

  const std::string& text(Column column) const {
    static const std::string nothing;
    const auto place = columns_.place(column);
    return place ? row_.cells[*place] : nothing;
  }

  std::optional<double> number(Column column, double least, double most) {
    const std::string& cell = text(column);
    try {
      const double value = parse_number(cell);
      if (value >= least && value <= most) return value;
      wrong(column, say("{} must be {} {}, but is {}", column_names.at(column),
                        value < least ? tr("at least") : tr("at most"),
                        value < least ? least : most, cell));
    } catch (const QuantityError& error) {
      wrong(column, error.what(), error.hint);
    }
    return std::nullopt;
  }

  template <class E, std::size_t n>
  E word(Column column, const NameTable<E, n>& names, E otherwise) {
    const std::string& cell = text(column);
    if (cell.empty()) return otherwise;
    std::vector<std::string> choices;
    for (const auto& [name, value] : names) {
      if (name == cell) return value;
      choices.emplace_back(name);
    }
    wrong(column,
          say("{} must be one of {}, but is '{}'", column_names.at(column),
              fmt::join(choices, ", "), cell),
          suggestion(cell, choices, tr("it is one of")));
    return otherwise;
  }

  void wrong(Column column, const std::string& message, const std::string& hint = "") {
    problems_.push_back(
        {{file_, row_.line, row_.columns[columns_.place(column).value_or(0)]}, message, hint});
    right_ = false;
  }
  [[nodiscard]] bool right() const { return right_; }

 private:
  const Columns& columns_;
  const CsvRow& row_;
  const std::string& file_;
  std::vector<Diagnostic>& problems_;
  bool right_ = true;
};

constexpr double any = std::numeric_limits<double>::infinity();
constexpr NameTable<bool, 2> truths{{{"true", true}, {"false", false}}};

/// A node of the job by its place, or -1 for a fault that strikes none.
int node_of(Row& row) {
  if (row.text(node).empty()) return -1;
  const double value = row.number(node, -1, 1e9).value_or(-1);
  if (value != std::floor(value)) {
    row.wrong(node, say("node must be a whole number, but is {}", row.text(node)));
  }
  return static_cast<int>(value);
}

ReplayedFault fault_of(Row& row) {
  ReplayedFault fault{.at = {row.number(time_s, 0, any).value_or(0)},
                      .component = row.text(component),
                      .node = node_of(row),
                      .kind = row.text(kind),
                      .evicts_node = row.word(evicts_node, truths, true),
                      .noticed = row.word(noticed, noticed_names, Noticed::at_once)};
  if (fault.component.empty())
    row.wrong(component, tr("the component is missing"), tr("gpu, nic, host, …"));
  if (!row.text(duration_s).empty())
    fault.duration = Seconds{row.number(duration_s, 0, any).value_or(0)};
  if (!row.text(slow_to).empty()) {
    fault.slow_to = row.number(slow_to, 0, 1).value_or(1);
    if (fault.slow_to == 0)
      row.wrong(slow_to, tr("a node that runs at 0 of its speed has stopped"),
                tr("leave slow_to empty"));
  }
  return fault;
}

std::string quoted(const std::string& cell) {
  std::string plain = cell;
  std::erase(plain, '"');
  return plain.find(',') == std::string::npos ? plain : fmt::format("\"{}\"", plain);
}

}  // namespace

std::vector<ReplayedFault> read_fault_list(const std::string& text, const std::string& name,
                                           std::vector<Diagnostic>& problems) {
  const CsvTable table = read_csv_table(text, name, problems);
  if (table.header.cells.empty()) return {};
  const Columns columns(table, problems);
  std::vector<ReplayedFault> faults;
  if (!columns.complete()) return faults;
  for (const CsvRow& cells : table.rows) {
    Row row(columns, cells, name, problems);
    ReplayedFault fault = fault_of(row);
    if (row.right()) faults.push_back(std::move(fault));
  }
  std::ranges::stable_sort(faults, {}, &ReplayedFault::at);
  return faults;
}

std::string fault_list_text(const std::vector<ReplayedFault>& faults,
                            const std::vector<std::string>& comments) {
  using R = ReplayedFault;
  const bool durations =
      std::ranges::any_of(faults, [](const R& f) { return f.duration.has_value(); });
  const bool evictions = std::ranges::any_of(faults, [](const R& f) { return !f.evicts_node; });
  const bool notices =
      std::ranges::any_of(faults, [](const R& f) { return f.noticed != Noticed::at_once; });
  const bool slow = std::ranges::any_of(faults, [](const R& f) { return f.slow_to < 1; });
  std::string text;
  for (const std::string& comment : comments) text += "# " + comment + "\n";
  text += fmt::format("time_s,component,node,kind{}{}{}{}\n", durations ? ",duration_s" : "",
                      evictions ? ",evicts_node" : "", notices ? ",noticed" : "",
                      slow ? ",slow_to" : "");
  for (const R& f : faults) {
    text += fmt::format("{},{},{},{}", f.at.value, quoted(f.component), f.node, quoted(f.kind));
    if (durations) text += f.duration ? fmt::format(",{}", f.duration->value) : ",";
    if (evictions) text += f.evicts_node ? ",true" : ",false";
    if (notices) text += fmt::format(",{}", name_of(noticed_names, f.noticed));
    if (slow) text += f.slow_to < 1 ? fmt::format(",{}", f.slow_to) : ",";
    text += "\n";
  }
  return text;
}

}  // namespace qianka
