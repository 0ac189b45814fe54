// SPDX-License-Identifier: Apache-2.0
// What holds of every fabric that is not a Clos, whichever family made it.
#include "sim/topology/verify.hpp"
#include "sim/topology/wiring.hpp"
#include "support/small_families.hpp"

#include <gmock/gmock.h>

namespace qianka {
namespace {

using testing::IsEmpty;

TEST(FamilyLaws, wiring_and_routes_are_sound) {
  for (const Routing routing : {Routing::ecmp, Routing::spray}) {
    for (ClusterSpec spec : small_families(routing)) {
      SCOPED_TRACE(spec.id);
      if (spec.nodes % 2 == 0) spec.node.accelerator.pcie = Bandwidth{25e9};
      const Wiring wiring(spec);
      EXPECT_THAT(verify(wiring), IsEmpty());
      const auto cards = static_cast<std::uint32_t>(spec.nodes * spec.node.cards);
      for (std::uint32_t from = 0; from < cards; ++from) {
        for (std::uint32_t to = 0; to < cards; ++to) {
          if (from == to) continue;
          std::vector<LinkId> way, again;
          route_cards(wiring, CardId{from}, CardId{to}, from + to, way);
          route_cards(wiring, CardId{from}, CardId{to}, from + to, again);
          EXPECT_THAT(verify_route(wiring, CardId{from}, CardId{to}, way), IsEmpty());
          EXPECT_EQ(way, again);
        }
      }
    }
  }
}

TEST(FamilyLaws, bundles_change_neither_rates_nor_distances) {
  const std::vector<ClusterSpec> one = small_families(Routing::ecmp);
  const std::vector<ClusterSpec> many = small_families(Routing::spray);
  for (std::size_t i = 0; i < one.size(); ++i) {
    SCOPED_TRACE(one[i].id);
    const Topology apart = build_topology(one[i]), bundled = build_topology(many[i]);
    EXPECT_DOUBLE_EQ(apart.bisection().value, bundled.bisection().value);
    EXPECT_EQ(apart.diameter(), bundled.diameter());
    double sum_apart = 0, sum_bundled = 0;
    for (const Link& link : apart.links()) sum_apart += link.capacity.value;
    for (const Link& link : bundled.links()) sum_bundled += link.capacity.value;
    if (one[i].id.starts_with("free")) {
      EXPECT_DOUBLE_EQ(sum_apart, sum_bundled);
    }
  }
}

}  // namespace
}  // namespace qianka
