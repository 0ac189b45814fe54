// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/tensor_collectives.hpp"

namespace qianka {

TensorCollectives::TensorCollectives(const Scenario& scenario, const Topology& topology,
                                     const Placement& placement)
    : scenario_(scenario),
      topology_(topology),
      inside_node_(topology.cards_per_node() % scenario.job.parallel.tensor == 0) {
  const Parallel& shape = scenario.job.parallel;
  // Groups inside a node share links only with the groups of the same node: the first node stands
  // for all.
  const int wanted =
      inside_node_ ? topology.cards_per_node() / shape.tensor : shape.pipeline * shape.data;
  const bool data_inner = scenario.job.stack.rank_order == RankOrder::tensor_data_pipeline;
  for (int i = 0; i < wanted && i < shape.pipeline * shape.data; ++i) {
    const int stage = data_inner ? i / shape.data : i % shape.pipeline;
    const int replica = data_inner ? i % shape.data : i / shape.pipeline;
    std::vector<CardId> group;
    for (int tensor = 0; tensor < shape.tensor; ++tensor)
      group.push_back(placement.card(tensor, stage, replica));
    groups_.push_back(std::move(group));
  }
}

Seconds TensorCollectives::time(CollectiveKind kind, Bytes size) {
  const auto [known, fresh] = known_.try_emplace({kind, size.value});
  if (fresh) {
    const Algorithm algorithm = usual_algorithm(scenario_.cluster.node.scale_up, inside_node_);
    known->second = time_collective(topology_, kind, algorithm, groups_, size);
    known->second.name = std::string("tensor ") + collective_name(kind);
  }
  return known->second.time;
}

std::vector<CollectiveRecord> TensorCollectives::records() const {
  std::vector<CollectiveRecord> all;
  for (const auto& [key, record] : known_) all.push_back(record);
  return all;
}

}  // namespace qianka
