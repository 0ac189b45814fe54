// SPDX-License-Identifier: Apache-2.0
// A cluster as pictures that lead from the whole to a card: of the cluster its pods, of a pod its
// leaf groups, of a group its nodes, of a node its cards, with the links between them and how
// loaded these are. What looks alike is drawn once, so that a large cluster is no larger a report.
#pragma once
#include "sim/engine/contention.hpp"
#include "sim/report/json.hpp"
#include "sim/topology/topology.hpp"

#include <span>

namespace qianka {

/// docs/report.md has the keys.
Json fabric_picture(const Topology& topology, std::span<const LinkLoads> loads);

}  // namespace qianka
