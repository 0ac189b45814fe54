// SPDX-License-Identifier: Apache-2.0
#include "sim/study/collective_model.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
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

namespace {

using TimeOfSize = std::function<Seconds(double)>;
using Curve = std::map<double, Seconds>;  // by bytes; the sizes asked for are its keys

/// The line through the first and the last, at every size; false when a size that was simulated
/// lies elsewhere by more than a millionth and the engine's clock of 1 ns.
bool fill_line(Curve& curve, const Curve& simulated) {
  const auto [low, from] = *simulated.begin();
  const auto [high, to] = *simulated.rbegin();
  for (auto& [size, time] : curve) time = from + (to - from) * ((size - low) / (high - low));
  return std::ranges::all_of(simulated, [&](const auto& point) {
    const double off = std::abs((curve.at(point.first) - point.second).value);
    return off <= 1e-6 * point.second.value + 2e-9;
  });
}

void fill(Curve& curve, const TimeOfSize& time_of) {
  constexpr std::size_t few = 4;
  if (curve.size() > few) {
    Curve simulated;
    for (std::size_t i = 0; i < few; ++i) {
      const auto place = static_cast<std::ptrdiff_t>(i * (curve.size() - 1) / (few - 1));
      const double size = std::next(curve.begin(), place)->first;
      simulated[size] = time_of(size);
    }
    if (fill_line(curve, simulated)) return;
  }
  for (auto& [size, time] : curve) time = time_of(size);
}

}  // namespace

std::vector<Seconds> simulate_points(const ClusterSpec& cluster, std::span<const PointOf> points) {
  using Shape = std::tuple<int, CollectiveKind, CardGroups>;
  std::map<Shape, Curve> curves;
  std::vector<const Curve*> of_points;
  for (const auto& [run, point] : points) {
    Curve& curve = curves[{run->nodes, run->kind, groups_of(*run, cluster.node.cards)}];
    curve[point->bytes.value] = {};
    of_points.push_back(&curve);
  }
  std::map<int, Topology> by_nodes;
  for (auto& [shape, curve] : curves) {
    const auto& [nodes, kind, groups] = shape;
    ClusterSpec some = cluster;
    some.nodes = nodes, some.spares = 0;
    const auto topology = by_nodes.contains(nodes)
                              ? by_nodes.find(nodes)
                              : by_nodes.emplace(nodes, build_topology(some)).first;
    const Algorithm algorithm = usual_algorithm(cluster.node.scale_up, groups, cluster.node.cards);
    fill(curve, [&, &machine = topology->second, &kind = kind, &groups = groups](double bytes) {
      return time_collective(machine, kind, algorithm, groups, {bytes}).time;
    });
  }
  std::vector<Seconds> times;
  for (std::size_t i = 0; i < points.size(); ++i)
    times.push_back(of_points[i]->at(points[i].point->bytes.value));
  return times;
}

}  // namespace qianka
