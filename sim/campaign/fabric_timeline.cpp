// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/fabric_timeline.hpp"

#include "sim/campaign/fault_source.hpp"
#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <map>
#include <string>

#include <boost/random/exponential_distribution.hpp>
#include <fmt/format.h>

namespace qianka {

FabricTimeline::FabricTimeline(const FabricFaults& faults, std::uint64_t seed) {
  require(faults.events.size() <= most_fabric_faults, "each fault of the fabric has a bit");
  std::map<std::string, int> twins;  // told apart by their order
  for (const FabricFault& fault : faults.events) {
    Event event{.next = to_nanoseconds(fault.at),
                .lasts = fault.lasts ? to_nanoseconds(*fault.lasts) : never,
                .every = fault.every ? to_nanoseconds(*fault.every) : never};
    if (fault.mtbf) {
      const InEnglish name;  // the seed, and so the weeks, depend on it
      const std::string what = describe(fault);
      event.mean = fault.mtbf->value / fault.alike.value_or(1);
      event.when.seed(stream_seed(seed, what, fmt::format("flap {}", twins[what]++)));
      event.next = std::min(event.next + gap(event), longest_span);
    }
    events_.push_back(event);
  }
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

Nanoseconds FabricTimeline::gap(Event& event) {
  const double drawn = boost::random::exponential_distribution<double>()(event.when);
  return std::max<Nanoseconds>(1, to_nanoseconds({event.mean * drawn}));
}

/// What holds ends, and what does not begins.
void FabricTimeline::toggle(std::size_t i) {
  Event& event = events_[i];
  const bool begins = (state_ >> i & 1) == 0;
  state_ ^= FabricState{1} << i;
  ++changes_;
  const Nanoseconds wait = begins                 ? event.lasts
                           : event.mean > 0       ? gap(event)
                           : event.every == never ? never
                                                  : event.every - event.lasts;
  event.next = wait == never || wait > longest_span ? never : event.next + wait;
}

}  // namespace qianka
