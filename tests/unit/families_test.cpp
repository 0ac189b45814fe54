// SPDX-License-Identifier: Apache-2.0
// Every family of fabric against the arithmetic of its form: ports, cables, diameter, bisection.
#include "support/fabric_routes_of.hpp"
#include "support/small_clusters.hpp"

#include <map>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace qianka {
namespace {

using namespace literals;
using testing::ElementsAre;

constexpr double cable = 50e9;  // NICs and ports of small_clusters.hpp, bytes a second

/// One card and one NIC a node, all cables 400 Gb/s.
ClusterSpec cluster(int nodes, FabricKind kind) {
  ClusterSpec spec = crossbar_cluster(nodes);
  spec.node.cards = spec.node.nics = 1;
  spec.fabric.kind = kind;
  return spec;
}

ClusterSpec torus(std::vector<int> size) {
  int nodes = 1;
  for (const int length : size) nodes *= length;
  ClusterSpec spec = cluster(nodes, FabricKind::torus);
  spec.fabric.torus = TorusSpec{std::move(size), {}, 1, true};
  return spec;
}

ClusterSpec dragonfly(int groups, int routers, int spines, int global_ports) {
  ClusterSpec spec = cluster(groups * routers, FabricKind::dragonfly);
  spec.fabric.nodes_per_leaf = 1;
  spec.fabric.dragonfly = DragonflySpec{groups, routers, spines, 1, global_ports};
  return spec;
}

std::map<std::string, std::int64_t> bill(const Topology& topology) {
  std::map<std::string, std::int64_t> counts;
  for (const Material& line : topology.bill_of_materials()) counts[line.what] += line.count;
  return counts;
}

/// Every message arrives, over no more cables than the diameter; the farthest pair needs them all.
void expect_routes(const Topology& topology, std::size_t inside = 0) {
  std::size_t most = 0;
  const auto cards = static_cast<std::uint32_t>(topology.nodes() * topology.cards_per_node());
  for (std::uint32_t from = 0; from < cards; ++from) {
    for (std::uint32_t to = 0; to < cards; ++to) {
      if (topology.node_of(CardId{from}) == topology.node_of(CardId{to})) continue;
      const auto way = route_between(topology, from, to, from);
      EXPECT_EQ(std::set<LinkId>(way.begin(), way.end()).size(), way.size());
      most = std::max(most, way.size() - inside);
    }
  }
  EXPECT_EQ(most, static_cast<std::size_t>(topology.diameter()));
}

// ---- Torus --------------------------------------------------------------------------------------

/// Cables of a ring: none for one, one for two.
int ring(int length) { return length > 2 ? length : length - 1; }

/// Cables from a router into a dimension.
int neighbours(int length) { return std::min(length - 1, 2); }

TEST(Torus, counts_diameter_and_bisection_of_all_small_ones) {
  for (int x = 1; x <= 5; ++x) {
    for (int y = 1; y <= 4; ++y) {
      for (int z = 1; z <= 4; ++z) {
        if (x * y * z < 2) continue;
        SCOPED_TRACE(fmt::format("{} x {} x {}", x, y, z));
        const Topology topology = build_topology(torus({x, y, z}));
        EXPECT_EQ(bill(topology)["cable, switch to switch"],
                  ring(x) * y * z + x * ring(y) * z + x * y * ring(z));
        EXPECT_EQ(bill(topology)["switch"], 0) << "routers are part of the nodes";
        EXPECT_EQ(topology.diameter(), x / 2 + y / 2 + z / 2 + 2);
        EXPECT_EQ(topology.path_diversity(), 1) << "one NIC";
        const int around = neighbours(x) + neighbours(y) + neighbours(z);
        ClusterSpec many = torus({x, y, z});
        many.node.nics = 8;
        EXPECT_EQ(build_topology(many).path_diversity(), around);
        expect_routes(topology);
        // Cut across the last dimension that is longer than one, where that is even.
        const int last = z > 1 ? z : y > 1 ? y : x, cut = (z > 1 ? x * y : y > 1 ? x : 1);
        if (last % 2 != 0) continue;
        const double cables = (last > 2 ? 2.0 : 1.0) * cut;
        EXPECT_DOUBLE_EQ(topology.bisection().value, cable * std::min(cables, x * y * z / 2.0));
      }
    }
  }
}

TEST(Torus, goes_along_one_dimension_after_the_other) {
  const Topology topology = build_topology(torus({4, 4}));
  // (0,0) to (2,3): x upwards twice, half-way round, then y downwards once.
  EXPECT_THAT(
      names_of(topology, route_between(topology, 0, 14)),
      ElementsAre("node0.nic0 -> router0-0", "router0-0 -> router1-0", "router1-0 -> router2-0",
                  "router2-0 -> router2-3", "router2-3 -> node14.nic0"));
  ClusterSpec spec = torus({4, 4});
  spec.fabric.torus->dimension_order = false;
  const Topology any = build_topology(spec);
  std::set<std::vector<LinkId>> ways;
  for (std::uint64_t entropy = 0; entropy < 64; ++entropy) {
    ways.insert(route_between(any, 0, 5, entropy));
  }
  EXPECT_EQ(ways.size(), 2U) << "(0,0) to (1,1): x first or y first";
}

TEST(Torus, a_job_smaller_than_the_torus_goes_through_idle_nodes) {
  ClusterSpec spec = torus({8});
  spec.nodes = 4;
  EXPECT_EQ(route_between(build_topology(spec), 0, 3).size(), 5U);
  spec.nodes = 9;
  EXPECT_EQ(why_not_built(spec), "a torus of 8 has 8 nodes, but the cluster has 9");
}

// ---- Dragonfly ----------------------------------------------------------------------------------

TEST(Dragonfly, counts_diameter_and_bisection_of_all_small_ones) {
  for (int routers = 1; routers <= 4; ++routers) {
    for (int ports = 1; ports <= 2; ++ports) {
      for (int groups = 1; groups <= routers * ports + 1; ++groups) {
        if (groups * routers < 2) continue;
        SCOPED_TRACE(fmt::format("{} groups of {} routers, {} ports", groups, routers, ports));
        const Topology topology = build_topology(dragonfly(groups, routers, 0, ports));
        const int pairs = groups * (groups - 1) / 2;
        const int between = groups > 1 ? routers * ports / (groups - 1) : 0;
        EXPECT_EQ(bill(topology)["cable, switch to switch"],
                  groups * routers * (routers - 1) / 2 + pairs * between);
        EXPECT_EQ(bill(topology)["switch"], groups * routers);
        EXPECT_LE(topology.diameter(), 5);
        EXPECT_EQ(topology.path_diversity(), 1) << "one NIC";
        if (groups == 1) {
          EXPECT_EQ(topology.diameter(), 3);
        }
        if (groups % 2 == 0) {
          const double across = groups / 2.0 * groups / 2.0 * between;
          EXPECT_DOUBLE_EQ(topology.bisection().value,
                           cable * std::min(across, groups * routers / 2.0));
        }
      }
    }
  }
}

TEST(Dragonfly, the_largest_has_one_cable_between_two_groups) {
  // a = 4 routers, h = 2: 9 groups, 36 routers of 1 + 3 + 2 ports (Kim et al. 2008).
  ClusterSpec spec = dragonfly(9, 4, 0, 2);
  spec.fabric.leaf.ports = 6;
  const Topology topology = build_topology(spec);
  EXPECT_EQ(bill(topology)["cable, switch to switch"], 9 * 6 + 36);
  EXPECT_EQ(topology.diameter(), 5) << "local, global, local";
  spec.fabric.leaf.ports = 5;
  spec.fabric.leaf.name = "Router X";
  EXPECT_EQ(why_not_built(spec),
            "group0.router0 has 6 cables of 400 Gb/s: 6 ports, but Router X has 5");
  EXPECT_EQ(why_not_built(dragonfly(10, 4, 0, 2)),
            "a group reaches 9 others, but 4 x 2 global ports are 8");
}

TEST(Dragonfly, never_takes_two_cables_between_groups) {
  const Topology topology = build_topology(dragonfly(9, 4, 0, 2));
  for (std::uint32_t from = 0; from < 36; ++from) {
    for (std::uint32_t to = 0; to < 36; ++to) {
      if (from == to) continue;
      int global = 0;
      for (const std::string& name : names_of(topology, route_between(topology, from, to))) {
        const std::size_t arrow = name.find(" -> ");
        global += name.starts_with("group") && name.substr(arrow + 4).starts_with("group") &&
                  name.substr(0, 6) != name.substr(arrow + 4, 6);
      }
      EXPECT_EQ(global, from / 4 == to / 4 ? 0 : 1);
    }
  }
}

TEST(Dragonfly, a_node_has_as_many_ways_as_its_router_has_cables) {
  // 8 NICs below one router: to another group, one cable for each other router of the group and one
  // for each global port; inside a group a detour over another group counts as well.
  for (int routers = 2; routers <= 4; ++routers) {
    for (int ports = 1; ports <= 2; ++ports) {
      ClusterSpec spec = dragonfly(routers * ports + 1, routers, 0, ports);
      spec.node.nics = 8;
      EXPECT_EQ(build_topology(spec).path_diversity(), routers - 1 + ports)
          << routers << " routers, " << ports << " ports";
    }
  }
}

TEST(Dragonfly, plus_has_leaves_and_spines_in_a_group) {
  // 3 leaves and 2 spines a group, two global ports a spine: 5 groups, one cable between two.
  const Topology topology = build_topology(dragonfly(5, 3, 2, 2));
  auto counts = bill(topology);
  EXPECT_EQ(counts["switch"], 25);
  EXPECT_EQ(counts["cable, switch to switch"], 5 * 6 + 10);
  EXPECT_EQ(topology.diameter(), 5);
  expect_routes(topology);
}

// ---- Rails, ports and planes --------------------------------------------------------------------

ClusterSpec planes(FabricKind kind, int nodes, int rails, int nodes_per_leaf) {
  ClusterSpec spec = crossbar_cluster(nodes);
  spec.node.cards = spec.node.nics = rails;
  spec.fabric.kind = kind;
  spec.fabric.nodes_per_leaf = nodes_per_leaf;
  if (kind == FabricKind::multi_plane) spec.fabric.planes = 4;
  // Ports of a split NIC are narrower; uplinks are 100 Gb/s, so that every leaf has whole ones.
  spec.fabric.leaf.port_rate = spec.fabric.spine.port_rate = 100.0_Gbps;
  return spec;
}

struct Form {
  FabricKind kind;
  int ports;  // of a NIC
  int part;   // leaves of a group below the same spines, over rails
  const char* name;
};

TEST(Planes, counts_diameter_and_bisection_of_all_small_ones) {
  for (const Form form : {Form{FabricKind::rail_only, 1, 0, "rail-only"},
                          Form{FabricKind::dual_tor, 2, 2, "dual-tor"},
                          Form{FabricKind::dual_plane, 2, 1, "dual-plane"},
                          Form{FabricKind::multi_plane, 4, 1, "multi-plane"}}) {
    for (int rails = 1; rails <= 4; ++rails) {
      for (int groups = 1; groups <= 4; ++groups) {
        for (const int oversubscription : {1, 2}) {
          SCOPED_TRACE(fmt::format("{}, {} rails, {} groups, {}:1", form.name, rails, groups,
                                   oversubscription));
          ClusterSpec spec = planes(form.kind, 2 * groups, rails, 2);
          spec.fabric.leaf_oversubscription = oversubscription;
          const Topology topology = build_topology(spec);
          auto counts = bill(topology);
          const int leaves = groups * rails * form.ports;
          const int together = form.part == 0 ? groups : groups * rails * form.part;
          const int uplinks = 8 / form.ports / oversubscription;  // two nodes of 400 Gb/s
          const bool spines = together > 1;
          const int sets = leaves / together;
          EXPECT_EQ(counts["switch"], leaves + (spines ? sets * uplinks : 0));
          EXPECT_EQ(counts["cable, node to switch"], 2 * groups * rails * form.ports);
          EXPECT_EQ(counts["cable, switch to switch"], spines ? leaves * uplinks : 0);
          // Rails that no spine joins are changed inside the node.
          const bool flat = groups == 1 && (rails == 1 || form.part == 0);
          EXPECT_EQ(topology.diameter(), flat ? 2 : 4);
          // A leaf has at least as many uplinks as one node has ports below it, even at 2:1.
          EXPECT_EQ(topology.path_diversity(), rails * form.ports);
          if (groups % 2 == 0) {
            EXPECT_DOUBLE_EQ(topology.bisection().value, cable * groups * rails / oversubscription);
          }
          spec.fabric.routing = Routing::spray;
          const Topology bundled = build_topology(spec);
          EXPECT_DOUBLE_EQ(bundled.bisection().value, topology.bisection().value);
          EXPECT_EQ(bundled.diameter(), topology.diameter());
          EXPECT_EQ(bundled.path_diversity(), topology.path_diversity());
          EXPECT_EQ(bill(bundled), bill(topology)) << "what is bought is the same";
        }
      }
    }
  }
}

TEST(Planes, hpn_pod_is_counted_as_published) {
  // Qian et al. 2024 (SIGCOMM), section 4 (recalled): a segment of 128 hosts of 8 NICs of 2 x 200
  // Gb/s has 16 ToRs of 51.2 Tb/s, 60 uplinks of 400 Gb/s each; a plane has 60 aggregation
  // switches, which join 15 segments.
  ClusterSpec spec = planes(FabricKind::dual_plane, 128 * 15, 8, 128);
  spec.fabric.leaf.port_rate = spec.fabric.spine.port_rate = 400.0_Gbps;
  spec.fabric.leaf.ports = spec.fabric.spine.ports = 128;
  spec.fabric.leaf_oversubscription = 128 * 200 / (60 * 400.0);
  spec.fabric.routing = Routing::spray;
  const Topology topology = build_topology(spec);
  auto counts = bill(topology);
  EXPECT_EQ(counts["card"], 15360);
  EXPECT_EQ(counts["switch"], 15 * 16 + 2 * 60);
  EXPECT_EQ(counts["cable, switch to switch"], 15 * 16 * 60);
}

TEST(Planes, cores_join_the_pods_plane_by_plane) {
  // Four groups of two nodes, two pods; a leaf sends 4 x 100 Gb/s up, to four spines of its plane
  // and pod; a spine has four leaves below, so four cables upwards, or two when oversubscribed.
  for (const int oversubscription : {1, 2}) {
    ClusterSpec spec = planes(FabricKind::dual_plane, 8, 2, 2);
    spec.fabric.tiers = 3, spec.fabric.leaf_groups_per_pod = 2;
    spec.fabric.core.port_rate = 100.0_Gbps;
    spec.fabric.spine_oversubscription = oversubscription;
    const Topology topology = build_topology(spec);
    auto counts = bill(topology);
    const int leaves = 4 * 2 * 2, spines = 2 * 2 * 4, up = 4 / oversubscription;
    EXPECT_EQ(counts["switch"], leaves + spines + 2 * 4 * up);
    EXPECT_EQ(counts["cable, switch to switch"], leaves * 4 + spines * up);
    EXPECT_EQ(topology.diameter(), 6);
    EXPECT_DOUBLE_EQ(topology.bisection().value, 8 * 2 * 50e9 / 2 / oversubscription);
    for (std::uint64_t entropy = 0; entropy < 16; ++entropy) {
      const auto way = names_of(topology, route_between(topology, 0, 14, entropy));
      ASSERT_EQ(way.size(), 6U);
      const std::string plane = std::string("plane") + way[0].back();
      for (const std::size_t link : {1U, 2U, 3U, 4U})
        EXPECT_NE(way[link].find(plane), std::string::npos) << way[link];
    }
  }
}

TEST(Planes, a_third_tier_takes_ports_of_the_spines) {
  // HPN (SIGCOMM 2024): 128 ports of 400 Gb/s; 120 leaves of a plane below a spine, eight ports up
  // at 15:1. One port less and no number of spines does.
  ClusterSpec spec = planes(FabricKind::dual_plane, 2 * 15, 8, 1);
  spec.fabric.tiers = 3, spec.fabric.leaf_groups_per_pod = 15;
  for (Switch* part : {&spec.fabric.leaf, &spec.fabric.spine, &spec.fabric.core})
    part->port_rate = 400.0_Gbps, part->ports = 128;
  spec.fabric.leaf_oversubscription = 1, spec.fabric.spine_oversubscription = 15;
  auto counts = bill(build_topology(spec));
  EXPECT_EQ(counts["switch"], 2 * 240 + 2 * 2 + 2);
  spec.fabric.spine.ports = 127;
  EXPECT_THROW(build_topology(spec), Infeasible);
}

TEST(Planes, a_plane_is_never_left) {
  ClusterSpec spec = planes(FabricKind::dual_plane, 8, 2, 2);
  const Topology topology = build_topology(spec);
  std::set<char> planes;
  for (std::uint64_t entropy = 0; entropy < 32; ++entropy) {
    const auto way = names_of(topology, route_between(topology, 0, 15, entropy));
    ASSERT_EQ(way.size(), 4U);
    const char out = way[0].back();  // … -> group0.rail0.leaf<p>
    EXPECT_EQ(way[1].substr(way[1].find(" -> ") + 4, 6), std::string("plane") + out);
    planes.insert(out);
  }
  EXPECT_EQ(planes.size(), 2U);
}

TEST(Planes, rail_only_changes_rails_inside_the_sending_node) {
  const Topology topology = build_topology(planes(FabricKind::rail_only, 8, 2, 2));
  const auto way = names_of(topology, route_between(topology, 0, 15));
  ASSERT_EQ(way.size(), 6U);
  EXPECT_EQ(way[0], "node0.card0 -> node0.crossbar");
  EXPECT_EQ(way[2], "node0.nic1 -> group0.rail1.leaf");
}

TEST(Planes, two_tors_leave_twice_as_many_ways) {
  const Topology one = build_topology(planes(FabricKind::rail_only, 8, 1, 2));
  const Topology two = build_topology(planes(FabricKind::dual_tor, 8, 1, 2));
  EXPECT_EQ(one.path_diversity(), 1);
  EXPECT_EQ(two.path_diversity(), 2) << "below a shared leaf and above it";
}

// ---- The Clos by the same measures --------------------------------------------------------------

TEST(Clos, counts_bisection_and_diameter_of_all_small_ones) {
  for (const FabricKind kind : {FabricKind::rail_optimised, FabricKind::leaf_spine}) {
    for (int nics = 1; nics <= 4; ++nics) {
      for (int groups = 1; groups <= 6; ++groups) {
        for (const int over : {1, 2, 4}) {
          for (const Routing routing : {Routing::ecmp, Routing::spray}) {
            SCOPED_TRACE(fmt::format("kind {}, {} NICs, {} groups, {}:1, routing {}",
                                     static_cast<int>(kind), nics, groups, over,
                                     static_cast<int>(routing)));
            ClusterSpec spec = crossbar_cluster(4 * groups);
            spec.node.cards = spec.node.nics = nics;
            spec.fabric.kind = kind;
            spec.fabric.routing = routing;
            spec.fabric.nodes_per_leaf = 4;
            spec.fabric.leaf_oversubscription = over;
            const Topology topology = build_topology(spec);
            auto counts = bill(topology);
            const bool rails = kind == FabricKind::rail_optimised;
            const int leaves = groups * (rails ? nics : 1);
            const int uplinks = 4 * (rails ? 1 : nics) / over;
            const bool spines = leaves > 1;
            EXPECT_EQ(counts["leaf switch"], leaves);
            EXPECT_EQ(counts["spine switch"], spines ? uplinks : 0);
            EXPECT_EQ(counts["cable, leaf to spine"], spines ? leaves * uplinks : 0);
            EXPECT_EQ(topology.diameter(), spines ? 4 : 2);
            if (groups % 2 == 0) {
              EXPECT_DOUBLE_EQ(topology.bisection().value, 2.0 * groups * nics * cable / over);
            }
            // Below a shared leaf the NICs' cables, above it never more than the uplinks.
            EXPECT_EQ(topology.disjoint_paths(NodeId{0}, NodeId{1}), nics);
            const int least = groups > 1 ? std::min(nics, uplinks * (rails ? nics : 1)) : nics;
            EXPECT_EQ(topology.path_diversity(), least);
          }
        }
      }
    }
  }
}

TEST(Clos, bisection_and_diameter_are_those_of_its_oversubscription) {
  for (const int over : {1, 2, 4}) {
    for (const Routing routing : {Routing::ecmp, Routing::spray}) {
      ClusterSpec spec = three_tier_cluster(16, FabricKind::leaf_spine, routing);
      spec.fabric.leaf_oversubscription = over;
      const Topology topology = build_topology(spec);
      EXPECT_EQ(topology.diameter(), 6);
      EXPECT_DOUBLE_EQ(topology.bisection().value, 8 * 8 * cable / over);
      EXPECT_EQ(topology.disjoint_paths(NodeId{0}, NodeId{15}), 8) << "fewer than 32 / 4 uplinks";
      EXPECT_EQ(topology.path_diversity(), 8);
    }
  }
}

}  // namespace
}  // namespace qianka
