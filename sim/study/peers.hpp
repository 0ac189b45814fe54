// SPDX-License-Identifier: Apache-2.0
// The same test at several places: pairs of nodes, nodes one by one. Healthy ones agree; one that
// does not is a fault to be mended, not the cluster's speed, so it is told and left out of the fit.
#pragma once
#include "sim/study/measured_run.hpp"

#include <vector>

namespace qianka {

/// Each run's bus bandwidth over what is usual among runs of the same test over as many ranks and
/// nodes, at the largest size that all of them have; 1 for a run without peers. Usual is the
/// median, of an even number the upper one: of two, the faster.
std::vector<double> shares_of_peers(const std::vector<MeasuredRun>& runs);

/// Below this share a run is left out. Links of one kind differ by a few per cent from run to run;
/// a lost lane or port costs a quarter and more.
inline constexpr double least_of_peers = 0.85;

}  // namespace qianka
