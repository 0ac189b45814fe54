// SPDX-License-Identifier: Apache-2.0
// What every stage did in one simulated step, and when: for timelines and traces. Times count from
// the start of the step.
#pragma once
#include "sim/units/quantity.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace qianka {

enum class Work : std::uint8_t {
  forward,
  backward,
  weight_gradient,  // the half of a split backward pass that nobody waits for
  send_forward,     // activations
  send_backward,    // gradients of activations
  reduce_scatter,
  all_reduce,
  all_gather,
  broadcast,
  catch_up,  // until the slowest of the replicas is there
  gradient_norm,
  optimizer,
  host
};
inline constexpr int works = 13;
const char* work_name(Work work);  // "forward", "weight gradient", "reduce-scatter"

/// Operations of one lane run one after the other.
enum class Lane : std::uint8_t {
  compute,
  send_up,    // to the stage after
  send_down,  // to the stage before
  exchange,   // between the replicas that share what is sharded; all of them without sharding
  across,     // between equal shares
  everyone    // all stages wait here
};
inline constexpr int lanes = 6;
const char* lane_name(Lane lane);

/// Runs of one collective over one size inside a pass.
struct PassCollective {
  enum class Among : std::uint8_t { tensor, context, expert } among = Among::tensor;
  std::string name;    // "all-gather"
  Bytes size{0};       // of one run: what a card ends with (all-gather), starts with, or both
  double runs = 0;     // not whole where a pass is cut into pieces
  Seconds exposed{0};  // all runs together
};

/// What a pass is made of; adds up to its duration. How the parts interleave inside is not
/// simulated.
struct PassParts {
  Seconds compute{0}, recompute{0};
  Seconds slowed{0};  // computation, by collectives that run beside it
  Seconds jitter{0};  // waiting for slower cards
  Seconds tensor_comm{0}, context_comm{0}, expert_comm{0};  // exposed collectives
  Seconds host{0};
  std::vector<PassCollective> collectives;  // the exposed ones, one by one
};
/// Names, as traces and reports have them, and times of all of them.
std::array<std::pair<const char*, Seconds>, 8> named_parts(const PassParts& parts);

struct TimelineOperation {
  static constexpr std::uint32_t none = ~0U;

  Work work = Work::host;
  Lane lane = Lane::everyone;
  bool critical = false;  // on the chain that ends with the step
  // Of exchanges: the stage of the model whose weights they concern. 0 in lane everyone.
  int stage = 0;
  int receiver = -1;     // of sends: the stage that gets it
  int chunk = 0;         // virtual stage; with unit_by_unit the layer, embedding or head
  int replica = -1;      // a class of replicas; -1: all of them together
  int micro_batch = -1;  // from 0; -1: of none
  Seconds start, end;
  Bytes bytes{0};        // of one card: what a send carries, what a collective works on
  int group = 0;         // of exchanges: cards that hold shares of the same weights; 0: unknown
  double link_load = 0;  // of the link that is tightest for it: the share that it takes
  std::uint32_t parts = none;        // index into StepTimeline::parts: passes
  std::vector<std::uint32_t> after;  // operations that had to end first, its own lane's included

  [[nodiscard]] Seconds duration() const { return end - start; }
};

/// What runs on a card, and where the card is.
struct RankRole {
  int stage = 0, replica = 0, tensor = 0, context = 0;
  int node = 0, card = 0;  // of the cluster, of the node
};

struct StepTimeline {
  Seconds time;  // of the step: the end of the last operation
  int stages = 1, chunks = 1, micro_batches = 1;
  int tensor = 1, context = 1, expert = 1;  // cards that share a collective inside a pass
  bool both_ends = false;     // dualpipe: stage s also holds the weights of stage stages - 1 - s
  bool unit_by_unit = false;  // ZeRO-3 without a pipeline: `chunk` is a layer, embedding or head
  std::vector<int> replica_class;             // by replica: under which number it stands here
  std::vector<RankRole> ranks;                // by rank
  std::vector<std::vector<Bytes>> kept;       // [stage][chunk]: of a micro-batch between its passes
  std::vector<TimelineOperation> operations;  // in program order: what is waited for may come later
  std::vector<PassParts> parts;
  std::vector<std::uint32_t> critical_path;  // first to last, without gaps from 0 to `time`

  /// The cards of this stage, in replicas of this class, take part: as sender, receiver or member.
  [[nodiscard]] bool concerns(const TimelineOperation& operation, int stage, int replica) const;
};

}  // namespace qianka
