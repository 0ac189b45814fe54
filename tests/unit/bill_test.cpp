// SPDX-License-Identifier: Apache-2.0
// Bills of materials against pencil counts, and claim c16.
#include "sim/topology/bill.hpp"

#include "sim/report/bill_report.hpp"
#include "sim/scenario/catalogue.hpp"
#include "support/json_keys.hpp"
#include "support/small_clusters.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <gmock/gmock.h>

namespace qianka {
namespace {

const BillCables& cables(const Bill& bill, const std::string& between) {
  const auto found = std::ranges::find(bill.cables, between, &BillCables::between);
  if (found == bill.cables.end()) throw std::runtime_error("no cables " + between);
  return *found;
}

const BlastRadius& blast(const Bill& bill, const std::string& what) {
  const auto found = std::ranges::find(bill.blast, what, &BlastRadius::what);
  if (found == bill.blast.end()) throw std::runtime_error("no " + what);
  return *found;
}

/// 16 nodes of 8 NICs in groups of 4: 32 leaves with 4 NICs each, all non-blocking.
ClusterSpec rails() {
  ClusterSpec spec = crossbar_cluster(16);
  spec.fabric.nodes_per_leaf = 4;
  spec.fabric.leaf.ports = 8;
  spec.fabric.spine.ports = 32;
  return spec;
}

TEST(Bill, a_small_clos_by_pencil) {
  const Bill bill = bill_of(rails());
  EXPECT_EQ(bill.cards, 128);
  ASSERT_EQ(bill.tiers.size(), 2U);
  EXPECT_EQ(bill.tiers[0].switches, 32);
  EXPECT_EQ(bill.tiers[0].ports_used, 32 * 8);
  EXPECT_EQ(bill.tiers[0].oversubscription, 1.0);
  EXPECT_FALSE(bill.tiers[1].oversubscription);
  EXPECT_EQ(cables(bill, "node to leaf").count, 128);
  EXPECT_EQ(cables(bill, "node to leaf").modules, 256);
  EXPECT_EQ(cables(bill, "leaf to spine").count, 128);
  EXPECT_EQ(bill.bisection, bill.injection);
  EXPECT_DOUBLE_EQ(bill.bisection.value, 64 * 50e9);
  EXPECT_EQ(bill.diameter, 4);
}

TEST(Bill, copper_in_a_rack_has_no_modules) {
  ClusterSpec spec = rails();
  spec.fabric.cable_lengths = CableLengths{.node = CableLength::rack, .leaf = CableLength::hall};
  const Bill bill = bill_of(spec);
  EXPECT_EQ(cables(bill, "node to leaf").modules, 0);
  EXPECT_EQ(cables(bill, "leaf to spine").modules, 256);
  EXPECT_EQ(cables(bill, "leaf to spine").length, CableLength::hall);
}

TEST(Bill, prices_add_up_by_currency_and_say_what_has_none) {
  // 128 cards at 70,000 CNY, 128 NICs at 1,500 USD; switches and modules have none.
  ClusterSpec spec = rails();
  spec.node.accelerator.price = Price{70'000, Currency::cny, "2024-04", "a call"};
  spec.node.nic.price = Price{1'500, Currency::usd, "2024-05", "a shop"};
  const Bill bill = bill_of(spec);
  ASSERT_EQ(bill.prices.size(), 2U);
  EXPECT_EQ(bill.prices[0].currency, Currency::usd);
  EXPECT_EQ(bill.prices[0].value, 128 * 1'500);
  EXPECT_EQ(bill.prices[1].value, 128 * 70'000);
  EXPECT_EQ(bill.priced, 256);
  EXPECT_EQ(bill.pieces, 256 + 32 + bill.tiers[1].switches + 2 * 256 + 256);
  const std::string text = bill_text(bill);
  EXPECT_THAT(text, testing::HasSubstr("192,000 USD and 8,960,000 CNY for 256 of"));
  EXPECT_THAT(text, testing::HasSubstr("2024-04, a call"));
  EXPECT_THAT(bill_text(bill_of(rails())), testing::HasSubstr("has none of these parts"));
}

TEST(Bill, a_front_end_network_and_storage_nodes_are_counted) {
  ClusterSpec spec = rails();
  Nic nic;
  nic.id = "front", nic.rate = Bandwidth{25e9};
  FrontEnd front{.nic = nic, .nics = 2, .oversubscription = 3};
  front.leaf.id = "small", front.leaf.ports = 16;
  spec.front_end = front;
  spec.storage_nodes = StorageNodes{.count = 8, .nic = nic, .nics = 1};
  const Bill bill = bill_of(spec);
  const auto count = [&](const std::string& what) {
    const auto found = std::ranges::find(bill.items, what, &BillItem::what);
    return found == bill.items.end() ? 0 : found->count;
  };
  EXPECT_EQ(count("front-end NIC"), 32);
  EXPECT_EQ(count("storage node"), 8);
  EXPECT_EQ(count("NIC of a storage node"), 8);
  EXPECT_EQ(count("NIC to storage"), 0);
  // 40 ports below; of 16 ports of a switch 12 lead down at 3:1.
  EXPECT_EQ(count("front-end switch"), 4);
  EXPECT_EQ(cables(bill, "node to front-end network").count, 32);
  EXPECT_EQ(cables(bill, "storage node to front-end").count, 8);
}

TEST(Bill, what_is_lost_with_one_piece) {
  const Bill bill = bill_of(rails());
  EXPECT_EQ(blast(bill, "node").cards_lost, 8);
  EXPECT_EQ(blast(bill, "NIC").cards_lost, 1);
  EXPECT_EQ(blast(bill, "cable, node to leaf").cards_lost, 1);
  EXPECT_EQ(blast(bill, "leaf switch").cards_lost, 4);      // one card of each node below
  EXPECT_EQ(blast(bill, "leaf switch").cards_touched, 32);  // whose jobs stop with it
  EXPECT_EQ(blast(bill, "spine switch").cards_lost, 0);
  ClusterSpec tor = rails();
  tor.fabric.kind = FabricKind::leaf_spine;
  tor.fabric.leaf.ports = 64;
  EXPECT_EQ(blast(bill_of(tor), "leaf switch").cards_lost, 32);
  ClusterSpec dual = rails();
  dual.fabric.kind = FabricKind::dual_tor;
  dual.fabric.leaf.ports = dual.fabric.spine.ports = 64;
  EXPECT_EQ(blast(bill_of(dual), "leaf switch").cards_lost, 0);
}

TEST(Bill, half_the_uplinks_are_half_the_bisection) {
  ClusterSpec spec = rails();
  spec.fabric.leaf_oversubscription = 2;
  const Bill bill = bill_of(spec);
  EXPECT_EQ(bill.tiers[0].oversubscription, 2.0);
  EXPECT_DOUBLE_EQ(bill.bisection.value, bill.injection.value / 2);
}

TEST(Bill, a_fabric_of_another_form_is_counted_alike) {
  ClusterSpec spec = crossbar_cluster(8);
  spec.fabric.kind = FabricKind::torus;
  spec.fabric.torus = TorusSpec{.size = {4, 2}, .rate = {}};
  const Bill bill = bill_of(spec);
  // Four links around each of two rings, four between them; the routers are part of the nodes.
  EXPECT_EQ(cables(bill, "leaf to leaf").count, 12);
  for (const BillTier& tier : bill.tiers) EXPECT_EQ(tier.switches, 0);
}

TEST(Bill, json_has_the_documented_keys) {
  std::set<std::string> keys;
  collect_keys(bill_json(bill_of(load_cluster("dgx-h100-rail"))), "", keys);
  EXPECT_EQ(keys, documented_keys("show bom"));
}

TEST(Bill, text_says_what_is_not_known) {
  const std::string text = bill_text(bill_of(load_cluster("dgx-h100-rail")));
  EXPECT_THAT(text,
              testing::HasSubstr("list prices: 1,228,800,000 CNY for 4,096 of 47,424 pieces"));
  EXPECT_THAT(text, testing::HasSubstr(", without: node, NIC"));
}

/// c16: "9 NICs, a line each, two modules a line: 5,400 modules" for 300 servers, and "about three
/// times" for 1,000.
TEST(Bill, claim_c16_is_the_first_tier_alone) {
  const auto at_the_servers = [](const Bill& bill) {
    return cables(bill, "node to leaf").modules + cables(bill, "node to storage").modules;
  };
  const auto all = [](const Bill& bill) {
    std::int64_t sum = 0;
    for (const BillCables& kind : bill.cables) sum += kind.modules;
    return sum;
  };
  ClusterSpec cluster = load_cluster("h800-nine-nics");
  const Bill three_hundred = bill_of(cluster);
  EXPECT_EQ(three_hundred.nodes, 300);
  EXPECT_EQ(at_the_servers(three_hundred), 5400);
  EXPECT_GT(all(three_hundred), 5400 + 4800);  // a spine tier and more on top
  cluster.nodes = 1000;
  cluster.spares = 0;
  const Bill thousand = bill_of(cluster);
  EXPECT_EQ(at_the_servers(thousand), 18000);
  // 300 servers fill the upper tiers badly: in all, 2.7 times as many.
  EXPECT_EQ(all(three_hundred), 18'712);
  EXPECT_EQ(all(thousand), 50'768);
}

}  // namespace
}  // namespace qianka
