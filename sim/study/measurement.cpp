// SPDX-License-Identifier: Apache-2.0
#include "sim/study/measurement.hpp"

#include "sim/input/csv.hpp"
#include "sim/language/language.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include <fmt/format.h>

namespace qianka {
namespace {

enum class Holds { text, number, whole, whole_or_word };

struct ColumnRule {
  std::string_view name;
  Holds holds = Holds::text;
  bool required = false;
};

// kv_heads may say MLA, vpp may name a schedule.
constexpr std::array columns{
    ColumnRule{"id", Holds::text, true},
    ColumnRule{"source", Holds::text, true},
    ColumnRule{"source_ref"},
    ColumnRule{"year", Holds::whole},
    ColumnRule{"accelerator", Holds::text, true},
    ColumnRule{"n_accelerators", Holds::whole},
    ColumnRule{"accel_per_node", Holds::whole},
    ColumnRule{"intra_link"},
    ColumnRule{"intra_GBps_bidir", Holds::number},
    ColumnRule{"inter_nics_per_node", Holds::whole},
    ColumnRule{"inter_Gbps_per_nic", Holds::number},
    ColumnRule{"inter_type"},
    ColumnRule{"model", Holds::text, true},
    ColumnRule{"params_B", Holds::number},
    ColumnRule{"layers", Holds::whole},
    ColumnRule{"hidden", Holds::whole},
    ColumnRule{"heads", Holds::whole},
    ColumnRule{"kv_heads", Holds::whole_or_word},
    ColumnRule{"ffn", Holds::whole},
    ColumnRule{"vocab", Holds::whole},
    ColumnRule{"seq", Holds::whole},
    ColumnRule{"moe_experts", Holds::whole},
    ColumnRule{"moe_topk", Holds::whole},
    ColumnRule{"moe_shared", Holds::whole},
    ColumnRule{"moe_expert_ffn", Holds::whole},
    ColumnRule{"global_batch_seqs", Holds::whole},
    ColumnRule{"micro_batch", Holds::whole},
    ColumnRule{"tp", Holds::whole},
    ColumnRule{"pp", Holds::whole},
    ColumnRule{"vpp", Holds::whole_or_word},
    ColumnRule{"dp", Holds::whole},
    ColumnRule{"cp", Holds::whole},
    ColumnRule{"ep", Holds::whole},
    ColumnRule{"sharding"},
    ColumnRule{"seq_parallel"},
    ColumnRule{"recompute"},
    ColumnRule{"precision"},
    ColumnRule{"measured_quantity"},
    ColumnRule{"unit", Holds::text, true},
    ColumnRule{"value", Holds::number, true},
    ColumnRule{"derived_iteration_time_s", Holds::number},
    ColumnRule{"flops_convention"},
    ColumnRule{"confidence"},
    ColumnRule{"validation_grade"},
    ColumnRule{"note"},
    ColumnRule{"stack"},
    ColumnRule{"cluster"},
    ColumnRule{"sweep"},
    ColumnRule{"scaling"},
};

const ColumnRule* rule_of(const std::string& column) {
  const auto* const found = std::ranges::find(columns, column, &ColumnRule::name);
  return found == columns.end() ? nullptr : found;
}

std::optional<double> number_in(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

/// 2048 and 2048.0, but not 2048.5.
std::optional<int> whole_in(const std::string& text) {
  const std::optional<double> number = number_in(text);
  if (!number || *number < 0 || *number > 1e9 || *number != std::floor(*number))
    return std::nullopt;
  return static_cast<int>(*number);
}

std::string what_is_wrong(const ColumnRule& rule, const std::string& text) {
  const std::optional<double> number = number_in(text);
  switch (rule.holds) {
    case Holds::number:
      return !number || *number < 0 ? say("'{}' is no number", text) : "";
    case Holds::whole:
      return !whole_in(text) ? say("'{}' is no whole number", text) : "";
    case Holds::whole_or_word:
      return number && !whole_in(text) ? say("'{}' is no whole number", text) : "";
    case Holds::text:
      return "";
  }
  return "";
}

void check_header(const CsvTable& table, std::vector<Diagnostic>& problems) {
  for (const ColumnRule& rule : columns) {
    const std::string name(rule.name);
    if (rule.required && std::ranges::find(table.header.cells, name) == table.header.cells.end())
      problems.push_back({{table.file, table.header.line, 1},
                          say("no column '{}'", name),
                          tr("the columns are described in tests/validation/README.md")});
  }
}

class RowReader {
 public:
  RowReader(const CsvTable& table, std::vector<Diagnostic>& problems)
      : table_(table), problems_(problems) {}

  Measurement read(const CsvRow& row) {
    Measurement result;
    result.at = {table_.file, row.line, 1};
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const std::string& column = table_.header.cells[i];
      const ColumnRule* rule = rule_of(column);
      if (rule == nullptr) continue;
      const SourcePos at{table_.file, row.line, row.columns[i]};
      const std::string& text = row.cells[i];
      if (text.empty()) {
        if (rule->required) problems_.push_back({at, fmt::format("'{}' is blank", column), ""});
        continue;
      }
      if (const std::string wrong = what_is_wrong(*rule, text); !wrong.empty())
        problems_.push_back(
            {at, fmt::format("{}: {}", column, wrong), tr("leave unknown cells blank")});
      if (column == "value" && number_in(text).value_or(1) <= 0)
        problems_.push_back({at, tr("the measured value is not above 0"), ""});
      result.cells.emplace(column, text);
    }
    const auto [known, added] = lines_.emplace(result.id(), row.line);
    if (!added && !result.id().empty())
      problems_.push_back({result.at,
                           say("id '{}' stands in line {} as well", result.id(), known->second),
                           tr("ids tell rows apart")});
    return result;
  }

 private:
  const CsvTable& table_;
  std::vector<Diagnostic>& problems_;
  std::map<std::string, int> lines_;
};

}  // namespace

const std::string& Measurement::text(const std::string& column) const {
  static const std::string blank;
  const auto found = cells.find(column);
  return found == cells.end() ? blank : found->second;
}

std::optional<double> Measurement::number(const std::string& column) const {
  return number_in(text(column));
}

std::optional<int> Measurement::whole(const std::string& column) const {
  return whole_in(text(column));
}

double Measurement::value() const { return number("value").value_or(0); }

const std::vector<std::string>& measurement_columns() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> result;
    for (const ColumnRule& rule : columns) result.emplace_back(rule.name);
    return result;
  }();
  return names;
}

MeasurementTable read_measurements(const std::string& text, const std::string& name) {
  std::vector<Diagnostic> problems;
  const CsvTable table = read_csv_table(text, name, problems);
  if (problems.empty()) check_header(table, problems);
  MeasurementTable result;
  if (problems.empty()) {
    RowReader reader(table, problems);
    for (const CsvRow& row : table.rows) result.rows.push_back(reader.read(row));
    if (result.rows.empty()) problems.push_back({{name, 0, 0}, tr("the table has no rows"), ""});
  }
  if (!problems.empty()) throw InputError(sorted(std::move(problems)));
  for (const std::string& column : table.header.cells)
    if (rule_of(column) == nullptr) result.ignored.push_back(column);
  return result;
}

}  // namespace qianka
