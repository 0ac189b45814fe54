// SPDX-License-Identifier: Apache-2.0
// Private to the engine: the flows as they are, in this process, which can do this once.
// simulate_flows() of flow_set.hpp calls it in a child, with the quotient.
#pragma once
#include "sim/engine/engine.hpp"
#include "sim/engine/flow_set.hpp"

#include <vector>

namespace qianka {

/// Finish time of each flow, by whichever of the two below is faster.
std::vector<Seconds> run_flows(const FlowSet& flows, Solver solver = Solver::lazy_tap);

/// On an Engine, from callbacks. SimGrid keeps all such communications on one list and searches it
/// at each end, which costs 20 us a flow at 4,000 flows and 200 us at 16,000.
std::vector<Seconds> run_flows_singly(const FlowSet& flows, Solver solver);

/// By sqrt(n) actors with sqrt(n) flows each, and lists as short. The same times to the last bit.
std::vector<Seconds> run_flows_in_groups(const FlowSet& flows, Solver solver);

}  // namespace qianka
