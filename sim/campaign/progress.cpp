// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/progress.hpp"

#include "sim/units/require.hpp"

#include <algorithm>

namespace qianka {

Progress::Progress(Nanoseconds ideal_step) : ideal_step_(ideal_step) {
  require(ideal_step > 0, "a step takes time");
}

std::int64_t Progress::steps() const { return steps_; }
bool Progress::has_save() const { return has_save_; }
Nanoseconds Progress::lost() const { return lost_; }

Trained Progress::train(Nanoseconds time, Nanoseconds step) {
  require(partial_ == 0, "training goes on from the end of a step");
  require(step >= ideal_step_, "no state is faster than the healthy cluster");
  const Nanoseconds before = steps_ * ideal_step_;
  steps_ += time / step;
  partial_ = scaled(time % step, ideal_step_, step);
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

void Progress::saved(std::int64_t steps) {
  require(steps >= saved_steps_ && steps <= steps_, "a checkpoint holds what has been done");
  saved_steps_ = steps;
  has_save_ = true;
}

Nanoseconds Progress::roll_back() {
  const Nanoseconds lost = (steps_ - saved_steps_) * ideal_step_ + partial_;
  steps_ = saved_steps_;
  partial_ = 0;
  lost_ += lost;
  return lost;
}

}  // namespace qianka
