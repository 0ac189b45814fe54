// SPDX-License-Identifier: Apache-2.0
// What a run found, as plain records: the only thing reports read. Units are in the types; every field is documented
// in docs/json.md, which carries the same names.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sim/units/quantity.hpp"

namespace qianka {

/// One addend of the memory of the fullest card.
struct MemoryTerm {
  std::string name;  // weights, gradients, optimizer, activations, logits, reserved, margin
  Bytes bytes;
};

struct MemorySummary {
  bool fits = true;
  int stage = 0;      // the fullest pipeline stage, from 0
  Bytes per_card{0};  // what that stage needs
  Bytes capacity{0};  // what the driver reports
  std::vector<MemoryTerm> terms{};
};

/// Where the step's time goes, as seen by the slowest stage: the parts add up to `time`.
struct Breakdown {
  Seconds compute{0};          // GEMMs, attention, memory-bound kernels (recomputation excluded)
  Seconds recompute{0};
  Seconds tensor_comm{0};      // exposed tensor-parallel collectives
  Seconds pipeline_bubble{0};  // waiting for other stages
  Seconds pipeline_comm{0};    // waiting for transfers of activations
  Seconds data_comm{0};        // exposed gradient and parameter exchange
  Seconds optimizer{0};
  Seconds host{0};             // launches, per-step overhead
  Seconds jitter{0};           // healthy cards that differ, maximised where they wait for each other
};

/// One simulated collective, once per distinct situation.
struct CollectiveRecord {
  std::string name;       // "data-parallel reduce-scatter, stage 3"
  std::string algorithm;  // ring, direct, hierarchical
  int ranks = 0;
  std::int64_t groups = 0;  // that run it at the same time
  Bytes bytes;
  Seconds time;
  Bandwidth bus_bandwidth;
  std::int64_t flows = 0, classes = 0;
  std::string bottleneck;  // the link that binds
};

struct StepSummary {
  Seconds time{0};
  double tokens_per_second_per_card = 0;
  double mfu = 0, hfu = 0;
  Flops model_flops, hardware_flops;  // of the whole step, all cards
  std::string flops_formula;
  Breakdown breakdown;
  std::string limits;                 // what limits the step, in one sentence
  std::vector<CollectiveRecord> collectives;
  std::int64_t replica_classes = 1, replicas = 1, operations = 0, flow_classes = 0;
  std::string contention;             // "exact" or "representative", with the reason
};

struct EfficiencySummary {
  double value = 1;
  int baseline_cards = 0;
  std::string baseline;  // the layout in words
};

enum class AccountKind {
  productive, recomputed, checkpoint_stall, detection, localisation, waiting, restart, load, degraded
};
inline constexpr int account_kinds = 9;
const char* account_name(AccountKind kind);

/// One failure and how the job came back. A failure that strikes during a recovery has a record of its own.
struct RestartRecord {
  Seconds at;
  std::string cause, component;
  int node = 0;  // -1: no node of its own (a failure of the job as a whole)
  Seconds lost;  // useful time rolled back; 0 when the job was down already
  Seconds down;  // until training goes on, the next failure strikes or the run ends: they add up to the time down
};

/// Node-time: 2,112 nodes x 54 days are more nanoseconds than 64 bits hold.
__extension__ typedef __int128 NodeNanoseconds;

/// Every second of the job belongs to exactly one account, and every card-hour of the cluster to one too; both are
/// held in integer nanoseconds, so that they add up exactly.
struct CampaignSummary {
  Seconds wall{0};
  double ettr = 0, goodput = 0, end_to_end_mfu = 0;
  std::int64_t failures = 0, checkpoints = 0, steps = 0;
  double tokens = 0;
  Seconds lost_work{0};
  // Wall clock per failure, and per failure the time down and the work done again; 0 without a failure.
  Seconds mean_time_between_failures{0}, mean_recovery{0};
  std::int64_t account_ns[account_kinds] = {};        // adds up to wall_ns
  std::int64_t wall_ns = 0;
  NodeNanoseconds card_account_ns[account_kinds] = {};  // card-nanoseconds divided by cards per node: node-ns
  NodeNanoseconds idle_spare_node_ns = 0, in_repair_node_ns = 0;  // with card_account_ns: add up to all_node_ns
  NodeNanoseconds all_node_ns = 0;                      // (nodes + spares) x wall_ns
  int cards_per_node = 1;
  Seconds checkpoint_write{0}, checkpoint_stall_each{0}, checkpoint_load{0};
  Bytes checkpoint_bytes{0};
  bool finished = true;  // ran its time, or reached its steps or tokens
  std::map<std::string, std::int64_t> failures_by_component;
  std::vector<RestartRecord> restarts;
};

struct NamedText {
  std::string name, text;
};

/// Everything a report prints.
struct Summary {
  std::string scenario, question, digest;
  std::uint64_t seed = 1;
  std::string cluster, accelerator, model, stack;
  int cards = 0, nodes = 0, spares = 0, tensor = 1, context = 1, pipeline = 1, data = 1, expert = 1;
  int micro_batch = 1, interleave = 1, global_batch = 0, sequence = 0;
  std::string precision, sharding, recompute, layers_per_stage;
  bool sequence_parallel = false;
  FlopRate peak;
  MemorySummary memory;
  StepSummary step;
  EfficiencySummary parallel_efficiency;
  std::optional<CampaignSummary> campaign;
  std::vector<NamedText> engine_settings;  // the network model, as set
  std::vector<NamedText> definitions;      // the formulas behind the figures
  std::vector<std::string> cautions;       // approximations, extrapolations, assumed inputs
};

}  // namespace qianka
