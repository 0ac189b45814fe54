// SPDX-License-Identifier: Apache-2.0
#include "sim/study/refit.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

namespace qianka {
namespace {

using Indices = std::vector<std::size_t>;

Indices free_of(const Constants& constants, const RefitTask& task, const std::string& grade) {
  Indices free;
  for (std::size_t i = 0; i < constants.all.size(); ++i) {
    const bool asked =
        task.only.empty() || std::ranges::find(task.only, constants.all[i].id) != task.only.end();
    if (asked && constants.all[i].grade == grade) free.push_back(i);
  }
  return free;
}

/// The rows of a grade that were predicted; of what they leave open, the choice nearest to what was
/// measured.
void add_rows(std::vector<FitRow>& rows, const std::vector<RowResult>& results) {
  KnownParts parts;
  for (const RowResult& result : results) {
    if (!result.compared()) continue;
    const RowChoice& choice = result.plan.choices[result.best_choice];
    const std::string& accelerator = parts.cluster(result.plan.cluster).node.accelerator.id;
    const double measured = result.predicted_seconds / (1 + result.error);
    rows.push_back({result.row.id(), result.row.text("source"), result.row.grade(), choice.text,
                    used_parts(choice, accelerator), measured});
  }
}

std::vector<Measurement> of_grade(const std::vector<Measurement>& rows, const std::string& grade) {
  std::vector<Measurement> some;
  std::ranges::copy_if(rows, std::back_inserter(some),
                       [&](const Measurement& row) { return row.grade() == grade; });
  return some;
}

/// Rows of that grade that one of the constants concerns; of grade A all.
Indices rows_for(const StepPredictor& predictor, const Indices& free, const std::string& grade) {
  Indices found;
  for (std::size_t i = 0; i < predictor.rows().size(); ++i) {
    const FitRow& row = predictor.rows()[i];
    const bool concerned = grade == "A" || std::ranges::any_of(free, [&](std::size_t constant) {
                             return predictor.places().concerns(constant, row.parts);
                           });
    if (row.grade == grade && concerned) found.push_back(i);
  }
  return found;
}

double mean_error(StepPredictor& predictor, const Indices& rows,
                  const std::vector<double>& values) {
  if (rows.empty()) return 0;
  std::vector<StepPredictor::Question> questions;
  for (const std::size_t row : rows) questions.push_back({row, values});
  double sum = 0;
  for (const double error : predictor.errors(questions)) sum += std::abs(std::expm1(error));
  return sum / static_cast<double>(rows.size());
}

ErrorStats stats_of(const ValidationSummary& summary, const std::string& source) {
  const auto found = std::ranges::find(summary.sources, source, &NamedStats::name);
  return found == summary.sources.end() ? ErrorStats{} : found->stats;
}

class Refitting {
 public:
  Refitting(const Constants& constants, const ConstantPlaces& places,
            const std::vector<Measurement>& rows, const Rules& rules, const RefitTask& task,
            const Progress& progress)
      : constants_(constants),
        places_(places),
        measurements_(rows),
        rules_(rules),
        task_(task),
        progress_(progress) {}

  Refit run() {
    for (const std::string& id : task_.only) constant_of(constants_, id);
    for (const std::string grade : {"A", "B"}) {
      if (!free_of(constants_, task_, grade).empty())
        add_rows(rows_, validated(grade, {}, fmt::format("rows of grade {}", grade)));
    }
    StepPredictor predictor(rows_, places_, task_.workers);
    Refit result;
    result.values = places_.values();
    for (const double value : result.values) result.constants.push_back({value, value});
    for (const std::string grade : {"A", "B"}) fit_grade(predictor, grade, result);
    compare(result);
    if (task_.leave_one_out) leave_out(predictor, result);
    return result;
  }

 private:
  std::vector<RowResult> validated(const std::string& grade, const WhatIf& what_if,
                                   const std::string& what) {
    progress_(what);
    return validate_rows(of_grade(measurements_, grade), rules_, task_.workers, what_if);
  }

  void fit_grade(StepPredictor& predictor, const std::string& grade, Refit& result) {
    const Indices free = free_of(constants_, task_, grade);
    const FitTask task{rows_for(predictor, free, grade), free, 0, true, task_.hold};
    if (free.empty() || task.rows.empty()) return;
    progress_(
        fmt::format("{} constants, {} rows of grade {}", free.size(), task.rows.size(), grade));
    const FitOutcome outcome = fit_constants(constants_, predictor, task, result.values, progress_);
    result.values = outcome.values;
    for (const std::size_t i : free) {
      ConstantResult& one = result.constants[i];
      one.moved = !task_.hold;
      one.value = outcome.values[i], one.deviation = outcome.deviation[i];
      one.rows = static_cast<int>(outcome.felt[i].size());
      std::set<std::string> sources;
      for (const std::size_t row : outcome.felt[i]) sources.insert(rows_[row].source);
      one.sources = static_cast<int>(sources.size());
      one.error = mean_error(predictor, outcome.felt[i], outcome.values);
      std::vector<double> without = outcome.values;
      without[i] = constants_.all[i].unfitted;
      one.put_back = mean_error(predictor, outcome.felt[i], without);
    }
  }

  /// By source, as `qianka validate` counts.
  void compare(Refit& result) {
    const std::vector<double> unfitted = unfitted_values(constants_);
    const auto summary = [&](const std::vector<double>& values, bool factor, const char* what) {
      return summarise(validated("A", with_values(places_, values, factor), what), rules_, "A");
    };
    const ValidationSummary none = summary(unfitted, false, "errors with unfitted constants");
    const ValidationSummary one = summary(unfitted, true, "errors with one factor");
    const ValidationSummary before = summary(places_.values(), false, "errors before");
    const ValidationSummary after = summary(result.values, false, "errors after");
    const auto line = [&](const std::string& name, const auto& stats) {
      return SourceResult{name,
                          stats(before).n,
                          stats(none).mean_abs_error,
                          stats(one).mean_abs_error,
                          stats(before).mean_abs_error,
                          stats(after).mean_abs_error,
                          {}};
    };
    for (const NamedStats& source : before.sources)
      result.sources.push_back(
          line(source.name, [&](const ValidationSummary& s) { return stats_of(s, source.name); }));
    result.total = line("all", [](const ValidationSummary& s) { return s.total; });
  }

  /// Each source of grade A predicted by constants that have not seen it.
  void leave_out(StepPredictor& predictor, Refit& result) {
    const Indices free = free_of(constants_, task_, "A");
    const Indices all = rows_for(predictor, free, "A");
    double sum = 0;
    std::size_t n = 0;
    for (SourceResult& source : result.sources) {
      Indices seen;
      Indices unseen;
      for (const std::size_t row : all)
        (rows_[row].source == source.name ? unseen : seen).push_back(row);
      if (seen.empty() || unseen.empty()) continue;
      progress_(fmt::format("without {}", source.name));
      const FitTask task{seen, free, 2, false, false};
      const FitOutcome outcome =
          fit_constants(constants_, predictor, task, result.values, progress_);
      source.left_out = mean_error(predictor, unseen, outcome.values);
      sum += *source.left_out * static_cast<double>(unseen.size()), n += unseen.size();
    }
    if (n > 0) result.total.left_out = sum / static_cast<double>(n);
  }

  const Constants& constants_;
  const ConstantPlaces& places_;
  const std::vector<Measurement>& measurements_;
  const Rules& rules_;
  const RefitTask& task_;
  const Progress& progress_;
  std::vector<FitRow> rows_;
};

}  // namespace

Refit refit(const Constants& constants, const ConstantPlaces& places,
            const std::vector<Measurement>& rows, const Rules& rules, const RefitTask& task,
            const Progress& progress) {
  return Refitting(constants, places, rows, rules, task, progress).run();
}

WhatIf with_values(const ConstantPlaces& places, std::vector<double> values, bool one_factor) {
  return {[&places, values = std::move(values)](const RowChoice& choice,
                                                const std::string& accelerator) {
            return places.overrides(used_parts(choice, accelerator), values);
          },
          one_factor};
}

}  // namespace qianka
