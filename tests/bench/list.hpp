// SPDX-License-Identifier: Apache-2.0
// What is measured, and against what: every figure that `./dev bench` prints and that stands in
// docs/performance.md. Start here; the suites in this folder register the benchmarks named below,
// process_bench.cpp those of whole processes. There is no goal to pass or miss in here: a cost
// means something beside its baseline of the same run, and as a slope over sizes.
#pragma once
#include <array>
#include <string_view>

namespace qianka {

/// One figure of one benchmark. Costs are the least of all iterations: what others do on the
/// machine only ever adds.
struct Reading {
  std::string_view benchmark, counter;
};

/// Of this process and of the children it waited for, seconds.
inline constexpr std::string_view processor = "processor_s";
inline constexpr std::string_view wall = "wall_s";
inline constexpr std::string_view peak = "peak_bytes";

/// How many times less `measured` is than `baseline`.
struct Ratio {
  std::string_view suite, what;
  Reading measured;
  std::string_view against;
  Reading baseline;
};

inline constexpr std::array ratios{
    Ratio{"start-up",
          "`qianka --version`",
          {"start/version", processor},
          "`/bin/true`",
          {"start/nothing", processor}},
    Ratio{"start-up",
          "`qianka check` of one card",
          {"start/check", processor},
          "`qianka --version`",
          {"start/version", processor}},
    Ratio{"parse",
          "a scenario with its catalogue, checked",
          {"parse/scenario", processor},
          "yaml-cpp alone on the same files",
          {"parse/yaml_cpp", processor}},
    Ratio{"platform",
          "graph and links of 16,384 cards",
          {"platform/build/16384", processor},
          "SimGrid's own platform, as many hosts and links",
          {"platform/simgrid/16384", processor}},
    Ratio{"collective",
          "all rings of 1,024 cards at once, quotient",
          {"rings_against_raw/cards:1024/stride:16", "quotient_s"},
          "the same flows one by one in SimGrid",
          {"rings_against_raw/cards:1024/stride:16", "raw_s"}},
    Ratio{"collective",
          "all rings of 4,096 cards at once, quotient",
          {"rings_against_raw/cards:4096/stride:16", "quotient_s"},
          "the same flows one by one in SimGrid",
          {"rings_against_raw/cards:4096/stride:16", "raw_s"}},
    Ratio{"step",
          "Llama 3 405B on 2,048 cards, folded",
          {"step/folded/2048", processor},
          "every replica and every flow",
          {"step/unfolded/2048", processor}},
    Ratio{"step",
          "16 stages x 16 micro-batches, one replica",
          {"step/program/micro_batches:16/chunks:1/replicas:1/shared_nic:1", processor},
          "128 replicas",
          {"step/program/micro_batches:16/chunks:1/replicas:128/shared_nic:1", processor}},
    Ratio{"campaign",
          "54 days of 2,048 nodes, in a child with an engine",
          {"campaign/in_its_child", processor},
          "the same events on a plain queue",
          {"campaign/without_engine", processor}},
    Ratio{"campaign",
          "54 days under one of 100 seeds, `--seeds 100`",
          {"campaign/seeds", "s_a_piece"},
          "a run of one seed",
          {"run/llama3-405b-54-days", processor}},
    Ratio{"validate",
          "12 published steps, 2 processes",
          {"validate/2", wall},
          "1 process",
          {"validate/1", wall}},
    Ratio{"tune",
          "a layout checked and its step bounded",
          {"tune/layouts", "bound_s"},
          "its step simulated",
          {"tune/layouts", "simulated_s"}},
};

/// Work done in a second of processor time.
struct Rate {
  std::string_view suite, what;
  Reading measured;
};

inline constexpr std::array rates{
    Rate{"parse", "scenarios with their catalogue", {"parse/scenario", "scenarios_a_s"}},
    Rate{"platform", "links built, 131,072 cards", {"platform/build/131072", "links_a_s"}},
    Rate{"platform", "routes found, 131,072 cards", {"platform/routes/131072", "routes_a_s"}},
    Rate{"collective",
         "flows, all rings of 131,072 cards at once",
         {"rings/cards:131072/stride:16", "flows_a_s"}},
    Rate{"step",
         "operations of 16 stages x 512 micro-batches",
         {"step/program/micro_batches:512/chunks:1/replicas:1/shared_nic:1", "operations_a_s"}},
    Rate{
        "campaign", "events (failures, saves) of 54 days", {"campaign/in_its_child", "events_a_s"}},
    Rate{"campaign", "faults drawn for 2,048 nodes", {"campaign/faults", "faults_a_s"}},
    Rate{"validate", "published steps", {"validate/1", "pieces_a_s"}},
    Rate{"tune", "layouts checked and bounded", {"tune/layouts", "layouts_a_s"}},
};

/// The exponent of cost over size: least squares of log cost on log size over the benchmarks whose
/// name is `prefix` and a number.
struct Slope {
  std::string_view what, prefix, suffix, counter;
};

inline constexpr std::array slopes{
    Slope{"a run of 30 days: wall clock", "ladder/", "", wall},
    Slope{"a run of 30 days: processor time", "ladder/", "", processor},
    Slope{"a run of 30 days: peak memory", "ladder/", "", peak},
    Slope{"platform: graph and links", "platform/build/", "", processor},
    Slope{"collective: all rings at once", "rings/cards:", "/stride:16", processor},
};

/// Where the time of a run goes: counters of parts/<cards>.
struct Part {
  std::string_view counter, what;
};

inline constexpr std::array parts{
    Part{"reading_s", "reading and checking the scenario"},
    Part{"fabric_s", "building the fabric"},
    Part{"step_s", "the step of the healthy cluster"},
    Part{"degraded_s", "steps with nodes moved to spares"},
    Part{"saving_s", "what saving and loading take"},
    Part{"weeks_s", "the weeks themselves"},
};
inline constexpr std::array parts_at{1024, 16384, 65536};

}  // namespace qianka
