// SPDX-License-Identifier: Apache-2.0
// Sizes that are each right but cannot go together. The arithmetic is spelled out, so that one can
// see which to change.
#pragma once
#include "sim/input/reader.hpp"
#include "sim/scenario/scenario.hpp"

#include <vector>

namespace qianka {

/// The least number of nodes whose cards are the job's; left as it is when the scenario gave one.
void choose_nodes(Scenario& scenario, const Reader& reader);

/// Everything that does not fit or divide, at the key that says so; sorted.
std::vector<Diagnostic> infeasibilities(const Scenario& scenario, const Reader& reader);

}  // namespace qianka
