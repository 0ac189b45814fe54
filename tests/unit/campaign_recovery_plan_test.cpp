// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/recovery_plan.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace qianka {
namespace {

Recovery spread_out() {
  Recovery recovery;
  recovery.repair_median = Seconds{3600};
  recovery.repair_sigma = 1.9;
  recovery.shop.group = TimeSpread({{.mean = Seconds{7200}}});
  return recovery;
}

TEST(RecoveryPlanner, repairs_are_lognormal_around_their_median) {
  const Recovery recovery = spread_out();
  const RecoveryPlanner planner(recovery, 1, 8, 64);
  const Fault fault{.component = "gpu", .place = 3};
  int longer = 0;
  double log_squares = 0;
  constexpr int events = 10'000;
  for (EventId event = 1; event <= events; ++event) {
    const double time = to_seconds(planner.ticket(fault, event, 3, false).repair).value;
    longer += time > 3600 ? 1 : 0;
    log_squares += std::pow(std::log(time / 3600), 2);
  }
  EXPECT_NEAR(1.0 * longer / events, 0.5, 0.02);
  EXPECT_NEAR(std::sqrt(log_squares / events), 1.9, 0.05);
}

TEST(RecoveryPlanner, nodes_of_a_leaf_are_good_and_back_together_each_with_luck_of_its_own) {
  const Recovery recovery = spread_out();
  const RecoveryPlanner planner(recovery, 1, 8, 64);
  const Fault leaf{.component = "leaf", .place = 1, .with = {0, 2}, .takes = Takes::leaf};
  const Ticket one = planner.ticket(leaf, 5, 1, false), other = planner.ticket(leaf, 5, 2, false);
  EXPECT_TRUE(one.healthy);
  EXPECT_GT(one.repair, 0);
  EXPECT_EQ(one.repair, other.repair);
  EXPECT_NE(one.event, other.event);
  EXPECT_NE(planner.ticket(leaf, 6, 1, false).repair, one.repair);
}

TEST(RecoveryPlanner, a_good_node_that_leaves_by_mistake_waits_for_nothing) {
  const Recovery recovery = spread_out();
  const RecoveryPlanner planner(recovery, 1, 8, 64);
  const Fault fault{.component = "gpu", .place = 3};
  const Ticket beside = planner.ticket(fault, 5, 4, true);
  EXPECT_TRUE(beside.healthy);
  EXPECT_EQ(beside.repair, 0);
  EXPECT_NE(beside.event, planner.ticket(fault, 5, 3, false).event);
}

}  // namespace
}  // namespace qianka
