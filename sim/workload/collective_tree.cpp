// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/collective_tree.hpp"

#include <algorithm>
#include <cmath>

namespace qianka {
namespace {

/// The lowest bit of a place is its level: an odd one is a leaf, and the parent of a place is the
/// nearest one of a higher level, towards the middle of its subtree where that exists.
int parent_in_order(int place, int places) {
  if (place == 0) return -1;
  const int level = place & -place;
  const int below = place - level;
  const int above = (below & level * 2) != 0 ? below : place + level;
  return above < places ? above : below;
}

}  // namespace

std::array<std::vector<int>, 2> double_binary_tree(int places) {
  std::array<std::vector<int>, 2> trees;
  for (auto& tree : trees) tree.resize(static_cast<std::size_t>(places), -1);
  // The second is the first one mirrored, or turned by a place where their number is odd: leaves
  // become inner places.
  const bool even = places % 2 == 0;
  const auto moved = [&](int place) { return even ? places - 1 - place : (place + 1) % places; };
  for (int place = 0; place < places; ++place) {
    const int parent = parent_in_order(place, places);
    trees[0][static_cast<std::size_t>(place)] = parent;
    trees[1][static_cast<std::size_t>(moved(place))] = parent < 0 ? -1 : moved(parent);
  }
  return trees;
}

void add_trees(Leg& leg, const std::vector<std::vector<CardId>>& nodes, std::size_t channels) {
  const double share = 0.5 / static_cast<double>(channels);
  for (const auto& tree : double_binary_tree(static_cast<int>(nodes.size()))) {
    for (std::size_t place = 0; place < tree.size(); ++place) {
      if (tree[place] < 0) continue;
      const auto& below = nodes[place];
      const auto& above = nodes[static_cast<std::size_t>(tree[place])];
      for (std::size_t c = 0; c < channels; ++c) {
        leg.transfers.push_back({below[c], above[c], share});
        leg.transfers.push_back({above[c], below[c], share});
      }
    }
  }
  leg.across += 2 * std::ceil(std::log2(static_cast<double>(nodes.size())));
}

Leg tree_leg(std::span<const CardId> group, const Machine& machine) {
  const auto nodes = cards_by_node(group, machine.cards_per_node);
  std::size_t channels = nodes.front().size(), local = 0;
  for (const auto& cards : nodes) {
    channels = std::min(channels, cards.size());
    local = std::max(local, cards.size());
  }
  Leg leg;
  const double share = 1 / static_cast<double>(channels);
  for (const auto& cards : nodes) {
    for (std::size_t c = 0; c < channels; ++c) {
      for (std::size_t k = 0; k + 1 < cards.size(); ++k) {
        const CardId nearer = cards[(c + k) % cards.size()];
        const CardId further = cards[(c + k + 1) % cards.size()];
        leg.transfers.push_back({further, nearer, share});
        leg.transfers.push_back({nearer, further, share});
      }
    }
  }
  leg.inside = 2 * static_cast<double>(local - 1);
  add_trees(leg, nodes, channels);
  return leg;
}

}  // namespace qianka
