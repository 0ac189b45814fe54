// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/job_process.hpp"

#include "sim/units/require.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

/// More failures than this and the job is not going anywhere.
constexpr std::int64_t most_failures = 1'000'000;
constexpr std::int64_t unlimited = never;

/// How many steps the job is to do; `unlimited` when it runs for a time.
std::int64_t target_of(const CampaignInput& input) {
  const Job& job = input.scenario->job;
  if (job.steps) return *job.steps;
  if (job.tokens) {
    require(input.tokens_per_step > 0, "a step trains on some tokens");
    const double steps = std::ceil(*job.tokens / input.tokens_per_step);
    return steps < 1e18 ? std::llround(steps) : unlimited;
  }
  require(job.train_for.has_value(), "a campaign runs for a time, for steps or for tokens");
  return unlimited;
}

/// When the run ends, at the latest.
Nanoseconds end_of(const CampaignInput& input, std::int64_t target_steps, Nanoseconds ideal_step) {
  if (input.scenario->job.train_for) return to_nanoseconds(*input.scenario->job.train_for);
  const Nanoseconds length = scaled(ideal_step, target_steps, 1);
  return length < longest_span / 200 ? 365 * a_day + 100 * length : longest_span;
}

/// 0, 1, 2, 4, 8, …: rounded up, but no more than the job has.
int bucket(int moved, int nodes) {
  if (moved == 0) return 0;
  return std::min(nodes, static_cast<int>(std::bit_ceil(static_cast<unsigned>(moved))));
}

}  // namespace

JobProcess::JobProcess(const CampaignInput& input, At at)
    : input_(input),
      at_(std::move(at)),
      mode_(input.scenario->checkpoint.mode),
      ideal_step_(std::max<Nanoseconds>(1, to_nanoseconds(input.ideal_step))),
      faults_(input.scenario->faults, input.scenario->recovery, input.scenario->cluster.nodes,
              input.scenario->seed),
      fabric_(input.scenario->faults.fabric, input.scenario->seed),
      pool_(input.leaf_group, input.scenario->cluster.nodes,
            input.scenario->recovery.spares != Spares::none),
      progress_(ideal_step_) {
  const Scenario& scenario = *input.scenario;
  const Recovery& recovery = scenario.recovery;
  require(std::ssize(input.leaf_group) == scenario.cluster.nodes + scenario.cluster.spares,
          "every node and spare hangs on a leaf");
  durations_ = {.detect = to_nanoseconds(recovery.detect),
                .localise = to_nanoseconds(recovery.localise),
                .restart = to_nanoseconds(recovery.restart),
                .cold_start = to_nanoseconds(recovery.cold_start),
                .write = to_nanoseconds(input.checkpoint.write),
                .stall = to_nanoseconds(input.checkpoint.stall),
                .load = to_nanoseconds(input.checkpoint.load),
                .timeout = to_nanoseconds(scenario.faults.fabric.timeout),
                .reroute = to_nanoseconds(scenario.faults.fabric.reroute)};
  target_steps_ = target_of(input);
  run_end_ = end_of(input, target_steps_, ideal_step_);
  steps_per_save_ = unlimited;
  if (mode_ != CheckpointMode::none) {
    const double steps = std::min(scenario.checkpoint.every / input.ideal_step, 1e18);
    steps_per_save_ = std::max<std::int64_t>(1, std::llround(steps));
    ledger_.checkpoint_write = input.checkpoint.write;
    ledger_.checkpoint_stall_each =
        mode_ == CheckpointMode::synchronous ? input.checkpoint.write : input.checkpoint.stall;
    ledger_.checkpoint_load = input.checkpoint.load;
    ledger_.checkpoint_bytes = input.checkpoint.bytes;
  }
  ledger_.cards_per_node = scenario.cluster.node.cards;
}

void JobProcess::start() {
  note_fabric();
  train();
  if (phase_ != Phase::over) at_(next().at, [this] { wake(); });
}

JobProcess::Due JobProcess::next() const {
  Due due{write_end_, Event::written};
  for (const Due& other : {Due{pool_.next_return(), Event::repaired},
                           Due{fabric_.next(), Event::fabric}, Due{phase_end_, Event::phase_end},
                           Due{run_end_, Event::run_end}, Due{faults_.next().at, Event::fault}}) {
    if (other.at < due.at) due = other;
  }
  return due;
}

void JobProcess::wake() {
  Due due = next();
  advance(due.at);
  for (; phase_ != Phase::over && due.at == now_; due = next()) handle(due.event);
  if (phase_ != Phase::over) at_(due.at, [this] { wake(); });
}

void JobProcess::advance(Nanoseconds to) {
  charge_pool(ledger_, to - now_, pool_.idle(), pool_.in_repair());
  now_ = to;
}

void JobProcess::handle(Event event) {
  switch (event) {
    case Event::written:
      return written();
    case Event::repaired:
      return repaired();
    case Event::fabric:
      return fabric_changed();
    case Event::phase_end:
      return phase_ended();
    case Event::run_end:
      leave();
      return finish(input_.scenario->job.train_for.has_value());
    case Event::fault:
      return strike();
  }
}

void JobProcess::enter(Phase phase, Nanoseconds time) {
  phase_ = phase;
  phase_began_ = now_;
  phase_end_ = time == never ? never : now_ + time;
}

/// Charges the time since the phase began; what comes next enters another one.
void JobProcess::leave() {
  // By phase; training divides into three accounts.
  static constexpr std::array account{AccountKind::productive,       AccountKind::checkpoint_stall,
                                      AccountKind::checkpoint_stall, AccountKind::detection,
                                      AccountKind::localisation,     AccountKind::waiting,
                                      AccountKind::restart,          AccountKind::load,
                                      AccountKind::degraded};
  const Nanoseconds spent = now_ - phase_began_;
  const int nodes = pool_.in_job();
  if (phase_ == Phase::training) {
    const Trained trained = progress_.train(spent, step_);
    charge_job(ledger_, AccountKind::productive, trained.productive, nodes);
    charge_job(ledger_, AccountKind::recomputed, trained.recomputed, nodes);
    charge_job(ledger_, AccountKind::degraded, trained.degraded, nodes);
  } else {
    // A standstill that ends in a failure was how the failure was noticed.
    const bool gave_up = phase_ == Phase::stalled && now_ == phase_end_ && cut();
    const AccountKind kind = account.at(static_cast<std::size_t>(phase_));
    charge_job(ledger_, gave_up ? AccountKind::detection : kind, spent, nodes);
  }
}

void JobProcess::phase_ended() {
  leave();
  switch (phase_) {
    case Phase::training:
      if (progress_.steps() == target_steps_) return finish(true);
      return write_end_ == never ? save() : enter(Phase::save_wait, never);
    case Phase::snapshot:
      steps_in_write_ = progress_.steps();
      if (mode_ == CheckpointMode::synchronous) {
        written();
      } else {
        write_end_ = now_ + durations_.write;
      }
      return train();
    case Phase::detection:
      return enter(Phase::localisation, durations_.localise);
    case Phase::localisation:
      pool_.evict_doomed(now_);
      return find_nodes(false);
    case Phase::restart:
      must_boot_ = false;
      return progress_.has_save() ? enter(Phase::load, durations_.load) : train();
    case Phase::load:
      return train();
    case Phase::stalled:
      return cut() ? fabric_failed() : go_on();
    case Phase::save_wait:
    case Phase::waiting:
    case Phase::over:
      break;
  }
  throw Bug("internal error: this phase does not end by itself");
}

void JobProcess::train() {
  close_record();
  const std::int64_t steps = std::min(steps_per_save_, target_steps_ - progress_.steps());
  save_due_ = steps < unlimited - progress_.steps() ? progress_.steps() + steps : unlimited;
  go_on();
}

/// Trains at the speed of the present state of the cluster until a save is due.
void JobProcess::go_on() {
  if (cut()) return enter(Phase::stalled, durations_.timeout);
  step_ = step_time();
  const Nanoseconds time = progress_.time_for(save_due_ - progress_.steps(), step_);
  enter(Phase::training, time == longest_span ? never : time);
}

void JobProcess::fabric_changed() {
  const bool was_cut = cut();
  fabric_.advance(now_);
  note_fabric();
  if (phase_ == Phase::stalled && was_cut && cut()) return;  // the timeout runs on
  if (phase_ == Phase::training || phase_ == Phase::stalled) {
    leave();
    if (cut()) return enter(Phase::stalled, durations_.timeout);
    return durations_.reroute > 0 ? enter(Phase::stalled, durations_.reroute) : go_on();
  }
  if (phase_ != Phase::waiting || pool_.vacant() > 0 || cut()) return;
  leave();
  find_nodes(true);
}

/// The transports have given up.
void JobProcess::fabric_failed() {
  write_end_ = never;
  const FabricFaults& faults = input_.scenario->faults.fabric;
  log({.at = now_, .component = "fabric", .cause = "cut: " + describe(faults, fabric_.state())}, -1,
      progress_.roll_back());
  enter(Phase::localisation, durations_.localise);
}

void JobProcess::note_fabric() {
  const FabricFaults& faults = input_.scenario->faults.fabric;
  if (faults.events.empty()) return;
  const Nanoseconds step = step_time();
  ledger_.fabric.push_back({.at = to_seconds(now_),
                            .state = fabric_.state(),
                            .step = step == never ? Seconds{std::numeric_limits<double>::infinity()}
                                                  : to_seconds(step)});
}

void JobProcess::save() {
  const bool waits = mode_ == CheckpointMode::synchronous;
  enter(Phase::snapshot, waits ? durations_.write : durations_.stall);
}

void JobProcess::written() {
  progress_.saved(steps_in_write_);
  ++ledger_.checkpoints;
  write_end_ = never;
  if (phase_ != Phase::save_wait) return;
  leave();
  save();
}

void JobProcess::repaired() {
  pool_.take_back();
  if (phase_ != Phase::waiting) return;
  leave();
  find_nodes(true);
}

void JobProcess::find_nodes(bool after_wait) {
  const int taken = pool_.fill();
  if (taken > 0 && !after_wait && input_.scenario->recovery.spares == Spares::cold) {
    must_boot_ = true;
  }
  if (pool_.vacant() > 0 || cut()) return enter(Phase::waiting, never);
  enter(Phase::restart, durations_.restart + (must_boot_ ? durations_.cold_start : 0));
}

void JobProcess::strike() {
  const Fault fault = faults_.next();
  faults_.pop();
  int node = -1;
  if (fault.place >= 0) {
    node = pool_.node_at(fault.place);
    if (node < 0) return;  // nobody is there: nodes in repair do not fail
    if (fault.evicts_node) pool_.doom(fault.place, fault.repair);
  }
  leave();
  write_end_ = never;
  log(fault, node, progress_.roll_back());
  enter(Phase::detection, durations_.detect);
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
      fmt::format("the job failed {} times in {:.1f} days and cannot get ahead: see the rates of "
                  "its faults and the time a recovery takes",
                  ledger_.failures, to_seconds(now_).value / to_seconds(a_day).value));
}

void JobProcess::close_record() {
  if (record_open_) ledger_.restarts.back().down = to_seconds(now_ - record_began_);
  record_open_ = false;
}

void JobProcess::finish(bool finished) {
  close_record();
  phase_ = Phase::over;
  ledger_.finished = finished;
}

Nanoseconds JobProcess::step_time() {
  const ClusterState state{.moved_nodes = bucket(pool_.moved(), input_.scenario->cluster.nodes),
                           .fabric = fabric_.state()};
  const auto known = known_steps_.find(state);
  if (known != known_steps_.end()) return known->second;
  // A replacement may by luck of hashing be better placed: that is not credited to the failure.
  const Seconds answer = input_.step_time(state);
  const Nanoseconds step =
      std::isinf(answer.value) ? never : std::max(ideal_step_, to_nanoseconds(answer));
  return known_steps_.emplace(state, step).first->second;
}

CampaignSummary JobProcess::summary() const {
  require(phase_ == Phase::over, "the run has come to its end");
  CampaignSummary summary = ledger_;
  const auto time_in = [&](AccountKind kind) {
    return summary.account_ns[static_cast<std::size_t>(kind)];
  };
  summary.wall_ns = now_;
  summary.all_node_ns = static_cast<NodeNanoseconds>(now_) * std::ssize(input_.leaf_group);
  check_sums(summary);
  const auto wall = static_cast<double>(std::max<Nanoseconds>(1, now_));
  summary.wall = to_seconds(now_);
  summary.steps = progress_.steps();
  summary.tokens = static_cast<double>(summary.steps) * input_.tokens_per_step;
  summary.lost_work = to_seconds(progress_.lost());
  summary.ettr =
      static_cast<double>(time_in(AccountKind::productive) + time_in(AccountKind::degraded)) / wall;
  summary.goodput = static_cast<double>(summary.steps * ideal_step_) / wall;
  if (summary.failures > 0) {
    const auto failures = static_cast<double>(summary.failures);
    Nanoseconds recovering = 0;
    for (const AccountKind kind :
         {AccountKind::recomputed, AccountKind::detection, AccountKind::localisation,
          AccountKind::waiting, AccountKind::restart, AccountKind::load}) {
      recovering += time_in(kind);
    }
    summary.mean_time_between_failures = summary.wall / failures;
    summary.mean_recovery = to_seconds(recovering) / failures;
  }
  return summary;
}

}  // namespace qianka
