// SPDX-License-Identifier: Apache-2.0
// A campaign without an engine: for runs by the hundred. The same bytes as run_campaign()'s.
#pragma once
#include "sim/campaign/campaign.hpp"

namespace qianka {

/// Runs in the calling process, which may hold an engine or not.
CampaignSummary run_replica(const CampaignInput& input);

}  // namespace qianka
