// SPDX-License-Identifier: Apache-2.0
// clang-format off
// The life of one job, as a state machine on a clock that is handed in:
//
//   training ──▶ (save_wait) ──▶ snapshot ──▶ training … until time, steps or tokens are reached
//   any phase ─fault▶ detection ▶ localisation ▶ (waiting) ▶ restart ▶ (load) ▶ training
//
// clang-format on
// The rules, beyond the words:
// - A fault strikes in every phase; while the job is down it starts the recovery over from
//   detection. Idle spares and nodes in repair do not fail: a fault aimed at an empty place is
//   none.
// - A node that must leave does so once it is localised; then its repair begins. A cold spare boots
//   as part of the restart; a node that the job waited for comes booted. A returned node is a
//   spare.
// - Every `checkpoint.every` of healthy training, rounded to whole steps, a snapshot is taken; the
//   job then trains on (asynchronous) while it is written. A snapshot that is due before the last
//   write is complete waits for it, as torchtitan (CheckpointManager._async_wait) and Orbax
//   (wait_until_finished) do. What a failure leaves to go on from is CheckpointProcess's to say.
// - A run of steps or tokens ends with its last step: no final checkpoint. It gives up after a year
//   plus a hundred times its length.
// - The fabric changes while the job trains: the step that is under way goes on at the new speed,
//   after a standstill of `reroute`. Cut in two, the job stands still; after `timeout` it fails,
//   and is restarted once the fabric is whole enough again.
// - What falls into the same nanosecond: the write, the repair, the fabric, the phase, the end of
//   the run, the fault, in this order.
#pragma once
#include "sim/campaign/campaign.hpp"
#include "sim/campaign/checkpoint_process.hpp"
#include "sim/campaign/fabric_timeline.hpp"
#include "sim/campaign/fault_source.hpp"
#include "sim/campaign/node_pool.hpp"
#include "sim/campaign/progress.hpp"
#include "sim/metrics/accounting.hpp"

#include <cstdint>
#include <functional>
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
  /// Once the clock has nothing more to call.
  CampaignSummary summary() const;

 private:
  enum class Phase {
    training,
    save_wait,
    snapshot,
    detection,
    localisation,
    waiting,
    restart,
    load,
    stalled,  // training stands still: routes are being found anew, or there are none
    over
  };
  enum class Event { written, repaired, fabric, phase_end, run_end, fault };
  struct Due {
    Nanoseconds at;
    Event event;
  };

  Due next() const;
  void wake();
  void advance(Nanoseconds to);
  void handle(Event event);

  void enter(Phase phase, Nanoseconds time);
  void leave();
  void phase_ended();
  void resume();
  void train();
  void go_on();
  void fabric_changed();
  void fabric_failed();
  void note_fabric();
  void save();
  void written();
  /// What is lost with these places' nodes, and with all results since `right_until`.
  Nanoseconds roll_back(const Fault& fault, Nanoseconds right_until = never);
  void repaired();
  void find_nodes(bool after_wait);
  void strike();
  void log(const Fault& fault, int node, Nanoseconds lost);
  void close_record();
  void finish(bool finished);
  Nanoseconds step_time();  // `never` when the fabric is cut
  bool cut() { return step_time() == never; }

  const CampaignInput& input_;
  At at_;
  struct Durations {
    Nanoseconds detect, localise, restart, cold_start, timeout, reroute;
  } durations_;
  std::int64_t target_steps_ = 0;
  Nanoseconds ideal_step_ = 0, run_end_ = 0;

  FaultSource faults_;
  FabricTimeline fabric_;
  NodePool pool_;
  Progress progress_;
  CheckpointProcess checkpoints_;
  std::map<ClusterState, Nanoseconds> known_steps_;

  Nanoseconds now_ = 0;
  Phase phase_ = Phase::over;
  Nanoseconds phase_began_ = 0, phase_end_ = never;
  Nanoseconds step_ = 0;       // of the present state of the cluster
  std::int64_t save_due_ = 0;  // after so many steps training ends, for a save or for good
  bool must_boot_ = false;     // a cold spare has been taken and not yet started
  bool record_open_ = false;   // the last record still lacks its time down
  Nanoseconds record_began_ = 0;
  CampaignSummary ledger_;
};

}  // namespace qianka
