// SPDX-License-Identifier: Apache-2.0
// What must hold in every scenario that is shipped.
#include "support/spawn.hpp"

#include <cstdint>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using nlohmann::json;

std::set<std::string> shipped_scenarios() {
  std::set<std::string> files;
  const std::filesystem::path root = QIANKA_SOURCE_DIR "/scenarios";
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
    const std::string kind = std::filesystem::relative(entry.path(), root).begin()->string();
    if (entry.path().extension() != ".yaml" || kind == "models" || kind == "stacks" ||
        kind == "faults" || kind == "libraries" || kind == "policies" || kind == "validation" ||
        kind == "claims" || kind == "costs")
      continue;
    files.insert(entry.path().string());
  }
  return files;
}

TEST(Shipped, every_second_and_every_card_hour_belongs_to_one_account) {
  int campaigns = 0;
  for (const std::string& file : shipped_scenarios()) {
    SCOPED_TRACE(file);
    const Spawned run = spawn({"run", file, "--json"});
    ASSERT_EQ(run.code, 0) << run.err;
    const json report = json::parse(run.out);
    double parts = 0;
    for (const auto& [name, seconds] : report["step"]["breakdown_s"].items())
      parts += seconds.get<double>();
    EXPECT_NEAR(parts / report["step"]["time_s"].get<double>(), 1, 1e-7);
    if (!report.contains("campaign") || report["campaign"].is_null()) continue;
    ++campaigns;
    const json& campaign = report["campaign"];
    std::int64_t sum = 0;
    for (const auto& [name, part] : campaign["accounting_ns"].items()) {
      sum += part.get<std::int64_t>();
    }
    EXPECT_EQ(sum, campaign["wall_ns"].get<std::int64_t>());
    double hours = 0;
    for (const auto& [name, part] : campaign["accounting_card_hours"].items())
      hours += part.get<double>();
    const double nodes =
        report["cluster"]["nodes"].get<double>() + report["cluster"]["spares"].get<double>();
    const double per_node =
        report["cluster"]["cards"].get<double>() / report["cluster"]["nodes"].get<double>();
    EXPECT_NEAR(hours / (nodes * per_node * campaign["wall_s"].get<double>() / 3600), 1,
                1e-8);  // printed with nine digits
  }
  EXPECT_GE(campaigns, 2);
}

TEST(Shipped, the_same_scenario_and_seed_twice_give_the_same_bytes) {
  for (const char* name : {"llama3-405b-54-days", "gpt3-175b-1024-a100", "bloom-176b"}) {
    const std::string file = std::string(QIANKA_SOURCE_DIR "/scenarios/") + name + ".yaml";
    EXPECT_EQ(spawn({"run", file, "--json"}).out, spawn({"run", file, "--json"}).out) << name;
  }
}

/// The report without what tells the two runs apart: the digest, and how many replicas were
/// simulated.
std::string without_folding(const std::string& text) {
  json report = json::parse(text);
  report["qianka"].erase("digest");
  for (const char* key : {"replica_classes", "operations", "flow_classes", "contention"})
    report["step"].erase(key);
  return report.dump();
}

TEST(Shipped, folded_and_unfolded_give_the_same_bytes) {
  for (const char* name : {"published/sc21-76.1b", "bloom-176b", "published/sc21-39.1b"}) {
    const std::string file = std::string(QIANKA_SOURCE_DIR "/scenarios/") + name + ".yaml";
    const Spawned folded = spawn({"run", file, "--json"});
    const Spawned unfolded = spawn({"run", file, "--json", "--set", "step.fold=false"});
    ASSERT_EQ(unfolded.code, 0) << unfolded.err;
    EXPECT_EQ(without_folding(folded.out), without_folding(unfolded.out)) << name;
  }
}

}  // namespace
}  // namespace qianka
