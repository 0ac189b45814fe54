// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/layout.hpp"

#include <algorithm>
#include <utility>

namespace qianka {

Placement::Placement(const Job& job, int cards_per_node, std::vector<NodeId> nodes)
    : shape_(job.parallel),
      order_(job.stack.rank_order),
      cards_per_node_(cards_per_node),
      nodes_(std::move(nodes)) {}

Placement::Placement(const Job& job, int cards_per_node) : Placement(job, cards_per_node, {}) {}

Placement::Placement(const Job& job, std::vector<CardId> cards)
    : shape_(job.parallel),
      order_(job.stack.rank_order),
      cards_per_node_(1),
      cards_(std::move(cards)) {}

CardId Placement::card(int tensor, int pipeline, int data, int context) const {
  const bool data_inner = order_ == RankOrder::tensor_data_pipeline;
  const int outer = data_inner ? (pipeline * shape_.data + data) * shape_.context + context
                               : (data * shape_.pipeline + pipeline) * shape_.context + context;
  const int rank = outer * shape_.tensor + tensor;
  if (!cards_.empty()) return cards_[static_cast<std::size_t>(rank)];
  const int slot = rank / cards_per_node_;
  const auto node = nodes_.empty() ? static_cast<std::size_t>(slot)
                                   : index_of(nodes_[static_cast<std::size_t>(slot)]);
  return CardId{static_cast<std::uint32_t>(node) * static_cast<std::uint32_t>(cards_per_node_) +
                static_cast<std::uint32_t>(rank % cards_per_node_)};
}

std::vector<std::vector<int>> layers_of_chunks(const Job& job) {
  const Parallel& shape = job.parallel;
  const int stages = shape.pipeline, chunks = shape.interleave, pieces = stages * chunks;
  std::vector<std::vector<int>> layers(static_cast<std::size_t>(stages),
                                       std::vector<int>(static_cast<std::size_t>(chunks)));
  const auto at = [&](int piece) -> int& {
    return layers[static_cast<std::size_t>(piece % stages)]
                 [static_cast<std::size_t>(piece / stages)];
  };
  if (shape.layer_split == LayerSplit::list) {
    for (int piece = 0; piece < pieces; ++piece) {
      const int of_stage = shape.layers_per_stage[static_cast<std::size_t>(piece % stages)];
      at(piece) = of_stage / chunks + (piece / stages < of_stage % chunks ? 1 : 0);
    }
    return layers;
  }
  const int ends = shape.layer_split == LayerSplit::embedding_counts ? 2 : 0;
  const int units = job.model.layers + ends;
  for (int piece = 0; piece < pieces; ++piece) at(piece) = units / pieces;
  // What is left over goes to the pieces in the middle first: the ends have the embedding and the
  // head as well.
  const int over = units % pieces;
  for (int i = 0; i < over; ++i) ++at((pieces - over) / 2 + i);
  if (ends != 0) --at(0), --at(pieces - 1);
  return layers;
}

std::vector<int> leaf_groups(const Topology& topology) {
  std::vector<int> groups;
  for (int node = 0; node < topology.nodes(); ++node)
    groups.push_back(topology.leaf_group_of(NodeId{static_cast<std::uint32_t>(node)}));
  return groups;
}

Placement displaced_placement(const Scenario& scenario, const Topology& topology, int moved) {
  const int slots = scenario.cluster.nodes;
  const auto groups = leaf_groups(topology);
  std::vector<NodeId> nodes;
  for (int slot = 0; slot < slots; ++slot)
    nodes.push_back(NodeId{static_cast<std::uint32_t>(slot)});
  if (moved == 1 && topology.nodes() > slots) {
    // The first goes to a spare below another leaf.
    const int spare = slots;
    const auto other = std::find_if(groups.begin(), groups.begin() + slots, [&](int group) {
      return group != groups[static_cast<std::size_t>(spare)];
    });
    if (other != groups.begin() + slots)
      nodes[static_cast<std::size_t>(other - groups.begin())] =
          NodeId{static_cast<std::uint32_t>(spare)};
  }
  if (moved > 1) {
    // Later, nodes that came back from repair stand in for one another.
    const auto slot = [&](int i) {
      return static_cast<std::size_t>(static_cast<std::int64_t>(i % moved) * slots / moved);
    };
    for (int i = 0; i < moved; ++i)
      nodes[slot(i)] = NodeId{static_cast<std::uint32_t>(slot(i + moved / 2))};
  }
  return Placement(scenario.job, topology.cards_per_node(), std::move(nodes));
}

}  // namespace qianka
