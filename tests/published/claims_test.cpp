// SPDX-License-Identifier: Apache-2.0
// The claims of scenarios/claims: every row has a verdict, those that are arithmetic come out at
// the printed figures, and the pages are what the program writes today.
#include "support/json_keys.hpp"
#include "support/spawn.hpp"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

ordered_json claims(std::vector<std::string> ids) {
  ids.insert(ids.begin(), "claims");
  ids.emplace_back("--json");
  const Spawned ended = spawn(ids);
  EXPECT_EQ(ended.code, 0) << ended.err;
  return ordered_json::parse(ended.out)["claims"];
}

/// A figure of a claim.
double figure(const ordered_json& claim, const std::string& name) {
  for (const ordered_json& figure : claim["figures"])
    if (figure["name"] == name) return figure["value"].get<double>();
  ADD_FAILURE() << claim["id"] << " has no figure " << name;
  return std::nan("");
}

TEST(Claims, arithmetic_rows_come_out_at_the_printed_figures) {
  std::map<std::string, ordered_json> by_id;
  for (ordered_json& claim : claims({"c09", "c10", "c11", "c14", "c16", "c26", "c29"}))
    by_id[claim["id"]] = claim;
  // 6 x 174.6e9 x 300e9 = 3.143e23; at 35 TFLOP/s 284.6 years, printed 288.
  EXPECT_NEAR(figure(by_id["c09"], "years"), 288, 0.02 * 288);
  // 3.143e23 / 8.64e19 = 3,637.5, printed 3,640.
  EXPECT_NEAR(figure(by_id["c10"], "pflops_days"), 3640, 3);
  EXPECT_NEAR(figure(by_id["c10"], "dollars"), 4.6e6, 0.02 * 4.6e6);
  // 27.5 x 1,440 / 3,740 = 10.59 minutes.
  EXPECT_NEAR(figure(by_id["c11"], "minutes_at_peak"), 10.6, 0.05);
  EXPECT_EQ(figure(by_id["c14"], "capital"), 270e6);
  EXPECT_EQ(figure(by_id["c14"], "ten_models"), 2.7e9);
  EXPECT_EQ(figure(by_id["c16"], "first_tier"), 5400);
  EXPECT_NEAR(figure(by_id["c16"], "first_ratio"), 3.33, 0.005);
  EXPECT_NEAR(figure(by_id["c26"], "work_e"), 4874, 1);
  EXPECT_NEAR(figure(by_id["c26"], "utilisation"), 0.22, 0.002);
  EXPECT_EQ(figure(by_id["c29"], "low_total"), 3.5);
  EXPECT_EQ(figure(by_id["c29"], "high_total"), 4.0);
}

TEST(Claims, the_number_of_processes_changes_nothing) {
  EXPECT_EQ(spawn({"claims", "c05", "c07b", "c25", "--json", "--jobs", "1"}).out,
            spawn({"claims", "c05", "c07b", "c25", "--json", "--jobs", "3"}).out);
}

TEST(Claims, json_has_the_documented_keys) {
  std::set<std::string> keys;
  collect_keys(ordered_json{{"claims", claims({"c05", "c09"})}}, "", keys);
  // A list that is empty in one claim and not in another is documented by its elements.
  std::erase_if(keys, [&](const std::string& key) {
    const auto next = keys.upper_bound(key);
    return next != keys.end() && next->starts_with(key + "[]");
  });
  EXPECT_EQ(keys, documented_keys("claims"));
}

std::string text_of(const fs::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

/// Both in one run: it takes a minute.
TEST(Claims, pages_are_what_is_written_today_and_every_row_has_a_verdict) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "hundreds of runs of thousands of cards: the release build does it";
#endif
  const fs::path docs = fs::path(QIANKA_SOURCE_DIR) / "docs";
  const fs::path folder = fs::temp_directory_path() / fmt::format("qianka-claims-{}", getpid());
  const bool accept = std::getenv("QIANKA_ACCEPT") != nullptr;
  fs::create_directories(folder);
  const Spawned ended = spawn({"claims", "--pages", accept ? docs.string() : folder.string()});
  ASSERT_EQ(ended.code, 0) << ended.err;
  for (const char* page : {"claims.md", "claims.zh-CN.md"}) {
    const std::string today = text_of((accept ? docs : folder) / page);
    EXPECT_TRUE(today == text_of(docs / page)) << page << ": qianka claims --pages docs";
    for (int i = 1; i <= 30; ++i) {
      const std::string id = fmt::format("c{:02}", i);
      for (const std::string& one : i == 7 ? std::vector{id + "a", id + "b"} : std::vector{id})
        EXPECT_NE(today.find("\n## " + one + "\n"), std::string::npos) << page << ": " << one;
    }
    // What is missing is a figure that nobody published, never a scenario that cannot be.
    EXPECT_EQ(today.find("does not fit"), std::string::npos) << page;
    EXPECT_EQ(today.find("error:"), std::string::npos) << page;
    EXPECT_EQ(today.find(" / ?"), std::string::npos) << page << ": an end of a range cannot be run";
  }
  fs::remove_all(folder);
}

}  // namespace
}  // namespace qianka
