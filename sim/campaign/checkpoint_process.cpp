// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/checkpoint_process.hpp"

#include "sim/units/require.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace qianka {
namespace {

std::int64_t whole_steps(Seconds every, std::int64_t steps, Seconds step) {
  if (steps > 0) return steps;
  return std::max<std::int64_t>(1, std::llround(std::min(every / step, 1e18)));
}

/// Copies as often as wanted, but not before the one before has arrived.
MemorySaves memory_saves(const CampaignInput& input, const MemoryCopies& wanted) {
  const MemoryTimes& times = input.checkpoint.memory;
  const std::int64_t steps = whole_steps(wanted.every.time, wanted.every.steps, input.ideal_step);
  const Nanoseconds copy = to_nanoseconds(times.copy);
  const Nanoseconds step = std::max<Nanoseconds>(1, to_nanoseconds(input.ideal_step));
  return MemorySaves(std::max(steps, (copy + step - 1) / step), to_nanoseconds(times.stall), copy);
}

}  // namespace

const char* origin_name(Origin origin) {
  static constexpr std::array<const char*, 4> names{"beginning", "storage", "memory", "last_words"};
  return names.at(static_cast<std::size_t>(origin));
}

CheckpointProcess::CheckpointProcess(const CampaignInput& input)
    : spec_(input.scenario->checkpoint),
      durations_{.write = to_nanoseconds(input.checkpoint.write),
                 .load = to_nanoseconds(input.checkpoint.load),
                 .load_own = to_nanoseconds(input.checkpoint.memory.load_own),
                 .load_peer = to_nanoseconds(input.checkpoint.memory.load_peer),
                 .last_words = to_nanoseconds(input.checkpoint.last_words)},
      ideal_step_(std::max<Nanoseconds>(1, to_nanoseconds(input.ideal_step))),
      state_holders_(input.state_holders) {
  if (spec_.mode != CheckpointMode::none) {
    steps_per_save_ = whole_steps(spec_.every, spec_.every_steps.value_or(0), input.ideal_step);
    stall_ = spec_.mode == CheckpointMode::synchronous ? durations_.write
                                                       : to_nanoseconds(input.checkpoint.stall);
  }
  if (!spec_.memory) return;
  memory_ = memory_saves(input, *spec_.memory);
  memory_holders_ = memory_holders(*spec_.memory, input.scenario->cluster.nodes);
}

void CheckpointProcess::taken(std::int64_t steps, Nanoseconds now) {
  in_write_ = {.steps = steps, .taken = now};
  if (spec_.mode == CheckpointMode::synchronous) return written();
  write_end_ = now + durations_.write;
}

void CheckpointProcess::written() {
  keep(in_write_);
  ++completed_;
  write_end_ = never;
}

void CheckpointProcess::keep(Version version) {
  require(kept_.empty() || version.steps >= kept_.back().steps, "checkpoints come in order");
  kept_.push_back(version);
  if (spec_.keep && std::ssize(kept_) > *spec_.keep) kept_.pop_front();
}

Nanoseconds CheckpointProcess::beside_write(Nanoseconds step) const {
  if (!writing() || !spec_.step_slowdown) return step;
  return std::max(step, to_nanoseconds(to_seconds(step) * (1 + *spec_.step_slowdown)));
}

Nanoseconds CheckpointProcess::time_until(std::int64_t steps, const Progress& progress,
                                          Nanoseconds step) const {
  return memory_ ? memory_->time_until(steps, progress, step)
                 : progress.time_for(steps - progress.steps(), step);
}

MemorySaves::Stretch CheckpointProcess::divide(Nanoseconds began, Nanoseconds spent,
                                               const Progress& progress, Nanoseconds step) {
  if (!memory_) return {.trained = spent, .stalled = 0};
  return memory_->divide(began, spent, progress, step);
}

bool CheckpointProcess::all_lost(const Holders& groups) const {
  if (lost_.empty()) return false;
  const auto gone = [this](const std::vector<int>& group) {
    return std::ranges::all_of(group, [this](int place) { return lost_.contains(place); });
  };
  return std::ranges::any_of(groups, gone);
}

Restore CheckpointProcess::fail(const Failure& failure) {
  write_end_ = never;
  if (words_end_ <= failure.at) keep(restore_.version);  // complete before this failure
  words_end_ = never;
  lost_.insert(failure.lost_places.begin(), failure.lost_places.end());
  if (spec_.to == CheckpointPlace::local_nvme && !lost_.empty()) kept_.clear();
  while (!kept_.empty() && kept_.back().taken > failure.right_until) kept_.pop_back();
  restore_ = best(failure);
  if (memory_) memory_->restart(restore_.version.steps, restore_.from == Origin::memory);
  return restore_;
}

void CheckpointProcess::interrupt(const std::vector<int>& lost_places, std::int64_t steps) {
  write_end_ = words_end_ = never;
  restore_ = {};
  lost_.insert(lost_places.begin(), lost_places.end());
  if (spec_.to == CheckpointPlace::local_nvme && !lost_.empty()) kept_.clear();
  if (memory_ && all_lost(memory_holders_)) memory_->restart(steps, false);
}

/// Of what is left, what brings the job soonest to where it was: work to do again, and loading.
Restore CheckpointProcess::best(const Failure& failure) {
  std::optional<Restore> best;
  Nanoseconds least = never;
  const auto offer = [&](Origin from, const Version& version, Nanoseconds load) {
    const Nanoseconds cost = scaled(ideal_step_, failure.steps - version.steps, 1) + load;
    if (best && cost >= least) return;
    best = {.from = from, .version = version}, least = cost;
  };
  const bool right = failure.right_until >= failure.at;
  const bool replicas = spec_.last_words && !state_holders_.empty() && !all_lost(state_holders_);
  // The nearer first: it wins when they cost the same.
  if (memory_ && !all_lost(memory_holders_)) {
    const auto copy = memory_->newest(failure.at);
    const std::int64_t stored = kept_.empty() ? 0 : kept_.back().steps;
    if (copy && copy->taken <= failure.right_until && copy->steps >= stored)
      offer(Origin::memory, *copy, lost_.empty() ? durations_.load_own : durations_.load_peer);
  }
  if (!kept_.empty()) offer(Origin::storage, kept_.back(), durations_.load);
  if (replicas && failure.alive && failure.noticed && right)
    offer(Origin::last_words, {.steps = failure.steps, .taken = failure.at},
          durations_.last_words + durations_.load);
  return best.value_or(Restore{});
}

void CheckpointProcess::noticed(Nanoseconds now) {
  if (restore_.from == Origin::last_words && words_end_ == never)
    words_end_ = now + durations_.last_words;
}

Nanoseconds CheckpointProcess::load_time(Nanoseconds now) const {
  switch (restore_.from) {
    case Origin::beginning:
      return 0;
    case Origin::storage:
      return durations_.load;
    case Origin::memory:
      return lost_.empty() ? durations_.load_own : durations_.load_peer;
    case Origin::last_words:
      return durations_.load + (words_end_ == never ? durations_.last_words
                                                    : std::max<Nanoseconds>(0, words_end_ - now));
  }
  return 0;
}

void CheckpointProcess::resumed(const std::function<bool(int place)>& vacant) {
  if (restore_.from == Origin::last_words) keep(restore_.version);
  restore_ = {};
  words_end_ = never;
  std::erase_if(lost_, std::not_fn(vacant));
}

}  // namespace qianka
