// SPDX-License-Identifier: Apache-2.0
// Double binary trees, private to the collectives (Sanders, Speck & Träff 2009): two trees over the
// same places, each carrying half, so arranged that hardly any place has children in both.
#pragma once
#include "sim/workload/collective_legs.hpp"

#include <array>
#include <vector>

namespace qianka {

/// By place: its parent in the first and in the second tree; -1 for the root.
std::array<std::vector<int>, 2> double_binary_tree(int places);

/// Both trees over the nodes, once for each of `channels` cards of a node, data up and result down.
void add_trees(Leg& leg, const std::vector<std::vector<CardId>>& nodes, std::size_t channels);

/// All-reduce: a chain through each node to the card that crosses, and the trees between nodes.
Leg tree_leg(std::span<const CardId> group, const Machine& machine);

}  // namespace qianka
