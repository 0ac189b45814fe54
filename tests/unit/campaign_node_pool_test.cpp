// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/node_pool.hpp"
#include "sim/units/require.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

// Places 0 and 1 on leaf 0, place 2 on leaf 1; spares 3 on leaf 2 and 4 on leaf 1.
Ticket away(Nanoseconds repair, bool healthy = false) {
  Ticket ticket;
  ticket.repair = repair;
  ticket.healthy = healthy;
  return ticket;
}

NodePool small_pool(bool use_spares = true) { return NodePool({0, 0, 1, 2, 1}, 3, use_spares); }

TEST(NodePool, starts_with_the_job_on_the_first_nodes_and_the_rest_idle) {
  const NodePool pool = small_pool();
  EXPECT_EQ(pool.in_job(), 3);
  EXPECT_EQ(pool.idle(), 2);
  EXPECT_EQ(pool.moved(), 0);
}

TEST(NodePool, a_doomed_node_stays_until_it_is_evicted) {
  NodePool pool = small_pool();
  pool.doom(0, away(5));
  EXPECT_EQ(pool.in_job(), 3);
  const auto leaving = pool.evict_doomed();
  EXPECT_EQ(pool.in_job(), 2);
  ASSERT_EQ(leaving.size(), 1);
  EXPECT_EQ(leaving[0].first, 0);
  EXPECT_EQ(leaving[0].second.repair, 5);
  EXPECT_EQ(pool.node_at(0), -1);
  EXPECT_EQ(pool.place_of(0), -1);
  EXPECT_EQ(pool.place_of(1), 1);
}

TEST(NodePool, a_place_takes_the_lowest_spare_when_none_is_on_its_leaf) {
  NodePool pool = small_pool();
  pool.doom(0, away(5));
  pool.evict_doomed();
  EXPECT_EQ(pool.fill(), 1);
  EXPECT_EQ(pool.node_at(0), 3);
  EXPECT_EQ(pool.moved(), 1);
}

TEST(NodePool, a_place_prefers_a_spare_of_its_own_leaf) {
  NodePool pool = small_pool();
  pool.doom(2, away(5));
  pool.evict_doomed();
  pool.fill();
  EXPECT_EQ(pool.node_at(2), 4);
  EXPECT_EQ(pool.moved(), 0);
}

TEST(NodePool, a_node_that_comes_back_is_a_spare_and_can_bring_a_place_home) {
  NodePool pool = small_pool();
  pool.doom(0, away(5));
  pool.evict_doomed();
  pool.fill();  // node 3 of leaf 2 in place 0
  pool.take_back(0);
  EXPECT_EQ(pool.idle(), 2);  // 0 and 4
  pool.doom(0, away(5));      // now node 3 breaks
  pool.evict_doomed();
  pool.fill();
  EXPECT_EQ(pool.node_at(0), 0);
  EXPECT_EQ(pool.moved(), 0);
}

TEST(NodePool, places_stay_vacant_when_the_spares_are_used_up) {
  NodePool pool = small_pool();
  for (const int place : {0, 1, 2}) pool.doom(place, away(10 - place));
  pool.evict_doomed();
  EXPECT_EQ(pool.fill(), 2);
  EXPECT_EQ(pool.vacant(), 1);
  pool.take_back(2);
  EXPECT_EQ(pool.fill(), 1);
  EXPECT_EQ(pool.node_at(2), 2);
}

TEST(NodePool, unused_spares_stay_idle_for_ever) {
  NodePool pool = small_pool(false);
  EXPECT_EQ(pool.idle(), 2);
  pool.doom(1, away(5));
  pool.evict_doomed();
  EXPECT_EQ(pool.fill(), 0);
  EXPECT_EQ(pool.idle(), 2);
  pool.take_back(1);
  EXPECT_EQ(pool.fill(), 1);
  EXPECT_EQ(pool.node_at(1), 1);
}

TEST(NodePool, a_node_struck_twice_is_evicted_once_and_repaired_for_the_longer_time) {
  NodePool pool = small_pool();
  pool.doom(1, away(5));
  pool.doom(1, away(9));
  pool.doom(1, away(3));
  const auto leaving = pool.evict_doomed();
  ASSERT_EQ(leaving.size(), 1);
  EXPECT_EQ(leaving[0].second.repair, 9);
}

TEST(NodePool, a_good_node_that_must_leave_twice_waits_for_the_longer_time) {
  NodePool pool = small_pool();
  pool.doom(1, away(5, true));
  pool.doom(1, away(9, true));
  EXPECT_EQ(pool.evict_doomed()[0].second.repair, 9);
}

TEST(NodePool, a_good_node_that_is_to_leave_and_then_fails_is_a_faulty_one) {
  NodePool pool = small_pool();
  pool.doom(1, away(0, true));
  pool.doom(1, away(5));
  pool.doom(1, away(0, true));
  EXPECT_FALSE(pool.evict_doomed()[0].second.healthy);
}

TEST(NodePool, the_other_job_gives_what_is_missing_and_gets_it_back) {
  // Spares 3 and 4, of which 4 works elsewhere.
  NodePool pool({0, 0, 1, 2, 1}, 3, true, 1);
  EXPECT_EQ(pool.idle(), 1);
  EXPECT_EQ(pool.lent(), 1);
  pool.doom(0, away(5));
  pool.doom(1, away(5));
  pool.evict_doomed();
  EXPECT_EQ(pool.fill(), 1);
  pool.take_lent();
  EXPECT_EQ(pool.lent(), 0);
  EXPECT_EQ(pool.fill(), 1);
  pool.take_back(0);  // no place is vacant: to the other job
  EXPECT_EQ(pool.lent(), 1);
  EXPECT_EQ(pool.idle(), 0);
  pool.take_back(1);  // nothing is owed any more
  EXPECT_EQ(pool.lent(), 1);
  EXPECT_EQ(pool.idle(), 1);
}

}  // namespace
}  // namespace qianka
