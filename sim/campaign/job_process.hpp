// SPDX-License-Identifier: Apache-2.0
// clang-format off
// The life of one job, as a state machine on a clock that is handed in:
//
//   training ──▶ (save_wait) ──▶ snapshot ──▶ training … until time, steps or tokens are reached
//   any phase ─fault▶ recovering: detect ▶ (remedy) ▶ localise ▶ (take) ▶ (wait) ▶ schedule ▶
//              cold_start ▶ restart ▶ groups, or reconfigure ▶ (load) ▶ warm_up ▶ training
//
// clang-format on
// Beyond the words:
// - A fault strikes in every phase; while the job is down it starts the recovery over from
//   detection. While it waits for a node nothing runs: what would take no node away is none. Idle
//   spares and nodes in repair do not fail: a fault aimed at an empty place is none.
// - A node that must leave does so once it is localised. A cold spare boots as part of the restart;
//   a node that the job waited for comes booted. A returned node is a spare.
// - A job that shrinks goes on with the replicas that are whole. It grows back when a node returns,
//   with the state of the others, or else right after the next checkpoint.
// - Every `checkpoint.every` of healthy training, rounded to whole steps, a snapshot is taken; the
//   job then trains on (asynchronous) while it is written. One write at a time: a snapshot that is
//   due before the last write is complete waits for it, as torchtitan
//   (CheckpointManager._async_wait) and Orbax (wait_until_finished) do. A failure ends the write.
//   Recovery loads the newest complete checkpoint; without one, it starts from the beginning.
// - A run of steps or tokens ends with its last step: no final checkpoint. It gives up after a year
//   plus a hundred times its length.
// - The fabric changes while the job trains: the step that is under way goes on at the new speed,
//   after a standstill of `reroute`. Cut in two, the job stands still; after `timeout` it fails,
//   and is restarted once the fabric is whole enough again.
// - What falls into the same nanosecond: the write, the repair, the fabric, the phase, the end of
//   the run, what lay dormant, the fault, in this order.
#pragma once
#include "sim/campaign/campaign.hpp"
#include "sim/campaign/checkpoint_process.hpp"
#include "sim/campaign/dormant_faults.hpp"
#include "sim/campaign/fabric_timeline.hpp"
#include "sim/campaign/node_pool.hpp"
#include "sim/campaign/progress.hpp"
#include "sim/campaign/recovery_plan.hpp"
#include "sim/metrics/accounting.hpp"

#include <deque>
#include <map>

namespace qianka {

class JobProcess {
 public:
  /// Calls `then` at this time of the run. The job has one such call under way at any time, and
  /// keeps its own time: a clock that rounds changes no result.
  using At = std::function<void(Nanoseconds when, std::function<void()> then)>;

  JobProcess(const CampaignInput& input, At at);
  JobProcess(const JobProcess&) = delete;
  JobProcess& operator=(const JobProcess&) = delete;
  void start();
  CampaignSummary summary() const;  // once the clock has nothing more to call

 private:
  enum class Phase {
    training,
    save_wait,
    snapshot,
    stalled,     // training stands still: routes are being found anew, or there are none
    recovering,  // `part_` says with what
    over
  };
  enum class Event { written, repaired, fabric, phase_end, run_end, dormant, fault };
  struct Due {
    Nanoseconds at;
    Event event;
  };

  Due next() const;
  void wake();
  void advance(Nanoseconds to);
  void tell() const;
  void handle(Event event);

  void enter(Phase phase, Nanoseconds time);
  void leave();
  void phase_ended();
  void train();
  void go_on();
  void fabric_changed();
  void fabric_failed();
  void note_fabric();
  void step_changed();
  void save();
  void written();
  void finish(bool finished);
  Nanoseconds step_time(const ClusterState& state);  // `never` when the fabric is cut
  ClusterState cluster_state() const;
  bool cut();

  // Failures and recoveries: job_recovery.cpp.
  void fault_due();
  void dormant_due();
  void lie_dormant(const Fault& fault, int node);
  void strike(const Fault& fault, int node, EventId event, Nanoseconds corrupt_since);
  void doom(const std::vector<int>& places, const Fault& fault, EventId event, bool by_mistake);
  void come_again(Fault fault, int node, EventId event, Nanoseconds after, const char* remark);
  void send_away();
  void recover(const RecoveryPlan& plan);
  /// To what is left when all nodes of these places are lost, and all results since `right_until`.
  Nanoseconds roll_back(std::vector<int> lost_places, Nanoseconds right_until = never);
  Restore newest_left(std::vector<int> lost_places, Nanoseconds right_until = never);
  void next_part();
  void part_ended();
  void find_nodes(bool after_wait);
  void restart();
  void repaired();
  int replicas_lost(int vacant) const;
  bool may_grow() const;
  void grow();
  bool is_down() const { return phase_ == Phase::recovering && !plan_.retried; }
  bool waits() const { return phase_ == Phase::recovering && part_ == RecoveryPart::wait; }
  void log(const Fault& fault, int node, Nanoseconds lost);
  void close_record();

  const CampaignInput& input_;
  const Recovery& recovery_;
  At at_;
  struct {
    Nanoseconds timeout, reroute;
  } durations_;
  std::int64_t target_steps_ = 0, save_due_ = 0;  // after save_due_ steps training ends
  Nanoseconds ideal_step_ = 0, run_end_ = 0, now_ = 0;
  FaultSource faults_;
  DormantFaults dormant_;
  FabricTimeline fabric_;
  RecoveryPlanner planner_;
  NodePool pool_;
  RepairShop shop_;
  Progress progress_;
  CheckpointProcess checkpoints_;
  std::map<ClusterState, Nanoseconds> known_steps_;
  Phase phase_ = Phase::over;
  Nanoseconds phase_began_ = 0, phase_end_ = never, record_began_ = 0;
  Nanoseconds step_ = 0;  // of the present state of the cluster
  RecoveryPlan plan_;
  RecoveryPart part_ = RecoveryPart::detect;
  std::deque<TimedPart> ahead_;  // the parts that follow
  bool placed_ = false;          // what is ahead ends in training; nodes have been found
  bool kept_ = false;            // the state of the job is in memory: nothing is loaded
  bool must_boot_ = false;       // a cold spare has been taken and not yet started
  std::uint64_t growths_ = 0;    // so far
  bool record_open_ = false;     // the last record still lacks its time down
  CampaignSummary ledger_;
};

}  // namespace qianka
