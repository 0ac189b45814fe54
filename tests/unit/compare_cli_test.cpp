// SPDX-License-Identifier: Apache-2.0
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

const std::vector<std::string> two{"compare", "04-mesh-against-crossbar", "--across",
                                   "flagperf-a800,atlas-900-a2-910b", "--pin-layout"};

Spawned with(std::vector<std::string> words, const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return spawn(words);
}

TEST(CompareCommand, tells_what_its_page_says) {
  const std::vector<std::string> weeks{"--days", "1", "--seeds", "3", "--fleet", "--json"};
  const Spawned run = with(two, weeks);
  ASSERT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.err, "");
  std::set<std::string> keys;
  collect_keys(ordered_json::parse(run.out), "", keys);
  EXPECT_EQ(keys, documented_keys("compare"));
}

TEST(CompareCommand, finds_the_same_whatever_the_number_of_workers) {
  EXPECT_EQ(with(two, {"--jobs", "1", "--fleet"}).out, with(two, {"--jobs", "3", "--fleet"}).out);
}

TEST(CompareCommand, from_a_config_to_three_clusters_in_two_commands) {
  const std::filesystem::path model = std::filesystem::temp_directory_path() / "qianka-dense.yaml";
  const std::string config = QIANKA_SOURCE_DIR "/tests/import/dense-config.json";
  ASSERT_EQ(spawn({"import", "hf-config", config, "-o", model.string()}).code, 0);
  const Spawned run =
      spawn({"compare", "--model", model.string(), "--cards", "64", "--across",
             "dgx-h100-rail:megatron-core,atlas-900-a2-910b,h20-rails,atlas-800-910a"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("mindspeed"));
  EXPECT_THAT(run.out, HasSubstr("attention_efficiency"));
  EXPECT_THAT(run.out, HasSubstr("left out: atlas-800-910a"));
  EXPECT_THAT(run.out, HasSubstr("A card of C gives by the step"));
  std::filesystem::remove(model);
}

TEST(CompareCommand, says_what_cannot_be_compared) {
  const Spawned jobs = spawn({"compare", "01-one-gpu", "gpt3-175b-1024-a100"});
  EXPECT_EQ(jobs.code, 2);
  EXPECT_THAT(jobs.err, HasSubstr("01-one-gpu trains GPT-3 XL 1.3B, gpt3-175b-1024-a100 GPT-3"));
  EXPECT_EQ(spawn({"compare", "01-one-gpu"}).code, 2);
  EXPECT_EQ(spawn({"compare", "--model", "llama3-70b", "--across", "h20-rails,dgx-h100-rail"}).code,
            2)
      << "no cards";
  const Spawned config = spawn(
      {"compare", "--model", "config.json", "--cards", "8", "--across", "h20-rails,dgx-h100-rail"});
  EXPECT_EQ(config.code, 2);
  EXPECT_THAT(config.err, HasSubstr("qianka import hf-config config.json"));
  const Spawned large = spawn(
      {"compare", "--model", "llama3-70b", "--cards", "8", "--across", "h20-rails,dgx-h100-rail"});
  EXPECT_EQ(large.code, 3);
  EXPECT_THAT(large.err, HasSubstr("h20-rails: no layout fits in memory on 8 cards"));
  const Spawned nodes = spawn(
      {"compare", "--model", "llama3-8b", "--cards", "60", "--across", "h20-rails,dgx-h100-rail"});
  EXPECT_EQ(nodes.code, 3);
  EXPECT_THAT(nodes.err, HasSubstr("60 cards are no whole nodes of 8 cards: 56 or 64 would be"));
}

TEST(CompareCommand, prices_are_a_file_with_its_mistakes_told) {
  const std::filesystem::path file = std::filesystem::temp_directory_path() / "qianka-costs.yaml";
  std::ofstream(file) << "name: mine\npue: {value: 0.5, source: me}\nyeers: {}\n";
  const Spawned run = with(two, {"--costs", file.string()});
  EXPECT_EQ(run.code, 2);
  EXPECT_THAT(run.err, HasSubstr("qianka-costs.yaml:2:14: error"));
  EXPECT_THAT(run.err, HasSubstr("qianka-costs.yaml:3:1: error"));
  std::filesystem::remove(file);
}

TEST(SizeCommand, tells_what_its_page_says) {
  std::set<std::string> keys;
  for (const char* batch : {"32", "1"}) {
    const Spawned run =
        spawn({"size", "04-mesh-against-crossbar", "--tokens", "1B", "--within", "2 days",
               "--nodes", "1,64", "--set", std::string("job.global_batch=") + batch, "--json"});
    ASSERT_EQ(run.code, 0) << run.err;
    collect_keys(ordered_json::parse(run.out), "", keys);
  }
  EXPECT_EQ(keys, documented_keys("size"));
}

TEST(SizeCommand, ends_with_3_when_no_size_does) {
  const Spawned run = spawn({"size", "04-mesh-against-crossbar", "--tokens", "100T", "--within",
                             "1 days", "--most-nodes", "4"});
  EXPECT_EQ(run.code, 3);
  EXPECT_THAT(run.out, HasSubstr("No size that was tried meets the goal."));
  EXPECT_EQ(spawn({"size", "04-mesh-against-crossbar"}).code, 2) << "no goal";
  EXPECT_EQ(spawn({"size", "04-mesh-against-crossbar", "--within", "2 parsecs"}).code, 2);
}

}  // namespace
}  // namespace qianka
