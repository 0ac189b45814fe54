// SPDX-License-Identifier: Apache-2.0
// When what fails. Faults come at times of the wall clock that depend on nothing the job does: each
// class is one renewal process for the whole job, at nodes x per_node_day, already going on when
// the job starts (so that the mean count is rate x time for every distribution; a replaced node
// does not make its class younger).
//
// Every draw has a stream of its own: (seed, class, purpose), where the purpose is when, where or
// for how long the repair takes. Two clusters compared meet the same faults, and another class in
// the list moves none of them.
#pragma once
#include "sim/metrics/accounting.hpp"
#include "sim/scenario/scenario.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/random/mersenne_twister.hpp>

namespace qianka {

struct Fault {
  Nanoseconds at = never;
  std::string component, cause;
  int place = -1;  // in the job, whichever node holds it; -1: the job as a whole
  bool evicts_node = false;
  Nanoseconds repair = 0;      // how long the node is away, if it is evicted
  std::vector<int> with = {};  // other places that the same event strikes: a burst, a leaf, a rack
  Noticed noticed = Noticed::at_once;
  double slow_to = 1;  // below 1: no stop, the node runs at this share of its speed
  std::optional<Nanoseconds> duration = {};  // known from a record, in place of what would be drawn

  friend bool operator==(const Fault&, const Fault&) = default;
};

class FaultSource {
 public:
  /// Infeasible when a class or a replayed fault cannot be.
  FaultSource(const Faults& faults, const Recovery& recovery, int nodes, std::uint64_t seed);

  /// The next fault; its time is `never` when there is none left.
  const Fault& next() const;
  void pop();

 private:
  using Generator = boost::random::mt19937_64;

  struct Stream {
    FaultClass fault_class;
    double mean = 0;  // seconds between two faults of the whole job
    int nodes = 0;    // to choose among; 0: strikes the job as a whole
    Generator when, where, repair;
    Fault next;
  };

  void add_class(const FaultClass& fault_class, double per_day, int nodes, std::uint64_t seed);
  void add_replay(const Faults& faults, int nodes, std::uint64_t seed);
  void draw(Stream& stream, double gap);
  Nanoseconds draw_repair(Generator& generator) const;
  void find_next();

  Recovery recovery_;
  std::vector<Stream> streams_;
  std::vector<Fault> replay_;  // in order of time
  std::size_t replayed_ = 0;
  std::size_t next_ = 0;  // index into streams_, or its size for the replayed list
  Fault none_;
};

/// A seed for one stream of draws; the same on every machine.
std::uint64_t stream_seed(std::uint64_t seed, std::string_view what, std::string_view purpose);

/// Seconds from one fault to the next, and from the start of the job to the first one.
double draw_gap(const FaultClass& fault_class, double mean, boost::random::mt19937_64& generator);
double draw_first_gap(const FaultClass& fault_class, double mean,
                      boost::random::mt19937_64& generator);

}  // namespace qianka
