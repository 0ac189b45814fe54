// SPDX-License-Identifier: Apache-2.0
// Which faults of the fabric hold when: at their times or at drawn ones, whatever the job does.
// Each drawn fault has a stream of its own (seed, what it is, "flap").
#pragma once
#include "sim/metrics/accounting.hpp"
#include "sim/scenario/fabric_faults.hpp"

#include <cstdint>
#include <vector>

#include <boost/random/mersenne_twister.hpp>

namespace qianka {

class FabricTimeline {
 public:
  /// At time 0, with what begins then.
  FabricTimeline(const FabricFaults& faults, std::uint64_t seed);

  FabricState state() const { return state_; }
  std::uint64_t changes() const { return changes_; }  // so far
  /// When the state changes next; `never` when it stays.
  Nanoseconds next() const;
  /// Makes all changes that are due by then.
  void advance(Nanoseconds to);

 private:
  struct Event {
    Nanoseconds next, lasts, every;  // `never`: for ever, not again
    double mean = 0;                 // seconds from an end to the next beginning; 0 = not drawn
    boost::random::mt19937_64 when{};
  };
  static Nanoseconds gap(Event& event);
  void toggle(std::size_t event);

  std::vector<Event> events_;
  FabricState state_ = 0;
  std::uint64_t changes_ = 0;
};

}  // namespace qianka
