// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/input/spelling.hpp"
#include "sim/input/yaml.hpp"
#include "sim/report/json.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/study/validation_report.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <thread>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::size_t shown_worst = 10;

/// As given, or the shipped one.
std::string read_input(const std::string& given, const char* shipped) {
  const std::filesystem::path file =
      given.empty() ? data_directory() / shipped : std::filesystem::path(given);
  std::vector<Diagnostic> problems;
  std::string text = read_file(file, {file.string(), 0, 0}, problems);
  if (!problems.empty()) throw InputError(problems);
  return text;
}

std::string name_of_input(const std::string& given, const char* shipped) {
  return given.empty() ? shipped : given;
}

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

bool asked_for(const Measurement& row, const ValidateOptions& options) {
  const bool right_grade =
      options.grade.empty() || options.grade == "all" || row.grade() == options.grade;
  return right_grade && lower(row.text("source")).find(lower(options.source)) != std::string::npos;
}

std::vector<Measurement> rows_of(const ValidateOptions& options) {
  constexpr const char* shipped = "tests/validation/training_steps.csv";
  MeasurementTable table =
      read_measurements(read_input(options.rows, shipped), name_of_input(options.rows, shipped));
  for (const std::string& column : table.ignored)
    complain(fmt::format("warning: column '{}' is ignored", column));
  return std::move(table.rows);
}

int print_row(const ValidateOptions& options, const std::vector<Measurement>& rows,
              const Rules& rules) {
  const auto row = std::ranges::find(rows, options.row, &Measurement::id);
  if (row == rows.end()) {
    std::vector<std::string> ids;
    for (const Measurement& known : rows) ids.push_back(known.id());
    const std::string near = nearest(options.row, ids);
    throw UsageError(fmt::format("no row '{}'", options.row),
                     near.empty() ? "" : fmt::format("did you mean '{}'?", near));
  }
  KnownParts parts;
  print(row_text(*row, plan_row(*row, rules, parts)));
  return exit_ok;
}

int workers_of(const ValidateOptions& options) {
  if (options.jobs > 0) return options.jobs;
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

void print_results(const ValidateOptions& options, const ValidationSummary& summary,
                   const std::vector<RowResult>& results,
                   const std::vector<const RowResult*>& worst) {
  if (options.json) {
    print(json_text(validation_json(summary, results)));
  } else if (options.csv) {
    print(validation_csv(results));
  } else {
    print(validation_text(summary, results, worst));
  }
}

}  // namespace

int validate_command(const ValidateOptions& options) {
  constexpr const char* shipped_rules = "scenarios/validation/rules.yaml";
  const Rules rules = read_rules(read_input(options.rules, shipped_rules),
                                 name_of_input(options.rules, shipped_rules));
  std::vector<Measurement> rows = rows_of(options);
  if (!options.row.empty()) return print_row(options, rows, rules);
  std::erase_if(rows, [&](const Measurement& row) { return !asked_for(row, options); });
  if (rows.empty())
    throw UsageError("no row is left to validate", "--source and --grade leave rows out");

  std::vector<RowResult> results = validate_rows(rows, rules, workers_of(options));
  const std::string grade = options.grade.empty() ? "A" : options.grade;
  const auto worst = worst_rows(results, grade, shown_worst);
  std::vector<RowResult*> detailed;
  for (RowResult& result : results)
    if (std::ranges::find(worst, &result) != worst.end()) detailed.push_back(&result);
  add_breakdowns(detailed, workers_of(options));
  const ValidationSummary summary = summarise(results, grade);
  print_results(options, summary, results, worst);
  const bool missed =
      options.max_error >= 0 && 100 * summary.total.mean_abs_error > options.max_error;
  if (missed)
    complain(fmt::format("error: the mean error is {:.2f} %, above {:.2f} %",
                         100 * summary.total.mean_abs_error, options.max_error));
  return missed ? exit_target_missed : exit_ok;
}

}  // namespace qianka
