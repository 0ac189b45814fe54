// SPDX-License-Identifier: Apache-2.0
#include "sim/study/fit_faults_renewal.hpp"

#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/special_functions/gamma.hpp>

namespace qianka {
namespace {

constexpr double least_shape = 0.1, most_shape = 10;

/// The log likelihood of a Weibull record, its sums kept.
class WeibullRecord {
 public:
  explicit WeibullRecord(const RenewalRecord& record) : dead_(record.dead) {
    double before = 0;
    for (const double time : record.times) {
      // Two events at the same moment are a second apart, so that they have a likelihood.
      gaps_.push_back(std::max(time - before, 1.0));
      before = time;
    }
    first_ = gaps_.front();
    gaps_.erase(gaps_.begin());
    last_ = record.length - before;
    for (const double gap : gaps_) logs_ += std::log(gap);
  }

  /// At this shape and this mean gap.
  [[nodiscard]] double at(double shape, double mean) const {
    return at_scale(shape, mean / boost::math::tgamma(1 + 1 / shape));
  }
  /// At the scale that is likeliest for this shape, in closed form: with A the sum of the gaps to
  /// the k, less the dead times', d/d(ln s) is 0 at s^k = k A / ((n - 1) k + 1).
  [[nodiscard]] double at(double shape) const { return at_scale(shape, best_scale(shape)); }
  [[nodiscard]] double best_mean(double shape) const {
    return best_scale(shape) * boost::math::tgamma(1 + 1 / shape);
  }

 private:
  [[nodiscard]] double power_sum(double k) const {
    double sum = std::pow(first_, k);
    for (const double gap : gaps_) sum += std::pow(gap, k) - std::pow(dead_, k);
    if (last_ > dead_) sum += std::pow(last_, k) - std::pow(dead_, k);
    return sum;
  }
  [[nodiscard]] double best_scale(double k) const {
    const auto n = static_cast<double>(gaps_.size());
    return std::pow(k * power_sum(k) / (n * k + 1), 1 / k);
  }
  [[nodiscard]] double at_scale(double k, double scale) const {
    const auto n = static_cast<double>(gaps_.size());
    return -power_sum(k) / std::pow(scale, k) + n * (std::log(k) - k * std::log(scale)) +
           (k - 1) * logs_ - std::log(scale) - boost::math::lgamma(1 + 1 / k);
  }

  std::vector<double> gaps_;
  double dead_ = 0, first_ = 0, last_ = 0, logs_ = 0;
};

}  // namespace

RenewalFit fit_exponential(const RenewalRecord& record) {
  const auto n = static_cast<double>(record.times.size());
  // Within `dead` of an event no other is counted.
  double at_risk = record.length;
  for (std::size_t i = 0; i < record.times.size(); ++i) {
    const double next = i + 1 < record.times.size() ? record.times[i + 1] : record.length;
    at_risk -= std::min(record.dead, next - record.times[i]);
  }
  if (!(at_risk > 0))
    throw Infeasible(tr(
        "all of the record lies within '--burst' of a fault: a shorter time leaves some to fit"));
  const auto quantile = [](double p, double degrees) {
    return degrees > 0 ? boost::math::quantile(boost::math::chi_squared(degrees), p) : 0.0;
  };
  RenewalFit fit;
  fit.rate = n / at_risk;
  fit.rate_interval = {quantile(0.025, 2 * n) / 2 / at_risk,
                       quantile(0.975, 2 * n + 2) / 2 / at_risk};
  fit.log_likelihood = n > 0 ? n * std::log(fit.rate) - n : 0;
  return fit;
}

RenewalFit fit_weibull(const RenewalRecord& record) {
  require(record.times.size() >= 3, "a shape needs gaps");
  const WeibullRecord weibull(record);
  const auto of_log = [&](double log_shape) { return weibull.at(std::exp(log_shape)); };
  const Peak shape = highest(of_log, std::log(least_shape), std::log(most_shape));
  RenewalFit fit;
  fit.parameters = 2;
  fit.shape = std::exp(shape.at);
  fit.log_likelihood = shape.value;
  const FaultInterval around =
      profile_interval(of_log, shape, std::log(least_shape), std::log(most_shape));
  fit.shape_interval = {std::exp(around.low), std::exp(around.high)};
  const double mean = weibull.best_mean(fit.shape);
  fit.rate = 1 / mean;
  // The mean gap's profile: the shape that is likeliest beside it.
  const auto of_mean = [&](double log_mean) {
    const auto beside = [&](double log_shape) {
      return weibull.at(std::exp(log_shape), std::exp(log_mean));
    };
    return highest(beside, std::log(least_shape), std::log(most_shape)).value;
  };
  constexpr double far = 6;  // e^6: 400 times as often, or as rare
  const FaultInterval means = profile_interval(of_mean, {std::log(mean), fit.log_likelihood},
                                               std::log(mean) - far, std::log(mean) + far);
  fit.rate_interval = {std::exp(-means.high), std::exp(-means.low)};
  return fit;
}

}  // namespace qianka
