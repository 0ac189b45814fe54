// SPDX-License-Identifier: Apache-2.0
// How many spare nodes a job needs. Two questions that look alike: how many must stand ready for
// the failures of one window (hot: each failure takes one at once), and how many are away at any
// time when a repair takes that long (a pool that nodes come back to).
#pragma once
#include "sim/units/quantity.hpp"

#include <vector>

namespace qianka {

/// Least n with P(X <= n) >= confidence, X binomial of `nodes` trials of this probability: failures
/// in one window. ByteRobust (Wan et al., SOSP 2025) keeps the P99 of it as warm standbys.
/// Requires 0 <= probability <= 1, 0 < confidence < 1.
int spares_for_window(int nodes, double probability, double confidence);

/// Least n with P(X <= n) >= confidence, X Poisson of mean nodes x rate x repair: nodes in repair,
/// when repairs do not queue (M/G/infinity: only the mean of the repair time counts, Khinchin).
int spares_in_repair(int nodes, double per_node_day, Seconds mean_repair, double confidence);

struct SpareChance {
  int spares = 0;
  double enough = 0;  // probability that so many are enough
};
/// From eight fewer to two more than asked for, to see what one more buys.
std::vector<SpareChance> window_curve(int nodes, double probability, double confidence);
std::vector<SpareChance> repair_curve(int nodes, double per_node_day, Seconds mean_repair,
                                      double confidence);

}  // namespace qianka
