// SPDX-License-Identifier: Apache-2.0
// docs/performance.md is what docs/performance/measured.json and peers.json give; and the
// arithmetic between them. Nothing is timed here.
#include "bench/measured.hpp"
#include "bench/whole_processes.hpp"
#include "support/pages.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

Measured json_of(const std::string& file) {
  return Measured::parse(read_page(QIANKA_SOURCE_DIR "/" + file).text);
}

Measured with(const Measured& benchmarks) {
  return {{"date", "2026-11-22"},
          {"commit", "abc"},
          {"machine", {{"model", "a processor"}, {"processors", 2}}},
          {"compiler", "g++"},
          {"simgrid", "3.32"},
          {"load", 0.1},
          {"benchmarks", benchmarks}};
}

TEST(PerformancePage, says_what_was_measured) {
  const std::string page = read_page(QIANKA_SOURCE_DIR "/docs/performance.md").text;
  EXPECT_EQ(page, page_of(page, json_of("docs/performance/measured.json"),
                          json_of("docs/performance/peers.json")))
      << "generated parts are not edited: ./dev bench --accept, or take them from the right side";
}

TEST(PerformancePage, nothing_of_the_list_is_left_unmeasured) {
  EXPECT_THAT(missing(json_of("docs/performance/measured.json")), testing::IsEmpty());
}

TEST(Benchmarks, a_ratio_is_baseline_over_measured) {
  const Ratio half{"", "", {"ours", processor}, "", {"theirs", processor}};
  const Measured measured =
      with({{"ours", {{processor, 0.5}}}, {"theirs", {{processor, 2.0}, {wall, 9.0}}}});
  EXPECT_EQ(ratio(measured, half), 4);
  EXPECT_EQ(ratio(measured, Ratio{"", "", {"ours", wall}, "", {"theirs", wall}}), std::nullopt);
  EXPECT_EQ(ratio(measured, Ratio{"", "", {"none", wall}, "", {"theirs", wall}}), std::nullopt);
}

TEST(Benchmarks, a_slope_is_the_exponent) {
  // 3 n^1.5 at n = 1, 4, 16.
  EXPECT_NEAR(*exponent({{1, 3}, {4, 24}, {16, 192}}), 1.5, 1e-12);
  // ln x = 0, l, 2l and ln y = 0, 0, 3l with l = ln 2: sums about the mean are 3l l and 2l l.
  EXPECT_NEAR(*exponent({{1, 1}, {2, 1}, {4, 8}}), 1.5, 1e-12);
  EXPECT_EQ(exponent({{1, 3}}), std::nullopt);
}

TEST(Benchmarks, sizes_come_from_names) {
  const Measured measured = with({{"rings/cards:4096/stride:16", {{processor, 3.0}}},
                                  {"rings/cards:1024/stride:16", {{processor, 1.0}}},
                                  {"rings/cards:1024/stride:1", {{processor, 7.0}}},
                                  {"rings/cards:many/stride:16", {{processor, 7.0}}},
                                  {"rings/cards:2048/stride:16", {{wall, 7.0}}}});
  const Slope slope{"", "rings/cards:", "/stride:16", processor};
  EXPECT_EQ(points(measured, slope), (Points{{1024, 1}, {4096, 3}}));
}

TEST(Benchmarks, neither_host_nor_path_is_kept) {
  const Measured results{{"context",
                          {{"date", "2026-11-22T20:15:00+00:00"},
                           {"host_name", "somebody"},
                           {"executable", "/home/somebody/qianka_bench"},
                           {"num_cpus", 2},
                           {"load_avg", {0.123456, 0.2, 0.3}},
                           {"processor", "a processor"}}},
                         {"benchmarks",
                          {{{"name", "step/folded/2048/real_time"},
                            {"run_type", "iteration"},
                            {"iterations", 3},
                            {"real_time", 5.0},
                            {"cpu_time", 5.0},
                            {"time_unit", "ms"},
                            {"processor_s", 0.0123456}},
                           {{"name", "ladder/1024/iterations:3/manual_time"},
                            {"run_type", "iteration"},
                            {"error_occurred", true}}}}};
  const Measured kept = kept_of(results);
  EXPECT_EQ(kept["benchmarks"].dump(), R"({"step/folded/2048":{"processor_s":0.01235}})");
  EXPECT_EQ(kept["date"], "2026-11-22");
  EXPECT_EQ(kept.dump().find("somebody"), std::string::npos);
}

TEST(Benchmarks, peers_on_another_machine_have_no_ratio) {
  Measured peers{{"machine", {{"model", "a processor"}, {"processors", 2}}},
                 {"figures",
                  {{{"work", "a step"},
                    {"peer", "other"},
                    {"value", 3.0},
                    {"ours", {{"benchmark", "step"}, {"counter", processor}}}}}}};
  const Measured measured = with({{"step", {{processor, 0.5}}}});
  EXPECT_EQ(part_of_page("peers", measured, peers).back(),
            "| a step | other | 3.00 s | 500 ms | 6 times less |");
  peers["machine"]["processors"] = 64;
  EXPECT_EQ(part_of_page("peers", measured, peers).back(),
            "| a step | other | 3.00 s | 500 ms | another machine |");
}

TEST(Benchmarks, only_what_stands_between_the_marks_is_replaced) {
  const Measured measured = with({{"parse/scenario", {{"scenarios_a_s", 1234.0}}}});
  const std::string page =
      "# Page\n<!-- measured: rates -->\nold\nolder\n<!-- end -->\nprose <!-- measured: x -->\n";
  EXPECT_EQ(page_of(page, measured, {}),
            "# Page\n<!-- measured: rates -->\n| suite | what | in a second |\n"
            "| --- | --- | --: |\n| parse | scenarios with their catalogue | 1,234 |\n"
            "<!-- end -->\nprose <!-- measured: x -->\n");
  EXPECT_THROW(page_of("<!-- measured: nonsense -->\n", measured, {}), std::out_of_range);
}

}  // namespace
}  // namespace qianka
