// SPDX-License-Identifier: Apache-2.0
// What HTA and others take from PyTorch's profiler: ranks, kernels, steps, collectives.
#include "support/traces.hpp"

#include <algorithm>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

using namespace traces;
using testing::HasSubstr;

TEST(TraceKineto, hta_finds_the_rank_by_a_space_behind_the_colon) {
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

TEST(TraceKineto, say_which_rank_of_how_many) {
  const Traces traces(with(replicas(), {"--trace-ranks", "17"}));
  EXPECT_EQ(traces.trace("rank-17.json")["distributedInfo"],
            (json{{"backend", "nccl"}, {"rank", 17}, {"world_size", 64}}));
}

TEST(TraceKineto, kernels_have_a_stream_and_a_correlation_of_their_own) {
  const Traces traces(with(replicas(), {"--trace-ranks", "16"}));
  std::set<std::int64_t> correlations;
  for (const json& kernel : kernels(traces.trace("rank-16.json"))) {
    EXPECT_EQ(kernel["args"]["stream"].get<int>() + 1600, kernel["tid"]);  // alike in all ranks
    EXPECT_GT(kernel["args"]["stream"].get<int>(), 0);  // HTA: at and below 0 is the host
    EXPECT_TRUE(correlations.insert(kernel["args"]["correlation"].get<std::int64_t>()).second);
  }
  EXPECT_GT(correlations.size(), 50U);
}

TEST(TraceKineto, hta_tells_collectives_from_computation_by_name) {
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
      const bool compute = kernel["tid"] == 14;
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

TEST(TraceKineto, a_step_is_marked_as_the_profiler_does) {
  const Traces traces(with(replicas(), {"--trace-ranks", "0", "--trace-window", "12..14"}));
  const json trace = traces.trace("rank-0.json");
  std::vector<std::string> steps;
  for (const json& event : events(trace, "X")) {
    if (event["name"].get<std::string>().starts_with("ProfilerStep#")) {
      EXPECT_EQ(event["cat"], "user_annotation");
      EXPECT_FALSE(event.contains("args"));  // a stream would make it a kernel
      steps.push_back(event["name"]);
    }
  }
  EXPECT_EQ(steps,
            (std::vector<std::string>{"ProfilerStep#12", "ProfilerStep#13", "ProfilerStep#14"}));
}

/// Steps and kernels as HTA has them: in whole microseconds, beginnings rounded up, ends down.
Span in_hta(const json& event) {
  const auto end = ns(event["ts"]) + ns(event["dur"]);
  return {(ns(event["ts"]) + 999) / 1000, end / 1000};
}

TEST(TraceKineto, hta_finds_who_launched_a_kernel_and_blames_no_gap_on_the_host) {
  for (const auto& more : {std::vector<std::string>{}, std::vector<std::string>{"12..14"},
                           std::vector<std::string>{"1 s..2 s"}}) {
    auto arguments = with(replicas(), {"--trace-ranks", "0,16"});
    if (!more.empty()) arguments = with(arguments, {"--trace-window", more[0]});
    const Traces traces(arguments);
    const json trace = traces.trace("rank-16.json");
    std::map<std::int64_t, std::int64_t> launched;  // by correlation
    std::set<std::int64_t> times;
    std::vector<Span> steps;
    for (const json& event : events(trace, "X")) {
      if (event["name"].get<std::string>().starts_with("ProfilerStep#"))
        steps.push_back(in_hta(event));
      if (event["cat"] != "cuda_runtime") continue;
      EXPECT_EQ(event["dur"], 0);
      EXPECT_TRUE(event["ts"].is_number_integer());  // or HTA gives it a duration of -1
      EXPECT_TRUE(launched.emplace(event["args"]["correlation"], event["ts"]).second);
      EXPECT_TRUE(times.insert(event["ts"].get<std::int64_t>()).second) << event;
    }
    ASSERT_EQ(steps.size(), more.empty() || more[0] != "12..14" ? 1U : 3U);
    std::map<std::int64_t, std::vector<std::pair<Span, std::int64_t>>> streams;
    const std::vector<json> all = kernels(trace);
    EXPECT_EQ(all.size(), launched.size());
    for (const json& kernel : all)
      streams[kernel["args"]["stream"]].push_back(
          {in_hta(kernel), launched.at(kernel["args"]["correlation"])});
    for (const auto& [stream, in_order] : streams)
      for (std::size_t i = 0; i < in_order.size(); ++i) {
        const auto& [kernel, at] = in_order[i];
        const auto of = [&](std::int64_t time) {
          return std::ranges::find_if(
              steps, [&](const Span& step) { return step.first <= time && time < step.second; });
        };
        ASSERT_NE(of(at), steps.end()) << at;  // HTA looks for the step of the launch
        // One a microsecond: those that the window cuts begin all at once.
        EXPECT_LE(at, kernel.first + (kernel.first == steps[0].first ? 16 : 0));
        EXPECT_EQ(of(at), of(kernel.first));
        if (i > 0 && of(in_order[i - 1].first.first) == of(at)) {
          EXPECT_LE(at, in_order[i - 1].first.second) << stream;
        }
      }
    // For HTA alone, which reads the files of single ranks.
    for (const json& event : events(traces.trace("overview/ranks.json"), "X"))
      EXPECT_NE(event["cat"], "cuda_runtime");
  }
}

TEST(TraceKineto, collectives_carry_what_kineto_says_of_them) {
  const Traces traces(with(replicas(), {"--trace-ranks", "16"}));
  std::set<std::string> seen;
  for (const json& kernel : kernels(traces.trace("rank-16.json"))) {
    const json& args = kernel["args"];
    if (!args.contains("Collective name") || args["Process Group Name"] == "tensor") continue;
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

/// Microseconds that collectives of a group take, by the pass they belong to, and their arguments.
std::map<std::string, std::vector<json>> exposed(const json& trace, const std::string& group) {
  std::map<std::string, std::vector<json>> by_pass;
  for (const json& kernel : kernels(trace))
    if (kernel["args"].value("Process Group Name", "") == group && kernel["args"].contains("of"))
      by_pass[kernel["args"]["of"]].push_back(kernel);
  return by_pass;
}

TEST(TraceKineto, collectives_inside_passes_say_how_often_they_run_and_over_how_much) {
  const Traces traces(with(replicas(), {"--trace-ranks", "0,16"}));
  const auto of_stage = exposed(traces.trace("rank-16.json"), "tensor");
  const std::vector<json>& pass = of_stage.at("fwd mb0");
  // 20 of 80 layers, each before and behind attention and MLP; 4096 tokens x 8192 x 2 bytes.
  ASSERT_EQ(pass.size(), 2U);
  const double all = 4096 * 8192 * 2;
  for (const auto& [kernel, name, in, out] :
       {std::tuple{pass[0], "allgather", all / 8, all},
        std::tuple{pass[1], "reduce_scatter", all, all / 8}}) {
    EXPECT_EQ(kernel["args"]["Collective name"], name);
    EXPECT_EQ(kernel["args"]["In msg nelems"], in);
    EXPECT_EQ(kernel["args"]["Out msg nelems"], out);
    EXPECT_EQ(kernel["args"]["Group size"], 8);
    EXPECT_EQ(kernel["args"]["dtype"], "Byte");
    EXPECT_EQ(kernel["args"]["runs"], 40);
    EXPECT_EQ(kernel["args"]["bytes"], 40 * all);
  }
  // The first stage has the embedding besides.
  const auto first = exposed(traces.trace("rank-0.json"), "tensor");
  ASSERT_EQ(first.at("fwd mb0").size(), 3U);
  EXPECT_EQ(first.at("fwd mb0")[0]["args"]["Collective name"], "allreduce");
  EXPECT_EQ(first.at("fwd mb0")[0]["args"]["runs"], 1);
  EXPECT_EQ(first.at("bwd mb0").size(), 2U);
}

TEST(TraceKineto, collectives_inside_passes_take_together_what_the_pass_says) {
  const auto set = [](std::vector<std::string> base, const std::vector<std::string>& fields) {
    for (const std::string& field : fields) base = with(base, {"--set", "job." + field});
    return base;
  };
  for (const auto& arguments :
       {set(replicas(), {"parallel.schedule=zero-bubble"}),
        set(replicas(),
            {"parallel.data=1", "parallel.context=2", "stack.context_exchange=all-gather"}),
        set({pipeline}, {"model=mixtral-8x7b", "parallel.tensor=2", "parallel.data=4",
                         "parallel.expert=4", "parallel.recompute=full"}),
        set({tensor, "--set", "cluster.nodes=2"},
            {"parallel.data=2", "parallel.sharding=zero-3"})}) {
    const Traces traces(with(arguments, {"--trace-ranks", "0"}));
    ASSERT_EQ(traces.ended().code, 0) << traces.ended().err;
    const json trace = traces.trace("rank-0.json");
    std::map<std::string, double> told, drawn;  // by pass and group, us
    for (const json& event : events(trace, "X"))
      if (event["cat"] == "user_annotation" && event.contains("args"))
        for (const char* group : {"tensor", "context", "expert"})
          if (event["args"].contains(group + std::string("_comm_us")))
            told[event["name"].get<std::string>() + " " + group] +=
                event["args"][group + std::string("_comm_us")].get<double>();
    for (const char* group : {"tensor", "context", "expert"})
      for (const auto& [pass, all] : exposed(trace, group))
        for (const json& kernel : all) drawn[pass + " " + group] += kernel["dur"].get<double>();
    EXPECT_FALSE(told.empty());
    ASSERT_EQ(told.size(), drawn.size());
    for (const auto& [pass, time] : told)
      EXPECT_NEAR(drawn.at(pass), time, 0.01 + 1e-6 * time) << pass;
  }
}

}  // namespace
}  // namespace qianka
