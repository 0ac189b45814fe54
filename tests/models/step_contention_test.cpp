// SPDX-License-Identifier: Apache-2.0
// Does a step meet the pencil? Programs small enough to follow by hand, on SimGrid.
#include "sim/engine/execute.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

constexpr Bytes gigabyte{1e9};

/// Two transfers that start together over the same NIC, as gradient exchange and pipeline sends do.
Program two_kinds_on_one_nic() {
  Program program;
  program.streams = 2;
  program.link_capacity = {Bandwidth{10e9}};
  program.flows = {{.route = {0}, .bytes = 10 * gigabyte, .latency = Seconds{0}},
                   {.route = {0}, .bytes = 2 * gigabyte, .latency = Seconds{0}}};
  program.op_flows = {0, 1};
  program.ops = {{.kind = OpKind::reduce_gradients, .stream = 0, .first_flow = 0, .flows = 1},
                 {.kind = OpKind::send_forward, .stream = 1, .first_flow = 1, .flows = 1}};
  return program;
}

TEST(StepContention, gradients_and_pipeline_sends_share_a_nic_fairly) {
  // 10 GB of gradients and a 2 GB send on one 10 GB/s NIC: both at 5 GB/s until the send ends at
  // 0.4 s; the 8 GB that are left take 0.8 s alone. Alone they would have taken 1.0 and 0.2 s.
  const auto spans = execute(two_kinds_on_one_nic());
  EXPECT_DOUBLE_EQ(spans[1].end.value, 0.4);
  EXPECT_DOUBLE_EQ(spans[0].end.value, 1.2);
}

TEST(StepContention, a_send_waits_for_the_pass_that_makes_its_data) {
  Program program = two_kinds_on_one_nic();
  // A pass of 0.5 s before the send: gradients run alone for 0.5 s (5 GB), then both at 5 GB/s; the
  // send ends at 0.9 s, when 3 GB are left: 1.2 s.
  program.streams = 3;
  program.ops.push_back({.kind = OpKind::forward, .stream = 2, .duration = Seconds{0.5}});
  program.op_inputs = {2};
  program.ops[1].first_input = 0, program.ops[1].inputs = 1;
  const auto spans = execute(program);
  EXPECT_DOUBLE_EQ(spans[1].start.value, 0.5);
  EXPECT_DOUBLE_EQ(spans[1].end.value, 0.9);
  EXPECT_DOUBLE_EQ(spans[0].end.value, 1.2);
}

}  // namespace
}  // namespace qianka
