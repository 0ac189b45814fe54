// SPDX-License-Identifier: Apache-2.0
// Flows that meet nobody are timers, the others SimGrid's: which are which changes no bit.
#include "sim/engine/execute.hpp"

#include <cstdint>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace qianka {
namespace {

/// Streams of computations and transfers that wait for each other, over few links.
Program random_program(std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  const auto below = [&](std::uint32_t end) {
    return static_cast<std::uint32_t>(generator() % end);
  };
  Program program;
  program.streams = 2 + below(6);
  const std::uint32_t links = 1 + below(6), flows = 1 + below(10), busy = 1 + below(40);
  for (std::uint32_t i = 0; i < links; ++i)
    program.link_capacity.push_back({1e9 * (1 + below(20)) / 7});
  for (std::uint32_t i = 0; i < flows; ++i) {
    ProgramFlow flow{{}, {below(8) == 0 ? 0 : 1e3 * below(9000) / 3}, {1e-6 * below(4)}};
    for (std::uint32_t hop = below(4); hop > 0; --hop) flow.route.push_back(below(links));
    program.flows.push_back(flow);
  }
  for (std::uint32_t i = 0; i < 60; ++i) {
    Op op;
    op.stream = below(program.streams);
    op.first_input = static_cast<std::uint32_t>(program.op_inputs.size());
    for (std::uint32_t k = i == 0 ? 0 : below(3); k > 0; --k) program.op_inputs.push_back(below(i));
    op.inputs = static_cast<std::uint32_t>(program.op_inputs.size()) - op.first_input;
    if (below(2) == 0) {
      op.duration = {1e-4 * below(10 * busy) / 3};
    } else {
      op.first_flow = static_cast<std::uint32_t>(program.op_flows.size());
      op.flows = 1 + below(3);
      for (std::uint32_t k = 0; k < op.flows; ++k) program.op_flows.push_back(below(flows));
    }
    program.ops.push_back(op);
  }
  return program;
}

class MeetingsLaw : public testing::TestWithParam<std::uint64_t> {};

TEST_P(MeetingsLaw, spans_are_those_of_a_run_with_all_flows_on_simgrid) {
  for (std::uint64_t i = 0; i < 25; ++i) {
    const Program program = random_program(1000 * GetParam() + i);
    const auto found = execute(program), expected = execute_by_flows(program);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t op = 0; op < found.size(); ++op) {
      EXPECT_EQ(found[op].start.value, expected[op].start.value) << "program " << i << ", " << op;
      EXPECT_EQ(found[op].end.value, expected[op].end.value) << "program " << i << ", " << op;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, MeetingsLaw, testing::Range<std::uint64_t>(0, 8));

}  // namespace
}  // namespace qianka
