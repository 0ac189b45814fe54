// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/node_pool.hpp"
#include "sim/units/require.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

// Places 0 and 1 on leaf 0, place 2 on leaf 1; spares 3 on leaf 2 and 4 on leaf 1.
NodePool small_pool(bool use_spares = true) { return NodePool({0, 0, 1, 2, 1}, 3, use_spares); }

TEST(NodePool, starts_with_the_job_on_the_first_nodes_and_the_rest_idle) {
  const NodePool pool = small_pool();
  EXPECT_EQ(pool.in_job(), 3);
  EXPECT_EQ(pool.idle(), 2);
  EXPECT_EQ(pool.in_repair(), 0);
  EXPECT_EQ(pool.moved(), 0);
  EXPECT_EQ(pool.next_return(), never);
}

TEST(NodePool, a_doomed_node_stays_until_it_is_evicted) {
  NodePool pool = small_pool();
  pool.doom(0, 5);
  EXPECT_EQ(pool.in_job(), 3);
  pool.evict_doomed(100);
  EXPECT_EQ(pool.in_job(), 2);
  EXPECT_EQ(pool.in_repair(), 1);
  EXPECT_EQ(pool.next_return(), 105);
  EXPECT_EQ(pool.node_at(0), -1);
}

TEST(NodePool, a_place_takes_the_lowest_spare_when_none_is_on_its_leaf) {
  NodePool pool = small_pool();
  pool.doom(0, 5);
  pool.evict_doomed(100);
  EXPECT_EQ(pool.fill(), 1);
  EXPECT_EQ(pool.node_at(0), 3);
  EXPECT_EQ(pool.moved(), 1);
}

TEST(NodePool, a_place_prefers_a_spare_of_its_own_leaf) {
  NodePool pool = small_pool();
  pool.doom(2, 5);
  pool.evict_doomed(100);
  pool.fill();
  EXPECT_EQ(pool.node_at(2), 4);
  EXPECT_EQ(pool.moved(), 0);
}

TEST(NodePool, a_node_that_comes_back_is_a_spare_and_can_bring_a_place_home) {
  NodePool pool = small_pool();
  pool.doom(0, 5);
  pool.evict_doomed(100);
  pool.fill();  // node 3 of leaf 2 in place 0
  pool.take_back();
  EXPECT_EQ(pool.idle(), 2);  // 0 and 4
  pool.doom(0, 5);            // now node 3 breaks
  pool.evict_doomed(200);
  pool.fill();
  EXPECT_EQ(pool.node_at(0), 0);
  EXPECT_EQ(pool.moved(), 0);
}

TEST(NodePool, places_stay_vacant_when_the_spares_are_used_up) {
  NodePool pool = small_pool();
  for (const int place : {0, 1, 2}) pool.doom(place, 10 - place);
  pool.evict_doomed(100);
  EXPECT_EQ(pool.fill(), 2);
  EXPECT_EQ(pool.vacant(), 1);
  EXPECT_EQ(pool.next_return(), 108);  // node 2 is back first
  pool.take_back();
  EXPECT_EQ(pool.fill(), 1);
  EXPECT_EQ(pool.node_at(2), 2);
}

TEST(NodePool, unused_spares_stay_idle_for_ever) {
  NodePool pool = small_pool(false);
  EXPECT_EQ(pool.idle(), 2);
  pool.doom(1, 5);
  pool.evict_doomed(0);
  EXPECT_EQ(pool.fill(), 0);
  EXPECT_EQ(pool.idle(), 2);
  pool.take_back();
  EXPECT_EQ(pool.fill(), 1);
  EXPECT_EQ(pool.node_at(1), 1);
}

TEST(NodePool, a_node_struck_twice_is_evicted_once_and_repaired_for_the_longer_time) {
  NodePool pool = small_pool();
  pool.doom(1, 5);
  pool.doom(1, 9);
  pool.doom(1, 3);
  pool.evict_doomed(100);
  EXPECT_EQ(pool.in_repair(), 1);
  EXPECT_EQ(pool.next_return(), 109);
}

}  // namespace
}  // namespace qianka
