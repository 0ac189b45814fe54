// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/collective.hpp"

#include "sim/units/require.hpp"

#include <algorithm>
#include <cmath>

namespace qianka {

namespace {

using Groups = std::vector<std::vector<CardId>>;

/// The group cut where the node changes.
Groups by_node(std::span<const CardId> group, int cards_per_node) {
  Groups nodes;
  for (const CardId card : group) {
    const auto node = index_of(card) / static_cast<std::size_t>(cards_per_node);
    if (nodes.empty() ||
        index_of(nodes.back().front()) / static_cast<std::size_t>(cards_per_node) != node)
      nodes.emplace_back();
    nodes.back().push_back(card);
  }
  return nodes;
}

/// Latencies of one way of an all-reduce between nodes: round the ring; or through a chain in each
/// node and a tree over the nodes, as NCCL's tuning (src/graph/tuning.cc) reckons. It takes the
/// smaller, and both move as many bytes.
double all_reduce_rounds(const Groups& nodes, double ranks) {
  std::size_t local = 0;
  for (const auto& cards : nodes) local = std::max(local, cards.size());
  const double tree =
      static_cast<double>(local - 1) + std::ceil(std::log2(static_cast<double>(nodes.size())));
  return std::min(ranks - 1, tree);
}

/// One pass of a ring over all pieces: each neighbour pair carries (n-1)/n of the data (times
/// `passes`; two of them are an all-reduce).
Phase ring(std::span<const CardId> group, int cards_per_node, double passes, int most_rings = 0) {
  const Groups nodes = by_node(group, cards_per_node);
  const double n = static_cast<double>(group.size());
  Phase phase{.transfers = {}, .rounds = passes * (n - 1)};
  if (passes == 2 && nodes.size() > 1) phase.rounds = passes * all_reduce_rounds(nodes, n);
  std::size_t rings = nodes.front().size();
  for (const auto& cards : nodes) rings = std::min(rings, cards.size());
  if (most_rings > 0) rings = std::min(rings, static_cast<std::size_t>(most_rings));
  if (nodes.size() == 1) rings = 1;
  const double share = passes * (n - 1) / n / static_cast<double>(rings);
  for (std::size_t c = 0; c < rings; ++c) {
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const auto& here = nodes[i];
      // Round the node from card c; with further nodes the last hands over to card c, which
      // crosses.
      for (std::size_t k = 0; k < here.size() && here.size() > 1; ++k)
        phase.transfers.push_back(
            {here[(c + k) % here.size()], here[(c + k + 1) % here.size()], share});
      if (nodes.size() > 1)
        phase.transfers.push_back({here[c], nodes[(i + 1) % nodes.size()][c], share});
    }
  }
  return phase;
}

Phase direct(std::span<const CardId> group, double passes) {
  Phase phase{.transfers = {}, .rounds = passes};
  for (const CardId from : group)
    for (const CardId to : group)
      if (from != to)
        phase.transfers.push_back({from, to, passes / static_cast<double>(group.size())});
  return phase;
}

void append(Phase& into, const Phase& other) {
  into.transfers.insert(into.transfers.end(), other.transfers.begin(), other.transfers.end());
  into.rounds = std::max(into.rounds, other.rounds);
}

/// Inside each node, then between equal ranks of the nodes, then inside again.
std::vector<Phase> hierarchical(CollectiveKind kind, std::span<const CardId> group,
                                int cards_per_node, bool direct_inside) {
  const Groups nodes = by_node(group, cards_per_node);
  const std::size_t local = nodes.front().size();
  for (const auto& cards : nodes)
    require(cards.size() == local, "a hierarchical collective has equal nodes");
  Phase inside, across;
  inside.rounds = 0, across.rounds = 0;
  if (local > 1)
    for (const auto& cards : nodes)
      append(inside, direct_inside ? direct(cards, 1) : ring(cards, cards_per_node, 1));
  const double passes = kind == CollectiveKind::all_reduce ? 2 : 1;
  for (std::size_t k = 0; k < local && nodes.size() > 1; ++k) {
    std::vector<CardId> peers;
    for (const auto& cards : nodes) peers.push_back(cards[k]);
    append(across, ring(peers, cards_per_node, passes));
  }
  for (Transfer& transfer : across.transfers) transfer.share /= static_cast<double>(local);
  if (kind == CollectiveKind::reduce_scatter) return {inside, across};
  if (kind == CollectiveKind::all_gather) return {across, inside};
  return {inside, across, inside};
}

}  // namespace

const char* collective_name(CollectiveKind kind) {
  switch (kind) {
    case CollectiveKind::all_reduce:
      return "all-reduce";
    case CollectiveKind::reduce_scatter:
      return "reduce-scatter";
    case CollectiveKind::all_gather:
      return "all-gather";
    case CollectiveKind::all_to_all:
      return "all-to-all";
    case CollectiveKind::broadcast:
      return "broadcast";
    case CollectiveKind::point_to_point:
      return "point to point";
  }
  throw Bug("unknown collective");
}

const char* algorithm_name(Algorithm algorithm) {
  switch (algorithm) {
    case Algorithm::ring:
      return "ring";
    case Algorithm::direct:
      return "direct";
    case Algorithm::hierarchical:
      return "hierarchical";
    case Algorithm::hierarchical_direct:
      return "hierarchical, direct inside";
  }
  throw Bug("unknown algorithm");
}

std::vector<Phase> collective_phases(CollectiveKind kind, Algorithm algorithm,
                                     std::span<const CardId> group, int cards_per_node, int rings) {
  require(group.size() >= 2, "a collective needs two cards");
  switch (kind) {
    case CollectiveKind::point_to_point:
      return {Phase{.transfers = {{group[0], group[1], 1}}, .rounds = 1}};
    case CollectiveKind::all_to_all:
      return {direct(group, 1)};
    case CollectiveKind::broadcast: {  // a pipelined chain: every hop carries all the data
      Phase chain{.transfers = {}, .rounds = static_cast<double>(group.size() - 1)};
      for (std::size_t i = 0; i + 1 < group.size(); ++i)
        chain.transfers.push_back({group[i], group[i + 1], 1});
      return {chain};
    }
    default:
      break;
  }
  const double passes = kind == CollectiveKind::all_reduce ? 2 : 1;
  if (algorithm == Algorithm::direct) return {direct(group, passes)};
  if (algorithm != Algorithm::ring)
    return hierarchical(kind, group, cards_per_node, algorithm == Algorithm::hierarchical_direct);
  return {ring(group, cards_per_node, passes, rings)};
}

double bus_factor(CollectiveKind kind, int ranks) {
  const double n = ranks;
  if (kind == CollectiveKind::all_reduce) return 2 * (n - 1) / n;
  if (kind == CollectiveKind::broadcast || kind == CollectiveKind::point_to_point) return 1;
  return (n - 1) / n;
}

Algorithm usual_algorithm(ScaleUp shape, std::span<const std::vector<CardId>> groups,
                          int cards_per_node) {
  if (shape != ScaleUp::mesh || groups.empty()) return Algorithm::ring;
  bool one_node = true, equal = true;
  const std::size_t local = by_node(groups.front(), cards_per_node).front().size();
  for (const auto& group : groups) {
    const Groups nodes = by_node(group, cards_per_node);
    one_node = one_node && nodes.size() == 1;
    for (const auto& cards : nodes) equal = equal && cards.size() == local;
  }
  if (one_node) return Algorithm::direct;
  return equal && local > 1 ? Algorithm::hierarchical_direct : Algorithm::ring;
}

}  // namespace qianka
