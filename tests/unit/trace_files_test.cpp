// SPDX-License-Identifier: Apache-2.0
// Which files a trace is of, and what is the same in all of them.
#include "support/traces.hpp"

#include <algorithm>
#include <regex>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

using namespace traces;
using testing::HasSubstr;

TEST(TraceFiles, one_file_for_the_first_rank_of_each_stage) {
  const Traces traces(replicas());
  EXPECT_EQ(traces.ended().code, 0) << traces.ended().err;
  EXPECT_EQ(traces.names(), (std::set<std::string>{"rank-0.json", "rank-16.json", "rank-32.json",
                                                   "rank-48.json", "overview/ranks.json"}));
}

TEST(TraceFiles, every_file_of_the_folder_is_of_a_rank_of_its_own) {
  // HTA reads all .json and .gz files of the folder, and takes those without a rank for rank 0.
  const Traces traces({failure});
  std::set<int> ranks;
  for (const auto& entry : fs::directory_iterator(traces.folder())) {
    if (!entry.is_regular_file()) continue;
    const json trace = json::parse(text_of(entry.path()));
    EXPECT_TRUE(ranks.insert(trace["distributedInfo"]["rank"].get<int>()).second);
  }
  EXPECT_EQ(ranks, (std::set{0, 8, 16, 24}));
  EXPECT_TRUE(traces.names().contains("overview/campaign.json"));
}

TEST(TraceFiles, files_of_another_trace_are_not_mixed_in) {
  const Traces traces(with(replicas(), {"--trace-ranks", "0"}));
  const Spawned again = spawn(
      with({"run"}, with(replicas(), {"--trace-ranks", "8", "--trace", traces.folder().string()})));
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("rank-0.json of another trace"));
}

TEST(TraceFiles, a_window_cuts_the_weeks_or_the_step) {
  const Traces weeks({failure, "--trace-window", "10 h..11 h"});
  for (const json& event : events(weeks.trace("overview/campaign.json"), "X")) {
    EXPECT_GE(event["ts"].get<double>(), 36'000e6);
    EXPECT_LE(event["ts"].get<double>() + event["dur"].get<double>(), 39'600e6);
  }
  const Traces step(with(replicas(), {"--trace-window", "1 s..1.5 s"}));
  const json drawn = step.trace("rank-0.json");
  for (const json& event : drawn["traceEvents"])
    if (event["ph"] != "M") {
      EXPECT_GE(event["ts"].get<double>(), 1e6);
      EXPECT_LE(event["ts"].get<double>(), 1.5e6);
    }
}

TEST(TraceFiles, equal_runs_write_equal_bytes) {
  const Traces one({failure}), other({failure});
  ASSERT_EQ(one.names(), other.names());
  for (const std::string& name : one.names()) EXPECT_EQ(one.text(name), other.text(name)) << name;
}

TEST(TraceFiles, zipped_files_hold_the_same) {
  const Traces plain({failure}), zipped({failure, "--trace-gzip"});
  for (const std::string& name : plain.names())
    EXPECT_EQ(plain.text(name), zipped.text(name + ".gz")) << name;
  EXPECT_LT(fs::file_size(zipped.folder() / "rank-0.json.gz"),
            fs::file_size(plain.folder() / "rank-0.json") / 4);
}

TEST(TraceFiles, numbers_agree_with_the_text_and_the_json) {
  const Traces traces({failure, "--json"});
  const Spawned text = spawn({"run", failure});
  const json report = json::parse(traces.ended().out);
  const double step = report["step"]["time_s"], goodput = report["campaign"]["goodput"];
  EXPECT_THAT(text.out, HasSubstr("Step: "));
  std::smatch match;
  ASSERT_TRUE(std::regex_search(text.out, match, std::regex(R"(Step: ([\d.]+) (ms|s)\n)")));
  EXPECT_NEAR(std::stod(match[1]) * (match[2] == "ms" ? 1e-3 : 1), step, 1e-3 * step);
  for (const std::string& name : traces.names()) {
    const json figures = traces.trace(name)["figures"];
    EXPECT_EQ(figures["step_time_s"], report["step"]["time_s"]);
    EXPECT_EQ(figures["mfu"], report["step"]["mfu"]);
    EXPECT_EQ(figures["breakdown_s"], report["step"]["breakdown_s"]);
    EXPECT_EQ(figures["goodput"], report["campaign"]["goodput"]);
    EXPECT_EQ(figures["failures"], report["campaign"]["failures"]);
  }
  double compute = 0;
  for (const std::string& name : traces.names()) {
    if (!name.starts_with("rank-")) continue;
    double here = 0;
    for (const json& event : events(traces.trace(name), "X")) {
      if (event["name"] == "ProfilerStep#0") {
        EXPECT_NEAR(event["dur"].get<double>() * 1e-6, step, 1e-9 + 1e-8 * step);
      }
      if (event["cat"] == "user_annotation" && event.contains("args"))
        here += event["args"].value("compute_us", 0.0) * 1e-6;
    }
    compute = std::max(compute, here);
  }
  const double of_report = report["step"]["breakdown_s"]["compute"];
  EXPECT_NEAR(compute, of_report, 1e-6 * of_report);
  const std::vector<json> counters = events(traces.trace("overview/campaign.json"), "C");
  const auto last = std::find_if(counters.rbegin(), counters.rend(),
                                 [](const json& c) { return c["name"] == "goodput so far"; });
  ASSERT_NE(last, counters.rend());
  EXPECT_NEAR((*last)["args"]["%"].get<double>() / 100, goodput, 1e-8);
  EXPECT_EQ(std::ranges::count_if(events(traces.trace("overview/campaign.json"), "I"),
                                  [](const json& e) { return e["cat"] == "fault"; }),
            report["campaign"]["failures"].get<int>());
}

TEST(TraceFiles, options_that_make_no_sense_are_refused_with_a_hint) {
  const auto expect = [](const std::vector<std::string>& more, const std::string& complaint) {
    const Spawned ended = spawn(with({"run", pipeline}, more));
    EXPECT_EQ(ended.code, 2) << ended.err;
    EXPECT_EQ(ended.out, "");
    EXPECT_THAT(ended.err, HasSubstr(complaint));
  };
  const std::string folder = (fs::temp_directory_path() / "qianka-no-traces").string();
  const auto trace = [&](std::vector<std::string> more) {
    return with({"--trace", folder}, std::move(more));
  };
  expect({"--trace-ranks", "0"}, "--trace");
  expect(trace({"--trace-ranks", "0,x"}), "--trace-ranks: 'x' is no rank\n  hint: numbers");
  expect(trace({"--trace-ranks", "32"}), "no rank 32\n  hint: the job has ranks 0 to 31");
  expect(trace({"--trace-ranks", "9..3"}), "'9..3' ends before it begins\n  hint: ");
  expect(trace({"--trace-window", "10 s"}), "'10 s' is no window\n  hint: two times");
  expect(trace({"--trace-window", "0..9223372036854775807"}), "is too many steps\n  hint: ");
  expect({"--trace", "README.md"}, "'README.md' is no folder");
  expect(trace({"--trace-window", "2 s..1 s"}), "ends before it begins\n  hint: ");
  expect(trace({"--trace-window", "1 parsec..2 s"}), "--trace-window '1 parsec..2 s': ");
  expect(trace({"--trace-window", "9 h..10 h"}), "the step is over after");
  expect(trace({"--trace-window", "0..99999"}), "slices; viewers open");
  expect(with({failure}, trace({})), "--trace: several scenarios");
  EXPECT_FALSE(fs::exists(folder));
}

}  // namespace
}  // namespace qianka
