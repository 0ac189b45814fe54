// SPDX-License-Identifier: Apache-2.0
// A clock for campaigns without an engine: calls what is due in order of time, then of arrival.
#pragma once
#include "sim/campaign/job_process.hpp"

#include <map>
#include <utility>

namespace qianka {

class EventQueue {
 public:
  void at(Nanoseconds when, std::function<void()> then) { due_.emplace(when, std::move(then)); }

  void run() {
    while (!due_.empty()) due_.extract(due_.begin()).mapped()();
  }

 private:
  std::multimap<Nanoseconds, std::function<void()>> due_;
};

/// The campaign as run_campaign() has it, on this clock.
inline CampaignSummary run_on_queue(const CampaignInput& input) {
  EventQueue queue;
  JobProcess job(input, [&queue](Nanoseconds when, std::function<void()> then) {
    queue.at(when, std::move(then));
  });
  job.start();
  queue.run();
  return job.summary();
}

}  // namespace qianka
