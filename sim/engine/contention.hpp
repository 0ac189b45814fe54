// SPDX-License-Identifier: Apache-2.0
// Which of the step's transfers slow each other down, and on which links: the same flows as in the
// step, each kind at once.
#pragma once
#include "sim/metrics/contention_summary.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/topology/topology.hpp"
#include "sim/workload/layout.hpp"

#include <string>
#include <vector>

namespace qianka {

/// Each kind of transfer that the step has, then all that are on the fabric together.
std::vector<Contention> find_contention(const Scenario& scenario, const Topology& topology,
                                        const Placement& placement);

/// The load of every link under one kind of transfer: what its flows would each take alone, over
/// its capacity.
struct LinkLoads {
  std::string what;
  std::vector<double> load;  // by link
};

/// The same kinds of transfer, link by link, without a simulation.
std::vector<LinkLoads> find_link_loads(const Scenario& scenario, const Topology& topology,
                                       const Placement& placement);

}  // namespace qianka
