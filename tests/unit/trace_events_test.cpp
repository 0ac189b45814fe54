// SPDX-License-Identifier: Apache-2.0
// What Chrome and Perfetto ask of events: names, times, arrows, counters.
#include "support/traces.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

using namespace traces;

TEST(TraceEvents, the_process_is_the_rank_and_tracks_have_names) {
  const Traces traces(with(replicas(), {"--trace-ranks", "17"}));
  const json trace = traces.trace("rank-17.json");
  std::map<std::int64_t, std::set<std::string>> told;  // by thread
  std::set<std::string> tracks;
  for (const json& event : events(trace, "M")) {
    EXPECT_EQ(event["pid"], 17);
    told[event["tid"]].insert(event["name"]);
    if (event["name"] == "process_name")
      EXPECT_EQ(event["args"]["name"], "rank 17, stage 1 (node 2, card 1)");
    else if (event["name"] == "thread_name")
      tracks.insert(event["args"]["name"].get<std::string>());
  }
  EXPECT_TRUE(told[0].contains("process_sort_index"));
  for (const auto& [track, spans] : slices_by_track(trace)) {
    EXPECT_EQ(track.first, 17);
    EXPECT_NE(track.second, 0);  // to Perfetto thread 17
    EXPECT_TRUE(told[track.second].contains("thread_name")) << track.second;
    EXPECT_TRUE(told[track.second].contains("thread_sort_index")) << track.second;
  }
  for (const char* name : {"host", "passes, by schedule", "compute", "comm TP, exposed",
                           "comm PP (to stage 2)", "comm PP (back from stage 2)",
                           "comm PP (from stage 0)", "comm PP (back to stage 0)", "comm DP"})
    EXPECT_TRUE(tracks.contains(name)) << name;
  // Perfetto writes the number behind the name.
  for (const std::string& name : tracks) EXPECT_FALSE(std::isdigit(name.back())) << name;
}

TEST(TraceEvents, no_track_has_the_number_of_its_rank_or_of_another_ranks_track) {
  // Perfetto takes thread 4 of process 4 for its main thread, and draws it before all others.
  const Traces traces(with(replicas(), {"--trace-ranks", "0..16"}));
  std::map<std::int64_t, std::int64_t> rank_of;  // by track
  for (const json& event : events(traces.trace("overview/ranks.json"), "X")) {
    EXPECT_NE(event["pid"], event["tid"]);
    const auto [track, fresh] = rank_of.try_emplace(event["tid"], event["pid"]);
    EXPECT_EQ(track->second, event["pid"]);
  }
  std::set<std::int64_t> ranks;
  for (const auto& [track, rank] : rank_of) ranks.insert(rank);
  EXPECT_EQ(ranks.size(), 17U);
}

TEST(TraceEvents, tracks_are_numbered_in_the_order_they_are_to_stand_in) {
  // Perfetto orders threads by number, Chrome by what they are told.
  const Traces traces(with(replicas(), {"--trace-ranks", "4,17"}));
  std::map<std::int64_t, std::map<std::int64_t, std::string>> names;
  for (const json& event : events(traces.trace("overview/ranks.json"), "M")) {
    if (event["name"] == "thread_name") names[event["pid"]][event["tid"]] = event["args"]["name"];
    if (event["name"] == "thread_sort_index") {
      EXPECT_EQ(event["args"]["sort_index"], event["tid"]);
    }
  }
  for (const int rank : {4, 17}) {
    std::vector<std::string> order;
    for (const auto& [track, name] : names[rank]) order.push_back(name);
    ASSERT_GE(order.size(), 4U);
    EXPECT_EQ(order[0], "host");
    EXPECT_EQ(order[1], "passes, by schedule");
    EXPECT_EQ(order[2], "compute");
  }
}

TEST(TraceEvents, slices_have_a_duration_and_a_category) {
  const Traces traces(replicas());
  EXPECT_EQ(traces.trace("rank-0.json")["displayTimeUnit"], "ms");
  for (const std::string& name : traces.names())
    for (const json& event : events(traces.trace(name), "X")) {
      EXPECT_TRUE(event["ts"].is_number() && event["dur"].is_number() && event["cat"].is_string());
      EXPECT_GE(event["dur"].get<double>(), 0);
    }
}

TEST(TraceEvents, times_are_microseconds_in_whole_nanoseconds) {
  const Traces traces(with(replicas(), {"--trace-ranks", "0"}));
  double last = 0;
  const json drawn = traces.trace("rank-0.json");
  for (const json& event : drawn["traceEvents"]) {
    const double ts = event["ts"];
    EXPECT_EQ(ts, static_cast<double>(ns(event["ts"])) / 1000);
    EXPECT_GE(ts, last);  // in order, behind the names
    last = ts;
  }
}

TEST(TraceEvents, slices_of_a_track_do_not_overlap) {
  for (const auto& arguments :
       {replicas(), with(replicas(), {"--set", "job.parallel.interleave=2"}),
        with(replicas(), {"--set", "job.parallel.schedule=zero-bubble"}),
        std::vector<std::string>{failure}}) {
    const Traces traces(arguments);
    ASSERT_EQ(traces.ended().code, 0) << traces.ended().err;
    for (const std::string& name : traces.names())
      for (const auto& [track, spans] : slices_by_track(traces.trace(name)))
        for (std::size_t i = 1; i < spans.size(); ++i)
          ASSERT_LE(spans[i - 1].second, spans[i].first) << name << " " << track.second;
  }
}

void expect_arrows_between_slices(const json& trace) {
  const auto tracks = slices_by_track(trace);
  std::map<std::int64_t, std::pair<json, json>> arrows;  // start, finish
  for (const json& event : trace["traceEvents"]) {
    if (event["ph"] != "s" && event["ph"] != "f") continue;
    auto& [start, finish] = arrows[event["id"]];
    json& end = event["ph"] == "s" ? start : finish;
    EXPECT_TRUE(end.is_null());  // an id is of one arrow
    end = event;
    const auto& spans = tracks.at({event["pid"], event["tid"]});
    const std::int64_t at = ns(event["ts"]);
    EXPECT_TRUE(std::ranges::any_of(spans, [&](const Span& span) {
      return span.first <= at && at < span.second;
    })) << event;
  }
  for (const auto& [id, arrow] : arrows) {
    ASSERT_FALSE(arrow.first.is_null() || arrow.second.is_null()) << id;
    EXPECT_EQ(arrow.first["cat"], arrow.second["cat"]);
    EXPECT_EQ(arrow.first["name"], arrow.second["name"]);
    EXPECT_EQ(arrow.second["bp"], "e");
    EXPECT_LE(ns(arrow.first["ts"]), ns(arrow.second["ts"]));
  }
  EXPECT_FALSE(arrows.empty());
}

TEST(TraceEvents, arrows_have_both_ends_in_slices_of_the_file) {
  const Traces traces(replicas());
  for (const std::string& name : traces.names()) expect_arrows_between_slices(traces.trace(name));
  const Traces weeks({failure});
  expect_arrows_between_slices(weeks.trace("overview/campaign.json"));
  const Traces cut(with(replicas(), {"--trace-window", "1 s..2 s"}));
  for (const std::string& name : cut.names()) expect_arrows_between_slices(cut.trace(name));
}

TEST(TraceEvents, arrows_end_where_a_slice_begins) {
  // MindStudio Insight gives the end of an arrow to the first slice that does not begin before it.
  const Traces traces(replicas());
  for (const char* name : {"rank-16.json", "overview/ranks.json"}) {
    const json trace = traces.trace(name);
    const auto tracks = slices_by_track(trace);
    const std::vector<json> ends = events(trace, "f");
    EXPECT_GT(ends.size(), 40U);
    for (const json& end : ends)
      EXPECT_TRUE(std::ranges::any_of(tracks.at({end["pid"], end["tid"]}), [&](const Span& span) {
        return span.first == ns(end["ts"]);
      })) << end;
  }
}

TEST(TraceEvents, no_two_tracks_are_written_alike) {
  // MindStudio Insight knows a track by its process and thread, one behind the other: "111" must
  // not be thread 11 of rank 1 and thread 1 of rank 11.
  const Traces traces(with(replicas(), {"--trace-ranks", "0..63"}));
  std::map<std::string, Track> written;
  for (const auto& [track, spans] : slices_by_track(traces.trace("overview/ranks.json"))) {
    const std::string text = std::to_string(track.first) + std::to_string(track.second);
    EXPECT_EQ(written.try_emplace(text, track).first->second, track) << text;
  }
  EXPECT_GT(written.size(), 64U * 6);
}

TEST(TraceEvents, arrows_join_the_ranks_of_one_file) {
  const Traces traces(replicas());
  std::set<std::pair<int, int>> joined;
  std::map<int, int> from;
  const json drawn = traces.trace("overview/ranks.json");
  for (const json& event : drawn["traceEvents"]) {
    if (!event.contains("id")) continue;
    if (event["ph"] == "s") from[event["id"]] = event["pid"];
    if (event["ph"] == "f") joined.insert({from.at(event["id"]), event["pid"]});
  }
  for (const auto& pair : {std::pair{0, 16}, std::pair{16, 32}, std::pair{32, 48},
                           std::pair{48, 32}, std::pair{16, 0}})
    EXPECT_TRUE(joined.contains(pair)) << pair.first << " to " << pair.second;
}

TEST(TraceEvents, counters_begin_behind_time_0) {
  // MindStudio Insight drops what is counted at 0.
  const Traces traces({failure});
  for (const std::string& name : traces.names())
    for (const json& counter : events(traces.trace(name), "C")) EXPECT_GT(counter["ts"], 0) << name;
  const json weeks = traces.trace("overview/campaign.json");
  EXPECT_EQ(events(weeks, "C").front()["ts"], 1);  // there all times are whole microseconds
}

TEST(TraceEvents, counters_are_numbers_and_come_back_to_nothing) {
  const Traces traces(replicas());
  std::map<std::string, std::vector<double>> counters;
  for (const json& event : events(traces.trace("rank-0.json"), "C"))
    for (const auto& [series, value] : event["args"].items())
      counters[event["name"].get<std::string>() + " " + series].push_back(value.get<double>());
  ASSERT_TRUE(counters.contains("memory, activations kept bytes"));
  ASSERT_TRUE(counters.contains("link load, comm PP (to stage 1) %"));
  for (const auto& [name, values] : counters) {
    EXPECT_EQ(values.back(), 0) << name;
    EXPECT_TRUE(!name.starts_with("link load") || std::ranges::max(values) < 100.001) << name;
  }
  // The first stage holds four micro-batches: what the memory of the report counts.
  const auto& kept = counters["memory, activations kept bytes"];
  const double one = kept.front();
  EXPECT_NEAR(std::ranges::max(kept), 4 * one, 4);
}

}  // namespace
}  // namespace qianka
