// SPDX-License-Identifier: Apache-2.0
// One small cluster of each family of fabric that is not a Clos, in several shapes.
#pragma once
#include "support/small_clusters.hpp"

#include <string>
#include <utility>
#include <vector>

namespace qianka {

inline std::vector<ClusterSpec> small_families(Routing routing) {
  using namespace literals;
  std::vector<ClusterSpec> all;
  const auto add = [&](std::string id, FabricKind kind, int nodes, int nics) -> ClusterSpec& {
    ClusterSpec spec = crossbar_cluster(nodes);
    spec.id = std::move(id);
    spec.node.cards = spec.node.nics = nics;
    spec.fabric.kind = kind;
    spec.fabric.routing = routing;
    spec.fabric.nodes_per_leaf = 2;
    all.push_back(std::move(spec));
    return all.back();
  };
  for (const int nics : {1, 2, 3}) {
    add("rail-only", FabricKind::rail_only, 7, nics);
    add("dual-tor", FabricKind::dual_tor, 7, nics);
    add("dual-plane", FabricKind::dual_plane, 6, nics);
    add("multi-plane", FabricKind::multi_plane, 5, nics).fabric.planes = 4;
  }
  for (const int groups : {1, 3, 5}) {
    add("dragonfly", FabricKind::dragonfly, 6 * groups, 2).fabric.dragonfly =
        DragonflySpec{groups, 3, 0, 1, 2};
    add("dragonfly+", FabricKind::dragonfly, 4 * groups, 2).fabric.dragonfly =
        DragonflySpec{groups, 2, 2, 1, 2};
  }
  for (const std::vector<int>& size : std::vector<std::vector<int>>{{5}, {4, 3}, {3, 2, 2}}) {
    add("torus", FabricKind::torus, size.size() == 1 ? 5 : 12, 1).fabric.torus =
        TorusSpec{size, {}, 1, true};
    add("torus, any order", FabricKind::torus, 5, 2).fabric.torus = TorusSpec{size, {}, 2, false};
  }
  ClusterSpec& free = add("free", FabricKind::free, 6, 2);
  free.fabric.switches = {{"leaf[0-2]", {}}, {"spine[0-1]", {}}};
  for (SwitchSet& set : free.fabric.switches) set.part.port_rate = 400.0_Gbps;
  free.fabric.cables = {{.from = "node[0-1].nic*", .to = "leaf0"},
                        {.from = "node[2-3].nic*", .to = "leaf1"},
                        {.from = "node[4-5].nic*", .to = "leaf2"},
                        {.from = "leaf*", .to = "spine*", .count = 2}};
  return all;
}

}  // namespace qianka
