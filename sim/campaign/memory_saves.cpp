// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/memory_saves.hpp"

#include "sim/units/require.hpp"

#include <algorithm>

namespace qianka {

MemorySaves::MemorySaves(std::int64_t steps, Nanoseconds stall, Nanoseconds copy)
    : every_(steps), stall_(stall), copy_(copy), due_(steps) {
  require(steps > 0, "copies in memory are some steps apart");
}

Nanoseconds MemorySaves::to_due(const Progress& progress, Nanoseconds step) const {
  return progress.time_for(due_ - progress.steps(), step);
}

Nanoseconds MemorySaves::time_until(std::int64_t until, const Progress& progress,
                                    Nanoseconds step) const {
  const Nanoseconds steps = progress.time_for(until - progress.steps(), step);
  if (due_ >= until || steps >= longest_span) return steps;
  const std::int64_t copies = (until - due_ - 1) / every_ + 1;
  return std::min(longest_span, steps + scaled(stall_, copies, 1));
}

MemorySaves::Stretch MemorySaves::divide(Nanoseconds began, Nanoseconds spent,
                                         const Progress& progress, Nanoseconds step) {
  const Nanoseconds first = to_due(progress, step);
  if (spent < first) return {.trained = spent, .stalled = 0};
  // Stall, steps, stall, steps, …
  const Nanoseconds steps = scaled(step, every_, 1), cycle = stall_ + steps;
  const std::int64_t full = (spent - first) / cycle;
  const Nanoseconds rest = (spent - first) % cycle;
  const std::int64_t copies = full + (rest >= stall_ ? 1 : 0);
  if (copies > 0) {
    const Version last{.steps = due_ + (copies - 1) * every_,
                       .taken = began + first + (copies - 1) * cycle + stall_};
    if (copies > 1) {
      complete_ = {.steps = last.steps - every_, .taken = last.taken - cycle};
    } else if (under_way_) {
      complete_ = under_way_;
    }
    under_way_ = last;
    due_ += copies * every_;
    count_ += copies;
  }
  return {.trained = first + full * steps + std::max<Nanoseconds>(0, rest - stall_),
          .stalled = full * stall_ + std::min(rest, stall_)};
}

std::optional<Version> MemorySaves::newest(Nanoseconds now) {
  if (under_way_ && under_way_->taken + copy_ <= now) complete_ = under_way_;
  under_way_.reset();
  return complete_;
}

void MemorySaves::restart(std::int64_t steps, bool keeps_newest) {
  under_way_.reset();
  if (!keeps_newest) complete_.reset();
  due_ = steps + every_;
}

}  // namespace qianka
