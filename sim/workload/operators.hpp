// SPDX-License-Identifier: Apache-2.0
// What one micro-batch costs on one card: the operators of a layer, of the embedding and of the
// head, summed. Each operator runs at its own rate; a single efficiency for all of them stays at 17
// % error (docs/model.md).
#pragma once
#include "sim/workload/collective.hpp"
#include "sim/workload/gemm.hpp"

#include <vector>

namespace qianka {

/// Which cards a collective joins. Inside a pass the first three; data and expert_data share out
/// one copy of what is sharded: the dense weights, the experts (workload/card_groups.hpp).
enum class CommGroup { tensor, context, expert, data, expert_data };

/// A collective inside a pass, `count` times.
struct PassComm {
  CommGroup group = CommGroup::tensor;
  CollectiveKind kind = CollectiveKind::all_reduce;
  Bytes size;  // nccl-tests' size (workload/collective.hpp)
  double count = 1;
  Seconds behind{0};  // computation that it runs behind, each time
};

/// Time of one pass over something, on one of the cards that share it.
struct PassCost {
  Seconds compute{0};
  Seconds serial{0};  // host and small kernels that nothing hides (routing of experts)
  int kernels = 0;    // launches, for the host floor
  std::vector<PassComm> comms;

  PassCost& operator+=(const PassCost& other);
};

struct LayerCost {
  PassCost forward, backward;  // backward: gradients of inputs and of weights
  PassCost weight;             // the part of `backward` that is weight gradients
  PassCost recompute;          // added to the backward pass

  LayerCost& operator+=(const LayerCost& other);
};

/// Sizes of one micro-batch on one card.
struct MicroBatchShape {
  double sequences = 1, sequence = 0;  // sequence: the whole of it, over all context ranks
  double tokens = 0;                   // on one card: sequences x sequence / context
  double tensor = 1, context = 1;
  bool sequence_parallel = false;
  explicit MicroBatchShape(const Job& job);
};

/// Of transformer layer `layer` (0-based): layers with experts differ from dense ones.
LayerCost layer_cost(const Job& job, const KernelModel& kernels, int layer);
/// Embedding look-up on the first stage.
LayerCost embedding_cost(const Job& job, const KernelModel& kernels);
/// Final norm, logits and loss on the last stage, multi-token prediction included.
LayerCost head_cost(const Job& job, const KernelModel& kernels);
/// Bytes of the whole activation [tokens, hidden] of one context rank, that tensor-parallel
/// collectives move.
Bytes activation_bytes(const Job& job);
/// Bytes of one value at the job's precision in activations: 2, or 4 in FP32 and TF32.
double activation_element(Precision precision);

}  // namespace qianka
