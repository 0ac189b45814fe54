// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/card_placement.hpp"

#include "sim/units/require.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <boost/random/mersenne_twister.hpp>
#include <boost/random/uniform_int_distribution.hpp>

namespace qianka {
namespace {

/// The nodes in the order in which ranks fill them (Fisher and Yates' shuffle).
std::vector<int> node_order(int nodes, const GroupShape& shape) {
  std::vector<int> order(static_cast<std::size_t>(nodes));
  std::iota(order.begin(), order.end(), 0);
  if (!shape.random) return order;
  boost::random::mt19937_64 generator(shape.seed);
  for (std::size_t i = order.size(); i > 1; --i) {
    boost::random::uniform_int_distribution<std::size_t> among(0, i - 1);
    std::swap(order[i - 1], order[among(generator)]);
  }
  return order;
}

}  // namespace

CardGroups groups_of_shape(const GroupShape& shape) {
  const int nodes = (shape.cards + shape.cards_per_node - 1) / shape.cards_per_node;
  const std::vector<int> order = node_order(nodes, shape);
  const auto card = [&](int node, int place) {
    const int first = order[static_cast<std::size_t>(node)] * shape.cards_per_node;
    return CardId{static_cast<std::uint32_t>(first + place)};
  };
  CardGroups groups;
  if (shape.stride > 0) {
    const int places = std::min(shape.cards, shape.cards_per_node);
    for (int offset = 0; offset < shape.stride; ++offset) {
      for (int place = 0; place < places; ++place) {
        groups.emplace_back();
        for (int node = offset; node < nodes; node += shape.stride)
          groups.back().push_back(card(node, place));
        if (!shape.all_groups) break;
      }
      if (!shape.all_groups) break;
    }
  } else {
    const int size = shape.group > 0 ? shape.group : shape.cards;
    for (int first = 0; first + size <= shape.cards; first += size) {
      groups.emplace_back();
      for (int rank = first; rank < first + size; ++rank)
        groups.back().push_back(card(rank / shape.cards_per_node, rank % shape.cards_per_node));
      if (!shape.all_groups) break;
    }
  }
  std::erase_if(groups, [](const auto& group) { return group.size() < 2; });
  require(!groups.empty(), "a group has two cards");
  return groups;
}

}  // namespace qianka
