// SPDX-License-Identifier: Apache-2.0
// Routes inside a node, by breadth-first search over its template: fewest hops, ties by order of
// wiring.
#pragma once
#include "sim/topology/node_template.hpp"

namespace qianka {

/// Fills the route tables from the graph. Cards reach each other over the scale-up links only, and
/// NICs over PCIe only; in a PCIe box these are the same.
void find_routes(NodeTemplate& node, std::uint32_t cards, ScaleUp scale_up);

}  // namespace qianka
