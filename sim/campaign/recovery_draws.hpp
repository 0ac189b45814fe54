// SPDX-License-Identifier: Apache-2.0
// What is drawn about a failure. Each number has a stream of its own, (seed, purpose), and a place
// in it, the event: nothing that happens in between moves it, so that two policies compared meet
// the same luck. A longer time of one policy comes from the same number as the shorter of another.
#pragma once
#include "sim/campaign/event_id.hpp"
#include "sim/metrics/accounting.hpp"
#include "sim/scenario/time_spread.hpp"

#include <cstdint>
#include <string_view>

namespace qianka {

class RecoveryDraws {
 public:
  explicit RecoveryDraws(std::uint64_t seed) : seed_(seed) {}

  /// Above 0 and below 1.
  double chance(std::string_view purpose, EventId event) const;
  bool happens(double share, std::string_view purpose, EventId event) const {
    return share > 0 && chance(purpose, event) < share;
  }
  Nanoseconds time(const TimeSpread& spread, int cards, std::string_view purpose,
                   EventId event) const;

 private:
  std::uint64_t seed_;
};

/// The time at a chance: rises with it as long as the cases are in order.
Seconds time_at(const TimeSpread& spread, int cards, double chance);

}  // namespace qianka
