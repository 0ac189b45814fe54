// SPDX-License-Identifier: Apache-2.0
// One training step, per pipeline stage: how long each pass takes and how many bytes leave. Pure
// arithmetic over the operator list; the collectives inside a pass are asked for (they are
// simulated).
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/workload/collective.hpp"
#include "sim/workload/held_weights.hpp"
#include "sim/workload/operators.hpp"

#include <functional>
#include <vector>

namespace qianka {

/// Time of one collective over `size` bytes, alone with those of its kind.
using CommTime = std::function<Seconds(CommGroup, CollectiveKind, Bytes)>;

/// One pass of a chunk (its layers, embedding or head) for one micro-batch; the parts add up to the
/// pass.
struct PassTime {
  Seconds compute{0}, recompute{0}, tensor_comm{0}, context_comm{0}, expert_comm{0}, host{0},
      jitter{0};
  Seconds slowed{0};  // computation, by what the replicas exchange beside it
  Seconds total() const {
    return compute + recompute + tensor_comm + context_comm + expert_comm + host + jitter + slowed;
  }
  PassTime& operator+=(const PassTime& other);
};
PassTime operator*(PassTime time, double times);

/// What is gathered, used and given back as one under ZeRO-3: a layer, the embedding, the head.
struct UnitPlan {
  PassTime forward, backward;
  Held parameters;
};

struct ChunkPlan {
  PassTime forward, backward;
  PassTime weight;    // split_backward: taken out of `backward`; else zero
  Seconds slowed{0};  // its last backward pass, by gradients that leave beside it
  Held parameters;
  std::vector<UnitPlan> units;  // gather_units: the passes above, cut into units; else empty
};

struct StagePlan {
  std::vector<ChunkPlan> chunks;
  Seconds optimizer{0};
  Seconds straggle{
      0};  // until the slowest of the data-parallel replicas has caught up, once a step
};

struct StepPlan {
  Parallel shape;
  int batches = 1;  // micro-batches per replica and step
  std::vector<StagePlan> stages;
  Bytes send;                   // one activation between stages, all tensor and context ranks
  bool blocking_sends = false;  // sends hold the compute stream
  bool split_backward = false;  // zero_bubble, dualpipe: weight gradients are passes of their own
  bool gather_units = false;    // ZeRO-3 without a pipeline: unit by unit, every pass
  int unit_gathers = 1;         // all-gathers that bring one unit
  bool overlap_gradients = false;
  int buckets = 1;       // of a chunk's gradients, with overlap
  bool sharded = false;  // reduce-scatter + all-gather instead of all-reduce
  bool overlap_parameters = false;
  bool broadcast_parameters = false;               // by each owner in turn
  Seconds broadcast_overhead{0};                   // of each
  double gradient_bytes = 0, parameter_bytes = 0;  // on the wire, per parameter
  Seconds collective_launch{0};
  Seconds overhead{0};      // host work, once a step
  bool stages_wait = true;  // off: passes begin without what other stages send

  /// Micro-batches that pass through one chunk: with dualpipe half of them.
  int batches_of_chunk() const {
    return shape.schedule == Schedule::dualpipe ? batches / 2 : batches;
  }
  /// Where the weights of a chunk belong: with dualpipe those of a stage's second chunk are the
  /// first of the stage as far from the other end.
  struct Piece {
    int stage, chunk;
  };
  Piece piece(int stage, int chunk) const {
    if (shape.schedule != Schedule::dualpipe || chunk == 0) return {stage, chunk};
    return {shape.pipeline - 1 - stage, 0};
  }
};

/// What the holders of a stage exchange: all its chunks; with dualpipe the first.
Held exchanged_by_stage(const StepPlan& plan, int stage);

StepPlan plan_step(const Job& job, const Accelerator& accelerator, const CommTime& comm_time);

/// Expected largest of n independent standard normal values (Blom 1958).
double expected_maximum(double n);

}  // namespace qianka
