// SPDX-License-Identifier: Apache-2.0
// The weights that one card holds, by stage, chunk and layer.
#pragma once
#include "sim/scenario/scenario.hpp"

#include <vector>

namespace qianka {

/// Weights of one card: the routed experts are exchanged among fewer replicas than the rest.
struct Held {
  double dense = 0, experts = 0;
  double all() const { return dense + experts; }
  Held& operator+=(const Held& other) {
    dense += other.dense, experts += other.experts;
    return *this;
  }
  friend Held operator*(Held held, double times) {
    return {held.dense * times, held.experts * times};
  }
};

/// What of a chunk one card holds, tensor and expert parallelism applied.
struct ChunkWeights {
  std::vector<int> layers;  // of the model, 0-based
  std::vector<Held> held;   // of each layer
  double embedding = 0;     // the token table, on the first chunk of the first stage
  double head = 0;          // the output table where it is a copy of its own, prediction modules
  bool first = false, last = false;  // of the model
  Held sum() const;
};

/// [stage][chunk]. With dualpipe the second chunk is the stage as far from the other end.
std::vector<std::vector<ChunkWeights>> weights_of_chunks(const Job& job);

/// Cards that share out one copy of the sharded state: of dense weights over data x context, of the
/// experts over the replicas that hold the same ones.
double dense_sharers(const Job& job);
double expert_sharers(const Job& job);
/// What one card keeps of what it holds when the sharers share it out.
double shared_out(const Job& job, const Held& held);

}  // namespace qianka
