// SPDX-License-Identifier: Apache-2.0
// The collectives inside passes: how often each runs in a pass of a chunk, and what of it
// computation does not hide. A step's plan has their sums alone; timelines show them one by one.
#pragma once
#include "sim/workload/step_plan.hpp"

namespace qianka {

/// Of one run of it: what neither computation nor the stack's overlap hides, its launch included.
Seconds exposed_time(const StackSpec& stack, const PassComm& comm, const CommTime& comm_time);

/// All runs in a pass of one kind over one size.
struct PassCommSum {
  CommGroup group = CommGroup::tensor;
  CollectiveKind kind = CollectiveKind::all_reduce;
  Bytes size;  // of one, as in PassComm
  double count = 0;
  Seconds exposed{0};  // together
};

struct ChunkComms {
  std::vector<PassCommSum> forward, backward;
};

/// [stage][chunk], or [0][unit] where the plan gathers units.
std::vector<std::vector<ChunkComms>> comms_of_chunks(const Job& job, const Accelerator& accelerator,
                                                     bool gather_units, const CommTime& comm_time);

}  // namespace qianka
