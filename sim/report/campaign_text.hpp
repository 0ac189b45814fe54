// SPDX-License-Identifier: Apache-2.0
// The part of the report about days and months: what the wall clock and the card-hours went to, and
// the log of stops.
#pragma once
#include "sim/metrics/summary.hpp"
#include "sim/report/text.hpp"

#include <string>

namespace qianka {

std::string campaign_text(const CampaignSummary& campaign, const TextOptions& options);

}  // namespace qianka
