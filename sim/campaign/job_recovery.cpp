// SPDX-License-Identifier: Apache-2.0
// Failures and recoveries of a job: the other half of job_process.cpp.
#include "sim/campaign/job_process.hpp"
#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

/// More failures than this and the job is not going anywhere.
constexpr std::int64_t most_failures = 1'000'000;

}  // namespace

void JobProcess::fault_due() {
  const std::optional<Fault> met = located(faults_.next(), pool_, input_.leaf_group);
  faults_.pop();
  if (!met) return;  // nobody is there
  const Fault& fault = *met;
  const int node = fault.place < 0 ? -1 : pool_.node_at(fault.place);
  if (fault.noticed == Noticed::silent || (node >= 0 && fault.slow_to < 1))
    return lie_dormant(fault, node);
  strike(fault, node, fault.event, never);
}

/// The job goes on, slower or wrong, until somebody notices.
void JobProcess::lie_dormant(const Fault& fault, int node) {
  const bool slow = fault.slow_to < 1;
  DormantFault dormant{.node = node, .fault = fault, .event = fault.event, .at = never};
  // A record that says when it was over says as well that nobody found it before.
  if (!slow || !fault.duration) dormant.at = now_ + planner_.until_noticed(fault, fault.event);
  if (!slow) dormant.corrupt_since = now_;
  dormant_.add(std::move(dormant));
  if (slow) step_changed();
}

void JobProcess::step_changed() {
  if (phase_ != Phase::training) return;
  leave();
  go_on();
}

void JobProcess::dormant_due() {
  DormantFault found = dormant_.pop();
  Fault& fault = found.fault;
  fault.place = pool_.place_of(found.node);
  fault.with.clear();
  if (found.corrupt_since) {
    // Wrong results stay when their node has left.
    fault.evicts_node = fault.evicts_node && fault.place >= 0;
    return strike(fault, found.node, found.event, *found.corrupt_since);
  }
  if (fault.place < 0) return;
  if (fault.ends <= now_) return step_changed();
  strike(fault, found.node, found.event, never);
}

void JobProcess::strike(const Fault& fault, int node, EventId event, Nanoseconds corrupt_since) {
  const bool corrupt = corrupt_since != never;
  RecoveryPlan plan = planner_.plan(fault, event, !is_down() && !corrupt);
  if (waits() && plan.faulty.empty() && plan.healthy.empty() && !corrupt) return;
  // A record says that training went on by then: without a spare, the node did so.
  if (plan.known && pool_.usable() == 0) plan.faulty.clear();
  const bool peers = recovery_.state_from_peers && input_.scenario->job.parallel.data > 1;
  const bool was_kept = !is_down() || kept_;
  leave();
  std::vector<int> leaving = plan.faulty;
  leaving.insert(leaving.end(), plan.healthy.begin(), plan.healthy.end());
  const int missing = pool_.vacant() + static_cast<int>(leaving.size());
  const bool replica_left = replicas_lost(missing) < input_.scenario->job.parallel.data;
  kept_ = plan.retried || (peers && replica_left && node >= 0 && !corrupt && was_kept);
  if (kept_ && !plan.retried) checkpoints_.interrupt(leaving, progress_.steps());
  log(fault, node, kept_ ? progress_.redo_step() : roll_back(std::move(leaving), corrupt_since));
  doom(plan.faulty, fault, event, false);
  doom(plan.healthy, fault, event, true);
  if (plan.missed) come_again(fault, node, event, plan.again, ", again");
  recover(plan);
}

void JobProcess::doom(const std::vector<int>& places, const Fault& fault, EventId event,
                      bool by_mistake) {
  for (const int place : places) {
    if (pool_.node_at(place) >= 0)
      pool_.doom(place, planner_.ticket(fault, event, place, by_mistake));
  }
  if (by_mistake || places.empty() || fault.takes == Takes::node) return;
  // Spares below a dead leaf are of no use until it is back.
  const auto group = [&](int node) { return group_of(fault, node, input_.leaf_group); };
  const int struck = group(pool_.node_at(fault.place));
  const int count = input_.scenario->cluster.nodes;  // spares have their luck behind the places
  for (const int node : pool_.withdraw([&](int idle) { return group(idle) == struck; }))
    shop_.admit(node, planner_.ticket(fault, event, count + node, false), now_);
}

Restore JobProcess::newest_left(std::vector<int> lost_places, Nanoseconds right_until) {
  return checkpoints_.fail({.at = now_,
                            .lost_places = std::move(lost_places),
                            .alive = !is_down(),
                            .noticed = true,
                            .steps = progress_.steps(),
                            .right_until = right_until});
}

Nanoseconds JobProcess::roll_back(std::vector<int> lost_places, Nanoseconds right_until) {
  const Restore restore = newest_left(std::move(lost_places), right_until);
  ++ledger_.restores_from[origin_name(restore.from)];
  return progress_.roll_back(restore.version.steps);
}

/// What is wrong with the node is still there: it shows once the node has trained so long, and a
/// slow one is slow meanwhile.
void JobProcess::come_again(Fault fault, int node, EventId event, Nanoseconds after,
                            const char* remark) {
  if (fault.ends <= now_) return;
  if (!fault.cause.ends_with(remark)) fault.cause += remark;
  fault.with.clear();
  fault.duration.reset();
  dormant_.add({.node = node, .fault = std::move(fault), .event = child_of(event), .after = after});
}

void JobProcess::recover(const RecoveryPlan& plan) {
  plan_ = plan;
  placed_ = false;
  ahead_.clear();
  if (plan.detect > 0) {
    ahead_.push_back({RecoveryPart::detect, plan.detect});
  } else {
    checkpoints_.noticed(now_);
  }
  if (plan.remedy > 0 || plan.retried || plan.cured)
    ahead_.push_back({RecoveryPart::remedy, plan.remedy});
  ahead_.push_back({RecoveryPart::localise, plan.localise});
  next_part();
}

void JobProcess::next_part() {
  const TimedPart next = ahead_.front();
  ahead_.pop_front();
  part_ = next.part;
  // Last words may be complete by then.
  const bool loads = part_ == RecoveryPart::load;
  enter(Phase::recovering, loads ? checkpoints_.load_time(now_) : next.time);
}

void JobProcess::part_ended() {
  switch (part_) {
    case RecoveryPart::detect:
      checkpoints_.noticed(now_);
      break;
    case RecoveryPart::remedy:
      if (plan_.retried) {
        close_record();
        return go_on();
      }
      if (plan_.cured) return restart();
      break;
    case RecoveryPart::localise:
      send_away();
      break;
    case RecoveryPart::take:
      pool_.take_lent();
      break;
    case RecoveryPart::restart:
    case RecoveryPart::reconfigure:
      must_boot_ = false;
      break;
    default:
      break;
  }
  if (!ahead_.empty()) return next_part();
  if (placed_) return train();
  find_nodes(part_ == RecoveryPart::take);
}

void JobProcess::send_away() {
  for (const auto& [node, ticket] : pool_.evict_doomed()) {
    dormant_.node_left(node);
    shop_.admit(node, ticket, now_);
  }
}

void JobProcess::find_nodes(bool after_wait) {
  const int taken = pool_.fill();
  const int ready = recovery_.spares == Spares::cold ? 0 : recovery_.ready.value_or(taken);
  if (taken > ready && !after_wait) must_boot_ = true;
  const int vacant = pool_.vacant();
  const bool apart = cut();
  if (vacant > 0 && !apart && pool_.lent() > 0) {
    ahead_.push_back({RecoveryPart::take, plan_.take});
    return next_part();
  }
  const bool shrinks =
      recovery_.shrink && replicas_lost(vacant) < input_.scenario->job.parallel.data;
  if (apart || (vacant > 0 && !shrinks)) {
    ahead_.push_back({RecoveryPart::wait, never});
    return next_part();
  }
  restart();
}

/// With the nodes there are: all of them, or those of the whole replicas.
void JobProcess::restart() {
  placed_ = true;
  const auto then = [this](RecoveryPart part, Nanoseconds time) {
    if (time > 0) ahead_.push_back({part, time});
  };
  ahead_.clear();
  if (plan_.cured) {
    then(RecoveryPart::groups, plan_.groups);
  } else if (pool_.vacant() > 0) {
    if (must_boot_) then(RecoveryPart::cold_start, plan_.cold_start);
    then(RecoveryPart::reconfigure, plan_.shrink);
  } else {
    then(RecoveryPart::schedule, plan_.schedule);
    if (must_boot_) then(RecoveryPart::cold_start, plan_.cold_start);
    ahead_.push_back({RecoveryPart::restart, plan_.restart});
    then(RecoveryPart::groups, plan_.groups);
  }
  if (!kept_ && !plan_.known && checkpoints_.restored()) ahead_.push_back({RecoveryPart::load, 0});
  then(RecoveryPart::warm_up, plan_.warm_up);
  return ahead_.empty() ? train() : next_part();
}

void JobProcess::repaired() {
  const std::optional<RepairShop::Returned> back = shop_.finish();
  if (!back) return;
  if (back->bad) {
    const Nanoseconds after =
        planner_.draws().time(recovery_.shop.fails_again, 1, "fails again", back->bad->event);
    come_again(back->bad->fault, back->node, back->bad->event, after, ", not repaired");
  }
  pool_.take_back(back->node);
  if (waits()) {
    leave();
    find_nodes(true);
  } else if (phase_ == Phase::training && recovery_.state_from_peers && may_grow()) {
    leave();
    grow();
  }
}

/// The places that are left form as many whole replicas as they can.
int JobProcess::replicas_lost(int vacant) const {
  const int places = input_.scenario->cluster.nodes;
  return (vacant * input_.scenario->job.parallel.data + places - 1) / places;
}

bool JobProcess::may_grow() const {
  if (!recovery_.shrink) return false;
  const int vacant = pool_.vacant();
  return replicas_lost(std::max(0, vacant - pool_.usable())) < replicas_lost(vacant);
}

/// No failure: the job stops by itself, with the state it has or the checkpoint just written.
void JobProcess::grow() {
  plan_ = planner_.growth(first_event("growth") + growths_++);
  kept_ = recovery_.state_from_peers;
  if (kept_) {
    checkpoints_.interrupt({}, progress_.steps());
    progress_.redo_step();
  } else {
    progress_.roll_back(newest_left({}).version.steps);
  }
  pool_.fill();
  placed_ = true;
  ahead_.clear();
  ahead_.push_back({RecoveryPart::reconfigure, plan_.shrink});
  if (!kept_) ahead_.push_back({RecoveryPart::load, 0});
  ahead_.push_back({RecoveryPart::warm_up, plan_.warm_up});
  next_part();
}

void JobProcess::log(const Fault& fault, int node, Nanoseconds lost) {
  close_record();
  ledger_.restarts.push_back({.at = to_seconds(now_),
                              .cause = fault.cause,
                              .component = fault.component,
                              .node = node,
                              .lost = to_seconds(lost),
                              .down = {}});
  record_began_ = now_;
  record_open_ = true;
  ++ledger_.failures_by_component[fault.component];
  if (++ledger_.failures <= most_failures) return;
  throw RunFailed(
      say("the job failed {} times in {:.1f} days and cannot get ahead: see the rates of "
          "its faults and the time a recovery takes",
          ledger_.failures, to_seconds(now_).value / to_seconds(a_day).value));
}

void JobProcess::close_record() {
  if (record_open_) ledger_.restarts.back().down = to_seconds(now_ - record_began_);
  record_open_ = false;
}

}  // namespace qianka
