// SPDX-License-Identifier: Apache-2.0
// `qianka collective` and `qianka validate --collectives` as a user meets them.
#include "support/json_keys.hpp"
#include "support/spawn.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;

std::vector<std::string> collective(std::vector<std::string> more) {
  more.insert(more.begin(), "collective");
  return more;
}

std::set<std::string> keys_of(const Spawned& ended) {
  std::set<std::string> keys;
  collect_keys(ordered_json::parse(ended.out), "", keys);
  return keys;
}

TEST(CollectiveCommand, json_has_every_documented_key_and_no_other) {
  // Cards of a vendor without a library: there is a caution.
  const Spawned ended =
      spawn(collective({"all-reduce", "--on", "dgx-h100-rail", "--cards", "16", "--sizes",
                        "1KiB:1MiB", "--set", "node.accelerator.vendor=Nobody", "--json"}));
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(keys_of(ended), documented_keys("collective"));
  const auto json = ordered_json::parse(ended.out);
  EXPECT_EQ(json["rows"].size(), 11U);
  EXPECT_EQ(json["rows"][0]["size_bytes"], 1024);
  const auto& row = json["rows"][10];
  const double algbw = row["algbw"], busbw = row["busbw"], time = row["time_s"];
  EXPECT_NEAR(algbw, 1048576 / time, 1e-3);
  EXPECT_NEAR(busbw / algbw, 2 * 15.0 / 16, 1e-12);
}

TEST(CollectiveCommand, prints_the_same_bytes_twice) {
  const auto arguments = collective({"all-gather", "--on", "atlas-900-a2-910b", "--cards", "32"});
  EXPECT_EQ(spawn(arguments).out, spawn(arguments).out);
}

TEST(CollectiveCommand, a_beginning_is_enough_when_only_one_topology_has_it) {
  const auto name_for = [](const std::string& word) {
    return spawn(collective({"all-reduce", "--on", word, "--sizes", "1MB"}));
  };
  EXPECT_EQ(name_for("dgx-h100").out, name_for("dgx-h100-rail").out);
  EXPECT_EQ(name_for("dgx-h100").code, 0);
  EXPECT_EQ(name_for("dgx-").err,
            "error: several topologies begin with 'dgx-'\n  hint: they are dgx-1-v100, "
            "dgx-a100-superpod, "
            "dgx-b200-rail, dgx-b300-rail, dgx-h100-rail, dgx-h200-rail\n");
  EXPECT_EQ(name_for("dgx-h101-rail").err,
            "error: no topology 'dgx-h101-rail'\n  hint: did you mean 'dgx-h100-rail'?\n");
}

struct Mistake {
  std::vector<std::string> arguments;
  std::string message;
  int code = 2;
};

TEST(CollectiveCommand, mistakes_are_told_with_a_hint) {
  const std::vector<Mistake> mistakes{
      {{"all-reduc", "--on", "dgx-h100-rail"},
       "error: unknown collective 'all-reduc'\n  hint: did you mean 'all-reduce'?\n"},
      {{"all-reduce", "--on", "dgx-h100-rail", "--algorithm", "rings"},
       "error: unknown algorithm 'rings'\n  hint: did you mean 'ring'?\n"},
      {{"all-reduce", "--on", "dgx-a100-superpod", "--algorithm", "nvls"},
       "error: nvls needs a switch between the cards that reduces (scale_up_reduction)\n  hint: "
       "'--algorithm' left out, the library chooses\n"},
      {{"all-reduce", "--on", "dgx-h100-rail", "--sizes", "8GiB:1KiB"},
       "error: --sizes: '8GiB:1KiB' ends before it begins\n  hint: did you mean '1KiB:8GiB'?\n"},
      {{"all-reduce", "--on", "dgx-h100-rail", "--sizes", "1024"}, "error: --sizes: "},
      {{"all-reduce", "--on", "dgx-h100-rail", "--cards", "1"},
       "error: a collective needs two cards\n"},
      {{"all-reduce", "--on", "dgx-h100-rail", "--cards", "64", "--stride", "8"},
       "error: a stride of 8 needs 16 nodes, 64 cards are 8\n"},
      {{"all-reduce", "--on", "dgx-h100-rail", "--library", "ncll"}, "did you mean 'nccl'?"},
      {{"all-reduce", "--on", "dgx-h100-rail", "--set", "fabric.routin=ecmp"}, "unknown key"},
      {{"all-reduce", "--on", "fire-flyer-a100-pcie", "--cards", "80000"},
       "error: 80000 cards are 10000 nodes, and the cluster has 1250\n"},
  };
  for (const Mistake& mistake : mistakes) {
    const Spawned ended = spawn(collective(mistake.arguments));
    EXPECT_EQ(ended.code, mistake.code) << mistake.message;
    EXPECT_EQ(ended.out, "");
    EXPECT_THAT(ended.err, HasSubstr(mistake.message));
  }
}

TEST(CollectiveCommand, too_many_unlike_flows_are_refused_with_an_estimate) {
  const Spawned ended =
      spawn(collective({"all-reduce", "--on", "dgx-h100-rail", "--cards", "32768", "--stride", "16",
                        "--all-groups", "--placement", "random", "--sizes", "1GB", "--algorithm",
                        "ring", "--set", "fabric.routing=ecmp", "--set", "fabric.core.ports=512"}));
  EXPECT_EQ(ended.code, 1);
  EXPECT_THAT(ended.err, HasSubstr("more than 25000 are not simulated: it would take "));
}

TEST(CollectiveCommand, a_hidden_seed_is_none) {
  const auto time = [](const std::string& seed) {
    const Spawned ended = spawn(
        collective({"all-reduce", "--on", "dgx-h100-rail", "--cards", "1024", "--stride", "16",
                    "--all-groups", "--sizes", "1GB", "--set", "fabric.routing=ecmp", "--algorithm",
                    "ring", "--placement", "random", "--seed", seed, "--json"}));
    return ordered_json::parse(ended.out)["rows"][0]["time_s"].get<double>();
  };
  EXPECT_EQ(time("1"), time("1"));
  EXPECT_NE(time("1"), time("2"));
}

TEST(ValidateCollectives, meets_its_goals_and_accounts_for_every_row) {
  std::filesystem::current_path(QIANKA_SOURCE_DIR);
  const Spawned ended = spawn({"validate", "--collectives", "--json"});
  ASSERT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(keys_of(ended), documented_keys("validate --collectives"));
  const auto json = ordered_json::parse(ended.out);
  EXPECT_EQ(json["rows"].size(), 138U);
  EXPECT_GE(json["large"]["n"], 60);
  EXPECT_GE(json["small"]["n"], 18);
  EXPECT_LT(json["large"]["mean_abs_error"], 0.10);
  EXPECT_LT(json["small"]["mean_abs_error"], 0.25);
  for (const auto& row : json["rows"])
    EXPECT_EQ(row["scored"].get<bool>(), row["reason"] == "") << row["id"];
}

TEST(ValidateCollectives, a_goal_missed_is_4_and_no_rows_are_2) {
  std::filesystem::current_path(QIANKA_SOURCE_DIR);
  EXPECT_EQ(spawn({"validate", "--collectives", "--source", "DeepEP", "--max-error", "0"}).code, 4);
  EXPECT_EQ(spawn({"validate", "--collectives", "--source", "nobody"}).code, 2);
}

}  // namespace
}  // namespace qianka
