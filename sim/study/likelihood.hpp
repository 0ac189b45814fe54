// SPDX-License-Identifier: Apache-2.0
// The top of a likelihood in one variable, and how far from it 95 % reach: Boost.Math's Brent and
// TOMS 748.
#pragma once
#include <functional>

namespace qianka {

/// Of 95 %.
struct FaultInterval {
  double low = 0, high = 0;
};

struct Peak {
  double at = 0, value = 0;
};

/// Between `low` and `high`, of tops that are not much closer than a sixteenth of the way.
Peak highest(const std::function<double(double)>& function, double low, double high);

/// Where twice the logarithm has fallen by the 95 % of a chi-squared of one degree: on either side
/// of its top, at most to `low` and `high`.
FaultInterval profile_interval(const std::function<double(double)>& log_likelihood, const Peak& top,
                               double low, double high);

}  // namespace qianka
