// SPDX-License-Identifier: Apache-2.0
// What the HTML report of a run shows beyond its JSON: the fabric with the load of its links,
// memory by stage, how the weeks went. docs/report.md has the keys.
#pragma once
#include "sim/report/json.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulate.hpp"

namespace qianka {

Json run_extras(const Scenario& scenario, const Results& run);

}  // namespace qianka
