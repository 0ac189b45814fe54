// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/fabric_timeline.hpp"

#include "sim/units/require.hpp"

#include <algorithm>

namespace qianka {

FabricTimeline::FabricTimeline(const FabricFaults& faults) {
  require(faults.events.size() <= most_fabric_faults, "each fault of the fabric has a bit");
  for (const FabricFault& fault : faults.events)
    events_.push_back({to_nanoseconds(fault.at), fault.lasts ? to_nanoseconds(*fault.lasts) : never,
                       fault.every ? to_nanoseconds(*fault.every) : never});
  advance(0);
}

Nanoseconds FabricTimeline::next() const {
  Nanoseconds next = never;
  for (const Event& event : events_) next = std::min(next, event.next);
  return next;
}

void FabricTimeline::advance(Nanoseconds to) {
  for (std::size_t i = 0; i < events_.size(); ++i)
    while (events_[i].next <= to) toggle(i);
}

/// What holds ends, and what does not begins.
void FabricTimeline::toggle(std::size_t i) {
  Event& event = events_[i];
  const bool begins = (state_ >> i & 1) == 0;
  state_ ^= FabricState{1} << i;
  const Nanoseconds wait = begins                 ? event.lasts
                           : event.every == never ? never
                                                  : event.every - event.lasts;
  event.next = wait == never || wait > longest_span ? never : event.next + wait;
}

}  // namespace qianka
