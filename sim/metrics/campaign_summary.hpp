// SPDX-License-Identifier: Apache-2.0
// What weeks of training came to. Every field is documented in docs/json.md, which carries the same
// names.
#pragma once
#include "sim/units/quantity.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace qianka {

enum class AccountKind {
  productive,
  recomputed,
  checkpoint_stall,
  detection,
  localisation,
  waiting,
  restart,
  load,
  degraded
};
inline constexpr int account_kinds = 9;
const char* account_name(AccountKind kind);

/// What a recovery consists of, in order; each belongs to one account.
enum class RecoveryPart {
  detect,    // detection
  remedy,    // restart: an attempt in place
  localise,  // localisation
  take,      // waiting: another job gives up nodes
  wait,      // waiting: no node is to be had
  schedule,  // restart, as what follows
  cold_start,
  restart,
  groups,
  reconfigure,  // to fewer replicas, or back
  load,         // load
  warm_up       // restart
};
inline constexpr int recovery_parts = 12;
const char* part_name(RecoveryPart part);
AccountKind account_of(RecoveryPart part);

/// One failure and how the job came back. A failure that strikes during a recovery has a record of
/// its own.
struct RestartRecord {
  Seconds at;
  std::string cause, component;
  int node = 0;  // -1: no node of its own (a failure of the job as a whole)
  Seconds lost;  // useful time rolled back; 0 when the job was down already
  Seconds down;  // until training goes on, the next failure strikes or the run ends: they add up to
                 // the time down
};

/// From one change of the fabric to the next.
struct FabricSpell {
  Seconds at;               // when it began
  std::uint64_t state = 0;  // which faults hold: bit i is the i-th of the scenario; 0 = none
  Seconds step;             // what a step takes meanwhile; infinite when the fabric is cut
};

/// Node-time: 2,112 nodes x 54 days are more nanoseconds than 64 bits hold.
__extension__ typedef __int128 NodeNanoseconds;

/// Every second of the job belongs to exactly one account, and every card-hour of the cluster to
/// one too; both are held in integer nanoseconds, so that they add up exactly.
struct CampaignSummary {
  Seconds wall{0};
  double ettr = 0, goodput = 0, end_to_end_mfu = 0;
  std::int64_t failures = 0, checkpoints = 0, steps = 0;
  double tokens = 0;
  Seconds lost_work{0};
  // Wall clock per failure, and per failure the time down and the work done again; 0 without a
  // failure.
  Seconds mean_time_between_failures{0}, mean_recovery{0};
  std::int64_t account_ns[account_kinds] = {};  // adds up to wall_ns
  std::int64_t wall_ns = 0;
  std::int64_t recovery_ns[recovery_parts] = {};  // the same time down, by what it went to
  NodeNanoseconds card_account_ns[account_kinds] =
      {};  // card-nanoseconds divided by cards per node: node-ns
  NodeNanoseconds idle_spare_node_ns = 0,
                  in_repair_node_ns =
                      0;  // with card_account_ns and those below: add up to all_node_ns
  NodeNanoseconds other_job_node_ns = 0, retired_node_ns = 0;  // spares at work elsewhere, scrapped
  NodeNanoseconds all_node_ns = 0;                             // (nodes + spares) x wall_ns
  int cards_per_node = 1;
  Seconds checkpoint_write{0}, checkpoint_stall_each{0}, checkpoint_load{0};
  Bytes checkpoint_bytes{0};
  // Copies in memory; 0 without.
  std::int64_t memory_copies = 0;
  Seconds memory_stall{0}, memory_copy{0}, memory_load{0}, memory_load_peer{0};
  // What failures left to go on from: storage, memory, last_words, beginning.
  std::map<std::string, std::int64_t> restores_from;
  bool shows_restores = false;  // there is more than one thing to go on from
  bool finished = true;         // ran its time, or reached its steps or tokens
  std::map<std::string, std::int64_t> failures_by_component;
  std::vector<RestartRecord> restarts;
  // First-time training in each week from the start, the last one cut by the end of the run; adds
  // up to productive + degraded, but for standstills of the fabric.
  std::vector<std::int64_t> trained_by_week_ns;
  std::vector<FabricSpell> fabric;  // empty when nothing is to happen to the fabric
};

}  // namespace qianka
