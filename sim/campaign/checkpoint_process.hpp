// SPDX-License-Identifier: Apache-2.0
// The checkpoints of one job while it runs: when the next save is due, the write under way, which
// ones are complete, and which of them a failure leaves to go on from.
//
//   storage      a save stalls the training; what was saved counts when its write is complete. One
//                write at a time, ended by a failure. The newest `keep` of them are kept.
//   memory       copies at home and at peers: usable until all holders of one are lost at once.
//   last words   the replicas that a noticed failure left alive save what they have done.
//
// A node that is lost takes with it its memory and its disk; a process that restarts does not.
#pragma once
#include "sim/campaign/campaign.hpp"
#include "sim/campaign/checkpoint_layout.hpp"
#include "sim/campaign/memory_saves.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <vector>

namespace qianka {

enum class Origin { beginning, storage, memory, last_words };
const char* origin_name(Origin origin);

/// What a recovery goes on from.
struct Restore {
  Origin from = Origin::beginning;
  Version version;
};

struct Failure {
  Nanoseconds at = 0;
  std::vector<int> lost_places;     // nodes whose memory and disk are gone
  bool alive = true;                // the other nodes hold the state of the training
  bool noticed = true;              // and their processes can still be told to save it
  std::int64_t steps = 0;           // that they have done
  Nanoseconds right_until = never;  // what was computed since is wrong
};

class CheckpointProcess {
 public:
  explicit CheckpointProcess(const CampaignInput& input);

  // Saves to storage.
  std::int64_t steps_per_save() const { return steps_per_save_; }  // `never`: there are none
  Nanoseconds stall() const { return stall_; }                     // of training, for one save
  bool writing() const { return write_end_ != never; }
  Nanoseconds next() const { return write_end_; }   // when the write under way is complete
  void taken(std::int64_t steps, Nanoseconds now);  // the stall is over
  void written();                                   // next() has come
  /// A step's time while this or nothing is being written.
  Nanoseconds beside_write(Nanoseconds step) const;

  // Training, with the copies to memory that are taken on the way.
  Nanoseconds time_until(std::int64_t steps, const Progress& progress, Nanoseconds step) const;
  MemorySaves::Stretch divide(Nanoseconds began, Nanoseconds spent, const Progress& progress,
                              Nanoseconds step);

  // Failures.
  Restore fail(const Failure& failure);
  /// The job stops after so many steps, but keeps the state it has: what was being written is not,
  /// and the memory and disks of these places are gone.
  void interrupt(const std::vector<int>& lost_places, std::int64_t steps);
  void noticed(Nanoseconds now);  // last words begin
  /// From now until the state of the last failure's Restore is loaded; without one there is nothing
  /// to load.
  Nanoseconds load_time(Nanoseconds now) const;
  bool restored() const { return restore_.from != Origin::beginning; }
  /// Training goes on, perhaps with vacant places: what they held stays lost.
  void resumed(const std::function<bool(int place)>& vacant);

  std::int64_t completed() const { return completed_; }
  std::int64_t copies() const { return memory_ ? memory_->taken() : 0; }

 private:
  Restore best(const Failure& failure);
  bool all_lost(const Holders& groups) const;
  void keep(Version version);

  const Checkpoint& spec_;
  struct Durations {
    Nanoseconds write, load, load_own, load_peer, last_words;
  } durations_;
  Nanoseconds stall_ = 0;
  std::int64_t steps_per_save_ = never;
  Nanoseconds ideal_step_;
  Holders state_holders_, memory_holders_;

  std::optional<MemorySaves> memory_;
  std::deque<Version> kept_;  // complete, oldest first
  Version in_write_;
  Nanoseconds write_end_ = never;
  std::set<int> lost_;             // places lost since the job last trained
  Restore restore_;                // of the last failure
  Nanoseconds words_end_ = never;  // when last words are complete
  std::int64_t completed_ = 0;
};

}  // namespace qianka
