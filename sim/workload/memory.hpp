// SPDX-License-Identifier: Apache-2.0
// What a card must hold, by pipeline stage.
#pragma once
#include "sim/metrics/summary.hpp"
#include "sim/scenario/scenario.hpp"

#include <vector>

namespace qianka {

/// Of the fullest stage. Activations per layer after Korthikanti et al. 2022 (arXiv:2205.05198,
/// table 2), term by term so that grouped-query attention, SwiGLU, fused attention and a missing
/// dropout are counted right; times the micro-batches that the schedule keeps in flight.
MemorySummary memory_of(const Job& job, const Accelerator& accelerator);

/// What a card of each stage needs.
std::vector<Bytes> memory_by_stage(const Job& job);

/// Bytes that these layers keep of one micro-batch until its backward pass, on the card or in the
/// host's memory.
Bytes kept_by_layers(const Job& job, const std::vector<int>& layers);

/// Of these, the share that waits in the host's memory.
double offloaded_share(const Job& job);

}  // namespace qianka
