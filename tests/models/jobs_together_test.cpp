// SPDX-License-Identifier: Apache-2.0
// Jobs that share a fabric, on the pencil: replicas of one card, NICs and uplinks of 10 GB/s.
#include "sim/engine/together.hpp"
#include "support/tiny_cluster.hpp"

#include <set>

#include <gmock/gmock.h>

namespace qianka {
namespace {

/// `jobs` of two replicas each, on twice as many nodes; one uplink a leaf, whatever hangs below.
std::vector<Scenario> pairs(int jobs) {
  Parallel shape;
  shape.data = 2;
  std::vector<Scenario> all;
  for (int i = 0; i < jobs; ++i) {
    Scenario scenario = tiny_scenario(shape, 2);
    scenario.cluster = tiny_cluster(2, 1);
    scenario.cluster.fabric.nodes_per_leaf = jobs;
    scenario.cluster.fabric.leaf_oversubscription = jobs;
    scenario.cluster.fabric.routing = Routing::spray;
    all.push_back(scenario);
  }
  return all;
}

TEST(JobsTogether, alone_below_one_leaf_nobody_is_in_the_way) {
  const JobsSummary summary = run_together(pairs(2), JobPlacement::packed, 1);
  for (const JobRecord& job : summary.jobs) EXPECT_DOUBLE_EQ(job.slowdown(), 1);
  EXPECT_TRUE(summary.meeting.empty());
}

TEST(JobsTogether, two_on_one_uplink_wait_for_each_other) {
  // Nodes 0, 2 and 1, 3 behind the same uplink: each exchange gets half of it and takes E longer;
  // with three jobs a third, and 2 E longer. What they compute does not change.
  const auto longer = [](int jobs) {
    std::vector<Scenario> all = pairs(jobs);
    // random with this seed would do as well; dealt out in turn, jobs of two nodes are 0, 2 …
    const JobsSummary summary = run_together(all, JobPlacement::spread, 1);
    EXPECT_FALSE(summary.meeting.empty());
    EXPECT_DOUBLE_EQ(summary.jobs[0].together.value, summary.jobs[1].together.value);
    EXPECT_DOUBLE_EQ(summary.meeting.front().loads[0], 1);
    return summary.jobs[0].together.value - summary.jobs[0].alone.value;
  };
  const double one_more = longer(2);
  EXPECT_GT(one_more, 0);
  EXPECT_NEAR(longer(3), 2 * one_more, 1e-9 * one_more);
}

TEST(JobsTogether, by_rail_they_have_nics_of_their_own) {
  std::vector<Scenario> jobs = pairs(2);
  for (Scenario& job : jobs) {
    job.cluster = tiny_cluster(1, 2);
    job.cluster.fabric.nodes_per_leaf = 2;
  }
  const JobsSummary summary = run_together(jobs, JobPlacement::rail, 1);
  EXPECT_EQ(summary.nodes, 2);
  for (const JobRecord& job : summary.jobs) EXPECT_DOUBLE_EQ(job.slowdown(), 1);
}

TEST(JobsTogether, no_card_is_in_two_jobs) {
  Parallel shape;
  shape.data = 6;
  std::vector<Scenario> jobs{tiny_scenario(shape, 6), tiny_scenario(shape, 6)};
  for (Scenario& job : jobs) job.cluster = tiny_cluster(3, 2);
  for (const JobPlacement how :
       {JobPlacement::packed, JobPlacement::spread, JobPlacement::random, JobPlacement::rail}) {
    std::set<CardId> taken;
    for (const Placement& placement : place_jobs(jobs, how, 7))
      for (int rank = 0; rank < 6; ++rank) taken.insert(placement.card(0, 0, rank));
    EXPECT_EQ(taken.size(), 12U);
  }
}

TEST(JobsTogether, equal_seeds_place_alike) {
  const auto random = [](std::uint64_t seed) {
    const JobsSummary summary = run_together(pairs(3), JobPlacement::random, seed);
    return summary.jobs[0].together.value;
  };
  EXPECT_EQ(random(5), random(5));
}

}  // namespace
}  // namespace qianka
