// SPDX-License-Identifier: Apache-2.0
// What one micro-batch costs on one card: the operators of a layer, of the embedding and of the
// head, summed. Each operator runs at its own rate; a single efficiency for all of them stays at 17
// % error (docs/model.md).
#pragma once
#include "sim/workload/gemm.hpp"

namespace qianka {

/// Time of one pass over something, on one of the `tensor` cards that share it.
struct PassCost {
  Seconds compute{0};
  int kernels = 0;  // launches, for the host floor
  int gathers = 0, scatters = 0,
      reduces = 0;  // tensor-parallel collectives over the whole activation, per pass
};

struct LayerCost {
  PassCost forward, backward;
  PassCost recompute;  // added to the backward pass
};

/// Sizes of one micro-batch on one card.
struct MicroBatchShape {
  double sequences = 1, sequence = 0, tokens = 0, tensor = 1;
  bool sequence_parallel = false;
  explicit MicroBatchShape(const Job& job);
};

LayerCost layer_cost(const Job& job, const KernelModel& kernels);
/// Embedding look-up on the first stage.
LayerCost embedding_cost(const Job& job, const KernelModel& kernels);
/// Final norm, logits and loss on the last stage.
LayerCost head_cost(const Job& job, const KernelModel& kernels);
/// Bytes of the whole activation [tokens, hidden] that tensor-parallel collectives move.
Bytes activation_bytes(const Job& job);
/// Bytes of one value at the job's precision in activations: 2, or 4 in FP32 and TF32.
double activation_element(Precision precision);

}  // namespace qianka
