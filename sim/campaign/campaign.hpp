// SPDX-License-Identifier: Apache-2.0
// The weeks-long run: faults strike nodes, the job stops, is detected, localised, given another
// node, restarted, loads the newest complete checkpoint and does the lost work again. Simulated on
// the engine's timers in one child; the step time of each state of the cluster is asked for and
// remembered.
#pragma once
#include "sim/metrics/job_log.hpp"
#include "sim/metrics/summary.hpp"
#include "sim/scenario/fabric_faults.hpp"
#include "sim/scenario/scenario.hpp"

#include <functional>
#include <vector>

namespace qianka {

/// What the step time depends on, in buckets (docs/model.md, "Buckets"): few enough to simulate
/// each once.
struct ClusterState {
  /// Nodes of the job that run on a replacement in another leaf group: 0, 1, 2, 4, 8, …, rounded
  /// up, but no more than the job has.
  int moved_nodes = 0;
  FabricState fabric = 0;  // which faults of the fabric hold
  /// Data-parallel replicas that the job does without. How many nodes have moved does not count
  /// then: the others have been placed anew.
  int replicas_lost = 0;
  int slowest = 100;  // the speed of the slowest node, in percent of a healthy one's
  friend auto operator<=>(const ClusterState&, const ClusterState&) = default;
};

/// Copies in memory: what one stalls, how long until the peers have it, and loading it: where the
/// node has its own, and where it comes from a peer.
struct MemoryTimes {
  Seconds stall{0}, copy{0}, load_own{0}, load_peer{0};
};

struct CheckpointTimes {
  Seconds write{0};  // from the end of the snapshot to a complete save; synchronous: training waits
  Seconds stall{0};  // asynchronous: what training waits for the snapshot, before `write` begins
  Seconds load{0};
  Bytes bytes{0};
  MemoryTimes memory = {};
  Seconds last_words{0};  // until what a replica saves at a failure is complete
};

/// Topology facts the campaign needs: which leaf group each node (job's and spares) hangs on.
struct CampaignInput {
  const Scenario* scenario = nullptr;
  std::vector<int> leaf_group;  // by node, nodes + spares entries
  CheckpointTimes checkpoint;
  std::vector<std::vector<int>> state_holders = {};  // for last words: see checkpoint_layout.hpp
  Seconds ideal_step;                                // of the healthy cluster
  double tokens_per_step = 0;
  /// Of a step of the whole global batch, with however many replicas. Infinite: some of the job's
  /// cards cannot reach each other.
  std::function<Seconds(const ClusterState&)> step_time;
  /// Told after every instant at which something happened, if anybody listens.
  std::function<void(const JobMoment&)> watch = {};
};

/// Deterministic in (scenario, seed). Runs in the calling process on its own engine: call it inside
/// a child.
CampaignSummary run_campaign(const CampaignInput& input);

}  // namespace qianka
