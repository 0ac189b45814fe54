// SPDX-License-Identifier: Apache-2.0
// What holds whatever breaks: a route that is found is a route and crosses nothing dead; nothing
// hangs; less capacity is never faster where traffic is spread evenly.
#include "sim/engine/flow_set.hpp"
#include "sim/topology/dead_links.hpp"
#include "sim/topology/topology.hpp"
#include "sim/topology/verify.hpp"
#include "sim/topology/wiring.hpp"
#include "support/small_clusters.hpp"

#include <algorithm>

#include <gmock/gmock.h>

namespace qianka {
namespace {

using testing::IsEmpty;

std::vector<ClusterSpec> clusters() {
  std::vector<ClusterSpec> all;
  for (const Routing routing :
       {Routing::ecmp, Routing::spray, Routing::flowlet, Routing::static_rail}) {
    for (const FabricKind kind : {FabricKind::rail_optimised, FabricKind::leaf_spine}) {
      ClusterSpec spec = three_tier_cluster(16, kind, routing);
      spec.node.cards = spec.node.nics = 2;
      spec.fabric.spine.ports = spec.fabric.core.ports = 16;
      all.push_back(spec);
    }
  }
  return all;
}

/// Every switch and every NIC of node 0 once.
std::vector<FabricFault> single_faults(const Wiring& wiring) {
  std::vector<FabricFault> faults;
  for (VertexId v = 0; v < wiring.storage_network; ++v) {
    const VertexKind kind = wiring.graph[v].kind;
    const bool first_nic = kind == VertexKind::nic && wiring.graph[v].place == 0;
    if (!first_nic && kind != VertexKind::leaf && kind != VertexKind::spine &&
        kind != VertexKind::core)
      continue;
    FabricFault fault;
    fault.device = vertex_name(wiring, v);
    faults.push_back(fault);
  }
  return faults;
}

TEST(FabricFaultLaws, what_is_found_is_a_route_over_what_is_alive) {
  int found = 0, cut = 0;
  for (const ClusterSpec& spec : clusters()) {
    for (const FabricFault& fault : single_faults(Wiring(spec))) {
      Wiring wiring(spec);
      break_links(wiring, std::span(&fault, 1), true);
      SCOPED_TRACE(fault.device);
      for (std::uint32_t to = 1; to < 32; ++to) {
        std::vector<LinkId> route;
        route_cards(wiring, CardId{0}, CardId{to}, to, route);
        try {
          go_round(wiring, CardId{0}, CardId{to}, to, 0, route);
        } catch (const FabricCut&) {
          ++cut;
          continue;
        }
        ++found;
        ASSERT_THAT(verify_route(wiring, CardId{0}, CardId{to}, route), IsEmpty());
        for (const LinkId link : route) ASSERT_FALSE(wiring.broken.is_dead(link));
      }
    }
  }
  EXPECT_GT(found, 1000);
  EXPECT_GT(cut, 0);
}

double last_of_shift(const Topology& topology, std::uint32_t shift) {
  FlowSet flows;
  for (const Link& link : topology.links()) flows.capacity.push_back(link.capacity);
  const auto cards = static_cast<std::uint32_t>(topology.nodes() * topology.cards_per_node());
  for (std::uint32_t from = 0; from < cards; ++from) {
    std::vector<LinkId> route;
    topology.route(CardId{from}, CardId{(from + shift) % cards}, 0, route);
    std::vector<std::uint32_t> links;
    for (const LinkId link : route) links.push_back(static_cast<std::uint32_t>(link));
    flows.add(links, Bytes{1e9}, {0});
  }
  double last = 0;
  for (const Seconds time : simulate_flows(flows).finish) last = std::max(last, time.value);
  return last;
}

TEST(FabricFaultLaws, less_capacity_is_never_faster_under_spray) {
  for (const ClusterSpec& spec : clusters()) {
    if (spec.fabric.routing != Routing::spray) continue;
    for (FabricFault fault : single_faults(Wiring(spec))) {
      SCOPED_TRACE(fault.device);
      double before = 0;
      for (const double rate : {1.0, 0.5, 0.1}) {
        Topology topology = build_topology(spec);
        fault.rate = rate;
        topology.damage(std::span(&fault, 1), true);
        const double now = last_of_shift(topology, 8);
        EXPECT_GE(now, before * (1 - 1e-12));
        before = now;
      }
    }
  }
}

TEST(FabricFaultLaws, the_same_damage_gives_the_same_routes) {
  for (const ClusterSpec& spec : clusters()) {
    const FabricFault fault = single_faults(Wiring(spec)).front();
    Topology one = build_topology(spec), other = build_topology(spec);
    one.damage(std::span(&fault, 1), true), other.damage(std::span(&fault, 1), true);
    for (std::uint32_t to = 1; to < 32; ++to) {
      std::vector<LinkId> a, b;
      one.route(CardId{0}, CardId{to}, 7, a), other.route(CardId{0}, CardId{to}, 7, b);
      EXPECT_EQ(a, b);
    }
  }
}

}  // namespace
}  // namespace qianka
