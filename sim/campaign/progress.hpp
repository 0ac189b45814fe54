// SPDX-License-Identifier: Apache-2.0
// How far the job is: whole steps, and how far it had been before. Work is measured in the time it
// takes on the healthy cluster, in nanoseconds.
#pragma once
#include "sim/metrics/accounting.hpp"

#include <cstdint>

namespace qianka {

/// How a stretch of training divides.
struct Trained {
  Nanoseconds productive = 0;  // steps done for the first time, at the speed of the healthy cluster
  Nanoseconds recomputed = 0;  // steps done before and lost
  Nanoseconds degraded = 0;    // what first-time steps took beyond the healthy cluster's time
};

class Progress {
 public:
  explicit Progress(Nanoseconds ideal_step);

  std::int64_t steps() const;  // done and not lost; a step counts when it is complete
  Nanoseconds lost() const;    // sum of all that roll_back() returned

  /// Trains for `time`, at `step` a step (>= the ideal). A step that is cut short is kept as work
  /// that was done, and goes on at the speed of what comes next.
  Trained train(Nanoseconds time, Nanoseconds step);
  /// What it takes until so many more steps are complete, the present one counted.
  Nanoseconds time_for(std::int64_t steps, Nanoseconds step) const;
  /// Everything after the first `steps` steps is lost; returns how much work that is.
  Nanoseconds roll_back(std::int64_t steps);
  /// Only what was done of the step under way is lost; returns how much that is.
  Nanoseconds redo_step() { return roll_back(steps_); }

 private:
  Nanoseconds time_to_finish(Nanoseconds step) const;  // the step that was cut short

  Nanoseconds ideal_step_;
  std::int64_t steps_ = 0;
  Nanoseconds partial_ = 0;   // work in the step that was cut short
  Nanoseconds furthest_ = 0;  // most work there has ever been
  Nanoseconds lost_ = 0;
};

}  // namespace qianka
