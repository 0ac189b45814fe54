// SPDX-License-Identifier: Apache-2.0
// Who sits where: ranks on cards, layers on stages.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/topology/topology.hpp"
#include "sim/units/ids.hpp"

#include <vector>

namespace qianka {

/// Ranks are numbered innermost first in the stack's order, context ranks inside data; rank r is
/// card r % n of the r / n-th node of the job. `nodes` maps the job's node slots to nodes of the
/// cluster, so that a replacement may sit elsewhere.
class Placement {
 public:
  Placement(const Job& job, int cards_per_node, std::vector<NodeId> nodes);
  Placement(const Job& job, int cards_per_node);  // slot i is node i
  /// Rank by rank: for a job that has some of the cards of its nodes only.
  Placement(const Job& job, std::vector<CardId> cards);

  CardId card(int tensor, int pipeline, int data, int context = 0) const;

 private:
  Parallel shape_;
  RankOrder order_;
  int cards_per_node_;
  std::vector<NodeId> nodes_;  // empty: slot i is node i
  std::vector<CardId> cards_;  // by rank, in place of nodes; or empty
};

/// Layers of each chunk: [stage][chunk], chunk c of stage p is the (c x stages + p)-th piece of the
/// model. embedding_counts: the embedding and the head each take the place of a layer
/// (Megatron-Core's account-for-embedding/loss options); what does not divide is spread as evenly
/// as can be.
std::vector<std::vector<int>> layers_of_chunks(const Job& job);

/// Leaf group of every node, the spares' included.
std::vector<int> leaf_groups(const Topology& topology);

/// The job with `moved` of its places, spread over it, on nodes of other leaf groups: the one
/// placement that stands for all with so many moved nodes (docs/model.md, "Buckets").
Placement displaced_placement(const Scenario& scenario, const Topology& topology, int moved);

}  // namespace qianka
