// SPDX-License-Identifier: Apache-2.0
// Where a campaign stood from time to time, for pictures.
#pragma once
#include "sim/metrics/job_log.hpp"

#include <cstddef>
#include <vector>

namespace qianka {

/// All points while they are few. Of many it keeps so many at most, evenly spread over the time
/// there was so far: of the points in a gap the first.
struct CampaignCurve {
  static constexpr std::size_t most_points = 2000;

  std::vector<JobMoment> points;
  Seconds gap;

  void add(const JobMoment& point);
};

/// Of the moments with complete accounts; the last one is always there.
CampaignCurve curve_of(const JobLog& log);

}  // namespace qianka
