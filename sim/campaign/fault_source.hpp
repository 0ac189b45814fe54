// SPDX-License-Identifier: Apache-2.0
// When what fails. Faults come at times of the wall clock that depend on nothing the job does: each
// class is one renewal process for the whole job, at nodes x per_node_day, already going on when
// the job starts (so that the mean count is rate x time for every distribution; a replaced node
// does not make its class younger).
//
// Every draw has a stream of its own: (seed, class, purpose), where the purpose is when or where.
// Two clusters compared meet the same faults, and another class in the list moves none of them.
// What else is drawn about a fault goes by its event (recovery_draws.hpp).
//
// Faults strike places, whoever sits there, but for two: a lemon is a node, not a place, and a
// group is what hangs together in the machine room. What a healthy node suffers strikes places at
// the healthy rate; what lemons suffer beyond that are processes of their own, one for the lemons
// among the job's first nodes and one for those among the spares, which name nodes. So no draw
// depends on who sits where, more spares move nothing of the others, and a lemon that idles or is
// in repair does no harm. `located` says whom a fault finds in the job when it comes.
#pragma once
#include "sim/campaign/event_id.hpp"
#include "sim/campaign/fault_stream.hpp"
#include "sim/metrics/accounting.hpp"
#include "sim/scenario/scenario.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

struct Fault {
  Nanoseconds at = never;
  std::string component = {}, cause = {};
  int place = -1;  // in the job, whichever node holds it; -1: the job as a whole
  bool evicts_node = false;
  EventId event = 0;
  std::vector<int> with = {};  // other places that the same event strikes: a burst, a leaf, a rack
  Noticed noticed = Noticed::at_once;
  double slow_to = 1;        // below 1: no stop, the node runs at this share of its speed
  Nanoseconds ends = never;  // with slow_to: by itself, unless the node is found before
  std::optional<Nanoseconds> duration = {};  // known from a record, in place of what would be drawn
  // Before located():
  int node = -1;  // in place of `place`: this node, wherever it sits
  Takes takes = Takes::node;
  int block = 0;  // Takes::block: nodes of it

  friend bool operator==(const Fault&, const Fault&) = default;
};

class NodePool;

/// The fault as the job meets it: its place, and with it all of a group. Nothing when nobody is
/// there: idle nodes and nodes in repair do not fail. `leaf_group` by node.
std::optional<Fault> located(Fault fault, const NodePool& pool, const std::vector<int>& leaf_group);

/// Which of the groups that such a fault takes whole a node is in.
int group_of(const Fault& fault, int node, const std::vector<int>& leaf_group);

class FaultSource {
 public:
  /// Infeasible when a class or a replayed fault cannot be. Nodes from `nodes` on are spares.
  FaultSource(const Faults& faults, int nodes, std::uint64_t seed, int spares = 0);

  /// The next fault; its time is `never` when there is none left.
  const Fault& next() const;
  void pop();

 private:
  struct Class {
    FaultStream stream;
    EventId event = 0;  // of the next one
    Draws hang;
    double hangs = 0;
    std::optional<Nanoseconds> lasts;  // slow ones, if they end by themselves
    std::vector<int> nodes;            // its targets are these; empty: places
    Fault next;
  };

  void choose_lemons(const Faults& faults, int nodes, int spares, std::uint64_t seed);
  void add_class(const FaultClass& fault_class, const Lemons& lemons, int nodes,
                 std::uint64_t seed);
  void add_stream(const FaultClass& fault_class, double per_day, int targets, std::uint64_t seed,
                  const std::string& what, const std::vector<int>& named = {});
  void add_replay(const Faults& faults, int nodes);
  void draw(std::size_t number);
  void find_next();

  std::vector<int> lemons_, spare_lemons_;  // nodes
  std::map<std::string, int> twins_;        // classes so far of this component and cause
  std::vector<Class> classes_;
  std::vector<Nanoseconds> due_;  // when the next fault of each class comes
  std::vector<Fault> replay_;     // in order of time
  std::size_t replayed_ = 0;
  std::size_t next_ = 0;  // index into classes_, or its size for the replayed list
  Fault none_;
};

}  // namespace qianka
