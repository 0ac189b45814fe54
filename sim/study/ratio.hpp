// SPDX-License-Identifier: Apache-2.0
// A ratio of two predictions, and how sure it is.
#pragma once
#include <span>
#include <vector>

namespace qianka {

/// With the interval that holds it with 95 %.
struct RatioInterval {
  double value = 1, low = 1, high = 1;

  /// Neither side may be called better.
  [[nodiscard]] bool undecided() const { return low <= 1 && 1 <= high; }
};

/// ln(b / a) of runs that met the same draws, seed by seed; infinite where one of the two kept
/// nothing, left out where neither did.
std::vector<double> log_ratios(std::span<const double> b, std::span<const double> a);

/// `value`; when that is 0 or infinite nothing is sure. On each side of ln(value) the distance of
/// the 2.5 % or 97.5 % quantile of `logs`, and 1.96 standard deviations of the model's error, add
/// as squares: luck may be lopsided, and more doubt never narrows. Without logs there is no luck.
RatioInterval ratio_interval(double value, std::span<const double> logs, double model_variance);

}  // namespace qianka
