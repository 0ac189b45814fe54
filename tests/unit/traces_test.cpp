// SPDX-License-Identifier: Apache-2.0
// Rules that trace files have to keep so that the programs of docs/traces.md read them, one test a
// rule, on the files that the binary writes.
#include "sim/input/gzip.hpp"
#include "support/spawn.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::HasSubstr;

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return unzipped({std::istreambuf_iterator<char>(stream), {}});
}

/// The traces of a run, in a folder that is gone with it.
class Traces {
 public:
  explicit Traces(std::vector<std::string> arguments) {
    static int count = 0;
    folder_ = fs::temp_directory_path() /
              ("qianka-traces-" + std::to_string(getpid()) + "-" + std::to_string(count++));
    for (const char* more : {"--trace"}) arguments.emplace_back(more);
    arguments.push_back(folder_.string());
    arguments.insert(arguments.begin(), "run");
    ended_ = spawn(arguments);
  }
  ~Traces() { fs::remove_all(folder_); }
  Traces(const Traces&) = delete;
  Traces& operator=(const Traces&) = delete;

  [[nodiscard]] const Spawned& ended() const { return ended_; }
  [[nodiscard]] const fs::path& folder() const { return folder_; }
  [[nodiscard]] std::string text(const std::string& name) const { return text_of(folder_ / name); }
  [[nodiscard]] json trace(const std::string& name) const { return json::parse(text(name)); }
  /// All names, from the folder.
  [[nodiscard]] std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder_))
      if (entry.is_regular_file())
        found.insert(entry.path().lexically_relative(folder_).generic_string());
    return found;
  }

 private:
  fs::path folder_;
  Spawned ended_;
};

const std::string pipeline = QIANKA_SOURCE_DIR "/scenarios/05-pipeline.yaml";
const std::string failure = QIANKA_SOURCE_DIR "/scenarios/06-failure-and-restart.yaml";
const std::string ascend = QIANKA_SOURCE_DIR "/scenarios/gpt3-175b-1024-910b.yaml";

/// Four stages, two replicas: sends, exchange, everything.
std::vector<std::string> replicas() {
  return {pipeline, "--set", "job.parallel.data=2", "--set", "cluster.nodes=8"};
}
std::vector<std::string> with(std::vector<std::string> arguments, std::vector<std::string> more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::int64_t ns(const json& microseconds) {
  return std::llround(microseconds.get<double>() * 1000);
}

using Span = std::pair<std::int64_t, std::int64_t>;
using Track = std::pair<std::int64_t, std::int64_t>;  // pid, tid

std::map<Track, std::vector<Span>> slices_by_track(const json& trace) {
  std::map<Track, std::vector<Span>> tracks;
  for (const json& event : trace["traceEvents"])
    if (event["ph"] == "X" && event["dur"] != 0)
      tracks[{event["pid"], event["tid"]}].push_back(
          {ns(event["ts"]), ns(event["ts"]) + ns(event["dur"])});
  for (auto& [track, spans] : tracks) std::ranges::sort(spans);
  return tracks;
}

std::vector<json> events(const json& trace, const std::string& phase) {
  std::vector<json> found;
  for (const json& event : trace["traceEvents"])
    if (event["ph"] == phase) found.push_back(event);
  return found;
}

std::vector<json> kernels(const json& trace) {
  std::vector<json> found = events(trace, "X");
  std::erase_if(found, [](const json& event) { return event["cat"] != "kernel"; });
  return found;
}

TEST(Traces, one_file_for_the_first_rank_of_each_stage) {
  const Traces traces(replicas());
  EXPECT_EQ(traces.ended().code, 0) << traces.ended().err;
  EXPECT_EQ(traces.names(), (std::set<std::string>{"rank-0.json", "rank-16.json", "rank-32.json",
                                                   "rank-48.json", "overview/ranks.json"}));
}

TEST(Traces, hta_finds_the_rank_by_a_space_behind_the_colon) {
  const Traces traces(with(replicas(), {"--trace-ranks", "3,63"}));
  static const std::regex hta(R"re("rank":\s+(\d+))re");
  for (const int rank : {3, 63}) {
    // As HTA does: the first line that has one.
    std::istringstream lines(traces.text("rank-" + std::to_string(rank) + ".json"));
    std::smatch match;
    for (std::string line; std::getline(lines, line);)
      if (std::regex_search(line, match, hta)) {
        EXPECT_EQ(match.str(1), std::to_string(rank));
        break;
      }
    ASSERT_FALSE(match.empty());
  }
  EXPECT_THAT(traces.text("rank-3.json"), HasSubstr("\"rank\": 3,"));
}

TEST(Traces, say_which_rank_of_how_many) {
  const Traces traces(with(replicas(), {"--trace-ranks", "17"}));
  EXPECT_EQ(traces.trace("rank-17.json")["distributedInfo"],
            (json{{"backend", "nccl"}, {"rank", 17}, {"world_size", 64}}));
}

TEST(Traces, every_file_of_the_folder_is_of_a_rank_of_its_own) {
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

TEST(Traces, files_of_another_trace_are_not_mixed_in) {
  const Traces traces(with(replicas(), {"--trace-ranks", "0"}));
  const Spawned again = spawn(
      with({"run"}, with(replicas(), {"--trace-ranks", "8", "--trace", traces.folder().string()})));
  EXPECT_EQ(again.code, 2);
  EXPECT_THAT(again.err, HasSubstr("rank-0.json of another trace"));
}

TEST(Traces, the_process_is_the_rank_and_tracks_have_names) {
  const Traces traces(with(replicas(), {"--trace-ranks", "17"}));
  const json trace = traces.trace("rank-17.json");
  std::map<std::int64_t, std::set<std::string>> told;  // by thread
  std::set<std::string> tracks;
  for (const json& event : events(trace, "M")) {
    EXPECT_EQ(event["pid"], 17);
    told[event["tid"]].insert(event["name"]);
    if (event["name"] == "process_name")
      EXPECT_EQ(event["args"]["name"], "rank 17 (node 2, card 1), stage 1");
    else if (event["name"] == "thread_name")
      tracks.insert(event["args"]["name"].get<std::string>());
  }
  EXPECT_TRUE(told[0].contains("process_sort_index"));
  for (const auto& [track, spans] : slices_by_track(trace)) {
    EXPECT_EQ(track.first, 17);
    EXPECT_TRUE(told[track.second].contains("thread_name")) << track.second;
    EXPECT_TRUE(told[track.second].contains("thread_sort_index")) << track.second;
  }
  for (const char* name : {"host", "passes, by schedule", "compute", "comm TP, exposed",
                           "comm PP to stage 2", "comm PP from stage 0", "comm DP"})
    EXPECT_TRUE(tracks.contains(name)) << name;
}

TEST(Traces, slices_have_a_duration_and_a_category) {
  const Traces traces(replicas());
  EXPECT_EQ(traces.trace("rank-0.json")["displayTimeUnit"], "ms");
  for (const std::string& name : traces.names())
    for (const json& event : events(traces.trace(name), "X")) {
      EXPECT_TRUE(event["ts"].is_number() && event["dur"].is_number() && event["cat"].is_string());
      EXPECT_GE(event["dur"].get<double>(), 0);
    }
}

TEST(Traces, times_are_microseconds_in_whole_nanoseconds) {
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

TEST(Traces, slices_of_a_track_do_not_overlap) {
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

TEST(Traces, kernels_have_a_stream_and_a_correlation_of_their_own) {
  const Traces traces(with(replicas(), {"--trace-ranks", "16"}));
  std::set<std::int64_t> correlations;
  for (const json& kernel : kernels(traces.trace("rank-16.json"))) {
    EXPECT_EQ(kernel["args"]["stream"], kernel["tid"]);
    EXPECT_GT(kernel["args"]["stream"].get<int>(), 0);  // HTA: at and below 0 is the host
    EXPECT_TRUE(correlations.insert(kernel["args"]["correlation"].get<std::int64_t>()).second);
  }
  EXPECT_GT(correlations.size(), 50U);
}

TEST(Traces, hta_tells_collectives_from_computation_by_name) {
  // CommunicateKernelGroupingPattern and ComputeKernelGroupingPattern of hta/common/types.py.
  static const std::regex communicates(R"((^nccl.*)|(^hip)|(^hccl)|(.*ncclKernel.*))");
  static const std::regex no_computation(
      R"((^nccl)|(.*Memcpy)|(.*Memset)|(.*dma)|(^.*Sync)|(^Stream Wait Event)|(cuda.*LaunchKernel)|)"
      R"((^hip)|(^hccl))");
  for (const auto& [arguments, prefix] :
       {std::pair{replicas(), "nccl"}, std::pair{std::vector<std::string>{ascend}, "hccl"}}) {
    const Traces traces(with(arguments, {"--trace-ranks", "0"}));
    const json trace = traces.trace("rank-0.json");
    EXPECT_EQ(trace["distributedInfo"]["backend"], prefix);
    int computes = 0, talks = 0;
    for (const json& kernel : kernels(trace)) {
      const std::string name = kernel["name"];
      const bool compute = kernel["tid"] == 3;
      (compute ? computes : talks)++;
      EXPECT_EQ(std::regex_search(name, communicates, std::regex_constants::match_continuous),
                !compute)
          << name;
      EXPECT_EQ(std::regex_search(name, no_computation, std::regex_constants::match_continuous),
                !compute)
          << name;
      EXPECT_TRUE(compute || name.starts_with(prefix)) << name;
    }
    EXPECT_GT(computes, 0);
    EXPECT_GT(talks, 0);
  }
}

TEST(Traces, a_step_is_marked_as_the_profiler_does) {
  const Traces traces(with(replicas(), {"--trace-ranks", "0", "--trace-window", "12..14"}));
  const json trace = traces.trace("rank-0.json");
  std::vector<std::string> steps;
  std::set<std::int64_t> launched;
  for (const json& event : events(trace, "X")) {
    if (event["name"].get<std::string>().starts_with("ProfilerStep#")) {
      EXPECT_EQ(event["cat"], "user_annotation");
      EXPECT_FALSE(event.contains("args"));  // a stream would make it a kernel
      steps.push_back(event["name"]);
    }
    if (event["cat"] == "cuda_runtime") launched.insert(event["args"]["correlation"].get<int>());
  }
  EXPECT_EQ(steps,
            (std::vector<std::string>{"ProfilerStep#12", "ProfilerStep#13", "ProfilerStep#14"}));
  // Of several steps HTA keeps kernels that something on the host has launched.
  for (const json& kernel : kernels(trace))
    EXPECT_TRUE(launched.contains(kernel["args"]["correlation"].get<int>()));
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

TEST(Traces, arrows_have_both_ends_in_slices_of_the_file) {
  const Traces traces(replicas());
  for (const std::string& name : traces.names()) expect_arrows_between_slices(traces.trace(name));
  const Traces weeks({failure});
  expect_arrows_between_slices(weeks.trace("overview/campaign.json"));
  const Traces cut(with(replicas(), {"--trace-window", "1 s..2 s"}));
  for (const std::string& name : cut.names()) expect_arrows_between_slices(cut.trace(name));
}

TEST(Traces, arrows_join_the_ranks_of_one_file) {
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

TEST(Traces, collectives_carry_what_kineto_says_of_them) {
  const Traces traces(with(replicas(), {"--trace-ranks", "16"}));
  std::set<std::string> seen;
  for (const json& kernel : kernels(traces.trace("rank-16.json"))) {
    const json& args = kernel["args"];
    if (!args.contains("Collective name")) continue;
    seen.insert(args["Collective name"].get<std::string>());
    EXPECT_GT(args["In msg nelems"].get<double>(), 0);
    EXPECT_GT(args["Out msg nelems"].get<double>(), 0);
    EXPECT_EQ(args["Group size"], 2) << args;
    EXPECT_EQ(args["dtype"], "Byte");
    EXPECT_FALSE(args["Process Group Name"].get<std::string>().empty());
  }
  EXPECT_TRUE(seen.contains("send") && seen.contains("recv"));
  EXPECT_GT(seen.size(), 2U);  // and what replicas exchange
}

TEST(Traces, counters_are_numbers_and_come_back_to_nothing) {
  const Traces traces(replicas());
  std::map<std::string, std::vector<double>> counters;
  for (const json& event : events(traces.trace("rank-0.json"), "C"))
    for (const auto& [series, value] : event["args"].items())
      counters[event["name"]].push_back(value.get<double>());
  ASSERT_TRUE(counters.contains("memory, activations kept"));
  ASSERT_TRUE(counters.contains("link load %, comm PP to stage 1"));
  for (const auto& [name, values] : counters) {
    EXPECT_EQ(values.back(), 0) << name;
    EXPECT_TRUE(!name.starts_with("link load") || std::ranges::max(values) < 100.001) << name;
  }
  // The first stage holds four micro-batches: what the memory of the report counts.
  const auto& kept = counters["memory, activations kept"];
  const double one = kept.front();
  EXPECT_NEAR(std::ranges::max(kept), 4 * one, 4);
}

TEST(Traces, faults_are_instants_of_the_whole_file) {
  const Traces traces({failure});
  const json trace = traces.trace("overview/campaign.json");
  const std::vector<json> faults = events(trace, "i");
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0]["s"], "g");
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

TEST(Traces, of_weeks_count_live_nodes_and_goodput) {
  const Traces traces({failure});
  std::map<std::string, std::vector<json>> counters;
  for (const json& event : events(traces.trace("overview/campaign.json"), "C"))
    counters[event["name"]].push_back(event["args"]);
  EXPECT_EQ(counters["live nodes"].front(), (json{{"in the job", 4}, {"idle", 1}}));
  EXPECT_THAT(counters["live nodes"], testing::Contains(json{{"in the job", 4}, {"idle", 0}}));
  EXPECT_THAT(counters["other nodes"], testing::Contains(json{{"in repair", 1}, {"elsewhere", 0}}));
  EXPECT_FALSE(counters["goodput so far"].empty());
}

TEST(Traces, a_window_cuts_the_weeks_or_the_step) {
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

TEST(Traces, equal_runs_write_equal_bytes) {
  const Traces one({failure}), other({failure});
  ASSERT_EQ(one.names(), other.names());
  for (const std::string& name : one.names()) EXPECT_EQ(one.text(name), other.text(name)) << name;
}

TEST(Traces, zipped_files_hold_the_same) {
  const Traces plain({failure}), zipped({failure, "--trace-gzip"});
  for (const std::string& name : plain.names())
    EXPECT_EQ(plain.text(name), zipped.text(name + ".gz")) << name;
  EXPECT_LT(fs::file_size(zipped.folder() / "rank-0.json.gz"),
            fs::file_size(plain.folder() / "rank-0.json") / 4);
}

TEST(Traces, numbers_agree_with_the_text_and_the_json) {
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
  EXPECT_EQ(std::ranges::count_if(events(traces.trace("overview/campaign.json"), "i"),
                                  [](const json& e) { return e["cat"] == "fault"; }),
            report["campaign"]["failures"].get<int>());
}

TEST(Traces, options_that_make_no_sense_are_refused_with_a_hint) {
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
