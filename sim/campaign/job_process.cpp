// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/job_process.hpp"

#include "sim/language/language.hpp"
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

void note_checkpoints(const CampaignInput& input, CampaignSummary& ledger) {
  const Checkpoint& wanted = input.scenario->checkpoint;
  const CheckpointTimes& times = input.checkpoint;
  if (wanted.mode != CheckpointMode::none) {
    ledger.checkpoint_write = times.write;
    ledger.checkpoint_stall_each =
        wanted.mode == CheckpointMode::synchronous ? times.write : times.stall;
    ledger.checkpoint_load = times.load;
    ledger.checkpoint_bytes = times.bytes;
  }
  ledger.shows_restores =
      wanted.memory || wanted.last_words || wanted.keep || wanted.to == CheckpointPlace::local_nvme;
  if (!wanted.memory) return;
  ledger.memory_stall = times.memory.stall;
  ledger.memory_copy = times.memory.copy;
  ledger.memory_load = times.memory.load_own;
  ledger.memory_load_peer = times.memory.load_peer;
}

}  // namespace

JobProcess::JobProcess(const CampaignInput& input, At at)
    : input_(input),
      recovery_(input.scenario->recovery),
      at_(std::move(at)),
      ideal_step_(std::max<Nanoseconds>(1, to_nanoseconds(input.ideal_step))),
      faults_(input.scenario->faults, input.scenario->cluster.nodes, input.scenario->seed,
              input.scenario->cluster.spares),
      fabric_(input.scenario->faults.fabric, input.scenario->seed),
      planner_(recovery_, input.scenario->seed, input.scenario->cluster.nodes,
               input.scenario->cluster.nodes * input.scenario->cluster.node.cards),
      pool_(input.leaf_group, input.scenario->cluster.nodes, recovery_.spares != Spares::none,
            recovery_.take.nodes),
      shop_(recovery_.shop, planner_.draws()),
      progress_(ideal_step_),
      checkpoints_(input) {
  const Scenario& scenario = *input.scenario;
  require(std::ssize(input.leaf_group) == scenario.cluster.nodes + scenario.cluster.spares,
          "every node and spare hangs on a leaf");
  durations_ = {.timeout = to_nanoseconds(scenario.faults.fabric.timeout),
                .reroute = to_nanoseconds(scenario.faults.fabric.reroute)};
  target_steps_ = target_of(input);
  run_end_ = end_of(input, target_steps_, ideal_step_);
  note_checkpoints(input, ledger_);
  ledger_.cards_per_node = scenario.cluster.node.cards;
}

void JobProcess::start() {
  note_fabric();
  train();
  tell();
  if (phase_ != Phase::over) at_(next().at, [this] { wake(); });
}

JobProcess::Due JobProcess::next() const {
  Due due{checkpoints_.next(), Event::written};
  for (const Due& other :
       {Due{shop_.next(), Event::repaired}, Due{fabric_.next(), Event::fabric},
        Due{phase_end_, Event::phase_end}, Due{run_end_, Event::run_end},
        Due{dormant_.next(), Event::dormant}, Due{faults_.next().at, Event::fault}}) {
    if (other.at < due.at) due = other;
  }
  return due;
}

void JobProcess::wake() {
  Due due = next();
  advance(due.at);
  for (; phase_ != Phase::over && due.at == now_; due = next()) handle(due.event);
  tell();
  if (phase_ != Phase::over) at_(due.at, [this] { wake(); });
}

void JobProcess::advance(Nanoseconds to) {
  charge_pool(ledger_, to - now_,
              {.idle = pool_.idle(),
               .in_repair = shop_.inside(),
               .other_job = pool_.lent(),
               .retired = shop_.retired()});
  now_ = to;
}

void JobProcess::tell() const {
  if (!input_.watch) return;
  static constexpr std::array states = {"training", "waits for a save", "saves", "stands still"};
  const auto phase = static_cast<std::size_t>(phase_);
  const bool over = phase_ == Phase::over;
  const auto time_in = [&](AccountKind kind) {
    return ledger_.account_ns[static_cast<std::size_t>(kind)];
  };
  input_.watch({.at = to_seconds(now_),
                .state = over                          ? "over"
                         : phase_ == Phase::recovering ? part_name(part_)
                                                       : states.at(phase),
                .in_job = pool_.in_job(),
                .idle = pool_.idle(),
                .in_repair = shop_.inside(),
                .elsewhere = pool_.lent() + shop_.retired(),
                .steps = progress_.steps(),
                .settled = over || phase_began_ == now_,
                .checkpoints = checkpoints_.completed(),
                .trained_ns = time_in(AccountKind::productive) + time_in(AccountKind::degraded),
                .recomputed_ns = time_in(AccountKind::recomputed),
                .stalled_ns = time_in(AccountKind::checkpoint_stall),
                .down_ns = time_down(ledger_)});
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
    case Event::dormant:
      return dormant_due();
    case Event::fault:
      return fault_due();
  }
}

void JobProcess::enter(Phase phase, Nanoseconds time) {
  phase_ = phase;
  phase_began_ = now_;
  phase_end_ = time == never ? never : now_ + time;
}

/// Charges the time since the phase began; what comes next enters another one.
void JobProcess::leave() {
  const Nanoseconds spent = now_ - phase_began_;
  const int nodes = pool_.in_job();
  switch (phase_) {
    case Phase::training: {
      const MemorySaves::Stretch stretch =
          checkpoints_.divide(phase_began_, spent, progress_, step_);
      charge_job(ledger_, AccountKind::checkpoint_stall, stretch.stalled, nodes);
      const Trained trained = progress_.train(stretch.trained, step_);
      charge_job(ledger_, AccountKind::productive, trained.productive, nodes);
      charge_job(ledger_, AccountKind::recomputed, trained.recomputed, nodes);
      charge_job(ledger_, AccountKind::degraded, trained.degraded, nodes);
      charge_weeks(ledger_, phase_began_, now_, trained.productive + trained.degraded);
      return;
    }
    case Phase::save_wait:
    case Phase::snapshot:
      return charge_job(ledger_, AccountKind::checkpoint_stall, spent, nodes);
    case Phase::stalled:
      // A standstill that ends in a failure was how the failure was noticed.
      if (now_ == phase_end_ && cut()) {
        return charge_part(ledger_, RecoveryPart::detect, spent, nodes);
      }
      return charge_job(ledger_, AccountKind::degraded, spent, nodes);
    case Phase::recovering:
      return charge_part(ledger_, part_, spent, nodes);
    case Phase::over:
      return;
  }
}

void JobProcess::phase_ended() {
  leave();
  switch (phase_) {
    case Phase::training:
      if (progress_.steps() == target_steps_) return finish(true);
      return checkpoints_.writing() ? enter(Phase::save_wait, never) : save();
    case Phase::snapshot:
      checkpoints_.taken(progress_.steps(), now_);
      if (!checkpoints_.writing() && may_grow()) return grow();
      return train();
    case Phase::stalled:
      return cut() ? fabric_failed() : go_on();
    case Phase::recovering:
      return part_ended();
    case Phase::save_wait:
    case Phase::over:
      break;
  }
  throw Bug("internal error: this phase does not end by itself");
}

void JobProcess::train() {
  close_record();
  if (phase_ == Phase::recovering) {
    checkpoints_.resumed([this](int place) { return pool_.node_at(place) < 0; });
    dormant_.job_trains(now_, [this](int node) { return pool_.place_of(node) >= 0; });
  }
  if (recovery_.state_from_peers && may_grow()) return grow();
  const std::int64_t steps =
      std::min(checkpoints_.steps_per_save(), target_steps_ - progress_.steps());
  save_due_ = steps < unlimited - progress_.steps() ? progress_.steps() + steps : unlimited;
  go_on();
}

/// Trains at the speed of the present state of the cluster until a save is due.
void JobProcess::go_on() {
  if (cut()) return enter(Phase::stalled, durations_.timeout);
  step_ = checkpoints_.beside_write(step_time(cluster_state()));
  const Nanoseconds time = checkpoints_.time_until(save_due_, progress_, step_);
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
  if (!waits() || cut()) return;
  leave();
  find_nodes(true);
}

/// The transports have given up.
void JobProcess::fabric_failed() {
  const FabricFaults& faults = input_.scenario->faults.fabric;
  const InEnglish cause;  // records and traces name it
  const Fault fault{
      .at = now_, .component = "fabric", .cause = "cut: " + describe(faults, fabric_.state())};
  RecoveryPlan plan = planner_.plan(fault, first_event("fabric") + fabric_.changes(), false);
  plan.detect = 0;  // the standstill was that
  kept_ = false;
  log(fault, -1, roll_back({}));
  recover(plan);
}

void JobProcess::note_fabric() {
  const FabricFaults& faults = input_.scenario->faults.fabric;
  if (faults.events.empty()) return;
  const Nanoseconds step = step_time(cluster_state());
  ledger_.fabric.push_back({.at = to_seconds(now_),
                            .state = fabric_.state(),
                            .step = step == never ? Seconds{std::numeric_limits<double>::infinity()}
                                                  : to_seconds(step)});
}

void JobProcess::save() { enter(Phase::snapshot, checkpoints_.stall()); }

void JobProcess::written() {
  const bool waits = phase_ == Phase::save_wait;
  const bool trains = phase_ == Phase::training;
  const bool grows = (waits || trains) && may_grow();
  const bool slowed = trains && input_.scenario->checkpoint.step_slowdown;
  if (waits || slowed || grows) leave();
  checkpoints_.written();
  if (grows) return grow();
  if (waits) return save();
  if (slowed) go_on();
}

void JobProcess::finish(bool finished) {
  close_record();
  phase_ = Phase::over;
  ledger_.finished = finished;
}

ClusterState JobProcess::cluster_state() const {
  ClusterState state{.fabric = fabric_.state()};
  if (recovery_.shrink) state.replicas_lost = replicas_lost(pool_.vacant());
  if (state.replicas_lost == 0)
    state.moved_nodes = bucket(pool_.moved(), input_.scenario->cluster.nodes);
  const double slowest = dormant_.slowest([this](int node) { return pool_.place_of(node) >= 0; });
  state.slowest = std::max(1, static_cast<int>(std::lround(100 * slowest)));
  return state;
}

bool JobProcess::cut() {
  if (input_.scenario->faults.fabric.events.empty()) return false;
  return step_time({.moved_nodes = bucket(pool_.moved(), input_.scenario->cluster.nodes),
                    .fabric = fabric_.state()}) == never;
}

Nanoseconds JobProcess::step_time(const ClusterState& state) {
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
  summary.checkpoints = checkpoints_.completed();
  summary.memory_copies = checkpoints_.copies();
  summary.tokens = static_cast<double>(summary.steps) * input_.tokens_per_step;
  summary.lost_work = to_seconds(progress_.lost());
  summary.ettr =
      static_cast<double>(time_in(AccountKind::productive) + time_in(AccountKind::degraded)) / wall;
  summary.goodput = static_cast<double>(summary.steps * ideal_step_) / wall;
  if (summary.failures > 0) {
    const auto failures = static_cast<double>(summary.failures);
    const Nanoseconds recovering = time_in(AccountKind::recomputed) + time_down(summary);
    summary.mean_time_between_failures = summary.wall / failures;
    summary.mean_recovery = to_seconds(recovering) / failures;
  }
  return summary;
}

}  // namespace qianka
