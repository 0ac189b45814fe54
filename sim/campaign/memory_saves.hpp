// SPDX-License-Identifier: Apache-2.0
// Copies of the state in memory, taken every few steps. They may come with every step, so they are
// no events of their own: a stretch of training is divided into steps and stalls when it has ended,
// by arithmetic, exactly to the nanosecond.
#pragma once
#include "sim/campaign/progress.hpp"

#include <cstdint>
#include <optional>

namespace qianka {

/// What a checkpoint holds, and when it was taken: what went wrong before is in it.
struct Version {
  std::int64_t steps = 0;
  Nanoseconds taken = 0;
};

class MemorySaves {
 public:
  /// Every `steps` a stall; the copy is complete `copy` later, which must be before the next stall.
  MemorySaves(std::int64_t steps, Nanoseconds stall, Nanoseconds copy);

  /// What training until `until` steps are done takes, stalls between included. A copy that is due
  /// at `until` itself is taken after it.
  Nanoseconds time_until(std::int64_t until, const Progress& progress, Nanoseconds step) const;

  struct Stretch {
    Nanoseconds trained = 0, stalled = 0;
  };
  /// Of `spent` since `began`: notes the copies that were taken. The steps are the caller's to do.
  Stretch divide(Nanoseconds began, Nanoseconds spent, const Progress& progress, Nanoseconds step);

  /// The newest that was complete by then; a copy under way is given up.
  std::optional<Version> newest(Nanoseconds now);
  /// Training goes on after so many steps, on what newest() found or without any copy.
  void restart(std::int64_t steps, bool keeps_newest);
  std::int64_t taken() const { return count_; }

 private:
  Nanoseconds to_due(const Progress& progress, Nanoseconds step) const;

  std::int64_t every_;
  Nanoseconds stall_, copy_;
  std::int64_t due_;                             // after so many steps
  std::optional<Version> complete_, under_way_;  // at most one copy is under way
  std::int64_t count_ = 0;
};

}  // namespace qianka
