// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/recovery_plan.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace qianka {
namespace {

bool fits(const Decision& row, const Fault& fault) {
  if (row.noticed && *row.noticed != fault.noticed) return false;
  return row.components.empty() ||
         std::ranges::find(row.components, fault.component) != row.components.end();
}

/// The places of the faulty node's group: so many in a row, the group counted from the first place.
std::vector<int> group_of(int place, int size, int places) {
  std::vector<int> group;
  const int first = place / size * size;
  for (int other = first; other < std::min(first + size, places); ++other) group.push_back(other);
  return group;
}

}  // namespace

RecoveryPlanner::RecoveryPlanner(const Recovery& recovery, std::uint64_t seed, int places,
                                 int cards)
    : recovery_(recovery),
      manual_repair_(recovery.shop.manual.value_or(
          TimeSpread({{.median = recovery.repair_median, .sigma = recovery.repair_sigma}}))),
      draws_(seed),
      places_(places),
      cards_(cards) {}

RecoveryPlan RecoveryPlanner::plan(const Fault& fault, EventId event, bool in_place) const {
  if (fault.duration) return recorded(fault, event);
  const auto time = [&](const TimeSpread& spread, const char* purpose) {
    return draws_.time(spread, cards_, purpose, event);
  };
  RecoveryPlan plan;
  plan.detect = fault.noticed == Noticed::hang ? time(recovery_.detect_hang, "detect hang")
                                               : time(recovery_.detect, "detect");
  bool evicts = fault.evicts_node;
  decide(plan, evicts, fault, event, in_place);
  plan.localise = time(recovery_.localise, "localise");
  plan.take = time(recovery_.take.time, "take");
  plan.schedule = recovery_.spares == Spares::hot ? 0 : time(recovery_.schedule, "schedule");
  plan.cold_start = time(recovery_.cold_start, "cold start");
  plan.restart = time(recovery_.restart, "restart");
  plan.groups = time(recovery_.groups, "groups");
  if (recovery_.shrink) plan.shrink = time(recovery_.shrink->time, "shrink");
  plan.warm_up = time(recovery_.warm_up, "warm up");
  if (evicts && fault.place >= 0) choose_leavers(plan, fault, event);
  return plan;
}

void RecoveryPlanner::decide(RecoveryPlan& plan, bool& evicts, const Fault& fault, EventId event,
                             bool in_place) const {
  for (std::size_t i = 0; i < recovery_.decide.size(); ++i) {
    const Decision& row = recovery_.decide[i];
    if (!fits(row, fault)) continue;
    if (row.action == Remedy::evict || row.action == Remedy::stay) {
      evicts = row.action == Remedy::evict && fault.place >= 0;
      return;
    }
    if (!in_place) continue;
    plan.remedy += draws_.time(row.time, cards_, fmt::format("remedy {}", i), event);
    if (!draws_.happens(row.success, fmt::format("success {}", i), event)) continue;
    (row.action == Remedy::retry ? plan.retried : plan.cured) = true;
    evicts = false;
    return;
  }
}

void RecoveryPlanner::choose_leavers(RecoveryPlan& plan, const Fault& fault, EventId event) const {
  plan.faulty = fault.with;
  plan.faulty.push_back(fault.place);
  const bool alone = fault.with.empty();
  if (alone && places_ > 1 && draws_.happens(recovery_.wrong, "wrong", event)) {
    // Any other place; the struck one is passed over.
    const int other = static_cast<int>(draws_.chance("wrong place", event) * (places_ - 1));
    plan.faulty.clear();
    plan.healthy = {other < fault.place ? other : other + 1};
    plan.missed = true;
    plan.again = draws_.time(recovery_.strikes_again, cards_, "strikes again", event);
  } else if (draws_.happens(recovery_.over_evict.share, "over-evict", event)) {
    plan.healthy = group_of(fault.place, recovery_.over_evict.nodes + 1, places_);
    std::erase_if(plan.healthy, [&](int place) {
      return std::ranges::find(plan.faulty, place) != plan.faulty.end();
    });
  }
}

/// The record's time is filled in order: noticing, finding, and what is left is the restart.
RecoveryPlan RecoveryPlanner::recorded(const Fault& fault, EventId event) const {
  RecoveryPlan plan;
  plan.known = true;
  Nanoseconds left = *fault.duration;
  const auto part = [&](const TimeSpread& spread, const char* purpose) {
    const Nanoseconds time = std::min(left, draws_.time(spread, cards_, purpose, event));
    left -= time;
    return time;
  };
  const bool hang = fault.noticed == Noticed::hang;
  plan.detect = part(hang ? recovery_.detect_hang : recovery_.detect, "detect");
  plan.localise = part(recovery_.localise, "localise");
  plan.restart = left;
  if (fault.evicts_node && fault.place >= 0) {
    plan.faulty = fault.with;
    plan.faulty.push_back(fault.place);
  }
  return plan;
}

RecoveryPlan RecoveryPlanner::growth(EventId event) const {
  RecoveryPlan plan;
  plan.shrink = draws_.time(recovery_.shrink->time, cards_, "shrink", event);
  plan.warm_up = draws_.time(recovery_.warm_up, cards_, "warm up", event);
  return plan;
}

Ticket RecoveryPlanner::ticket(const Fault& fault, EventId event, int place,
                               bool by_mistake) const {
  // Nodes that leave together have luck of their own in the shop, whose times know no job's size.
  Ticket ticket{.fault = fault,
                .event = place == fault.place
                             ? event
                             : child_of(event, 1 + static_cast<std::uint64_t>(place)),
                .healthy = by_mistake || fault.takes != Takes::node};
  if (by_mistake) return ticket;
  // What took a whole group is repaired once, and the nodes are back when it is.
  ticket.repair = ticket.healthy ? draws_.time(recovery_.shop.group, 1, "group repair", event)
                                 : draws_.time(manual_repair_, 1, "manual repair", ticket.event);
  return ticket;
}

Nanoseconds RecoveryPlanner::until_noticed(const Fault& fault, EventId event) const {
  return fault.slow_to < 1 ? draws_.time(recovery_.detect_slow, cards_, "detect slow", event)
                           : draws_.time(recovery_.detect_silent, cards_, "detect silent", event);
}

}  // namespace qianka
