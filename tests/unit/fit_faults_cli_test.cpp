// SPDX-License-Identifier: Apache-2.0
// `qianka fit-faults` as a user meets it.
#include "support/spawn.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class FitFaultsCommand : public testing::Test {
 protected:
  FitFaultsCommand() {
    fs::create_directories(folder_);
    fs::current_path(folder_);
  }
  ~FitFaultsCommand() override {
    fs::current_path("/");
    fs::remove_all(folder_);
  }
  static void file(const std::string& name, const std::string& text) {
    std::ofstream(name, std::ios::binary) << text;
  }

  fs::path folder_ = fs::temp_directory_path() / ("qianka-fit-faults-" + std::to_string(getpid()));
};

TEST_F(FitFaultsCommand, what_it_writes_loads_and_runs) {
  const std::string record = QIANKA_SOURCE_DIR "/tests/import/simulated-faults.csv";
  const Spawned fitted =
      spawn({"fit-faults", record, "--nodes", "512", "--days", "120", "-o", "fleet.yaml"});
  ASSERT_EQ(fitted.code, 0) << fitted.err;
  EXPECT_THAT(fitted.out, HasSubstr("weibull"));
  EXPECT_THAT(fitted.err, HasSubstr("written: fleet.yaml"));
  const Spawned checked = spawn({"check", "fleet.yaml"});
  EXPECT_EQ(checked.code, 0) << checked.err;
  EXPECT_THAT(checked.out, HasSubstr("a set of faults; a scenario names it by"));
  const Spawned run = spawn({"run", QIANKA_SOURCE_DIR "/scenarios/06-failure-and-restart.yaml",
                             "--set", "faults=" + (folder_ / "fleet.yaml").string()});
  EXPECT_EQ(run.code, 0) << run.err;
}

TEST_F(FitFaultsCommand, mistakes_are_told_with_their_place) {
  file("bad.csv", "time_s,component,node,kind\n10,gpu,0,a\nsoon,gpu,0,b\n");
  const Spawned bad = spawn({"fit-faults", "bad.csv"});
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.err, HasSubstr("bad.csv:3:1: error: expected a number, but found 'soon'"));
  EXPECT_EQ(spawn({"fit-faults", "nowhere.csv"}).code, 2);
  file("good.csv", "time_s,component,node,kind\n90000,gpu,7,a\n");
  const Spawned late = spawn({"fit-faults", "good.csv", "--days", "1"});
  EXPECT_EQ(late.code, 3);
  EXPECT_THAT(late.err, HasSubstr("a fault comes on day 1.04, but 1 days were watched"));
  const Spawned none = spawn({"fit-faults", "good.csv", "--days", "0"});
  EXPECT_EQ(none.code, 2);
  EXPECT_THAT(none.err, HasSubstr("--days: a record lasts longer than 0 days"));
  const Spawned before = spawn({"fit-faults", "good.csv", "--burst", "-5 min"});
  EXPECT_EQ(before.code, 2);
  EXPECT_THAT(before.err, HasSubstr("--burst: a time is not negative"));
  file("begin.csv", "time_s,component,node,kind\n0,gpu,7,a\n");
  const Spawned merged = spawn({"fit-faults", "begin.csv", "--days", "1", "--burst", "2 days"});
  EXPECT_EQ(merged.code, 3);
  EXPECT_THAT(merged.err, HasSubstr("all of the record lies within '--burst' of a fault"));
  const Spawned nodes = spawn({"fit-faults", "good.csv", "--nodes", "7"});
  EXPECT_EQ(nodes.code, 3);
  EXPECT_THAT(nodes.err, HasSubstr("a fault strikes node 7, but 7 nodes were watched"));
  EXPECT_EQ(spawn({"fit-faults", "good.csv", "--burst", "5"}).code, 2);
  file("none.csv", "time_s,component,node,kind\n");
  EXPECT_EQ(spawn({"fit-faults", "none.csv"}).code, 3);
}

}  // namespace
}  // namespace qianka
