// SPDX-License-Identifier: Apache-2.0
// The campaign in a child of its own, so that its engine starts at clock 0 and the parent, which
// holds none, can fork the step simulations it asks for.
#pragma once
#include "sim/campaign/campaign.hpp"

namespace qianka {

/// input.step_time is called in the calling process.
CampaignSummary simulate_campaign(const CampaignInput& input);

}  // namespace qianka
