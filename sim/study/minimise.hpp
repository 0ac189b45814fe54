// SPDX-License-Identifier: Apache-2.0
// The least value of a smooth function within bounds: NLopt, whose only user this is.
#pragma once
#include <functional>
#include <vector>

namespace qianka {

struct Box {
  std::vector<double> low, high;
};

/// The value at a point; fills in the gradient, which has the point's size.
using Slope =
    std::function<double(const std::vector<double>& point, std::vector<double>& gradient)>;

/// From `start`, which lies in the box. Deterministic, and ends after so many evaluations at most.
std::vector<double> minimise(const Slope& function, std::vector<double> start, const Box& box,
                             int evaluations = 2000);

}  // namespace qianka
