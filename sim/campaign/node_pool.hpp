// SPDX-License-Identifier: Apache-2.0
// Who runs where: the places of the job, the idle spares, and those that work for another job until
// they are wanted. Place p starts on node p; a node that is evicted leaves its place vacant until a
// spare or a repaired node takes it, and comes back as a spare.
#pragma once
#include "sim/campaign/repair_shop.hpp"

#include <functional>
#include <set>
#include <utility>
#include <vector>

namespace qianka {

class NodePool {
 public:
  /// `leaf_group` by node: first the job's `places`, then the spares, of which the last `lent` work
  /// for another job. Unused spares stay idle for ever.
  NodePool(std::vector<int> leaf_group, int places, bool use_spares, int lent = 0);

  int node_at(int place) const;  // -1 when vacant
  int place_of(int node) const;  // -1 when it is not in the job
  /// The node in this place leaves with the next evict_doomed().
  void doom(int place, const Ticket& ticket);
  /// The nodes that leave, and why.
  std::vector<std::pair<int, Ticket>> evict_doomed();
  /// Fills vacant places from the idle nodes and returns how many it filled. A place takes a node
  /// of its own leaf group if one is idle, otherwise the one with the lowest number.
  int fill();
  /// Idle nodes that cannot be used for now: those of which this holds.
  std::vector<int> withdraw(const std::function<bool(int node)>& gone);
  /// As many nodes of the other job as there are vacant places become idle.
  void take_lent();
  /// A node that was away: the other job gets back what it gave, unless a place is vacant.
  void take_back(int node);

  int in_job() const;
  int idle() const;
  int usable() const { return static_cast<int>(idle_.size()); }  // idle, and used
  int lent() const { return static_cast<int>(lent_.size()); }
  int vacant() const;
  /// Places whose node hangs on another leaf group than the node that was there at the start.
  int moved() const;

 private:
  std::set<int>::const_iterator choose(int place) const;
  bool is_moved(int place) const;

  std::vector<int> leaf_group_;  // by node
  std::vector<int> node_;        // by place, -1 = vacant
  std::vector<int> place_;       // by node, -1 = not in the job
  std::set<int> vacant_, idle_, lent_;
  std::vector<std::pair<int, Ticket>> doomed_;  // by place
  int unused_spares_ = 0;
  int moved_ = 0;
  int owed_ = 0;  // nodes that the other job gave
};

}  // namespace qianka
