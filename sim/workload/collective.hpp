// SPDX-License-Identifier: Apache-2.0
// Collectives as transfers between cards: which card sends how much of the data to which, in which
// phases. What they cost is found by simulating the transfers on the fabric, never by a bandwidth
// formula.
#pragma once
#include "sim/scenario/cluster_spec.hpp"
#include "sim/units/ids.hpp"

#include <span>
#include <string>
#include <vector>

namespace qianka {

enum class CollectiveKind {
  all_reduce,
  reduce_scatter,
  all_gather,
  all_to_all,
  broadcast,
  point_to_point
};

/// ring: each card passes pieces to the next; a group with k cards in a node runs k rings, ring c
/// crossing between nodes at card c, so that all their NICs work (or as many as the stack has).
/// direct: every card sends every other its piece at once (full meshes). hierarchical:
/// reduce-scatter inside the node, all-reduce across nodes by equal ranks, all-gather inside; rings
/// all, or direct inside the node.
enum class Algorithm { ring, direct, hierarchical, hierarchical_direct };

const char* collective_name(CollectiveKind kind);
const char* algorithm_name(Algorithm algorithm);

struct Transfer {
  CardId from, to;
  double share;  // of the collective's bytes; all rounds of the phase together
};

/// Transfers that run together. A ring of equal rounds is one long flow a neighbour pair: the same
/// finish time as message by message (docs/model.md, "Rings").
struct Phase {
  std::vector<Transfer> transfers;
  double rounds = 1;  // times a transfer's latency is paid
};

/// `bytes` of a collective is nccl-tests' size: what a rank ends with (all-gather), starts with
/// (reduce-scatter), or both. `group` is in rank order, the cards of a node next to each other.
/// `rings` is the most between nodes; 0 = no bound. Requires group.size() >= 2.
std::vector<Phase> collective_phases(CollectiveKind kind, Algorithm algorithm,
                                     std::span<const CardId> group, int cards_per_node,
                                     int rings = 0);

/// Bus bandwidth over algorithm bandwidth (nccl-tests' factors), so that figures compare across
/// group sizes.
double bus_factor(CollectiveKind kind, int ranks);

/// What NCCL and HCCL choose for large messages: direct inside a full mesh, ring elsewhere; between
/// such nodes hierarchical where each has as many cards of a group, more than one. The groups run
/// it together.
Algorithm usual_algorithm(ScaleUp shape, std::span<const std::vector<CardId>> groups,
                          int cards_per_node);

}  // namespace qianka
