// SPDX-License-Identifier: Apache-2.0
// `qianka calibrate` as a user meets it.
#include "support/json_keys.hpp"
#include "support/spawn.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using nlohmann::ordered_json;
using testing::HasSubstr;

class CalibrateCommand : public testing::Test {
 protected:
  CalibrateCommand() { std::filesystem::current_path(QIANKA_SOURCE_DIR); }
  ~CalibrateCommand() override { std::filesystem::remove_all(folder_); }

  std::string folder_ =
      (std::filesystem::temp_directory_path() / ("qianka-calibrate-" + std::to_string(getpid())))
          .string();
  const std::vector<std::string> files_{"tests/calibrate/all_reduce-1x8.txt",
                                        "tests/calibrate/sendrecv-pairs.txt",
                                        "tests/calibrate/steps.csv"};

  Spawned run(std::vector<std::string> more) const {
    std::vector<std::string> arguments{"calibrate", "--cluster", "dgx-h100-rail"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return spawn(arguments);
  }
  std::string file(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ + "/" + name) << text;
    return folder_ + "/" + name;
  }
  static std::string read(const std::string& path) {
    std::ifstream stream(path);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
};

TEST_F(CalibrateCommand, prints_what_it_would_write_and_flags_the_slow_pair) {
  const Spawned ended = run(files_);
  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_EQ(ended.err, "");
  EXPECT_THAT(ended.out, HasSubstr("-o DIR would write DIR/dgx-h100-rail-calibrated.yaml:\n\n# W"));
  EXPECT_THAT(ended.out, HasSubstr("warning: tests/calibrate/sendrecv-pairs.txt:82: sendrecv_perf, "
                                   "node-3, node-4: 23.2 GB/s, 56.0 %"));
  EXPECT_THAT(ended.out, HasSubstr("../../scenarios/05-pipeline.yaml"));
}

TEST_F(CalibrateCommand, writes_the_same_bytes_twice) {
  std::vector<std::string> arguments = files_;
  arguments.insert(arguments.end(), {"-o", folder_ + "/a"});
  const Spawned first = run(arguments);
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("written: " + folder_ + "/a/dgx-h100-rail-calibrated.yaml\n"));
  arguments.back() = folder_ + "/b";
  EXPECT_EQ(run(arguments).code, 0);
  for (const std::string name :
       {"/dgx-h100-rail-calibrated.yaml", "/megatron-core-calibrated.yaml"}) {
    const std::string text = read(folder_ + "/a" + name);
    EXPECT_THAT(text, HasSubstr("90 % interval"));
    EXPECT_EQ(text, read(folder_ + "/b" + name));
  }
}

TEST_F(CalibrateCommand, json_has_every_documented_key_and_no_other) {
  std::vector<std::string> arguments = files_;
  arguments.insert(arguments.end(), {"--json", "-o", folder_});
  const Spawned ended = run(arguments);
  ASSERT_EQ(ended.code, 0) << ended.err;
  std::set<std::string> keys;
  collect_keys(ordered_json::parse(ended.out), "", keys);
  for (const std::string interval : {"figures[].interval", "stacks[].interval"})
    if (keys.erase(interval + "[]") > 0) keys.insert(interval);
  EXPECT_EQ(keys, documented_keys("calibrate"));
}

TEST_F(CalibrateCommand, bad_files_are_all_told_at_once_with_2) {
  const Spawned ended = run({file("notes.txt", "hello\n"), file("steps.csv", "scenario;step\n"),
                             file("all_reduce.txt", "# size algbw busbw\n"), "nowhere.txt"});
  EXPECT_EQ(ended.code, 2);
  EXPECT_EQ(ended.out, "");
  EXPECT_THAT(ended.err, HasSubstr("notes.txt:1:1: error: this is no file of measurements"));
  EXPECT_THAT(ended.err, HasSubstr("steps.csv:1:1: error: the header is 'scenario;step'"));
  EXPECT_THAT(ended.err, HasSubstr("all_reduce.txt:1:1: error: no line says which ranks"));
  EXPECT_THAT(ended.err, HasSubstr("nowhere.txt: error:"));
}

TEST_F(CalibrateCommand, an_unknown_cluster_ends_with_2_and_a_suggestion) {
  const Spawned ended = spawn({"calibrate", "--cluster", "dgx-h100-rial", files_[0]});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err,
              HasSubstr("no cluster 'dgx-h100-rial'\n  hint: did you mean 'dgx-h100-rail'?"));
  EXPECT_EQ(run({files_[0], "--cluster", "nowhere.yaml"}).code, 2);
  EXPECT_EQ(spawn({"calibrate", files_[0]}).code, 2);  // no cluster at all
}

TEST_F(CalibrateCommand, no_step_is_faster_than_the_peak_of_its_cards) {
  const std::string table = folder_ + ".csv";
  std::ofstream(table) << "scenario,step_time_s\n"
                       << QIANKA_SOURCE_DIR << "/scenarios/05-pipeline.yaml,0.0002\n";
  const Spawned ended = spawn({"calibrate", "--cluster", "dgx-h100-rail", table});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr(table + ":2:1: error: step_time_s 0.0002 is impossible"));
  EXPECT_EQ(ended.out, "");
  std::filesystem::remove(table);
}

TEST_F(CalibrateCommand, a_time_in_another_unit_is_told_and_not_written_down) {
  const std::string table = folder_ + "-ms.csv";
  std::ofstream(table) << "scenario,step_time_s\n"
                       << QIANKA_SOURCE_DIR << "/scenarios/05-pipeline.yaml,5250\n";
  const Spawned ended = spawn({"calibrate", "--cluster", "dgx-h100-rail", table, "-o", folder_});
  EXPECT_EQ(ended.code, 2);
  EXPECT_THAT(ended.err, HasSubstr(table + ":2:1: error: no speed of kernels"));
  EXPECT_THAT(ended.err, HasSubstr("measured 87.5 min"));
  EXPECT_FALSE(std::filesystem::exists(folder_));
  std::filesystem::remove(table);
}

}  // namespace
}  // namespace qianka
