// SPDX-License-Identifier: Apache-2.0
// Who runs where: the places of the job, the idle spares and the repair shop. Place p starts on
// node p; a node that is evicted leaves its place vacant until a spare or a repaired node takes it,
// and comes back as a spare.
#pragma once
#include "sim/metrics/accounting.hpp"

#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace qianka {

class NodePool {
 public:
  /// `leaf_group` by node: first the job's `places`, then the spares. Unused spares stay idle for
  /// ever.
  NodePool(std::vector<int> leaf_group, int places, bool use_spares);

  int node_at(int place) const;  // -1 when vacant
  /// The node in this place is faulty: it leaves with the next evict_doomed() and is away for
  /// `repair`.
  void doom(int place, Nanoseconds repair);
  void evict_doomed(Nanoseconds now);
  /// Fills vacant places from the idle nodes and returns how many it filled. A place takes a node
  /// of its own leaf group if one is idle, otherwise the one with the lowest number.
  int fill();

  Nanoseconds next_return() const;  // `never` when the repair shop is empty
  void take_back();                 // the node of next_return() is idle now

  int in_job() const;
  int idle() const;
  int in_repair() const;
  int vacant() const;
  /// Places whose node hangs on another leaf group than the node that was there at the start.
  int moved() const;

 private:
  std::set<int>::const_iterator choose(int place) const;
  bool is_moved(int place) const;

  std::vector<int> leaf_group_;  // by node
  std::vector<int> node_;        // by place, -1 = vacant
  std::set<int> vacant_, idle_;
  std::vector<std::pair<int, Nanoseconds>> doomed_;  // place, repair
  std::set<std::pair<Nanoseconds, int>> in_repair_;  // ready at, node
  int unused_spares_ = 0;
  int moved_ = 0;
};

}  // namespace qianka
