// SPDX-License-Identifier: Apache-2.0
// One training step, per pipeline stage: how long each pass takes and how many bytes leave. Pure
// arithmetic over the operator list; the tensor-parallel collectives inside a pass are asked for
// (they are simulated).
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/workload/collective.hpp"

#include <functional>
#include <vector>

namespace qianka {

/// Time of one tensor-parallel collective over `size` bytes.
using TensorTime = std::function<Seconds(CollectiveKind, Bytes)>;

/// One pass of a chunk (its layers, embedding or head) for one micro-batch; the parts add up to the
/// pass.
struct PassTime {
  Seconds compute{0}, recompute{0}, tensor_comm{0}, host{0}, jitter{0};
  Seconds total() const { return compute + recompute + tensor_comm + host + jitter; }
};

struct ChunkPlan {
  PassTime forward, backward;
  double parameters = 0;  // held by one card
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
  Bytes send;                   // one activation between stages, all tensor ranks together
  bool blocking_sends = false;  // sends hold the compute stream
  bool overlap_gradients = false;
  int buckets = 1;       // of a chunk's gradients, with overlap
  bool sharded = false;  // reduce-scatter + all-gather instead of all-reduce
  bool overlap_parameters = false;
  double gradient_bytes = 0, parameter_bytes = 0;  // on the wire, per parameter
  Seconds collective_launch{0};
  Seconds overhead{0};  // host work, once a step
};

StepPlan plan_step(const Job& job, const Accelerator& accelerator, const TensorTime& tensor_time);

/// Expected largest of n independent standard normal values (Blom 1958).
double expected_maximum(double n);

}  // namespace qianka
