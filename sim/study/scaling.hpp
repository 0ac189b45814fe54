// SPDX-License-Identifier: Apache-2.0
// Loss with scale: the throughput of a card in a large job over that in the smallest of the same
// series, measured and predicted.
#pragma once
#include "sim/study/validation.hpp"

#include <string>
#include <vector>

namespace qianka {

struct ScalePoint {
  std::string id;
  int cards = 0;
  double measured = 1, predicted = 1;  // efficiency: 1 for the smallest job of the series

  [[nodiscard]] double difference() const { return predicted - measured; }
};

/// Rows of one name in the column `scaling`, fewest cards first.
struct ScaleSeries {
  std::string name;
  std::vector<ScalePoint> points;  // two or more
};

/// Card-seconds a sequence; what jobs of different size are compared by. 0 when a row does not say
/// how many cards or sequences.
double cost_scale(const Measurement& row);

std::vector<ScaleSeries> scale_series(const std::vector<RowResult>& results);

}  // namespace qianka
