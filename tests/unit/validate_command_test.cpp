// SPDX-License-Identifier: Apache-2.0
// `qianka validate` as a user meets it, on five small rows of his own.
#include "support/json_keys.hpp"
#include "support/spawn.hpp"

#include <filesystem>
#include <fstream>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const std::string header =
    "id,source,year,accelerator,n_accelerators,model,seq,global_batch_seqs,micro_batch,tp,pp,vpp,"
    "dp,"
    "cp,sharding,recompute,precision,unit,value,validation_grade,sweep,scaling\n";
/// Two of grade A, the second with a batch that does not divide, one with an open recomputation,
/// one that is no time of a step, one that cannot be expressed.
const std::string rows =
    "small,lab,2024,A100-SXM-80GB,8,Llama 2 7B,4096,64,1,1,1,1,8,1,ZeRO-1,none,BF16,"
    "iteration_time_s,10,A,layouts,sizes\n"
    "large,lab,2024,A100-SXM-80GB,16,Llama 2 7B,4096,129,1,1,1,1,16,1,ZeRO-1,none,BF16,"
    "tokens_per_s_per_gpu,3000,A,layouts,sizes\n"
    "open,\"lab, again\",2024,H100-SXM-80GB,8,Llama 2 7B,4096,64,1,2,1,1,4,1,ZeRO-1,,BF16,"
    "tokens_per_s_per_gpu,9000,B,,\n"
    "week,lab,2024,A100-SXM-80GB,8,Llama 2 "
    "7B,4096,64,1,1,1,1,8,1,ZeRO-1,none,BF16,time_to_train_min,"
    "3,A,,\n"
    "abacus,lab,2024,Abacus,8,Llama 2 "
    "7B,4096,64,1,1,1,1,8,1,ZeRO-1,none,BF16,iteration_time_s,1,A,,\n";

class Validate : public testing::Test {
 protected:
  Validate() { write(header + rows); }
  ~Validate() override { std::filesystem::remove(file_); }

  void write(const std::string& text) { std::ofstream(file_) << text; }
  [[nodiscard]] Spawned run(std::vector<std::string> more) const {
    more.insert(more.begin(), {"validate", "--rows", file_});
    return spawn(more);
  }
  [[nodiscard]] ordered_json json(std::vector<std::string> more = {}) const {
    more.emplace_back("--json");
    const Spawned ended = run(std::move(more));
    EXPECT_EQ(ended.code, 0) << ended.err;
    return ordered_json::parse(ended.out);
  }

  const std::string file_ = (std::filesystem::temp_directory_path() /
                             ("qianka-validate-" + std::to_string(getpid()) + ".csv"))
                                .string();
};

std::vector<std::string> keys_of(const ordered_json& object) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : object.items()) keys.push_back(key);
  return keys;
}

TEST_F(Validate, json_has_the_statistics_and_every_row) {
  const ordered_json report = json();
  for (const ordered_json& stats : {report["total"], report["open"]["best"]})
    EXPECT_THAT(keys_of(stats),
                ElementsAre("n", "mean_abs_error", "median", "p90", "worst", "bias"));
  for (const char* list : {"sources", "by_cards", "by_vendor"})
    EXPECT_THAT(keys_of(report[list][0]),
                ElementsAre("name", "n", "mean_abs_error", "median", "p90", "worst", "bias"));
  EXPECT_EQ(report["total"]["n"], 2);
  std::vector<std::string> ends;
  for (const ordered_json& row : report["rows"])
    ends.push_back(row["id"].get<std::string>() + " " + row["status"].get<std::string>());
  EXPECT_THAT(ends, ElementsAre("small predicted", "large predicted", "open predicted",
                                "week not-comparable", "abacus not-expressible"));
  EXPECT_EQ(report["rows"][3]["reason"], "unit 'time_to_train_min' is no time of a step");
  EXPECT_TRUE(report["rows"][4]["error"].is_null());
  EXPECT_EQ(report["scaling"][0]["points"][1]["cards"], 16);
  EXPECT_EQ(report["sweeps"][0]["n"], 2);
}

/// Keys that depend on the run stand for themselves.
std::string with_places(const std::string& key) {
  std::string text = std::regex_replace(key, std::regex("^statuses\\..*"), "statuses.<status>");
  text = std::regex_replace(text, std::regex("\\.breakdown\\..*"), ".breakdown.<part>");
  return std::regex_replace(text, std::regex("\\.open(\\..*)?$"), ".open.<key>");
}

TEST_F(Validate, json_has_every_documented_key_and_no_other) {
  const Spawned published =
      spawn({"validate", "--source", "Korthikanti", "--json"});  // another tool's rows as well
  std::set<std::string> leaves;
  collect_keys(json(), "", leaves);
  collect_keys(ordered_json::parse(published.out), "", leaves);
  std::set<std::string> keys;
  for (const std::string& leaf : leaves) keys.insert(with_places(leaf));
  for (const char* empty : {"sweeps", "scaling", "other_tools", "open_by_source"})
    keys.erase(empty);
  if (keys.contains("rows[].notes[]")) keys.erase("rows[].notes");
  if (keys.contains("rows[].tried[].error")) keys.erase("rows[].tried");
  EXPECT_THAT(keys, testing::ContainerEq(documented_keys("validate")));
}

TEST_F(Validate, error_is_of_the_step_time_whatever_the_unit) {
  const ordered_json report = json();
  for (int i = 0; i < 3; ++i) {
    const ordered_json& row = report["rows"][i];
    const double measured = row["measured_s"];
    const double predicted = row["predicted_s"];
    EXPECT_NEAR(row["error"].get<double>(), predicted / measured - 1, 1e-8);
    const double ratio = row["predicted"].get<double>() / row["measured"].get<double>();
    EXPECT_NEAR(row["unit"] == "iteration_time_s" ? ratio : 1 / ratio, predicted / measured, 1e-7);
  }
}

TEST_F(Validate, an_open_value_is_tried_and_its_range_reported) {
  const ordered_json row = json({"--grade", "B"})["rows"][0];
  // Everything fits, so no recomputation is taken; +- the spread of what was never fitted.
  EXPECT_EQ(row["open"]["job.parallel.recompute"], "none");
  EXPECT_EQ(row["tried"].size(), 1U);
  const double spread = row["spread"];
  EXPECT_GT(spread, 0);
  EXPECT_NEAR(row["low"].get<double>(), row["predicted"].get<double>() / (1 + spread), 1e-4);
  EXPECT_NEAR(row["high"].get<double>(), row["predicted"].get<double>() / (1 - spread), 1e-4);
}

TEST_F(Validate, csv_has_one_line_a_row) {
  const Spawned ended = run({"--csv"});
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(std::ranges::count(ended.out, '\n'), 6);
  EXPECT_THAT(ended.out, StartsWith("id,source,grade,"));
  EXPECT_THAT(ended.out, HasSubstr("\nopen,\"lab, again\",B,"));
}

TEST_F(Validate, the_result_does_not_depend_on_how_many_processes_find_it) {
  EXPECT_EQ(run({"--jobs", "1"}).out, run({"--jobs", "2"}).out);
}

TEST_F(Validate, the_scenario_of_a_row_can_be_run_on_its_own) {
  const Spawned printed = run({"--row", "open"});
  EXPECT_EQ(printed.code, 0) << printed.err;
  EXPECT_THAT(printed.out, StartsWith("# open, lab, again : 9000 tokens_per_s_per_gpu\n"));
  const std::string scenario = file_ + ".yaml";
  std::ofstream(scenario) << printed.out;
  const Spawned ran = spawn({"run", scenario, "--json"});
  std::filesystem::remove(scenario);
  ASSERT_EQ(ran.code, 0) << ran.err;
  const double seconds = ordered_json::parse(ran.out)["step"]["time_s"];
  EXPECT_NEAR(seconds / json()["rows"][2]["predicted_s"].get<double>(), 1, 1e-8);
  const Spawned other = run({"--row", "opne"});
  EXPECT_EQ(other.code, 2);
  EXPECT_THAT(other.err, HasSubstr("no row 'opne'\n  hint: did you mean 'open'?"));
}

TEST_F(Validate, a_limit_of_the_error_is_a_goal) {
  EXPECT_EQ(run({"--max-error", "1000"}).code, 0);
  const Spawned missed = run({"--max-error", "0"});
  EXPECT_EQ(missed.code, 4);
  EXPECT_THAT(missed.err, HasSubstr("above 0.00 %"));
}

TEST_F(Validate, sources_and_grades_can_be_chosen) {
  EXPECT_EQ(json({"--source", "AGAIN"})["rows"].size(), 1U);
  EXPECT_EQ(json({"--grade", "A"})["rows"].size(), 4U);
  EXPECT_EQ(run({"--source", "nobody"}).code, 2);
}

TEST_F(Validate, a_broken_table_is_refused_with_all_its_faults) {
  write(header +
        "a,lab,2024,A100,eight,m,4096,64,1,1,1,1,8,1,,,,iteration_time_s,10,A,,\n"
        "a,,2024,A100,8,m,4096,64.5,1,1,1,1,8,1,,,,iteration_time_s,0,A,,\n");
  const Spawned ended = run({});
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.out, "");
  const std::string at = file_ + ":";
  for (const std::string& fault :
       {at + "2:17: error: n_accelerators: 'eight' is no whole number",
        at + "3:1: error: id 'a' stands in line 2 as well", at + "3:3: error: 'source' is blank",
        at + "3:23: error: global_batch_seqs: '64.5' is no whole number",
        at + "3:60: error: the measured value is not above 0"})
    EXPECT_THAT(ended.err, HasSubstr(fault));
}

TEST_F(Validate, a_table_without_a_column_it_needs_says_which) {
  write("id,source,model,unit\nx,lab,m,iteration_time_s\n");
  const Spawned ended = run({});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr(":1:1: error: no column 'accelerator'"));
  EXPECT_THAT(ended.err, HasSubstr(":1:1: error: no column 'value'"));
}

TEST_F(Validate, a_misspelt_column_is_named_with_what_was_meant) {
  write(
      "id,source,accelerator,model,unit,value,precison\n"
      "x,lab,A100,llama2-7b,iteration_time_s,1,FP16\n");
  EXPECT_THAT(run({}).err, HasSubstr("column 'precison' is ignored, did you mean 'precision'?"));
}

}  // namespace
}  // namespace qianka
