// SPDX-License-Identifier: Apache-2.0
// The HTML report up to the browser (tests/browser): what is put into the page, and what is told.
#include "sim/report/html_report.hpp"

#include "sim/metrics/campaign_curve.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/study/fabric_picture.hpp"
#include "sim/topology/topology.hpp"
#include "support/spawn.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* page = "<script id=\"data\">{\"qianka\":\"data\"}</script><p>";

TEST(HtmlReport, data_cannot_end_their_script) {
  const Json data{{"text", "</script><script>alert(1)</script><!--"}};
  const std::string text = html_report(page, data);
  const std::string before = "<script id=\"data\">", after = "</script><p>";
  ASSERT_TRUE(text.starts_with(before) && text.ends_with(after));
  const std::string json = text.substr(before.size(), text.size() - before.size() - after.size());
  EXPECT_EQ(json.find('<'), std::string::npos);
  EXPECT_EQ(Json::parse(json), data);
}

TEST(CampaignCurve, keeps_all_while_they_are_few_and_then_evenly_many) {
  CampaignCurve few, many;
  for (int i = 0; i < 10; ++i) few.add({.at = Seconds(i), .state = "training", .steps = i});
  EXPECT_EQ(few.points.size(), 10U);
  constexpr int points = 100'000, apart = 1'000;
  for (int i = 0; i < points; ++i)
    many.add({.at = Seconds(i * apart), .state = "training", .steps = i});
  EXPECT_LE(many.points.size(), CampaignCurve::most_points);
  EXPECT_GE(many.points.size(), CampaignCurve::most_points / 3);
  double widest = 0;
  for (std::size_t i = 1; i < many.points.size(); ++i)
    widest = std::max(widest, (many.points[i].at - many.points[i - 1].at).value);
  EXPECT_LE(widest, 3.0 * points * apart / static_cast<double>(CampaignCurve::most_points));
}

TEST(CampaignCurve, of_a_log_has_what_is_settled_and_the_end) {
  const JobLog log{{.at = Seconds{0}, .state = "training", .settled = true},
                   {.at = Seconds{5}, .state = "training"},
                   {.at = Seconds{9}, .state = "over", .steps = 3, .settled = true}};
  const CampaignCurve curve = curve_of(log);
  ASSERT_EQ(curve.points.size(), 2U);
  EXPECT_EQ(curve.points.back().steps, 3);
}

TEST(FabricPicture, has_every_link_with_its_load_and_draws_what_looks_alike_once) {
  const Topology topology = build_topology(load_cluster("dgx-h100-rail"));
  LinkLoads even{"all", std::vector<double>(topology.links().size(), 0.5)};
  const Json picture = fabric_picture(topology, std::span(&even, 1));
  int nodes = 0;
  for (const Json& container : picture["containers"]) nodes += container[0] == "node" ? 1 : 0;
  EXPECT_EQ(nodes, topology.nodes());
  EXPECT_LT(picture["views"].size(), 12U) << "nodes with even loads look alike";
  std::int64_t at_nics = 0;
  for (const Json& view : picture["views"]) {
    for (const Json& line : view["lines"]) {
      EXPECT_EQ(line["load"][0], 0.5);
      EXPECT_EQ(line["mean_load"][0], 0.5);
    }
    const bool first_node = picture["containers"][view["of"].get<std::size_t>()][0] == "node";
    for (const Json& line : view["lines"])
      if (first_node && at_nics < 16 && line["kind"] == "NIC")
        at_nics += line["links"].get<std::int64_t>();
  }
  EXPECT_EQ(at_nics, 16) << "eight NICs, both ways";
  // The first link is card0 -> crossbar; its end is numbered before its beginning, by every
  // compiler.
  int first_nodes = 0;
  for (const Json& view : picture["views"]) {
    const auto of = view["of"].get<std::size_t>();
    if (picture["containers"][of][0] != "node" || picture["containers"][of][1] != 0) continue;
    ++first_nodes;
    EXPECT_EQ(view["boxes"][0]["name"], "node0.crossbar");
    EXPECT_EQ(view["boxes"][1]["name"], "node0.card0");
  }
  EXPECT_EQ(first_nodes, 1);
  // A node that is loaded unlike all others has a picture of its own.
  even.load[0] = 2;
  EXPECT_GT(fabric_picture(topology, std::span(&even, 1))["views"].size(), picture["views"].size());
}

/// A folder of this test.
fs::path folder() {
  const fs::path here = fs::temp_directory_path() / fmt::format("qianka-report-{}", getpid());
  fs::create_directories(here);
  return here;
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

Json data_of(const std::string& report) {
  const std::string begin = "<script type=\"application/json\" id=\"data\">";
  const std::size_t from = report.find(begin) + begin.size();
  return Json::parse(report.substr(from, report.find("</script>", from) - from));
}

class ReportOfRun : public testing::Test {
 protected:
  void SetUp() override {
    if (!report_page()) GTEST_SKIP() << "this build has no HTML report: npm is missing";
  }
};

TEST_F(ReportOfRun, has_the_json_report_and_the_command_and_is_the_same_twice) {
  const fs::path file = folder() / "it's one.html";
  const std::vector<std::string> words{
      "run",    "05-pipeline",       "--set",    "job.global_batch=64",
      "--json", "--explain-sources", "--report", file};
  const Spawned run = spawn(words);
  ASSERT_EQ(run.code, 0) << run.err;
  const std::string report = text_of(file);
  const Json data = data_of(report);
  EXPECT_EQ(data["kind"], "run");
  EXPECT_EQ(data["result"], Json::parse(run.out));
  EXPECT_EQ(data["command"], "qianka run 05-pipeline --set job.global_batch=64 --explain-sources");
  EXPECT_THAT(data["inputs"][0]["text"].get<std::string>(), HasSubstr("question:"));
  EXPECT_EQ(data["extras"]["memory_by_stage_bytes"].size(), data["result"]["job"]["pipeline"]);
  EXPECT_EQ(data["extras"]["step"]["time_s"], data["result"]["step"]["time_s"]);
  ASSERT_EQ(spawn(words).code, 0);
  EXPECT_EQ(text_of(file), report);
  fs::remove_all(folder());
}

TEST_F(ReportOfRun, of_the_weeks_ends_where_the_summary_does) {
  const fs::path file = folder() / "weeks.html";
  const Spawned run = spawn({"run", "06-failure-and-restart", "--json", "--report", file});
  ASSERT_EQ(run.code, 0) << run.err;
  const Json data = data_of(text_of(file)), campaign = data["result"]["campaign"],
             curve = data["extras"]["campaign"];
  EXPECT_EQ(curve["at_s"].back(), campaign["wall_s"]);
  EXPECT_EQ(curve["steps"].back(), campaign["steps"]);
  EXPECT_EQ(curve["checkpoints"].back(), campaign["checkpoints"]);
  fs::remove_all(folder());
}

TEST_F(ReportOfRun, written_where_the_data_lie_is_no_page_for_the_next_one) {
  // As in a checkout, whose root has the catalogue and the reports of who works there.
  fs::create_directories(folder());
  for (const char* name : {"topologies", "scenarios"})
    fs::create_symlink(fs::path(QIANKA_SOURCE_DIR) / name, folder() / name);
  for (const char* name : {"report.html", "report-page.html", "second.html"}) {
    setenv("QIANKA_DATA", folder().c_str(), 1);
    const Spawned run = spawn({"run", "01-one-gpu", "--report", folder() / name});
    unsetenv("QIANKA_DATA");
    EXPECT_EQ(run.code, 0) << name << run.err;
  }
  fs::remove_all(folder());
}

TEST_F(ReportOfRun, makes_the_folder_that_is_missing) {
  const fs::path file = folder() / "not" / "yet" / "a.html";
  EXPECT_EQ(spawn({"run", "01-one-gpu", "--report", file.string()}).code, 0);
  EXPECT_TRUE(fs::exists(file));
  fs::remove_all(folder());
}

TEST_F(ReportOfRun, is_of_one_scenario_and_of_a_place_that_can_be) {
  const Spawned two = spawn({"run", "01-one-gpu", "02-two-gpus-one-link", "--report", "a.html"});
  EXPECT_EQ(two.code, 2);
  EXPECT_THAT(two.err, HasSubstr("--report is of one scenario"));
  const Spawned nowhere = spawn({"run", "01-one-gpu", "--report", "/dev/null/folder/a.html"});
  EXPECT_EQ(nowhere.code, 2);
  EXPECT_THAT(nowhere.err, HasSubstr("'/dev/null/folder' cannot be made\n  hint: "));
  const Spawned place = spawn({"run", "01-one-gpu", "--report", "/tmp"});
  EXPECT_EQ(place.code, 2);
  EXPECT_THAT(place.err, HasSubstr("'/tmp' is a folder\n  hint: "));
}

}  // namespace
}  // namespace qianka
