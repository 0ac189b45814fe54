// SPDX-License-Identifier: Apache-2.0
// The trace of weeks: faults, states, nodes, goodput.
#include "support/traces.hpp"

#include <algorithm>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

using namespace traces;

TEST(TraceWeeks, faults_are_instants_on_a_track_of_their_own) {
  const Traces traces({failure});
  const json trace = traces.trace("overview/campaign.json");
  const std::vector<json> faults = events(trace, "I");  // "i" is nothing to MindStudio Insight
  ASSERT_EQ(faults.size(), 1U);
  // Perfetto has no name for a track of instants of a whole file or process.
  EXPECT_EQ(faults[0]["s"], "t");
  std::string track;
  for (const json& event : events(trace, "M"))
    if (event["name"] == "thread_name" && event["tid"] == faults[0]["tid"])
      track = event["args"]["name"];
  EXPECT_EQ(track, "faults");
  for (const json& event : events(trace, "X")) EXPECT_NE(event["tid"], faults[0]["tid"]);
  EXPECT_EQ(faults[0]["cat"], "fault");
  EXPECT_DOUBLE_EQ(faults[0]["ts"], 36'900e6);  // at 10:15 h
  std::set<std::string> states;
  double covered = 0;
  for (const json& event : events(trace, "X")) {
    if (event["cat"] != "state") continue;
    states.insert(event["name"].get<std::string>());
    covered += event["dur"].get<double>();
  }
  EXPECT_DOUBLE_EQ(covered, 86'400e6);  // no gap
  for (const char* state : {"training", "detect", "localise", "restart", "load"})
    EXPECT_TRUE(states.contains(state)) << state;
}

TEST(TraceWeeks, live_nodes_and_goodput_are_counted_to_the_end) {
  const Traces traces({failure});
  std::map<std::string, std::vector<json>> counters;
  std::map<std::string, double> last;
  for (const json& event : events(traces.trace("overview/campaign.json"), "C")) {
    counters[event["name"]].push_back(event["args"]);
    last[event["name"]] = event["ts"];
  }
  EXPECT_EQ(counters["live nodes"].front(), (json{{"in the job", 4}, {"idle", 1}}));
  EXPECT_THAT(counters["live nodes"], testing::Contains(json{{"in the job", 4}, {"idle", 0}}));
  EXPECT_THAT(counters["other nodes"], testing::Contains(json{{"in repair", 1}, {"elsewhere", 0}}));
  for (const char* name : {"live nodes", "other nodes", "steps", "goodput so far"})
    EXPECT_DOUBLE_EQ(last.at(name), 86'400e6) << name;
}

TEST(TraceWeeks, counters_of_a_window_last_until_it_ends) {
  const Traces traces({failure, "--trace-window", "10 h..10.5 h"});
  std::map<std::string, json> last;
  std::map<std::string, int> where_it_opens;
  for (const json& event : events(traces.trace("overview/campaign.json"), "C")) {
    EXPECT_GE(event["ts"], 36'000e6);
    if (event["ts"] == 36'000e6) ++where_it_opens[event["name"]];
    last[event["name"]] = event;
  }
  for (const char* name : {"live nodes", "other nodes"}) {
    EXPECT_DOUBLE_EQ(last.at(name)["ts"], 37'800e6) << name;
    EXPECT_EQ(where_it_opens[name], 1) << name;
  }
  // They change with time itself: what they were is not what they are.
  for (const char* name : {"steps", "goodput so far"}) {
    EXPECT_LT(last.at(name)["ts"], 37'800e6) << name;
    EXPECT_EQ(where_it_opens[name], 0) << name;
  }
  EXPECT_EQ(last.at("live nodes")["args"], (json{{"in the job", 4}, {"idle", 0}}));
}

TEST(TraceWeeks, a_window_ends_with_the_weeks) {
  const Traces traces({failure, "--trace-window", "20 h..2000 h"});
  const json trace = traces.trace("overview/campaign.json");
  double last = 0;
  for (const json& event : trace["traceEvents"])
    last = std::max(last, event["ts"].get<double>() + event.value("dur", 0.0));
  EXPECT_DOUBLE_EQ(last, 86'400e6);
  const Traces later({failure, "--trace-window", "30 h..40 h"});
  EXPECT_EQ(later.ended().code, 2);
  EXPECT_THAT(later.ended().err, testing::HasSubstr("the weeks are over after 24.0 h"));
}

}  // namespace
}  // namespace qianka
