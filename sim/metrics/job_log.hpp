// SPDX-License-Identifier: Apache-2.0
// The weeks of a job, change by change.
#pragma once
#include "sim/units/quantity.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace qianka {

/// From here on, until the next one.
struct JobMoment {
  Seconds at;
  std::string state;  // training, saves, waits for a save, stands still, over, or a recovery's part
  int in_job = 0, idle = 0, in_repair = 0;  // nodes
  int elsewhere = 0;                        // at work for another job, or retired
  std::int64_t steps = 0;                   // done and not lost; while it trains: when it began to
  // The accounts up to here; complete where a phase has ended.
  bool settled = false;
  std::int64_t checkpoints = 0;  // completed
  std::int64_t trained_ns = 0;   // productive and degraded
  std::int64_t recomputed_ns = 0;
  std::int64_t stalled_ns = 0;  // by checkpoints
  std::int64_t down_ns = 0;     // what is left
};
using JobLog = std::vector<JobMoment>;

}  // namespace qianka
