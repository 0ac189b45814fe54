// SPDX-License-Identifier: Apache-2.0
// Are some nodes lemons? Two kinds of node against one, by how often each node failed: a count is
// Poisson, and a share of the nodes has `factor` times the rate of the rest.
#pragma once
#include "sim/study/likelihood.hpp"

#include <vector>

namespace qianka {

struct LemonFit {
  double share = 0, factor = 1;
  FaultInterval share_interval, factor_interval;  // when there are lemons
  double aic_gain = 0;                            // over one kind of node; above 0: there are
  bool enough = false;                            // nodes and events to tell
};

/// `counts` by node, those that never failed included.
LemonFit fit_lemons(const std::vector<int>& counts);

}  // namespace qianka
