// SPDX-License-Identifier: Apache-2.0
// Layouts between a search and scenario files.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/study/layout_space.hpp"

#include <string>
#include <vector>

namespace qianka {

/// What makes a scenario file have this layout: the keys that a search for layouts sets, those that
/// have their usual value only if `usual_too`.
std::vector<Override> layout_overrides(const Parallel& parallel, bool usual_too = true);

/// Layouts that the scenario's software is known to run: no context parallelism and no finer
/// sharding than ZeRO-1 unless the scenario itself has them.
LayoutChoices choices_like(const Scenario& scenario);

/// The scenario with the fastest of `simulate` layouts among those; Infeasible, saying why, when
/// none divides and fits.
Scenario laid_out(const Scenario& scenario, const LayoutChoices& choices, int simulate,
                  int workers);

/// "TP 8 x PP 16 x DP 8, interleave 2, micro 1, zero-1, recompute none"
std::string layout_text(const Parallel& parallel);

}  // namespace qianka
