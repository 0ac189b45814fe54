// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/progress.hpp"

#include "sim/units/require.hpp"

#include <algorithm>

namespace qianka {

Progress::Progress(Nanoseconds ideal_step) : ideal_step_(ideal_step) {
  require(ideal_step > 0, "a step takes time");
}

std::int64_t Progress::steps() const { return steps_; }
Nanoseconds Progress::lost() const { return lost_; }

/// Rounded up: then it is complete.
Nanoseconds Progress::time_to_finish(Nanoseconds step) const {
  const Nanoseconds left = ideal_step_ - partial_;
  const Nanoseconds time = scaled(left, step, ideal_step_);
  return scaled(time, ideal_step_, step) < left ? time + 1 : time;
}

Nanoseconds Progress::time_for(std::int64_t steps, Nanoseconds step) const {
  if (steps == 0 || partial_ == 0) return scaled(step, steps, 1);
  return std::min(longest_span, time_to_finish(step) + scaled(step, steps - 1, 1));
}

Trained Progress::train(Nanoseconds time, Nanoseconds step) {
  require(step >= ideal_step_, "no state is faster than the healthy cluster");
  const Nanoseconds before = steps_ * ideal_step_ + partial_;
  Nanoseconds left = time;
  if (partial_ > 0 && time >= time_to_finish(step)) {
    left -= time_to_finish(step);
    ++steps_, partial_ = 0;
  }
  steps_ += left / step;
  partial_ = std::min(ideal_step_ - 1, partial_ + scaled(left % step, ideal_step_, step));
  const Nanoseconds after = steps_ * ideal_step_ + partial_;
  const Nanoseconds again = std::clamp<Nanoseconds>(furthest_ - before, 0, after - before);
  const bool all_again = before < furthest_ && after <= furthest_;
  furthest_ = std::max(furthest_, after);

  Trained trained;
  // The time for work done again holds what a degraded cluster adds to it: none of it is
  // productive.
  trained.recomputed = all_again ? time : scaled(again, step, ideal_step_);
  trained.productive = after - before - again;
  trained.degraded = time - trained.recomputed - trained.productive;
  return trained;
}

Nanoseconds Progress::roll_back(std::int64_t steps) {
  require(steps >= 0 && steps <= steps_, "a checkpoint holds what has been done");
  const Nanoseconds lost = (steps_ - steps) * ideal_step_ + partial_;
  steps_ = steps;
  partial_ = 0;
  lost_ += lost;
  return lost;
}

}  // namespace qianka
