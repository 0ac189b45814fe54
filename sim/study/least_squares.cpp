// SPDX-License-Identifier: Apache-2.0
#include "sim/study/least_squares.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <map>
#include <utility>

#include <boost/math/distributions/students_t.hpp>

namespace qianka {
namespace {

using Vector = std::vector<double>;
using Matrix = std::vector<Vector>;  // rows

/// A sample depends on an unknown when 1 % of the one moves the other by this part of 1 %.
constexpr double felt = 0.2;
/// Of the unknowns' logarithms, for the derivatives: well above the engine's clock of 1 ns.
constexpr double difference = 0.01;
constexpr double converged = 1e-6;
constexpr int most_steps = 40;

/// Gauss and Jordan with pivots on the diagonal: fine for the few positive definite ones met here.
/// Unknowns that cannot be told apart leave a pivot near zero: then nothing.
std::optional<Matrix> inverse(Matrix a) {
  const std::size_t n = a.size();
  Matrix result(n, Vector(n, 0));
  Vector diagonal(n);
  for (std::size_t i = 0; i < n; ++i) result[i][i] = 1, diagonal[i] = a[i][i];
  for (std::size_t i = 0; i < n; ++i) {
    if (a[i][i] <= 1e-3 * diagonal[i]) return std::nullopt;
    const double pivot = a[i][i];
    for (std::size_t k = 0; k < n; ++k) a[i][k] /= pivot, result[i][k] /= pivot;
    for (std::size_t row = 0; row < n; ++row) {
      const double factor = a[row][i];
      if (row == i) continue;
      for (std::size_t k = 0; k < n; ++k)
        a[row][k] -= factor * a[i][k], result[row][k] -= factor * result[i][k];
    }
  }
  return result;
}

class LogFit {
 public:
  LogFit(const std::vector<Unknown>& unknowns, const std::vector<Sample>& samples,
         const Model& model)
      : unknowns_(unknowns), samples_(samples), model_(model), estimates_(unknowns.size()) {
    for (std::size_t i = 0; i < unknowns.size(); ++i) {
      estimates_[i].value = unknowns[i].start;
      free_.push_back(i);
    }
  }

  std::vector<Estimate> run() {
    while (!free_.empty()) {
      look();
      if (drop_unfelt()) continue;
      solve();
      if (drop_bounded() || drop_unfelt()) continue;
      set_intervals();
      break;
    }
    return estimates_;
  }

 private:
  Vector values() const {
    Vector all;
    for (const Estimate& estimate : estimates_) all.push_back(estimate.value);
    return all;
  }
  Vector residuals() {
    const Vector at = values();
    auto known = predicted_.find(at);
    if (known == predicted_.end()) known = predicted_.emplace(at, model_(at)).first;
    const Vector& predicted = known->second;
    Vector result;
    for (std::size_t i = 0; i < samples_.size(); ++i)
      result.push_back(std::log(samples_[i].measured / predicted[i]));
    return result;
  }
  /// Residuals and derivatives where the unknowns stand.
  void look();
  /// Samples that depend on one of the free unknowns; the others only know about the rest.
  std::vector<std::size_t> used() const;
  Matrix normal() const;
  static double squares(const Vector& values, const std::vector<std::size_t>& of) {
    double sum = 0;
    for (const std::size_t i : of) sum += values[i] * values[i];
    return sum;
  }
  int samples_that_tell(std::size_t free) const {
    return static_cast<int>(std::ranges::count_if(
        slopes_, [free](const Vector& slopes) { return std::abs(slopes[free]) >= felt; }));
  }
  void freeze(std::size_t free, Estimate::State state, double value) {
    const int samples = state == Estimate::State::not_felt ? 0 : samples_that_tell(free);
    estimates_[free_[free]] = {state, value, std::nullopt, samples};
    free_.erase(free_.begin() + static_cast<std::ptrdiff_t>(free));
  }
  bool drop_unfelt();
  bool drop_bounded();
  void solve();
  double quadratic(const Matrix& inverse, std::size_t sample) const;
  Vector variances(const Matrix& inverse,
                   const std::vector<std::pair<Vector, double>>& scores) const;
  void set_intervals();

  const std::vector<Unknown>& unknowns_;
  const std::vector<Sample>& samples_;
  const Model& model_;
  std::vector<Estimate> estimates_;
  std::vector<std::size_t> free_;       // unknowns still to be found
  Vector residuals_;                    // by sample
  Matrix slopes_;                       // by sample, then free unknown: d ln model / d ln unknown
  std::map<Vector, Vector> predicted_;  // by values: a model may be expensive
};

void LogFit::look() {
  residuals_ = residuals();
  slopes_.assign(samples_.size(), Vector(free_.size(), 0));
  for (std::size_t f = 0; f < free_.size(); ++f) {
    double& value = estimates_[free_[f]].value;
    const double stands = value;
    // Inwards from the upper bound: an efficiency above 1 is no cluster.
    const double sign = stands * std::exp(difference) > unknowns_[free_[f]].high ? -1 : 1;
    value = stands * std::exp(sign * difference);
    const Vector moved = residuals();
    value = stands;
    for (std::size_t i = 0; i < samples_.size(); ++i)
      slopes_[i][f] = (residuals_[i] - moved[i]) / (sign * difference);
  }
}

std::vector<std::size_t> LogFit::used() const {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    const bool tells =
        std::ranges::any_of(slopes_[i], [](double slope) { return std::abs(slope) >= felt; });
    if (tells) result.push_back(i);
  }
  return result;
}

Matrix LogFit::normal() const {
  Matrix a(free_.size(), Vector(free_.size(), 0));
  for (const std::size_t i : used())
    for (std::size_t f = 0; f < free_.size(); ++f)
      for (std::size_t g = 0; g < free_.size(); ++g) a[f][g] += slopes_[i][f] * slopes_[i][g];
  return a;
}

bool LogFit::drop_unfelt() {
  for (std::size_t f = 0; f < free_.size(); ++f) {
    if (samples_that_tell(f) > 0) continue;
    freeze(f, Estimate::State::not_felt, unknowns_[free_[f]].start);
    return true;
  }
  const Matrix a = normal();
  if (inverse(a)) return false;
  // Two that always move together: the one that moves less stays where it was.
  std::size_t weakest = 0;
  for (std::size_t f = 1; f < a.size(); ++f)
    if (a[f][f] < a[weakest][weakest]) weakest = f;
  freeze(weakest, Estimate::State::not_felt, unknowns_[free_[weakest]].start);
  return true;
}

void LogFit::solve() {
  for (int step = 0; step < most_steps; ++step) {
    const auto inverted = inverse(normal());
    if (!inverted) return;
    const std::vector<std::size_t> of = used();
    Vector gradient(free_.size(), 0), move(free_.size(), 0);
    for (const std::size_t i : of)
      for (std::size_t f = 0; f < free_.size(); ++f) gradient[f] += slopes_[i][f] * residuals_[i];
    for (std::size_t f = 0; f < free_.size(); ++f)
      for (std::size_t g = 0; g < free_.size(); ++g) move[f] += (*inverted)[f][g] * gradient[g];

    const double before = squares(residuals_, of);
    const Vector from = values();
    double moved = 0;
    for (double scale = 1; scale > 1e-3; scale /= 2) {  // halved until it helps
      moved = 0;
      for (std::size_t f = 0; f < free_.size(); ++f) {
        const Unknown& unknown = unknowns_[free_[f]];
        double& value = estimates_[free_[f]].value;
        value = std::clamp(from[free_[f]] * std::exp(std::clamp(scale * move[f], -2.0, 2.0)),
                           unknown.low, unknown.high);
        moved = std::max(moved, std::abs(std::log(value / from[free_[f]])));
      }
      if (squares(residuals(), of) <= before) break;
    }
    look();
    if (moved < converged) return;
  }
}

bool LogFit::drop_bounded() {
  constexpr double near = 1.001;
  for (std::size_t f = 0; f < free_.size(); ++f) {
    const Unknown& unknown = unknowns_[free_[f]];
    const double value = estimates_[free_[f]].value;
    if (value <= unknown.low * near) {
      freeze(f, Estimate::State::too_low, unknown.start);
      return true;
    }
    if (value >= unknown.high / near) {
      freeze(f, Estimate::State::at_most, unknown.high);
      return true;
    }
  }
  return false;
}

double LogFit::quadratic(const Matrix& inverted, std::size_t sample) const {
  double sum = 0;
  for (std::size_t f = 0; f < free_.size(); ++f)
    for (std::size_t g = 0; g < free_.size(); ++g)
      sum += slopes_[sample][f] * inverted[f][g] * slopes_[sample][g];
  return sum;
}

/// The diagonal of the sandwich; a score is a slope and the error that goes with it.
Vector LogFit::variances(const Matrix& inverted,
                         const std::vector<std::pair<Vector, double>>& scores) const {
  Vector result(free_.size(), 0);
  for (const auto& [slopes, error] : scores)
    for (std::size_t f = 0; f < free_.size(); ++f) {
      double influence = 0;
      for (std::size_t g = 0; g < free_.size(); ++g) influence += inverted[f][g] * slopes[g];
      result[f] += influence * influence * error * error;
    }
  return result;
}

/// Half the width of a 90 % interval of a logarithm.
double half_width(double variance, int freedom) {
  const boost::math::students_t student(freedom);
  return boost::math::quantile(student, 0.95) * std::sqrt(variance);
}

void LogFit::set_intervals() {
  const auto inverted = inverse(normal());
  const std::vector<std::size_t> of = used();
  for (std::size_t f = 0; f < free_.size(); ++f)
    estimates_[free_[f]].samples = samples_that_tell(f);
  const int freedom = static_cast<int>(of.size()) - static_cast<int>(free_.size());
  if (!inverted || freedom < 1) return;
  std::vector<std::pair<Vector, double>> points, groups;
  std::map<int, Vector> sums;
  for (const std::size_t i : of) {
    const double rest = 1 - quadratic(*inverted, i);
    if (rest < 1e-3) return;  // one sample alone decides
    points.emplace_back(slopes_[i], residuals_[i] / rest);
    Vector& sum = sums.try_emplace(samples_[i].group, Vector(free_.size(), 0)).first->second;
    for (std::size_t f = 0; f < free_.size(); ++f) sum[f] += slopes_[i][f] * residuals_[i];
  }
  const auto count = static_cast<int>(sums.size());
  for (const auto& [group, sum] : sums)
    groups.emplace_back(sum, std::sqrt(count / std::max(1.0, count - 1.0)));
  const Vector by_point = variances(*inverted, points), by_group = variances(*inverted, groups);
  for (std::size_t f = 0; f < free_.size(); ++f) {
    Estimate& estimate = estimates_[free_[f]];
    double width = half_width(by_point[f], freedom);
    if (count > 2) width = std::max(width, half_width(by_group[f], count - 1));
    const Unknown& unknown = unknowns_[free_[f]];
    estimate.interval = Interval{std::max(unknown.low, estimate.value * std::exp(-width)),
                                 std::min(unknown.high, estimate.value * std::exp(width))};
  }
}

}  // namespace

std::vector<Estimate> fit_logarithms(const std::vector<Unknown>& unknowns,
                                     const std::vector<Sample>& samples, const Model& model) {
  if (samples.empty()) {
    std::vector<Estimate> none;
    for (const Unknown& unknown : unknowns)
      none.push_back({Estimate::State::not_felt, unknown.start, std::nullopt, 0});
    return none;
  }
  return LogFit(unknowns, samples, model).run();
}

}  // namespace qianka
