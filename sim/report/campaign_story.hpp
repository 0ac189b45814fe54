// SPDX-License-Identifier: Apache-2.0
// What a run lost to what: from all of the wall clock down to goodput, and week by week.
#pragma once
#include "sim/metrics/summary.hpp"

#include <string>
#include <vector>

namespace qianka {

/// One step down from all of the wall clock.
struct Loss {
  std::string what;
  double down = 0;  // share of the wall clock: until training went on
  double work = 0;  // share: work lost with it
  double all() const { return down + work; }
};

/// By component of failures, then saves and degradation; the largest first. Their sum and goodput
/// are 1.
std::vector<Loss> losses(const CampaignSummary& campaign);

std::string waterfall_text(const CampaignSummary& campaign);
/// "" for a run of less than two weeks.
std::string weeks_text(const CampaignSummary& campaign);

}  // namespace qianka
