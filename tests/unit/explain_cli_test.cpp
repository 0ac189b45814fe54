// SPDX-License-Identifier: Apache-2.0
// `qianka explain` as a user meets it. tests/explain: what it prints of three scenarios; with
// QIANKA_ACCEPT=1 what it prints today becomes that.
#include "support/json_keys.hpp"
#include "support/spawn.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;

ordered_json explained(std::vector<std::string> words) {
  words.insert(words.begin(), "explain"), words.emplace_back("--json");
  const Spawned run = spawn(words);
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_EQ(run.err, "");
  return ordered_json::parse(run.out);
}

TEST(ExplainCommand, tells_what_its_page_says) {
  std::set<std::string> keys;
  collect_keys(explained({"04-mesh-against-crossbar", "--set", "job.parallel.recompute=full"}), "",
               keys);
  collect_keys(explained({"06-failure-and-restart", "--seeds", "3"}), "", keys);
  collect_keys(explained({"gpt3-175b-1024-a100"}), "", keys);
  EXPECT_EQ(keys, documented_keys("explain"));
}

TEST(ExplainCommand, finds_the_same_whatever_the_number_of_workers) {
  // The second looks for an interval between saves, and again where rows save in another way.
  for (const char* scenario : {"06-failure-and-restart", "checkpoints/auto-interval"}) {
#ifdef __SANITIZE_ADDRESS__
    if (std::string_view(scenario) == "checkpoints/auto-interval") continue;  // minutes
#endif
    const auto with = [&](const char* jobs) {
      return spawn({"explain", scenario, "--set", "checkpoint.mode=sync", "--seeds", "2", "--jobs",
                    jobs})
          .out;
    };
    EXPECT_EQ(with("1"), with("24")) << scenario;
  }
}

TEST(ExplainCommand, begins_with_what_run_finds) {
  for (const char* scenario : {"05-pipeline", "06-failure-and-restart"}) {
    const ordered_json run = ordered_json::parse(spawn({"run", scenario, "--json"}).out);
    const ordered_json found = explained({scenario, "--seeds", "2"});
    EXPECT_EQ(found["step_s"], run["step"]["time_s"]) << scenario;
    if (!run.contains("campaign") || run["campaign"].is_null()) continue;
    EXPECT_EQ(found["goodput"], run["campaign"]["goodput"]) << scenario;
    EXPECT_EQ(found["ettr"], run["campaign"]["ettr"]) << scenario;
  }
}

TEST(ExplainCommand, lifting_a_limit_of_a_shipped_scenario_never_slows_it_down) {
  for (const char* scenario :
       {"01-one-gpu", "03-tensor-parallel", "05-pipeline", "gpt3-175b-1024-a100", "bloom-176b"}) {
    const ordered_json found = explained({scenario, "--seeds", "2"});
    for (const ordered_json& limit : found["limits"])
      EXPECT_GE(limit["gain"].get<double>(), -1e-9) << scenario << ", as if " << limit["what"];
  }
}

TEST(ExplainCommand, what_cannot_be_had_says_why) {
  const Spawned run = spawn({"explain", "gpt3-175b-1024-910b"});
  EXPECT_EQ(run.code, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("not possible: 16 ports a node in place of 8: a leaf joins"));
  EXPECT_EQ(spawn({"explain", "no-such-scenario"}).code, 2);
}

TEST(ExplainCommand, prints_what_was_accepted) {
  for (const std::string name :
       {"03-tensor-parallel", "gpt3-175b-1024-a100", "06-failure-and-restart"}) {
    const std::string file = QIANKA_SOURCE_DIR "/tests/explain/" + name + ".txt";
    const Spawned run = spawn({"explain", name});
    EXPECT_EQ(run.code, 0) << run.err;
    if (std::getenv("QIANKA_ACCEPT") != nullptr) std::ofstream(file) << run.out;
    std::ostringstream expected;
    expected << std::ifstream(file).rdbuf();
    EXPECT_EQ(run.out, expected.str())
        << name << ": if it should: QIANKA_ACCEPT=1 ./dev test -R ExplainCommand";
  }
}

}  // namespace
}  // namespace qianka
