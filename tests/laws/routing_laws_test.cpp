// SPDX-License-Identifier: Apache-2.0
// What holds of every topology and route, over all small clusters: kinds of node, fabric, routing,
// numbers of nodes, of NICs, of tiers.
#include "sim/topology/verify.hpp"
#include "sim/topology/wiring.hpp"
#include "support/small_clusters.hpp"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace qianka {
namespace {

using testing::IsEmpty;

/// Calls `check` with every small cluster and its description.
void for_every_small_cluster(const std::function<void(const ClusterSpec&)>& check) {
  for (const ScaleUp inside : {ScaleUp::crossbar, ScaleUp::mesh, ScaleUp::pcie}) {
    for (const FabricKind kind : {FabricKind::rail_optimised, FabricKind::leaf_spine}) {
      for (const Routing routing : {Routing::ecmp, Routing::spray}) {
        for (int nodes = 1; nodes <= 9; ++nodes) {
          for (int nics = 1; nics <= 6; ++nics) {
            ClusterSpec spec = three_tier_cluster(nodes, kind, routing);
            spec.node.scale_up = inside;
            spec.node.cards = 1 + (nodes + nics) % 4;
            spec.node.nics = nics;
            if (inside == ScaleUp::pcie || nodes % 2 == 0) {
              spec.node.accelerator.pcie = Bandwidth{25e9};
              spec.node.host_bridge = Bandwidth{20e9};
            }
            spec.fabric.nodes_per_leaf = 1 + nodes % 3;
            spec.fabric.leaf_groups_per_pod = nics % 3;
            spec.fabric.tiers = nodes <= spec.fabric.nodes_per_leaf ? 1 : 2 + nics % 2;
            if (nodes % 4 == 1) spec.fabric.leaf_oversubscription = 2;
            if (nodes % 3 != 0) {  // 20: rails of a pod need spines of their own
              spec.fabric.spine.ports = spec.fabric.tiers == 3 ? 20 : 60;
              spec.fabric.core.ports = 60;
            }
            spec.id =
                fmt::format("inside {} kind {} routing {} nodes {} cards {} nics {}", int(inside),
                            int(kind), int(routing), nodes, spec.node.cards, nics);
            SCOPED_TRACE(spec.id);
            check(spec);
          }
        }
      }
    }
  }
}

std::vector<LinkId> route(const Wiring& wiring, std::uint32_t from, std::uint32_t to,
                          std::uint64_t entropy) {
  std::vector<LinkId> links;
  route_cards(wiring, CardId{from}, CardId{to}, entropy, links);
  return links;
}

std::uint32_t cards_of(const ClusterSpec& spec) {
  return static_cast<std::uint32_t>(spec.nodes * spec.node.cards);
}

TEST(TopologyLaws, the_checks_know_right_from_wrong) {
  const ClusterSpec spec = three_tier_cluster(8, FabricKind::leaf_spine, Routing::ecmp);
  const Wiring wiring(spec);
  const std::vector<LinkId> right = route(wiring, 0, 40, 0);
  const auto complaints = [&](const std::vector<LinkId>& way) {
    return verify_route(wiring, CardId{0}, CardId{40}, way).size();
  };
  EXPECT_EQ(complaints(right), 0U);
  EXPECT_GT(complaints({right.rbegin(), right.rend()}), 0U);
  EXPECT_EQ(complaints({right.begin(), right.end() - 1}), 1U) << "ends at the leaf";
  EXPECT_EQ(complaints({right.begin() + 1, right.end()}), 1U) << "begins at the leaf";
  std::vector<LinkId> twice = right;
  twice.push_back(right.back());
  EXPECT_EQ(complaints(twice), 2U);

  Wiring cut(spec);
  remove_out_edge_if(
      cut.storage_network, [](const auto&) { return true; }, cut.graph);
  EXPECT_THAT(verify(cut), IsEmpty()) << "no card needs the storage network";
  clear_out_edges(cut.leaves.begin, cut.graph);
  EXPECT_THAT(verify(cut), testing::Not(IsEmpty()));
  Wiring slow(spec);
  slow.links.back().capacity = Bandwidth{0};
  EXPECT_EQ(verify(slow).size(), 3U) << "no rate, and a pair of cables that are unlike";
}

TEST(TopologyLaws, every_wiring_is_sound) {
  int clusters = 0;
  for_every_small_cluster([&](const ClusterSpec& spec) {
    EXPECT_THAT(verify(Wiring(spec)), IsEmpty());
    ++clusters;
  });
  EXPECT_EQ(clusters, 3 * 2 * 2 * 9 * 6);
}

TEST(TopologyLaws, every_route_joins_its_two_cards) {
  for_every_small_cluster([](const ClusterSpec& spec) {
    const Wiring wiring(spec);
    for (std::uint32_t a = 0; a < cards_of(spec); ++a) {
      for (std::uint32_t b = 0; b < cards_of(spec); ++b) {
        if (a == b) continue;
        for (std::uint64_t entropy = 0; entropy < 3; ++entropy) {
          const std::vector<LinkId> way = route(wiring, a, b, entropy);
          ASSERT_THAT(verify_route(wiring, CardId{a}, CardId{b}, way), IsEmpty())
              << a << " to " << b;
        }
      }
    }
  });
}

TEST(TopologyLaws, there_and_back_are_equally_far_and_equally_fast) {
  for_every_small_cluster([](const ClusterSpec& spec) {
    const Wiring wiring(spec);
    const auto rates = [&](std::uint32_t a, std::uint32_t b) {
      std::multiset<double> all;
      for (const LinkId link : route(wiring, a, b, 5)) {
        all.insert(wiring.links[index_of(link)].capacity.value);
      }
      return all;
    };
    for (std::uint32_t a = 0; a < cards_of(spec); ++a) {
      for (std::uint32_t b = 0; b < a; ++b) ASSERT_EQ(rates(a, b), rates(b, a)) << a << ' ' << b;
    }
  });
}

TEST(TopologyLaws, the_same_question_has_the_same_answer) {
  for_every_small_cluster([](const ClusterSpec& spec) {
    const Wiring one(spec), other(spec);
    for (std::uint32_t b = 1; b < cards_of(spec); ++b) {
      ASSERT_EQ(route(one, 0, b, 7), route(other, 0, b, 7));
      ASSERT_EQ(route(one, 0, b, 7), route(one, 0, b, 7));
    }
  });
}

TEST(TopologyLaws, nodes_may_be_renamed_within_their_leaf) {
  // Under spray a route depends on places only: what n1 -> n2 crosses, its neighbours cross
  // likewise.
  const ClusterSpec spec = three_tier_cluster(16, FabricKind::rail_optimised, Routing::spray);
  const Wiring wiring(spec);
  const auto fabric_links = [&](std::uint32_t from, std::uint32_t to) {
    std::vector<LinkId> middle = route(wiring, from * 8, to * 8, 0);
    return std::vector<LinkId>(middle.begin() + 1, middle.end() - 1);
  };
  for (std::uint32_t from = 0; from < 16; ++from) {
    for (std::uint32_t to = 0; to < 16; ++to) {
      if (from / 4 == to / 4) continue;
      EXPECT_EQ(fabric_links(from, to), fabric_links(from / 4 * 4, to / 4 * 4));
    }
  }
}

/// Sum of capacities by kind of link.
std::map<LinkKind, double> capacities(const Wiring& wiring) {
  std::map<LinkKind, double> sums;
  for (const Link& link : wiring.links) sums[link.kind] += link.capacity.value;
  return sums;
}

TEST(TopologyLaws, bundles_carry_what_their_cables_carry) {
  for_every_small_cluster([](const ClusterSpec& spec) {
    if (spec.fabric.routing == Routing::ecmp) return;
    ClusterSpec hashed = spec;
    hashed.fabric.routing = Routing::ecmp;
    const Wiring bundled(spec), separate(hashed);
    for (const auto& [kind, sum] : capacities(separate)) {
      EXPECT_NEAR(capacities(bundled)[kind], sum, 1e-9 * sum);
    }
    std::uint64_t cables = 0;
    for (const LinkEnds& ends : bundled.ends) cables += ends.cables;
    EXPECT_EQ(cables, separate.links.size());
    const auto lines = materials(bundled), same = materials(separate);
    ASSERT_EQ(lines.size(), same.size());
    for (std::size_t i = 0; i < lines.size(); ++i) EXPECT_EQ(lines[i].count, same[i].count);
  });
}

TEST(TopologyLaws, oversubscription_is_the_ratio_of_rates_around_a_switch) {
  for (int ratio = 1; ratio <= 4; ++ratio) {
    for (const Routing routing : {Routing::ecmp, Routing::spray}) {
      ClusterSpec spec = three_tier_cluster(16, FabricKind::leaf_spine, routing);
      spec.node.nics = 6;  // 24 uplinks a leaf at 1:1
      spec.fabric.leaf_oversubscription = ratio;
      auto sums = capacities(Wiring(spec));
      EXPECT_DOUBLE_EQ(sums[LinkKind::nic] / 2, ratio * sums[LinkKind::leaf_up]);
      EXPECT_DOUBLE_EQ(sums[LinkKind::leaf_up], sums[LinkKind::leaf_down]);
      EXPECT_DOUBLE_EQ(sums[LinkKind::spine_up], sums[LinkKind::leaf_up]);
    }
  }
}

TEST(TopologyLaws, the_hash_spreads_flows_evenly) {
  // 3,200 flows between the same two cards over 32 spines, 100 each: chi-square with 31 degrees of
  // freedom exceeds 61.1 once in a thousand.
  const ClusterSpec spec = three_tier_cluster(8, FabricKind::leaf_spine, Routing::ecmp);
  const Wiring wiring(spec);
  std::map<LinkId, int> uses;
  for (std::uint64_t entropy = 0; entropy < 3200; ++entropy) {
    ++uses[route(wiring, 0, 8 * 4, entropy)[1]];
  }
  ASSERT_EQ(uses.size(), 32U);
  double chi_square = 0;
  for (const auto& [link, count] : uses) chi_square += (count - 100.0) * (count - 100.0) / 100;
  EXPECT_LT(chi_square, 61.1);
}

TEST(TopologyLaws, tiers_choose_independently) {
  // 4 uplinks a leaf, 2 a spine: a flow that leaves the pod has 4 x 2 ways, each taken by about 1/8
  // of 800. Were the choice of the core tied to that of the spine, half of them would never be.
  ClusterSpec spec = three_tier_cluster(8, FabricKind::leaf_spine, Routing::ecmp);
  spec.node.cards = spec.node.nics = 2;
  spec.fabric.nodes_per_leaf = 2;
  const Wiring wiring(spec);
  std::map<LinkId, int> uses;
  for (std::uint64_t entropy = 0; entropy < 800; ++entropy) {
    const std::vector<LinkId> way = route(wiring, 0, 15, entropy);
    ASSERT_EQ(way.size(), 6U);
    ++uses[way[2]];
  }
  ASSERT_EQ(uses.size(), 8U);
  for (const auto& [link, count] : uses) EXPECT_NEAR(count, 100, 30);
}

TEST(TopologyLaws, permutations_of_cards_load_spines_as_balls_load_bins) {
  // One flow from each card of pod 0 to its peer in pod 1: no uplink is left with all of them.
  const ClusterSpec spec = three_tier_cluster(16, FabricKind::rail_optimised, Routing::ecmp);
  const Wiring wiring(spec);
  std::map<LinkId, int> uses;
  for (std::uint32_t card = 0; card < 64; ++card) ++uses[route(wiring, card, card + 64, 0)[1]];
  int most = 0;
  for (const auto& [link, count] : uses) most = std::max(most, count);
  EXPECT_GT(most, 1) << "a hash that never collides is no hash";
  EXPECT_LE(most, 4) << "4 flows leave each leaf";
  EXPECT_GE(uses.size(), 30U) << "of 64 uplinks a random choice hits about 64 x (1 - (3/4)^4) = 44";
}

}  // namespace
}  // namespace qianka
