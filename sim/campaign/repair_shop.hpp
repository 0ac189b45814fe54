// SPDX-License-Identifier: Apache-2.0
// Where nodes go that had to leave: an automatic stage, if there is one, then a manual one where
// that did not help; a technician's hands are a node's until it is repaired, and the next in the
// queue waits. A node that is brought in once too often is scrapped. A good node, which left by
// mistake or with its leaf, is only checked.
#pragma once
#include "sim/campaign/fault_source.hpp"
#include "sim/campaign/recovery_draws.hpp"
#include "sim/scenario/recovery_spec.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace qianka {

/// Why a node is brought in.
struct Ticket {
  Fault fault;
  EventId event = 0;       // the node's own, where the fault took several
  bool healthy = false;    // there is nothing to repair
  Nanoseconds repair = 0;  // the manual stage; healthy: until the node can be checked
};

class RepairShop {
 public:
  struct Returned {
    int node = 0;
    std::optional<Ticket> bad;  // it comes back as it came
  };

  RepairShop(const RepairShopSpec& spec, const RecoveryDraws& draws) : spec_(spec), draws_(draws) {}

  void admit(int node, const Ticket& ticket, Nanoseconds now);
  Nanoseconds next() const;  // `never` when nothing is under way
  /// What next() announced: a node comes out, or goes on to the manual stage.
  std::optional<Returned> finish();

  int inside() const { return static_cast<int>(inside_.size()); }  // waiting ones included
  int retired() const { return retired_; }

 private:
  enum class Stage { check, automatic, manual };
  struct Work {
    Stage stage = Stage::manual;
    Ticket ticket;
  };

  void begin(int node, Stage stage, Nanoseconds time, Nanoseconds now);
  void wants_hands(int node, Nanoseconds now);
  void start_manual(int node, Nanoseconds now);

  const RepairShopSpec& spec_;
  const RecoveryDraws& draws_;
  std::map<int, Work> inside_;                   // by node
  std::set<std::pair<Nanoseconds, int>> ready_;  // when, node
  std::deque<int> queue_;                        // for a technician
  std::map<int, int> visits_;                    // by node; counted when nodes retire
  int working_ = 0, retired_ = 0;
};

}  // namespace qianka
