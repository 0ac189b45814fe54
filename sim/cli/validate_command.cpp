// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/cli/study_files.hpp"
#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"
#include "sim/report/json.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/study/collective_validation.hpp"
#include "sim/study/refit.hpp"
#include "sim/study/validation_report.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <cctype>

namespace qianka {
namespace {

constexpr std::size_t shown_worst = 10;

bool asked_for(const Measurement& row, const ValidateOptions& options) {
  const bool right_grade =
      options.grade.empty() || options.grade == "all" || row.grade() == options.grade;
  return right_grade &&
         lower_case(row.text("source")).find(lower_case(options.source)) != std::string::npos;
}

/// The scenario of the prediction; the other choices stand above it.
int print_row(const ValidateOptions& options, const std::vector<Measurement>& rows,
              const Rules& rules) {
  const auto row = std::ranges::find(rows, options.row, &Measurement::id);
  if (row == rows.end()) {
    std::vector<std::string> ids;
    for (const Measurement& known : rows) ids.push_back(known.id());
    const std::string near = nearest(options.row, ids);
    throw UsageError(say("no row '{}'", options.row),
                     near.empty() ? "" : say("did you mean '{}'?", near));
  }
  const RowResult result = validate_rows({*row}, rules, study_workers(options.jobs)).front();
  print(row_text(result));
  return result.plan.choices.empty() ? exit_infeasible : exit_ok;
}

/// What `--constants` asks for; `places` must outlive it.
WhatIf what_if(const std::string& asked, const Constants& constants, const ConstantPlaces& places) {
  if (asked.empty()) return {};
  return with_values(places, unfitted_values(constants), asked == "one-factor");
}

void print_results(const ValidateOptions& options, const ValidationSummary& summary,
                   const std::vector<RowResult>& results,
                   const std::vector<const RowResult*>& worst, const Rules& rules) {
  if (options.markdown) {
    print(validation_markdown(summary, results, worst, rules));
  } else if (options.json) {
    print(json_text(validation_json(summary, results)));
  } else if (options.csv) {
    print(validation_csv(results));
  } else {
    print_report(validation_text(summary, results, worst));
  }
}

/// Ends with 4 when the mean error of `rows` is above what was asked for, or there is none.
int verdict(const ValidateOptions& options, double mean_error, std::size_t rows) {
  if (options.max_error < 0 || (rows > 0 && 100 * mean_error <= options.max_error)) return exit_ok;
  if (rows == 0) {
    complain(tr("error: no row to judge by --max-error"));
    return exit_target_missed;
  }
  complain(say("error: the mean error is {:.2f} %, above {:.2f} %", 100 * mean_error,
               options.max_error));
  return exit_target_missed;
}

/// `--max-error` is about sizes of 16 MiB and more.
int validate_collectives_command(const ValidateOptions& options) {
  constexpr const char* shipped_rows = "tests/validation/collectives.csv";
  constexpr const char* shipped_rules = "scenarios/validation/collectives.yaml";
  const auto name = [](const std::string& given, const char* shipped) {
    return given.empty() ? std::string(shipped) : given;
  };
  const Rules rules =
      read_rules(study_file(options.rules, shipped_rules), name(options.rules, shipped_rules));
  std::vector<Measurement> rows =
      read_collectives(study_file(options.rows, shipped_rows), name(options.rows, shipped_rows));
  std::erase_if(rows, [&](const Measurement& row) { return !asked_for(row, options); });
  if (rows.empty())
    throw UsageError(tr("no row is left to validate"), tr("--source leaves rows out"));
  const CollectiveValidation all = validate_collectives(rows, rules);
  if (options.markdown) {
    print(collectives_markdown(all));
  } else if (options.json) {
    print(json_text(collectives_json(all)));
  } else if (options.csv) {
    print(collectives_csv(all));
  } else {
    print_report(collectives_text(all));
  }
  return verdict(options, all.large.mean_abs_error, all.large.n);
}

}  // namespace

int validate_command(const ValidateOptions& options) {
  if (options.collectives) return validate_collectives_command(options);
  const Constants constants = study_constants("");
  const ConstantPlaces places(constants, data_directory());
  const Rules rules = study_rules(options.rules, places);
  std::vector<Measurement> rows = study_rows(options.rows);
  if (!options.row.empty()) return print_row(options, rows, rules);
  std::erase_if(rows, [&](const Measurement& row) { return !asked_for(row, options); });
  if (rows.empty())
    throw UsageError(tr("no row is left to validate"), tr("--source and --grade leave rows out"));

  ProgressLine line;
  const Workers workers(study_workers(options.jobs),
                        [&](std::size_t done, std::size_t all) { line.tell(done, all); });
  std::vector<RowResult> results =
      validate_rows(rows, rules, workers, what_if(options.constants, constants, places));
  const std::string grade = options.grade.empty() ? "A" : options.grade;
  const auto worst = worst_rows(results, grade, shown_worst);
  std::vector<RowResult*> detailed;
  for (RowResult& result : results)
    if (std::ranges::find(worst, &result) != worst.end()) detailed.push_back(&result);
  add_breakdowns(detailed, workers);
  line.clear();
  const ValidationSummary summary = summarise(results, rules, grade);
  print_results(options, summary, results, worst, rules);
  if (summary.total.n == 0 && grade != "all")
    remark(
        say("warning: no row of grade {} (column validation_grade) could be compared; "
            "--grade all counts every row",
            grade));
  return verdict(options, summary.total.mean_abs_error, summary.total.n);
}

}  // namespace qianka
