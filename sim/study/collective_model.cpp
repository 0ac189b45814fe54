// SPDX-License-Identifier: Apache-2.0
#include "sim/study/collective_model.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace qianka {

CardGroups groups_of(const MeasuredRun& run, int cards_per_node) {
  std::vector<RankPlace> ranks = run.ranks;
  const bool ring = run.kind != CollectiveKind::point_to_point;
  if (ring) std::ranges::stable_sort(ranks, {}, &RankPlace::node);
  std::vector<CardId> cards;
  for (const RankPlace& rank : ranks)
    cards.push_back(CardId{static_cast<std::uint32_t>(rank.node * cards_per_node + rank.device)});
  if (ring) return {cards};
  CardGroups pairs;
  for (std::size_t i = 0; i < cards.size(); ++i)
    pairs.push_back({cards[i], cards[(i + 1) % cards.size()]});
  return pairs;
}

std::vector<Seconds> simulate_points(const ClusterSpec& cluster, std::span<const PointOf> points) {
  std::map<int, Topology> by_nodes;
  std::map<std::tuple<int, CollectiveKind, CardGroups, double>, Seconds> known;
  std::vector<Seconds> times;
  for (const auto& [run, point] : points) {
    auto topology = by_nodes.find(run->nodes);
    if (topology == by_nodes.end()) {
      ClusterSpec some = cluster;
      some.nodes = run->nodes, some.spares = 0;
      topology = by_nodes.emplace(run->nodes, build_topology(some)).first;
    }
    const CardGroups groups = groups_of(*run, cluster.node.cards);
    const auto [time, fresh] =
        known.try_emplace({run->nodes, run->kind, groups, point->bytes.value});
    if (fresh) {
      const Algorithm algorithm = usual_algorithm(cluster.node.scale_up, run->nodes == 1);
      time->second =
          time_collective(topology->second, run->kind, algorithm, groups, point->bytes).time;
    }
    times.push_back(time->second);
  }
  return times;
}

}  // namespace qianka
