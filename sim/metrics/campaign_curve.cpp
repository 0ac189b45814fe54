// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/campaign_curve.hpp"

#include <utility>

namespace qianka {

void CampaignCurve::add(const JobMoment& point) {
  if (!points.empty() && point.at < points.back().at + gap) return;
  points.push_back(point);
  if (points.size() <= most_points) return;
  gap = 2 * point.at / static_cast<double>(most_points);
  for (const JobMoment& kept : std::exchange(points, {})) add(kept);
}

CampaignCurve curve_of(const JobLog& log) {
  CampaignCurve curve;
  for (const JobMoment& moment : log) {
    if (moment.state == "over") curve.gap = Seconds{0};
    if (moment.settled) curve.add(moment);
  }
  return curve;
}

}  // namespace qianka
