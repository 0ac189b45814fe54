// SPDX-License-Identifier: Apache-2.0
#include "sim/report/sources_text.hpp"
#include "sim/report/terms.hpp"
#include "sim/report/text.hpp"
#include "sim/units/utf8.hpp"
#include "support/sample_summary.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

using testing::HasSubstr;
using testing::Not;

/// From the line `from` up to the line before `to`.
std::string between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t start = text.find(from);
  const std::size_t end = text.find(to, start);
  return start == std::string::npos || end == std::string::npos ? "not found"
                                                                : text.substr(start, end - start);
}

int longest_line(const std::string& text) {
  int longest = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    longest = std::max(longest, display_width(std::string_view(text).substr(at, end - at)));
    at = end + 1;
  }
  return longest;
}

TEST(TextReport, begins_with_what_was_asked) {
  EXPECT_EQ(between(text_report(sample_summary()), "qianka ", "Step:"),
            "qianka " QIANKA_VERSION R"(: sample, seed 42, digest 0123456789abcdef
How fast is it?
In short: 10.5 s a step at 41.2 % MFU; 88.50 % of 16.7 min is training (ETTR), 88.00 % goodput,
through 2 failures; fabric broken for 6.67 min, steps up to 8.33 % longer

Job
  model    GPT-3 6.7B, Megatron-Core, bf16
  batch    16 sequences of 2,048 tokens = 32,768 tokens a step; micro batch 1
  layout   tensor 4 x pipeline 2 x data 4 = 32 cards; interleave 2; schedule zero-bubble; layers per
           stage: even
  state    sharding zero-1 in groups of 2 replicas; sequence parallel on; recompute selective
  cluster  Four boxes: 4 nodes x 8 NVIDIA H100 SXM5 80GB, 1 spare node
  peak     989 TFLOP/s per card, bf16, dense

Memory: 60.0 GiB of 79.6 GiB on the fullest card (pipeline stage 0, from 0), fits
  weights      30.0 GiB   50.0 %
  activations  20.0 GiB   33.3 %
  margin       10.0 GiB   16.7 %
  total        60.0 GiB  100.0 %

)");
}

TEST(TextReport, shows_where_the_step_goes) {
  // 7.5 / 10.5 = 71.43 %, 0.0625 / 10.5 = 0.595 %: the percents add up to 100.
  EXPECT_EQ(between(text_report(sample_summary()), "Step:", "Campaign:"),
            R"(Step: 10.5 s
  throughput                      97.5 tokens/s per card
  MFU (模型算力利用率)            41.2 % = 4.124e20 / (10.5 s x 32 x 989 TFLOP/s)
  HFU (硬件算力利用率)            43.2 % = 4.322e20 / (10.5 s x 32 x 989 TFLOP/s)
  parallel efficiency (并行效率)  97.3 % of a run on 8 cards: tensor 4 x pipeline 2 x data 1, batch
                                  4
  model FLOPs                     6 x parameters x tokens + attention
  limited by                      compute: 71 % of the step is GEMMs and attention
  simulated                       1 of 4 replicas, 1,234 operations; 6 classes of flows; contention:
                                  exact

  where the step goes                     seconds       %
  compute                                  7.5000   71.43
  recomputation                            0.5000    4.76
  tensor parallel communication, exposed   1.0000    9.52
  pipeline bubble                          0.7500    7.14
  pipeline communication, exposed          0.2500    2.38
  data parallel communication, exposed     0.2500    2.38
  optimizer                                0.1250    1.19
  host                                     0.0625    0.60
  jitter between cards                     0.0625    0.60
  total                                   10.5000  100.00

Collectives, each alone on the fabric with the groups that run at the same time
  collective                             algorithm  ranks  groups      size     time  bus bandwidth
  data-parallel reduce-scatter, stage 0  ring           4       8  1.00 GiB  45.5 ms      17.7 GB/s
    32 flows in 1 class; bound by node0.nic0 -> leaf0

)");
}

TEST(TextReport, accounts_for_the_wall_clock_and_every_card) {
  // Node-seconds: 4 nodes x 1000 s, 700 s spare, 300 s in repair; x 8 cards / 3600 = 11.1111
  // card-hours.
  const std::string text = between(text_report(sample_summary()), "Campaign:", "Definitions");
  EXPECT_THAT(text, HasSubstr("Campaign: 16.7 min of wall clock\n"
                              "  ETTR (有效训练时长占比)            88.50 %\n"
                              "  availability (可用度)              94.00 %\n"
                              "  MTBF (平均无故障时间)              8.33 min\n"
                              "  recovery (断点续训恢复时长)        55.0 s\n"));
  EXPECT_THAT(text, HasSubstr("  productive                   880.00   88.00\n"));
  EXPECT_THAT(text, HasSubstr("  total                      1,000.00  100.00\n"));
  EXPECT_THAT(text, HasSubstr("  idle spare                   1.5556   14.00\n"));
  EXPECT_THAT(text, HasSubstr("  in repair                    0.6667    6.00\n"));
  EXPECT_THAT(text, HasSubstr("  total                       11.1111  100.00\n"));
  EXPECT_THAT(
      text,
      HasSubstr("            at    lost    down  node  component  cause\n"
                "      00:05:00  30.0 s  35.0 s     2  gpu        Faulty GPU\n"
                "  1 d 01:01:01  20.0 s  25.0 s     0  nic        光模块 (optical module)\n"));
}

TEST(TextReport, fits_a_page) { EXPECT_LE(longest_line(text_report(sample_summary())), 100); }

TEST(TextReport, shortens_a_long_log_unless_asked_not_to) {
  Summary summary = sample_summary();
  summary.campaign->restarts.assign(20, summary.campaign->restarts.front());
  for (int i = 0; i < 20; ++i) {
    summary.campaign->restarts[static_cast<std::size_t>(i)].cause =
        "cause " + std::to_string(i) + ".";
  }
  const std::string text = text_report(summary);
  EXPECT_THAT(text, HasSubstr("cause 9.\n    … 7 more (all with -v, or --json)\n"));
  EXPECT_THAT(text, HasSubstr("cause 17."));
  EXPECT_THAT(text, Not(HasSubstr("cause 10.")));
  EXPECT_THAT(text, Not(HasSubstr("cause 16.")));
  const std::string whole = text_report(summary, {.every_restart = true});
  EXPECT_THAT(whole, HasSubstr("cause 16."));
  EXPECT_THAT(whole, Not(HasSubstr("more (all")));
}

TEST(TextReport, leaves_out_what_there_is_not) {
  Summary summary = sample_summary();
  summary.campaign.reset();
  summary.step.collectives.clear();
  summary.cautions.clear();
  const std::string text = text_report(summary);
  for (const char* title : {"Campaign", "Collectives", "Cautions", "ETTR"}) {
    EXPECT_THAT(text, Not(HasSubstr(title)));
  }
}

TEST(Terms, availability_is_what_is_not_spent_down) {
  // (15 + 10 + 0 + 25 + 10) / 1000 s down.
  EXPECT_DOUBLE_EQ(availability(sample_campaign()), 0.94);
  EXPECT_EQ(bilingual("ETTR"), "ETTR (有效训练时长占比)");
  EXPECT_EQ(bilingual("global batch"), "global batch");
}

TEST(SourcesText, names_each_source_once) {
  const std::string file = "scenarios/models/llama3-405b.yaml";
  const std::vector<SourcedValue> sources{
      {"job.model.layers", "126", "Llama 3, table 3", file + ":4"},
      {"job.model.hidden", "16384", "Llama 3, table 3", file + ":5"},
      {"job.model.vocabulary", "128256", "tokenizer", file + ":9"},
      {"recovery.detect", "30 s", "default: ByteRobust", ""},
      {"seed", "42", "scenario", "my.yaml:10"}};
  EXPECT_EQ(sources_text(sources),
            R"(  value                 source  line
  job.model.layers         [1]     4  126
  job.model.hidden         [1]     5  16384
  job.model.vocabulary     [2]     9  128256
  recovery.detect          [3]        30 s
  seed                     [4]    10  42

  [1]  scenarios/models/llama3-405b.yaml: Llama 3, table 3
  [2]  scenarios/models/llama3-405b.yaml: tokenizer
  [3]  default: ByteRobust
  [4]  my.yaml: scenario
)");
}

}  // namespace
}  // namespace qianka
