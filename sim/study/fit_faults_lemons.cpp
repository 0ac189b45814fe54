// SPDX-License-Identifier: Apache-2.0
#include "sim/study/fit_faults_lemons.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include <boost/math/special_functions/gamma.hpp>

namespace qianka {
namespace {

constexpr double most_factor = 100;

/// Nodes by how often they failed: few different counts, however many nodes.
class Counted {
 public:
  explicit Counted(const std::vector<int>& counts) {
    for (const int count : counts) ++nodes_[count];
    all_ = static_cast<double>(counts.size());
    mean_ = std::accumulate(counts.begin(), counts.end(), 0.0) / all_;
  }

  [[nodiscard]] double nodes() const { return all_; }
  /// The mean is what was counted, whatever the share and the factor.
  [[nodiscard]] double at(double share, double factor) const {
    const double healthy = mean_ / (1 + share * (factor - 1));
    double sum = 0;
    for (const auto& [count, nodes] : nodes_) {
      sum += nodes * std::log((1 - share) * poisson(healthy, count) +
                              share * poisson(healthy * factor, count));
    }
    return sum;
  }
  /// With the likeliest factor for this share, and the other way round.
  [[nodiscard]] Peak over_factors(double share) const {
    return highest([&](double log_factor) { return at(share, std::exp(log_factor)); }, 0,
                   std::log(most_factor));
  }
  [[nodiscard]] Peak over_shares(double factor) const {
    return highest([&](double log_share) { return at(std::exp(log_share), factor); },
                   std::log(1 / all_), std::log(0.5));
  }

 private:
  static double poisson(double mean, int count) {
    return std::exp(count * std::log(mean) - mean - boost::math::lgamma(count + 1.0));
  }

  std::map<int, double> nodes_;
  double all_ = 0, mean_ = 0;
};

}  // namespace

LemonFit fit_lemons(const std::vector<int>& counts) {
  LemonFit fit;
  const int failed = std::accumulate(counts.begin(), counts.end(), 0);
  if (counts.size() < 20 || failed < 10) return fit;  // nothing to tell kinds apart by
  fit.enough = true;
  const Counted counted(counts);
  const double low = std::log(1 / counted.nodes()), high = std::log(0.5);
  const auto of_share = [&](double log_share) {
    return counted.over_factors(std::exp(log_share)).value;
  };
  const Peak share = highest(of_share, low, high);
  fit.share = std::exp(share.at);
  const Peak factor = counted.over_factors(fit.share);
  fit.factor = std::exp(factor.at);
  fit.aic_gain = 2 * (share.value - counted.at(0, 1)) - 2 * 2;
  if (fit.aic_gain <= 0) return fit;
  const FaultInterval shares = profile_interval(of_share, share, low, high);
  fit.share_interval = {std::exp(shares.low), std::exp(shares.high)};
  const auto of_factor = [&](double log_factor) {
    return counted.over_shares(std::exp(log_factor)).value;
  };
  const FaultInterval factors =
      profile_interval(of_factor, {factor.at, share.value}, 0, std::log(most_factor));
  fit.factor_interval = {std::exp(factors.low), std::exp(factors.high)};
  return fit;
}

}  // namespace qianka
