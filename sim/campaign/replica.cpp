// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/replica.hpp"

#include "sim/campaign/job_process.hpp"

#include <functional>
#include <utility>

namespace qianka {

CampaignSummary run_replica(const CampaignInput& input) {
  std::function<void()> due;  // a job has one call under way
  JobProcess job(input, [&due](Nanoseconds, std::function<void()> then) { due = std::move(then); });
  job.start();
  while (due) std::exchange(due, nullptr)();
  return job.summary();
}

}  // namespace qianka
