// SPDX-License-Identifier: Apache-2.0
// Where a campaign stood from time to time, for pictures.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace qianka {

/// The accounts of the campaign at a moment, complete up to it.
struct CampaignPoint {
  std::int64_t at_ns = 0;
  std::int64_t steps = 0;        // kept so far
  std::int64_t checkpoints = 0;  // completed so far
  std::int64_t trained_ns = 0;   // productive and degraded
  std::int64_t recomputed_ns = 0;
  std::int64_t stalled_ns = 0;  // by checkpoints
  std::int64_t down_ns = 0;     // what is left
};

/// All points while they are few. Of many it keeps so many at most, evenly spread over the time
/// there was so far: of the points in a gap the first.
struct CampaignCurve {
  static constexpr std::size_t most_points = 2000;

  std::vector<CampaignPoint> points;
  std::int64_t gap_ns = 0;

  void add(const CampaignPoint& point);
};

}  // namespace qianka
