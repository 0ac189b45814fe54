// SPDX-License-Identifier: Apache-2.0
// `qianka show route`, `show contention`, `run --together`, and how a cut fabric ends.
#include "support/json_keys.hpp"
#include "support/spawn.hpp"

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using nlohmann::ordered_json;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;

std::set<std::string> keys_of(const ordered_json& json) {
  std::set<std::string> keys;
  collect_keys(json, "", keys);
  return keys;
}

class FabricCli : public testing::Test {
 protected:
  FabricCli() { std::filesystem::current_path(QIANKA_SOURCE_DIR); }
};

TEST_F(FabricCli, a_route_is_its_links) {
  const Spawned ended = spawn({"show", "route", "node0.card0", "1", "--on", "dgx-h100-rail"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_THAT(ended.out, AllOf(HasSubstr("node0.card0 -> node0.card1"),
                               HasSubstr("node0.crossbar -> node0.card1")));
}

TEST_F(FabricCli, json_has_the_documented_keys) {
  const Spawned route = spawn({"show", "route", "0", "24", "--on", "fabric/tor-down", "--json"});
  EXPECT_EQ(keys_of(ordered_json::parse(route.out)), documented_keys("show route"));
  const Spawned contention = spawn({"show", "contention", "fabric/jobs/rings", "--json"});
  std::set<std::string> keys;
  for (const auto& kind : ordered_json::parse(contention.out)) keys.merge(keys_of(kind));
  EXPECT_EQ(keys, documented_keys("show contention"));
  const Spawned jobs = spawn({"run", "fabric/jobs/rings", "fabric/jobs/wide", "--together",
                              "--placement", "spread", "--json"});
  EXPECT_EQ(keys_of(ordered_json::parse(jobs.out)), documented_keys("run --together"));
}

TEST_F(FabricCli, mistakes_are_told) {
  const auto expect = [](std::vector<std::string> arguments, const std::string& complaint) {
    const Spawned ended = spawn(std::move(arguments));
    EXPECT_EQ(ended.code, 2);
    EXPECT_THAT(ended.err, HasSubstr(complaint));
  };
  expect({"show", "route", "0"}, "a route has two ends");
  expect({"show", "route", "0", "1"}, "a route needs a fabric");
  expect({"show", "route", "0", "0", "--on", "dgx-h100-rail"}, "two different cards");
  expect({"show", "route", "0", "node9999.card0", "--on", "dgx-h100-rail"}, "no card");
  expect({"show", "part", "h100-sxm5-80gb", "more"}, "one word too many");
  expect({"run", "fabric/jobs/rings", "--together"}, "needs two scenarios");
  expect({"run", "fabric/jobs/rings", "01-one-gpu", "--together", "--placement", "here"}, "here");
}

TEST_F(FabricCli, a_cluster_file_of_ones_own_is_taken_like_one_of_the_catalogue) {
  const auto file = std::filesystem::temp_directory_path() / "qianka-own-cluster.yaml";
  const std::string own = file.string();
  std::ofstream(file) << "use: dgx-h100-rail\nnodes: 4\nfabric: {nodes_per_leaf: 2}\n";
  const Spawned route = spawn({"show", "route", "0", "31", "--on", own});
  EXPECT_EQ(route.code, 0) << route.err;
  EXPECT_THAT(route.out, HasSubstr("node3.nic7 -> node3"));
  const Spawned topology = spawn({"show", "topology", own});
  EXPECT_EQ(topology.code, 0) << topology.err;
  EXPECT_THAT(topology.out, HasSubstr("scale-up"));
  const Spawned contention = spawn({"show", "contention", own});
  EXPECT_EQ(contention.code, 2);
  EXPECT_THAT(contention.err, HasSubstr("is a cluster"));
  std::filesystem::remove(file);
}

TEST_F(FabricCli, a_route_goes_round_what_is_said_to_be_down) {
  const Spawned whole = spawn({"show", "route", "0", "8", "--on", "dgx-h100-rail"});
  EXPECT_THAT(whole.out, AllOf(HasSubstr("node0.nic0"), HasSubstr("Over the fabric")));
  const Spawned round = spawn(
      {"show", "route", "0", "8", "--on", "dgx-h100-rail", "--down", "node0.nic0,group0.leaf0"});
  EXPECT_EQ(round.code, 0) << round.err;
  EXPECT_THAT(round.out, Not(HasSubstr("node0.nic0")));
  const Spawned inside = spawn({"show", "route", "0", "1", "--on", "dgx-h100-rail"});
  EXPECT_THAT(inside.out, HasSubstr("Inside the node"));
  const Spawned wrong =
      spawn({"show", "route", "0", "8", "--on", "dgx-h100-rail", "--down", "group0.laef0"});
  EXPECT_EQ(wrong.code, 2);
  EXPECT_THAT(wrong.err, HasSubstr("--down group0.laef0: error: this fabric has no device"));
}

TEST_F(FabricCli, sizes_of_a_fabric_are_told_at_their_line) {
  const Spawned bill = spawn({"show", "bom", "dgx-h100-rail", "--nodes", "50000"});
  EXPECT_EQ(bill.code, 3);
  EXPECT_THAT(bill.err, ContainsRegex("^topologies/dgx-h100-rail.yaml:[0-9]+: error: a core"));
}

TEST_F(FabricCli, a_fabric_that_nobody_described_is_cautioned) {
  const auto file = std::filesystem::temp_directory_path() / "qianka-no-fabric.yaml";
  std::ofstream(file) << "name: mine\nnodes: 2\nnode: {accelerator: h100-sxm5-80gb, nic: "
                         "connectx-7-400g}\n";
  const Spawned run = spawn({"run", "01-one-gpu", "--set", "cluster=" + file.string(), "--set",
                             "job.parallel={tensor: 8, data: 2}", "--set", "job.global_batch=16"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("the cluster says nothing of its fabric"));
  EXPECT_THAT(spawn({"show", "bom", file.string()}).err, HasSubstr("says nothing of its fabric"));
  std::filesystem::remove(file);
}

TEST_F(FabricCli, a_cut_fabric_ends_with_1_and_both_sides) {
  const Spawned ended =
      spawn({"run", "fabric/tor-down", "--set", "faults.fabric.events=[{device: leaf3}]", "--set",
             "job={model: llama2-70b, stack: megatron-core, global_batch: 512, parallel: {tensor: "
             "8, pipeline: 4, data: 16, sequence_parallel: true}}"});
  EXPECT_EQ(ended.code, 1) << ended.out;
  EXPECT_THAT(ended.err,
              AllOf(HasSubstr("cannot reach"), HasSubstr("one side:"), HasSubstr("other side:")));
}

}  // namespace
}  // namespace qianka
