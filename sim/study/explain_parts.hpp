// SPDX-License-Identifier: Apache-2.0
// Where the step goes, with the links that communication crosses.
#pragma once
#include "sim/study/explain.hpp"

#include <vector>

namespace qianka {

/// `whole`: of a step in which no tensor- or expert-parallel communication hides, if any does.
std::vector<ExplainedPart> parts_of(const Scenario& scenario, const StepSummary& step,
                                    const std::optional<Breakdown>& whole);

}  // namespace qianka
