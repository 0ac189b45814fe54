// SPDX-License-Identifier: Apache-2.0
// The order in which the cards of a pipeline stage work through their micro-batches.
#pragma once
#include "sim/scenario/scenario.hpp"

#include <vector>

namespace qianka {

/// weight: the gradients of the weights, where the schedule takes them out of the backward pass.
enum class PassKind { forward, backward, weight };

struct Pass {
  PassKind kind = PassKind::forward;
  int chunk = 0, micro_batch = 0;
  bool joined = false;  // one with the next: they start when both can, and end together
};

/// Of one stage, by Parallel::schedule:
/// - 1f1b (Narayanan et al. 2019), or interleaved with `interleave` chunks a stage (Narayanan et
/// al.
///   2021, section 2.2; micro-batches advance in runs of `pipeline`). Requires batches % pipeline
///   == 0 when interleave > 1.
/// - gpipe (Huang et al. 2019): all forward passes, then all backward passes.
/// - zero-bubble: ZB-H1 (Qi et al. 2023, arXiv:2401.10241, section 2.1): 1F1B, where stage i does
///   the weights of a micro-batch i backward passes later.
/// - dualpipe (DeepSeek-AI 2024, arXiv:2412.19437, section 3.2.1): chunk 0 is stage `stage`, chunk
/// 1
///   the stage as far from the other end; half of the micro-batches, numbered from 0, pass through
///   each. Requires an even pipeline and an even number of batches, 2 x pipeline at least.
std::vector<Pass> pipeline_schedule(const Parallel& shape, int batches, int stage);

}  // namespace qianka
