// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/campaign_curve.hpp"

#include <utility>

namespace qianka {

void CampaignCurve::add(const CampaignPoint& point) {
  if (!points.empty() && point.at_ns < points.back().at_ns + gap_ns) return;
  points.push_back(point);
  if (points.size() <= most_points) return;
  gap_ns = 2 * point.at_ns / static_cast<std::int64_t>(most_points) + 1;
  for (const CampaignPoint& kept : std::exchange(points, {})) add(kept);
}

}  // namespace qianka
