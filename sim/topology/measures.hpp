// SPDX-License-Identifier: Apache-2.0
// What the form of a fabric amounts to, found on its graph by Boost's maximum flow and
// breadth-first search: the same for every family. Private to this module; topology.hpp has them
// for the others.
#pragma once
#include "sim/topology/wiring.hpp"

namespace qianka {

Bandwidth bisection_of(const Wiring& wiring);
int diameter_of(const Wiring& wiring);
/// The NICs' own cables count like those between switches.
int disjoint_paths_of(const Wiring& wiring, std::uint32_t a, std::uint32_t b);
/// The least of them from the first node to any other; one of each kind of node is asked.
int path_diversity_of(const Wiring& wiring);

}  // namespace qianka
