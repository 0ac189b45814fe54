// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/schedule.hpp"

#include <algorithm>

namespace qianka {

std::vector<Pass> pipeline_schedule(const Parallel& shape, int batches, int stage) {
  const int stages = shape.pipeline, chunks = shape.interleave, total = batches * chunks;
  const auto pass = [&](int index, bool forward) {
    if (chunks == 1) return Pass{forward, 0, index};
    const int run = stages * chunks, chunk = index % run / stages;
    return Pass{forward, forward ? chunk : chunks - 1 - chunk,
                index / run * stages + index % stages};
  };
  const int warm_up = std::min(
      total, chunks == 1 ? stages - stage - 1 : (stages - stage - 1) * 2 + (chunks - 1) * stages);
  std::vector<Pass> order;
  order.reserve(static_cast<std::size_t>(total) * 2);
  for (int i = 0; i < warm_up; ++i) order.push_back(pass(i, true));
  for (int i = 0; i < total; ++i) {
    if (warm_up + i < total) order.push_back(pass(warm_up + i, true));
    order.push_back(pass(i, false));
  }
  return order;
}

}  // namespace qianka
