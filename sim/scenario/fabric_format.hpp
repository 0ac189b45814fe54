// SPDX-License-Identifier: Apache-2.0
// The keys of a fabric that is not a Clos: families with parameters of their
// own, and listed switches and cables.
#pragma once
#include "sim/input/fields.hpp"
#include "sim/scenario/cluster_spec.hpp"

namespace qianka {

void add_listed_fabric_keys(Table<FabricSpec>& table);

/// What the keys of a cluster say about each other: the ends of cables are there, and what one kind
/// of fabric needs is not given to another.
void check_listed_fabric(ClusterSpec& cluster, const Value& map, Reader& reader);

}  // namespace qianka
