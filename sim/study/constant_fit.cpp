// SPDX-License-Identifier: Apache-2.0
#include "sim/study/constant_fit.hpp"

#include "sim/language/language.hpp"
#include "sim/study/minimise.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace qianka {
namespace {

using Vector = std::vector<double>;

/// The linear model around a point: errors of the rows there, and their slopes by free constant.
struct Linear {
  Vector at, errors;
  std::vector<Vector> slopes;  // by row
};

class Fit {
 public:
  Fit(const Constants& constants, StepPredictor& predictor, const FitTask& task, Vector start,
      const Progress& progress)
      : constants_(constants),
        predictor_(predictor),
        task_(task),
        progress_(progress),
        values_(std::move(start)) {
    std::map<std::string, double> rows_of;
    for (const std::size_t row : task.rows) ++rows_of[predictor.rows()[row].source];
    for (const std::size_t row : task.rows)
      weights_.push_back(1 / std::sqrt(rows_of[predictor.rows()[row].source]));
    for (const std::size_t free : task.free) {
      const Constant& constant = constants.all[free];
      box_.low.push_back(constant.coordinate(constant.low));
      box_.high.push_back(constant.coordinate(constant.high));
    }
  }

  FitOutcome run() {
    FitOutcome outcome;
    go_to(coordinates());
    outcome.before = sum_;
    const int most = task_.rounds > 0 ? task_.rounds : constants_.fit.rounds;
    const int rounds = task_.hold ? 0 : most;
    for (int round = 1; round <= rounds; ++round) {
      Linear linear = linearised();
      const double before = sum_;
      reach_ = 0.5;
      while (improve(linear)) {
      }
      progress_(say("round {}: sum {:.4f}, {} steps simulated so far", round, sum_,
                    predictor_.simulated()));
      constexpr double little = 2e-3;
      if (before - sum_ < little * before) break;
    }
    if (!task_.hold) settle();
    outcome.values = values_;
    outcome.after = sum_;
    if (task_.details) judge(linearised(), outcome);
    return outcome;
  }

 private:
  [[nodiscard]] Vector coordinates() const {
    Vector point;
    for (std::size_t k = 0; k < task_.free.size(); ++k) {
      const double at = constant(k).coordinate(values_[task_.free[k]]);
      point.push_back(std::clamp(at, box_.low[k], box_.high[k]));
    }
    return point;
  }

  void go_to(const Vector& point) {
    point_ = point, errors_ = errors_at(point), sum_ = sum_of(errors_, point_);
  }

  /// To the numbers that can be written.
  void settle() {
    values_ = values_at(point_);
    for (const std::size_t free : task_.free) values_[free] = rounded_constant(values_[free]);
    go_to(coordinates());
  }

  /// One step with these slopes from where the search stands; false when it gained little.
  bool improve(Linear& linear) {
    linear.at = point_, linear.errors = errors_;
    const double before = sum_;
    for (int attempt = 0; attempt < 3 && sum_ == before; ++attempt) {
      const Vector next =
          minimise([&](const Vector& x, Vector& gradient) { return model(linear, x, gradient); },
                   point_, around(point_, reach_));
      Vector errors = errors_at(next);
      const double sum = sum_of(errors, next);
      if (sum < sum_)
        point_ = next, errors_ = std::move(errors), sum_ = sum;
      else
        reach_ /= 3;
    }
    constexpr double enough = 0.01;
    return before - sum_ > enough * before;
  }

  [[nodiscard]] const Constant& constant(std::size_t k) const {
    return constants_.all[task_.free[k]];
  }

  [[nodiscard]] Vector values_at(const Vector& point) const {
    Vector values = values_;
    for (std::size_t k = 0; k < point.size(); ++k)
      values[task_.free[k]] = constant(k).value_at(point[k]);
    return values;
  }

  [[nodiscard]] Box around(const Vector& point, double reach) const {
    Box box = box_;
    for (std::size_t k = 0; k < point.size(); ++k) {
      const double most = reach * (box_.high[k] - box_.low[k]);
      box.low[k] = std::max(box.low[k], point[k] - most);
      box.high[k] = std::min(box.high[k], point[k] + most);
    }
    return box;
  }

  Vector errors_at(const Vector& point) {
    const Vector values = values_at(point);
    std::vector<StepPredictor::Question> questions;
    for (const std::size_t row : task_.rows) questions.push_back({row, values});
    return predictor_.errors(questions);
  }

  /// One difference for each row and constant that it reads, inwards at the upper bound. What a row
  /// did not feel the first time it is not asked again.
  Linear linearised() {
    const std::size_t size = point_.size();
    Linear linear{point_, errors_, std::vector<Vector>(errors_.size(), Vector(size, 0))};
    const bool first = feels_.empty();
    if (first) feels_.assign(errors_.size(), std::vector<bool>(size, true));
    std::vector<StepPredictor::Question> questions;
    std::vector<std::pair<std::size_t, std::size_t>> places;
    Vector steps;
    for (std::size_t k = 0; k < size; ++k) {
      constexpr double share = 0.1;  // of the spread: beyond the rounding of an override
      double step = share * constant(k).spread;
      if (point_[k] + step > box_.high[k]) step = -step;
      steps.push_back(step);
      Vector moved = point_;
      moved[k] += step;
      const Vector values = values_at(moved);
      for (std::size_t i = 0; i < task_.rows.size(); ++i) {
        const FitRow& row = predictor_.rows()[task_.rows[i]];
        if (!feels_[i][k] || !predictor_.places().concerns(task_.free[k], row.parts)) continue;
        questions.push_back({task_.rows[i], values});
        places.emplace_back(i, k);
      }
    }
    const Vector moved = predictor_.errors(questions);
    for (std::size_t q = 0; q < places.size(); ++q) {
      const auto& [i, k] = places[q];
      linear.slopes[i][k] = (moved[q] - errors_[i]) / steps[k];
      if (first)
        feels_[i][k] = std::abs(linear.slopes[i][k]) * constant(k).spread > felt_share / 10;
    }
    return linear;
  }

  [[nodiscard]] double bent(double error) const {
    return std::sqrt(1 + (error / constants_.fit.bend) * (error / constants_.fit.bend));
  }

  [[nodiscard]] double sum_of(const Vector& errors, const Vector& point) const {
    const double scale = constants_.fit.bend / constants_.fit.noise;
    double sum = 0;
    for (std::size_t i = 0; i < errors.size(); ++i)
      sum += weights_[i] * scale * scale * (bent(errors[i]) - 1);
    for (std::size_t k = 0; k < point.size(); ++k) {
      const double away = from_unfitted(point, k);
      sum += away * away / 2;
    }
    return sum;
  }

  /// In spreads of the prior.
  [[nodiscard]] double from_unfitted(const Vector& point, std::size_t k) const {
    const Constant& c = constant(k);
    return (point[k] - c.coordinate(c.unfitted)) / c.spread;
  }

  [[nodiscard]] Vector errors_of(const Linear& linear, const Vector& point) const {
    Vector errors = linear.errors;
    for (std::size_t i = 0; i < errors.size(); ++i)
      for (std::size_t k = 0; k < point.size(); ++k)
        errors[i] += linear.slopes[i][k] * (point[k] - linear.at[k]);
    return errors;
  }

  double model(const Linear& linear, const Vector& point, Vector& gradient) const {
    const Vector errors = errors_of(linear, point);
    const double noise = constants_.fit.noise * constants_.fit.noise;
    for (std::size_t k = 0; k < point.size(); ++k)
      gradient[k] = from_unfitted(point, k) / constant(k).spread;
    for (std::size_t i = 0; i < errors.size(); ++i) {
      const double pull = weights_[i] * errors[i] / bent(errors[i]) / noise;
      for (std::size_t k = 0; k < point.size(); ++k) gradient[k] += pull * linear.slopes[i][k];
    }
    return sum_of(errors, point);
  }

  /// Standard errors from the curvature of the sum, and who feels what.
  void judge(const Linear& linear, FitOutcome& outcome) const {
    const std::size_t n = task_.free.size();
    std::vector<Vector> curvature(n, Vector(n, 0));
    for (std::size_t k = 0; k < n; ++k)
      curvature[k][k] = 1 / (constant(k).spread * constant(k).spread);
    const double noise = constants_.fit.noise * constants_.fit.noise;
    for (std::size_t i = 0; i < linear.errors.size(); ++i) {
      const double b = bent(linear.errors[i]);
      const double weight = weights_[i] / (b * b * b) / noise;
      for (std::size_t k = 0; k < n; ++k)
        for (std::size_t l = 0; l < n; ++l)
          curvature[k][l] += weight * linear.slopes[i][k] * linear.slopes[i][l];
    }
    const Vector variance = diagonal_of_inverse(std::move(curvature));
    outcome.deviation.assign(constants_.all.size(), 0);
    outcome.felt.assign(constants_.all.size(), {});
    for (std::size_t k = 0; k < n; ++k) {
      outcome.deviation[task_.free[k]] = std::sqrt(variance[k]);
      for (std::size_t i = 0; i < linear.slopes.size(); ++i)
        if (std::abs(linear.slopes[i][k]) * constant(k).spread > felt_share)
          outcome.felt[task_.free[k]].push_back(task_.rows[i]);
    }
  }

  /// Of a symmetric positive matrix, by Gauss and Jordan; positive, so no pivots are sought.
  static Vector diagonal_of_inverse(std::vector<Vector> a) {
    const std::size_t n = a.size();
    std::vector<Vector> inverse(n, Vector(n, 0));
    for (std::size_t i = 0; i < n; ++i) inverse[i][i] = 1;
    for (std::size_t p = 0; p < n; ++p) {
      const double pivot = a[p][p];
      require(pivot > 0, "the prior keeps the curvature positive");
      for (std::size_t j = 0; j < n; ++j) a[p][j] /= pivot, inverse[p][j] /= pivot;
      for (std::size_t i = 0; i < n; ++i) {
        const double factor = i == p ? 0 : a[i][p];
        for (std::size_t j = 0; j < n; ++j)
          a[i][j] -= factor * a[p][j], inverse[i][j] -= factor * inverse[p][j];
      }
    }
    Vector diagonal;
    for (std::size_t i = 0; i < n; ++i) diagonal.push_back(inverse[i][i]);
    return diagonal;
  }

  const Constants& constants_;
  StepPredictor& predictor_;
  const FitTask& task_;
  const Progress& progress_;
  Vector values_;   // of all constants; the free ones as they were at the start
  Vector weights_;  // of the task's rows
  Box box_;
  Vector point_, errors_;  // where the search stands, and the rows' errors there
  double sum_ = 0, reach_ = 0;
  std::vector<std::vector<bool>> feels_;  // by row and free constant
};

}  // namespace

FitOutcome fit_constants(const Constants& constants, StepPredictor& predictor, const FitTask& task,
                         std::vector<double> start, const Progress& progress) {
  return Fit(constants, predictor, task, std::move(start), progress).run();
}

}  // namespace qianka
