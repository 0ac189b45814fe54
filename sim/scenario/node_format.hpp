// SPDX-License-Identifier: Apache-2.0
// The keys of a node whose cards are joined by more than one crossbar or mesh: listed links,
// packages of several dies, domains of several nodes.
#pragma once
#include "sim/input/fields.hpp"
#include "sim/scenario/cluster_spec.hpp"

namespace qianka {

void add_scale_up_keys(Table<NodeSpec>& table);

/// What the keys of a node say about each other.
void check_scale_up(NodeSpec& node, const Value& map, Reader& reader);

}  // namespace qianka
