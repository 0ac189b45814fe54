// SPDX-License-Identifier: Apache-2.0
// The repair shop on the pencil: every time is fixed, every chance 0 or 1.
#include "sim/campaign/repair_shop.hpp"

#include <set>
#include <vector>

#include <gtest/gtest.h>

namespace qianka {
namespace {

Ticket broken(Nanoseconds repair, EventId event = 1) {
  Ticket ticket;
  ticket.repair = repair;
  ticket.event = event;
  return ticket;
}

/// The shop until it is empty: when each node comes out.
std::vector<std::pair<Nanoseconds, int>> outs(RepairShop& shop) {
  std::vector<std::pair<Nanoseconds, int>> all;
  while (shop.next() != never) {
    const Nanoseconds now = shop.next();
    if (const auto out = shop.finish()) all.emplace_back(now, out->node);
  }
  return all;
}

using Outs = std::vector<std::pair<Nanoseconds, int>>;

TEST(RepairShop, a_node_is_away_for_the_time_of_its_fault) {
  const RepairShopSpec spec;
  const RecoveryDraws draws(1);
  RepairShop shop(spec, draws);
  EXPECT_EQ(shop.next(), never);
  shop.admit(7, broken(50), 100);
  shop.admit(3, broken(20), 110);
  EXPECT_EQ(shop.inside(), 2);
  EXPECT_EQ(outs(shop), (Outs{{130, 3}, {150, 7}}));
  EXPECT_EQ(shop.inside(), 0);
}

TEST(RepairShop, one_technician_repairs_one_node_at_a_time_in_order_of_arrival) {
  // Node 1 from 0 to 50, node 2 until 70, node 3 until 75.
  RepairShopSpec spec;
  spec.technicians = 1;
  const RecoveryDraws draws(1);
  RepairShop shop(spec, draws);
  shop.admit(1, broken(50), 0);
  shop.admit(2, broken(20), 10);
  shop.admit(3, broken(5), 20);
  EXPECT_EQ(outs(shop), (Outs{{50, 1}, {70, 2}, {75, 3}}));
}

TEST(RepairShop, where_the_automatic_stage_does_not_help_the_manual_one_follows) {
  for (const double success : {1.0, 0.0}) {
    RepairShopSpec spec;
    spec.automatic = AutomaticRepair{.time = Seconds{10}, .success = success};
    const RecoveryDraws draws(1);
    RepairShop shop(spec, draws);
    shop.admit(1, broken(100 * a_second), 0);
    EXPECT_EQ(outs(shop), (Outs{{(success == 1 ? 10 : 110) * a_second, 1}}));
  }
}

TEST(RepairShop, the_automatic_stage_needs_no_technician) {
  RepairShopSpec spec;
  spec.technicians = 1;
  spec.automatic = AutomaticRepair{.time = Seconds{0}, .success = 0};
  const RecoveryDraws draws(1);
  RepairShop shop(spec, draws);
  shop.admit(1, broken(50), 0);
  shop.admit(2, broken(50), 0);
  EXPECT_EQ(outs(shop), (Outs{{50, 1}, {100, 2}}));
}

TEST(RepairShop, a_node_is_scrapped_when_it_comes_once_too_often) {
  RepairShopSpec spec;
  spec.retire_after = 2;
  const RecoveryDraws draws(1);
  RepairShop shop(spec, draws);
  for (const Nanoseconds at : {0, 100}) {
    shop.admit(1, broken(10), at);
    EXPECT_EQ(outs(shop), (Outs{{at + 10, 1}}));
  }
  shop.admit(1, broken(10), 200);
  EXPECT_EQ(shop.retired(), 1);
  EXPECT_EQ(shop.inside(), 0);
  EXPECT_EQ(shop.next(), never);
}

TEST(RepairShop, a_good_node_is_checked_and_counts_as_no_repair) {
  RepairShopSpec spec;
  spec.retire_after = 1;
  spec.failed = 1;
  spec.check = Seconds{5};
  const RecoveryDraws draws(1);
  RepairShop shop(spec, draws);
  for (const Nanoseconds at : {Nanoseconds{0}, 10 * a_second}) {
    Ticket ticket = broken(0);
    ticket.healthy = true;
    shop.admit(1, ticket, at);
    EXPECT_EQ(shop.next(), at + 5 * a_second);
    EXPECT_FALSE(shop.finish()->bad);
  }
  EXPECT_EQ(shop.retired(), 0);
}

TEST(RepairShop, a_node_that_left_with_its_leaf_is_checked_when_the_leaf_is_back) {
  RepairShopSpec spec;
  spec.technicians = 1;
  spec.failed = 1;
  spec.check = TimeSpread({{.median = Seconds{5}, .sigma = 1}});
  const RecoveryDraws draws(1);
  RepairShop shop(spec, draws);
  for (int node = 0; node < 3; ++node) {
    Ticket ticket = broken(50 * a_second, child_of(7, static_cast<std::uint64_t>(node)));
    ticket.healthy = true;
    shop.admit(node, ticket, 0);
  }
  std::set<Nanoseconds> times;
  for (const auto& [at, node] : outs(shop)) {
    EXPECT_GT(at, 50 * a_second);
    times.insert(at);
  }
  EXPECT_EQ(times.size(), 3);  // each check has its own luck
}

TEST(RepairShop, a_failed_repair_brings_the_fault_back_as_another_event) {
  RepairShopSpec spec;
  spec.failed = 1;
  const RecoveryDraws draws(1);
  RepairShop shop(spec, draws);
  shop.admit(1, broken(50, 9), 0);
  const auto out = shop.finish();
  ASSERT_TRUE(out->bad);
  EXPECT_EQ(out->bad->event, child_of(9));
}

}  // namespace
}  // namespace qianka
