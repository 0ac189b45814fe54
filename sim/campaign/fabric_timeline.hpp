// SPDX-License-Identifier: Apache-2.0
// Which faults of the fabric hold when. Nothing is drawn: events come at their times, whatever the
// job does.
#pragma once
#include "sim/metrics/accounting.hpp"
#include "sim/scenario/fabric_faults.hpp"

#include <vector>

namespace qianka {

class FabricTimeline {
 public:
  /// At time 0, with what begins then.
  explicit FabricTimeline(const FabricFaults& faults);

  FabricState state() const { return state_; }
  /// When the state changes next; `never` when it stays.
  Nanoseconds next() const;
  /// Makes all changes that are due by then.
  void advance(Nanoseconds to);

 private:
  struct Event {
    Nanoseconds next, lasts, every;  // `never`: for ever, not again
  };
  void toggle(std::size_t event);

  std::vector<Event> events_;
  FabricState state_ = 0;
};

}  // namespace qianka
