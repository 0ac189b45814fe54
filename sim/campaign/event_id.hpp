// SPDX-License-Identifier: Apache-2.0
// Which event: what it is and how many of its kind came before it, whatever the job does meanwhile.
// So two variants that meet the same fault draw the same numbers for it, however many others only
// one of them meets.
#pragma once
#include "sim/campaign/fault_stream.hpp"
#include "sim/units/splitmix.hpp"

#include <cstdint>
#include <string_view>

namespace qianka {

using EventId = std::uint64_t;

/// The base of the events of one stream, to be counted up from.
inline EventId first_event(std::string_view stream) { return stream_seed(0, stream, "event"); }

/// What follows from an event; by number, where several things do.
constexpr EventId child_of(EventId event, std::uint64_t number = 0) {
  return splitmix(splitmix(event) + number);
}

}  // namespace qianka
