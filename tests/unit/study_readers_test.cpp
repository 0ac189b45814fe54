// SPDX-License-Identifier: Apache-2.0
// Files of measurements: what is read, and what is said of files that cannot be.
#include "sim/study/hccl_test_reader.hpp"
#include "sim/study/measurement_files.hpp"
#include "sim/study/nccl_tests_reader.hpp"
#include "sim/study/peers.hpp"
#include "sim/study/step_times_reader.hpp"
#include "support/test_outputs.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

using testing::HasSubstr;

double ten_gigabytes_a_second(double bytes) { return 1e-5 + bytes / 1e10; }

/// The text with `from` replaced by `to`, once.
std::string with(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

/// The one thing that is wrong with an output of nccl-tests.
std::string nccl_problem(const std::string& text, const std::string& name = "x.txt") {
  std::vector<Diagnostic> problems;
  EXPECT_TRUE(read_nccl_tests(text, name, problems).empty());
  EXPECT_EQ(problems.size(), 1U);
  return problems.empty() ? "" : to_text(problems.front());
}

std::string hccl_problem(const std::string& text) {
  std::vector<Diagnostic> problems;
  EXPECT_TRUE(read_hccl_test(text, "x.txt", problems).empty());
  EXPECT_EQ(problems.size(), 1U);
  return problems.empty() ? "" : to_text(problems.front());
}

std::string good() {
  return nccl_tests_output("all_reduce", 2, 4, 1024, 1 << 24, ten_gigabytes_a_second);
}

TEST(NcclTestsReader, reads_ranks_hosts_and_both_times_of_a_row) {
  std::vector<Diagnostic> problems;
  const auto runs = read_nccl_tests(good(), "x.txt", problems);
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].test, "all_reduce_perf");
  EXPECT_EQ(runs[0].kind, CollectiveKind::all_reduce);
  EXPECT_EQ(runs[0].nodes, 2);
  ASSERT_EQ(runs[0].ranks.size(), 8U);
  EXPECT_EQ(runs[0].ranks[5].host, "node-1");
  EXPECT_EQ(runs[0].ranks[5].node, 1);
  EXPECT_EQ(runs[0].ranks[5].device, 1);
  EXPECT_EQ(runs[0].line, 15);
  ASSERT_EQ(runs[0].points.size(), 2U * 15);
  EXPECT_EQ(runs[0].points[0].line, 17);
  EXPECT_EQ(runs[0].points[0].bytes.value, 1024);
  EXPECT_NEAR(runs[0].points[0].time.value, 1.01e-5, 1e-12);  // 10.1024 us
  EXPECT_EQ(runs[0].wrong_rows, 0);
}

TEST(NcclTestsReader, leaves_logs_and_launchers_labels_out) {
  std::string text = "node-0:20:31 [0] NCCL INFO Bootstrap\n";
  for (std::size_t at = 0; at < good().size();) {
    const std::size_t end = good().find('\n', at);
    text += "[1,0]<stdout>:" + good().substr(at, end - at) + "\nnode-0:20:31 [3] NCCL INFO x\n";
    at = end + 1;
  }
  std::vector<Diagnostic> problems;
  const auto runs = read_nccl_tests(text, "x.txt", problems);
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].points.size(), 30U);
  EXPECT_EQ(runs[0].ranks.size(), 8U);
}

TEST(NcclTestsReader, reads_several_outputs_in_one_file) {
  std::vector<Diagnostic> problems;
  const auto other = nccl_tests_output("all_gather", 1, 4, 1024, 4096, ten_gigabytes_a_second);
  const auto runs = read_nccl_tests(good() + other, "x.txt", problems);
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(runs.size(), 2U);
  EXPECT_EQ(runs[1].kind, CollectiveKind::all_gather);
  EXPECT_EQ(runs[1].nodes, 1);
}

/// Versions before 2.17 do not name the test, and have no column for the root before that.
TEST(NcclTestsReader, takes_the_test_from_the_command_or_the_name_of_the_file) {
  const std::string text = with(good(), "# Collective test starting: all_reduce_perf\n", "");
  std::vector<Diagnostic> problems;
  EXPECT_EQ(read_nccl_tests(text, "logs/all_reduce-2x4.txt", problems).size(), 1U);
  EXPECT_EQ(
      read_nccl_tests("$ mpirun ./build/all_reduce_perf -b 8\n" + text, "x.txt", problems).size(),
      1U);
  EXPECT_TRUE(problems.empty());
  EXPECT_THAT(nccl_problem(text),
              HasSubstr("x.txt:14:1: error: which test printed this table?\n  hint: older"));
  EXPECT_THAT(nccl_problem(with(good(), "all_reduce_perf", "reduce_perf")),
              HasSubstr("'reduce_perf' is not a test to calibrate from"));
}

TEST(NcclTestsReader, numbers_cards_by_rank_where_each_process_sees_one) {
  std::string text = good();
  for (int card = 1; card < 4; ++card)
    for (int node = 0; node < 2; ++node)
      text = with(text, fmt::format("device {:2}", card), "device  0");
  std::vector<Diagnostic> problems;
  const auto runs = read_nccl_tests(text, "x.txt", problems);
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].ranks[3].device, 3);
  EXPECT_EQ(runs[0].ranks[4].device, 0);
  EXPECT_EQ(runs[0].ranks[4].node, 1);
}

TEST(NcclTestsReader, counts_rows_with_wrong_results) {
  std::vector<Diagnostic> problems;
  const auto runs = read_nccl_tests(with(good(), "      0 ", "     17 "), "x.txt", problems);
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].wrong_rows, 1);
}

TEST(NcclTestsReader, complains_of_rows_that_were_cut_and_numbers_that_are_none) {
  const std::string cut = good().substr(0, good().find("# Out of bounds") - 40) + "\n";
  EXPECT_THAT(nccl_problem(cut), HasSubstr("values, but 13 columns\n  hint: columns are size"));
  EXPECT_THAT(nccl_problem(cut), HasSubstr("x.txt:31:"));
  EXPECT_THAT(nccl_problem(with(good(), "10.10", "1O.10")),
              HasSubstr("x.txt:17:57: error: the time cannot be '1O.10'"));
}

TEST(NcclTestsReader, complains_of_runs_that_tell_nothing) {
  const std::string rows_gone = good().substr(0, good().find("        1024"));
  EXPECT_THAT(nccl_problem(rows_gone), HasSubstr("the table has no rows"));
  std::string ranks_gone = good();
  ranks_gone.erase(ranks_gone.find("#  Rank"),
                   ranks_gone.find("#\n#    ") - ranks_gone.find("#  Rank"));
  EXPECT_THAT(nccl_problem(ranks_gone), HasSubstr("no line says which ranks took part"));
  std::string alone = good();
  for (int rank = 1; rank < 8; ++rank)
    alone = with(alone, fmt::format("Rank {:2}", rank), "Rank  0");
  EXPECT_THAT(nccl_problem(alone), HasSubstr("hint: nccl-tests for several processes are built"));
}

TEST(NcclTestsReader, notices_a_table_of_another_test) {
  // busbw of an all-reduce over 8 is 1.75 of the rate, that of an all-gather 0.875.
  EXPECT_THAT(
      nccl_problem(with(with(good(), "all_reduce_perf", "all_gather_perf"), "# Using", "# Using")),
      HasSubstr("where all_gather_perf over 8 ranks makes 8.7"));
}

TEST(HcclTestReader, reads_the_command_and_the_table) {
  std::vector<Diagnostic> problems;
  const auto runs =
      read_hccl_test(hccl_test_output("all_gather", 2, 8, 8192, 1 << 20, ten_gigabytes_a_second),
                     "x.txt", problems);
  EXPECT_TRUE(problems.empty());
  ASSERT_EQ(runs.size(), 1U);
  EXPECT_EQ(runs[0].kind, CollectiveKind::all_gather);
  EXPECT_EQ(runs[0].nodes, 2);
  EXPECT_EQ(runs[0].ranks.size(), 16U);
  EXPECT_EQ(runs[0].ranks[9].node, 1);
  EXPECT_EQ(runs[0].ranks[9].device, 1);
  ASSERT_EQ(runs[0].points.size(), 8U);
  EXPECT_EQ(runs[0].points[0].line, 4);
  EXPECT_NEAR(runs[0].points[0].time.value, 1.082e-5, 1e-12);
}

TEST(HcclTestReader, complains_of_what_is_missing) {
  const std::string text =
      hccl_test_output("all_reduce", 1, 8, 8192, 1 << 20, ten_gigabytes_a_second);
  EXPECT_THAT(hccl_problem(text.substr(text.find('\n') + 1)),
              HasSubstr("x.txt:2:1: error: which test printed this table, over how many ranks?"));
  EXPECT_THAT(hccl_problem(with(text, "-p 8", "-p 3")),
              HasSubstr("x.txt:1:1: error: the command says 8 ranks, 3 of them in a node"));
  EXPECT_THAT(hccl_problem(with(text, "all_reduce_test", "scatter_test")),
              HasSubstr("'scatter_test' is not a test to calibrate from"));
  EXPECT_THAT(hccl_problem(text.substr(0, text.find("8192     "))), HasSubstr("has no rows"));
  EXPECT_THAT(hccl_problem(text.substr(0, text.size() - 12)),
              HasSubstr("x.txt:11:38: error: 3 values, but 4 columns"));
  EXPECT_THAT(hccl_problem(with(text, "| 10.82", "| x0.82")),
              HasSubstr("x.txt:4:21: error: the time cannot be 'x0.82'"));
}

TEST(StepTimesReader, tells_all_that_is_wrong_at_once) {
  std::vector<Diagnostic> problems;
  const auto steps = read_step_times(
      "scenario,step_time_s\n../scenarios/05-pipeline.yaml,5.2\n"
      "../scenarios/05-pipeline.yaml,fast\nnowhere.yaml,1\n../scenarios/bloom-176b.yaml,0\n",
      "tests/steps.csv", "dgx-h100-rail", problems);
  ASSERT_EQ(steps.size(), 1U);
  EXPECT_EQ(steps[0].line, 2);
  EXPECT_EQ(steps[0].time.value, 5.2);
  ASSERT_EQ(problems.size(), 4U);
  EXPECT_THAT(to_text(problems[0]),
              HasSubstr("tests/steps.csv:3:1: error: step_time_s cannot be 'fast'"));
  EXPECT_THAT(to_text(problems[1]), HasSubstr("no scenario 'tests/nowhere.yaml'"));
  EXPECT_THAT(to_text(problems[2]),
              HasSubstr("runs on 'jean-zay-a100', but 'dgx-h100-rail' is calibrated"));
  EXPECT_THAT(to_text(problems[3]), HasSubstr("step_time_s cannot be '0'"));
}

TEST(Peers, of_a_test_at_several_places_the_slow_one_stands_out) {
  // Three pairs at 10, 10 and 6 GB/s, and a run of another size of group that has no peers.
  std::vector<Diagnostic> problems;
  std::string text;
  for (const double rate : {1e10, 6e9, 1e10})
    text += nccl_tests_output("sendrecv", 2, 1, 1 << 20, 1 << 24,
                              [rate](double bytes) { return bytes / rate; });
  text += nccl_tests_output("sendrecv", 3, 1, 1 << 20, 1 << 24, [](double) { return 1; });
  const auto shares = shares_of_peers(read_nccl_tests(text, "x.txt", problems));
  ASSERT_EQ(shares.size(), 4U);
  EXPECT_NEAR(shares[0], 1, 1e-3);
  EXPECT_NEAR(shares[1], 0.6, 1e-3);
  EXPECT_NEAR(shares[2], 1, 1e-3);
  EXPECT_EQ(shares[3], 1);
}

}  // namespace
}  // namespace qianka
