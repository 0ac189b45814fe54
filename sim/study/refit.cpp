// SPDX-License-Identifier: Apache-2.0
#include "sim/study/refit.hpp"

#include "sim/language/language.hpp"

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
    Refit result;
    result.values = places_.values();
    for (const double value : result.values) result.constants.push_back({value, value});
    const std::vector<FitRow> rows = rows_of("A", result.values);
    StepPredictor predictor(rows, places_, task_.workers);
    fit_grade(predictor, "A", result);
    fit_grade_b(result);
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

  /// Those that are predicted, of what they leave open the choice that is nearest to what was
  /// measured when the constants are `values`.
  std::vector<FitRow> rows_of(const std::string& grade, const std::vector<double>& values) {
    KnownParts parts;
    std::vector<FitRow> rows;
    const WhatIf what_if = with_values(places_, values, false);
    for (const RowResult& result : validated(grade, what_if, say("rows of grade {}", grade))) {
      if (!result.compared()) continue;
      const RowChoice& choice = result.plan.choices[result.best_choice];
      const auto tried = std::ranges::find(result.tried, result.best_choice, &Tried::choice);
      const std::string& accelerator = parts.cluster(result.plan.cluster).node.accelerator.id;
      rows.push_back({result.row.id(), result.row.text("source"), grade, choice.text,
                      used_parts(choice, accelerator), tried->measured});
    }
    return rows;
  }

  /// What these rows leave open is chosen anew when the constants have moved, once.
  void fit_grade_b(Refit& result) {
    if (free_of(constants_, task_, "B").empty()) return;
    for (int round = 0; round < (task_.hold ? 1 : 2); ++round) {
      const std::vector<FitRow> rows = rows_of("B", result.values);
      StepPredictor predictor(rows, places_, task_.workers);
      fit_grade(predictor, "B", result);
    }
  }

  void fit_grade(StepPredictor& predictor, const std::string& grade, Refit& result) {
    const Indices free = free_of(constants_, task_, grade);
    const FitTask task{rows_for(predictor, free, grade), free, 0, true, task_.hold};
    if (free.empty() || task.rows.empty()) return;
    progress_(say("{} constants, {} rows of grade {}", free.size(), task.rows.size(), grade));
    const FitOutcome outcome = fit_constants(constants_, predictor, task, result.values, progress_);
    result.values = outcome.values;
    for (const std::size_t i : free) {
      ConstantResult& one = result.constants[i];
      one.moved = !task_.hold;
      one.value = outcome.values[i], one.deviation = outcome.deviation[i];
      one.rows = static_cast<int>(outcome.felt[i].size());
      std::set<std::string> sources;
      for (const std::size_t row : outcome.felt[i]) sources.insert(predictor.rows()[row].source);
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
    const ValidationSummary none = summary(unfitted, false, tr("errors with unfitted constants"));
    const ValidationSummary one = summary(unfitted, true, tr("errors with one factor"));
    const ValidationSummary before = summary(places_.values(), false, tr("errors before"));
    const ValidationSummary after = summary(result.values, false, tr("errors after"));
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
        (predictor.rows()[row].source == source.name ? unseen : seen).push_back(row);
      if (seen.empty() || unseen.empty()) continue;
      progress_(say("without {}", source.name));
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
