// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/pass_comms.hpp"

#include <algorithm>

namespace qianka {
namespace {

class Summer {
 public:
  Summer(const Job& job, const Accelerator& accelerator, const CommTime& comm_time)
      : job_(job), kernels_(accelerator, job), comm_time_(comm_time) {}

  /// Embedding, layers and head, in this order, as far as the chunk has them.
  std::vector<ChunkComms> units(const ChunkWeights& chunk) const {
    std::vector<ChunkComms> all;
    if (chunk.first) all.push_back(sums(embedding_cost(job_, kernels_)));
    for (const int layer : chunk.layers) all.push_back(sums(layer_cost(job_, kernels_, layer)));
    if (chunk.last) all.push_back(sums(head_cost(job_, kernels_)));
    return all;
  }

  static ChunkComms together(const std::vector<ChunkComms>& units) {
    ChunkComms sum;
    for (const ChunkComms& unit : units) {
      for (const PassCommSum& one : unit.forward) add(sum.forward, one);
      for (const PassCommSum& one : unit.backward) add(sum.backward, one);
    }
    return sum;
  }

 private:
  static void add(std::vector<PassCommSum>& sums, const PassCommSum& more) {
    const auto like = std::ranges::find_if(sums, [&](const PassCommSum& sum) {
      return sum.group == more.group && sum.kind == more.kind && sum.size == more.size;
    });
    if (like == sums.end()) return sums.push_back(more);
    like->count += more.count, like->exposed += more.exposed;
  }

  void add(std::vector<PassCommSum>& sums, const PassCost& cost) const {
    for (const PassComm& comm : cost.comms)
      add(sums, PassCommSum{comm.group, comm.kind, comm.size, comm.count,
                            exposed_time(job_.stack, comm, comm_time_) * comm.count});
  }

  ChunkComms sums(const LayerCost& cost) const {
    ChunkComms sum;
    add(sum.forward, cost.forward);
    add(sum.backward, cost.backward);
    add(sum.backward, cost.recompute);
    return sum;
  }

  const Job& job_;
  const KernelModel kernels_;
  const CommTime& comm_time_;
};

}  // namespace

Seconds exposed_time(const StackSpec& stack, const PassComm& comm, const CommTime& comm_time) {
  Seconds one = comm_time(comm.group, comm.kind, comm.size);
  if (comm.group == CommGroup::tensor) one = one * (1 - stack.tensor_overlap);
  if (comm.group == CommGroup::expert) one = one * (1 - stack.expert_overlap);
  return std::max(one - comm.behind, Seconds{0}) + stack.collective_launch;
}

std::vector<std::vector<ChunkComms>> comms_of_chunks(const Job& job, const Accelerator& accelerator,
                                                     bool gather_units, const CommTime& comm_time) {
  const Summer summer(job, accelerator, comm_time);
  std::vector<std::vector<ChunkComms>> stages;
  for (const std::vector<ChunkWeights>& chunks : weights_of_chunks(job)) {
    stages.emplace_back();
    for (const ChunkWeights& chunk : chunks) {
      const std::vector<ChunkComms> units = summer.units(chunk);
      if (gather_units)
        stages.back() = units;
      else
        stages.back().push_back(Summer::together(units));
    }
  }
  return stages;
}

}  // namespace qianka
