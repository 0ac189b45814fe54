// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/campaign.hpp"

#include "sim/campaign/job_process.hpp"
#include "sim/engine/engine.hpp"

#include <algorithm>
#include <utility>

namespace qianka {

CampaignSummary run_campaign(const CampaignInput& input) {
  Engine engine({});  // timers alone: no links
  JobProcess job(input, [&engine](Nanoseconds when, std::function<void()> then) {
    // The engine counts in doubles, which at day 54 round to a nanosecond, perhaps to one that is
    // gone.
    engine.at(std::max(to_seconds(when), engine.now()), std::move(then));
  });
  job.start();
  engine.run();
  return job.summary();
}

}  // namespace qianka
