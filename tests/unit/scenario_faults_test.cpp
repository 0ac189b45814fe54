// SPDX-License-Identifier: Apache-2.0
// The format of faults: what a file says becomes what the simulation wants.
#include "sim/input/yaml.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/fault_list.hpp"
#include "sim/scenario/faults_format.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace qianka {
namespace {

struct Read {
  Faults faults;
  std::string problems;
};

Read read(const std::string& yaml) {
  std::vector<Diagnostic> problems;
  Read result;
  const auto root = read_yaml(yaml, "f.yaml", problems);
  Reader reader(nullptr);
  reader.file = "f.yaml";
  if (root) result.faults = faults_from(faults_table().read(*root, reader), ".", reader);
  problems.insert(problems.end(), reader.problems().begin(), reader.problems().end());
  for (const Diagnostic& problem : sorted(problems)) result.problems += to_text(problem) + "\n";
  return result;
}

TEST(FaultsFormat, shapes_of_all_hold_for_a_class_that_has_none) {
  const Read got = read(R"(
calendar: [{from: 0, factor: 3}, {from: 14 days, factor: 1}]
lemons: {share: 5 %, factor: 13}
bursts: {share: 5 %}
hangs: 10 %
nodes_per_rack: 4
classes:
  - {component: gpu, rate: 1e-3 per node-day}
  - component: nic
    rate: 2e-3 per node-day
    hangs: 0
    calendar: [{from: 12 h, factor: 2}]
    calendar_repeats: 24 h
    bursts: {share: 20 %, followers: 2, within: 10 min}
    takes: rack
  - {component: leaf, rate: 1e-5 per node-day, takes: leaf}
  - {component: power, rate: 1e-5 per node-day, takes: {nodes: 32}}
  - {component: gpu, cause: slow, rate: 5e-3 per node-day, slow_to: 90 %, duration: 24 h}
  - {component: sdc, rate: 1e-5 per node-day, noticed: silent}
)");
  EXPECT_EQ(got.problems, "");
  const std::vector<FaultClass>& c = got.faults.classes;
  ASSERT_EQ(c.size(), 6U);
  EXPECT_EQ(got.faults.lemons.factor, 13);
  EXPECT_EQ(c[0].calendar.periods.size(), 2U);
  EXPECT_EQ(c[0].bursts.share, 0.05);
  EXPECT_EQ(c[0].bursts.within.value, 300);
  EXPECT_EQ(c[0].hangs, 0.1);
  EXPECT_EQ(c[1].hangs, 0);
  EXPECT_EQ(c[1].calendar.periods.size(), 1U);
  EXPECT_EQ(c[1].calendar.repeats.value, 86400);
  EXPECT_EQ(c[1].bursts.followers, 2);
  EXPECT_EQ(c[1].takes, Takes::block);
  EXPECT_EQ(c[1].block, 4);
  EXPECT_EQ(c[2].takes, Takes::leaf);
  EXPECT_EQ(c[3].block, 32);
  EXPECT_EQ(c[4].slow_to, 0.9);
  EXPECT_EQ(c[4].duration->value, 86400);
  EXPECT_EQ(c[4].hangs, 0);  // what is slow does not hang
  EXPECT_EQ(c[5].noticed, Noticed::silent);
}

TEST(FaultsFormat, the_digest_of_plain_faults_does_not_know_the_new_keys) {
  const auto keys_of = [](const std::string& yaml) {
    Written out;
    write_faults(read(yaml).faults, "faults", out);
    return out.values.size();
  };
  // job_per_day, and component, cause, rate, distribution, shape, evicts_node of the class.
  EXPECT_EQ(keys_of("classes: [{component: gpu, rate: 1e-3 per node-day}]"), 7U);
  EXPECT_EQ(keys_of("hangs: 10 %\nclasses: [{component: gpu, rate: 1e-3 per node-day}]"), 8U);
}

TEST(FaultSets, have_the_rates_of_their_sources) {
  // reliability.md 1.1, per node and day; what is slow stops nobody.
  const auto stops = [](const std::string& id) {
    double rate = 0;
    for (const FaultClass& c : load_faults(id).classes) rate += c.slow_to < 1 ? 0 : c.per_node_day;
    return rate;
  };
  EXPECT_NEAR(stops("llama3-table-5"), 419.0 / 2048 / 54, 1e-9);
  EXPECT_NEAR(stops("rsc-1"), 6.5e-3, 1e-6);
  EXPECT_NEAR(stops("rsc-2"), 2.34e-3, 1e-6);
  EXPECT_NEAR(stops("well-kept"), 1.2e-3, 1e-6);
  EXPECT_NEAR(stops("byterobust-dense"), 175.0 / 1200 / 90, 1e-9);
  EXPECT_NEAR(stops("byterobust-moe"), 125.0 / 1200 / 30, 1e-9);
  EXPECT_NEAR(stops("glm-130b"), 2.1e-3, 5e-5);
  EXPECT_NEAR(stops("new-cluster"), 4e-3, 1e-6);
  // 4e-3 for a job of 500 nodes: 356 of 419 from the nodes, the rest 0.3 stops of the job a day.
  EXPECT_NEAR(stops("default-fleet") + 0.3 / 500, 4e-3, 5e-6);
}

TEST(FaultList, what_is_written_reads_back) {
  const std::vector<ReplayedFault> faults{
      {.at = Seconds{10}, .component = "gpu", .node = 3, .kind = "Xid 79, off the bus"},
      {.at = Seconds{20.5},
       .component = "software",
       .node = -1,
       .kind = "hang",
       .evicts_node = false,
       .noticed = Noticed::hang,
       .duration = Seconds{64800}},
      {.at = Seconds{30}, .component = "gpu", .node = 0, .kind = "slow", .slow_to = 0.94}};
  std::vector<Diagnostic> problems;
  const auto back = read_fault_list(fault_list_text(faults, {"of a test"}), "x.csv", problems);
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(back.size(), 3U);
  EXPECT_EQ(back[0].kind, "Xid 79, off the bus");
  EXPECT_TRUE(back[0].evicts_node);
  EXPECT_FALSE(back[0].duration);
  EXPECT_EQ(back[1].duration->value, 64800);
  EXPECT_EQ(back[1].noticed, Noticed::hang);
  EXPECT_FALSE(back[1].evicts_node);
  EXPECT_EQ(back[2].slow_to, 0.94);
}

TEST(FaultList, columns_stand_in_any_order) {
  std::vector<Diagnostic> problems;
  const auto list =
      read_fault_list("kind,duration_s,node,time_s,component\nhang,,,7,software\n", "x", problems);
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].node, -1);
  EXPECT_EQ(list[0].at.value, 7);
}

}  // namespace
}  // namespace qianka
