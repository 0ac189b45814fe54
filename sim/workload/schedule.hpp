// SPDX-License-Identifier: Apache-2.0
// The order in which a pipeline stage works through its micro-batches.
#pragma once
#include "sim/scenario/scenario.hpp"

#include <vector>

namespace qianka {

struct Pass {
  bool forward = true;
  int chunk = 0, micro_batch = 0;
};

/// 1F1B (Narayanan et al. 2019), or interleaved 1F1B with `interleave` chunks a stage (Narayanan et
/// al. 2021, section 2.2; micro-batches advance in runs of `pipeline`). Requires batches % pipeline
/// == 0 when interleave > 1.
std::vector<Pass> pipeline_schedule(const Parallel& shape, int batches, int stage);

}  // namespace qianka
