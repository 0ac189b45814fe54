// SPDX-License-Identifier: Apache-2.0
// What one failure leads to: how long each part of the recovery takes, and who leaves. A plan
// depends on the policy and the failure alone; what the job finds when it carries it out (spares,
// checkpoints, a fabric that is cut) is its own business.
#pragma once
#include "sim/campaign/fault_source.hpp"
#include "sim/campaign/recovery_draws.hpp"
#include "sim/campaign/repair_shop.hpp"

#include <vector>

namespace qianka {

struct TimedPart {
  RecoveryPart part;
  Nanoseconds time;
};

struct RecoveryPlan {
  Nanoseconds detect = 0;
  Nanoseconds remedy = 0;  // in place, all that were tried
  Nanoseconds localise = 0, take = 0, schedule = 0, cold_start = 0, restart = 0, groups = 0;
  Nanoseconds shrink = 0, warm_up = 0;
  bool retried = false;      // the remedy helped: training goes on with the step that was under way
  bool cured = false;        // it helped: processes are up again where they were, without a search
  bool known = false;        // a record says how long it took: nothing is added for loading
  std::vector<int> faulty;   // places whose nodes leave for repair
  std::vector<int> healthy;  // places whose nodes leave by mistake
  bool missed = false;       // the faulty one stays, and strikes again …
  Nanoseconds again = 0;     // … so long after training goes on
};

class RecoveryPlanner {
 public:
  /// `places` of a job on so many cards.
  RecoveryPlanner(const Recovery& recovery, std::uint64_t seed, int places, int cards);

  /// `in_place`: whether a remedy in place may be tried; not while the job is down already.
  RecoveryPlan plan(const Fault& fault, EventId event, bool in_place) const;
  /// Of a job that grows back.
  RecoveryPlan growth(EventId event) const;
  /// For the shop: of the node in one of the places that the fault struck, or `by_mistake` of one
  /// that had to leave with them.
  Ticket ticket(const Fault& fault, EventId event, int place, bool by_mistake) const;
  /// Until what shows late is noticed: silent corruption, a slow node.
  Nanoseconds until_noticed(const Fault& fault, EventId event) const;
  const RecoveryDraws& draws() const { return draws_; }

 private:
  void decide(RecoveryPlan& plan, bool& evicts, const Fault& fault, EventId event,
              bool in_place) const;
  void choose_leavers(RecoveryPlan& plan, const Fault& fault, EventId event) const;
  RecoveryPlan recorded(const Fault& fault, EventId event) const;

  const Recovery& recovery_;
  TimeSpread manual_repair_;
  RecoveryDraws draws_;
  int places_, cards_;
};

}  // namespace qianka
