// SPDX-License-Identifier: Apache-2.0
// How the operations of a program follow each other: the rules alone in a world of our own, and on
// SimGrid.
#include "sim/engine/execute.hpp"
#include "sim/engine/executor.hpp"
#include "sim/units/require.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace qianka {
namespace {

using Times = std::vector<std::pair<double, double>>;

Times times(const std::vector<OpSpan>& spans) {
  Times result;
  for (const OpSpan& span : spans) result.emplace_back(span.start.value, span.end.value);
  return result;
}

/// Builds programs an operation at a time.
struct Builder {
  Program program;

  std::uint32_t add(std::uint32_t stream, std::vector<std::uint32_t> inputs, double duration,
                    std::vector<std::uint32_t> flows = {}) {
    const auto index = static_cast<std::uint32_t>(program.ops.size());
    program.streams = std::max(program.streams, stream + 1);
    program.ops.push_back({.kind = OpKind::forward,
                           .micro_batch = index,
                           .stream = stream,
                           .duration = {duration},
                           .first_flow = static_cast<std::uint32_t>(program.op_flows.size()),
                           .flows = static_cast<std::uint32_t>(flows.size()),
                           .first_input = static_cast<std::uint32_t>(program.op_inputs.size()),
                           .inputs = static_cast<std::uint32_t>(inputs.size())});
    program.op_inputs.insert(program.op_inputs.end(), inputs.begin(), inputs.end());
    program.op_flows.insert(program.op_flows.end(), flows.begin(), flows.end());
    return index;
  }
};

/// A world without sharing: a flow lasts one second a byte.
Times run_in_plain_world(const Program& program) {
  double now = 0;
  std::multimap<double, std::uint32_t> due;
  Executor executor(program, {.now = [&] { return Seconds{now}; },
                              .after = [&](std::uint32_t op,
                                           Seconds delay) { due.emplace(now + delay.value, op); },
                              .start_flow =
                                  [&](std::uint32_t op, std::uint32_t flow) {
                                    due.emplace(now + program.flows[flow].bytes.value, op);
                                  }});
  executor.start();
  while (!due.empty()) {
    now = due.begin()->first;
    const auto op = due.begin()->second;
    due.erase(due.begin());
    executor.part_ended(op);
  }
  return times(executor.spans());
}

TEST(Executor, a_stream_runs_one_operation_at_a_time_in_its_order) {
  Builder builder;
  builder.add(0, {}, 1);
  builder.add(0, {}, 2);
  builder.add(1, {}, 4);
  EXPECT_EQ(run_in_plain_world(builder.program), (Times{{0, 1}, {1, 3}, {0, 4}}));
}

TEST(Executor, an_operation_waits_for_its_inputs_and_holds_up_its_stream_meanwhile) {
  Builder builder;
  const auto slow = builder.add(0, {}, 5);
  builder.add(1, {slow}, 1);
  builder.add(1, {}, 1);  // could run at once, but does not head its stream
  EXPECT_EQ(run_in_plain_world(builder.program), (Times{{0, 5}, {5, 6}, {6, 7}}));
}

TEST(Executor, an_operation_lasts_as_long_as_its_longest_flow) {
  Builder builder;
  builder.program.flows = {{{}, {2}, {0}}, {{}, {3}, {0}}};
  builder.add(0, {}, 0, {0, 1});
  builder.add(0, {}, 1);
  EXPECT_EQ(run_in_plain_world(builder.program), (Times{{0, 3}, {3, 4}}));
}

TEST(Executor, operations_that_take_no_time_may_follow_each_other_without_end) {
  // A hundred thousand, each waiting for the last, on two streams in turn: no recursion.
  Builder builder;
  std::vector<std::uint32_t> last;
  for (std::uint32_t i = 0; i < 100'000; ++i) last = {builder.add(i % 2, last, 0)};
  builder.add(2, last, 1);
  EXPECT_EQ(run_in_plain_world(builder.program).back(), std::pair(0.0, 1.0));
}

TEST(Executor, an_input_may_come_later_in_the_program) {
  Builder builder;
  builder.add(0, {1}, 1);
  builder.add(1, {}, 2);
  EXPECT_EQ(run_in_plain_world(builder.program), (Times{{2, 3}, {0, 2}}));
}

TEST(Executor, an_input_named_twice_is_one) {
  Builder builder;
  const auto first = builder.add(0, {}, 1);
  builder.add(1, {first, first}, 1);
  EXPECT_EQ(run_in_plain_world(builder.program), (Times{{0, 1}, {1, 2}}));
}

TEST(Executor, a_program_that_is_not_one_is_our_bug) {
  Builder wrong_input;
  wrong_input.add(0, {7}, 1);
  EXPECT_THROW(run_in_plain_world(wrong_input.program), Bug);
  Builder wrong_flow;
  wrong_flow.add(0, {}, 0, {7});
  EXPECT_THROW(run_in_plain_world(wrong_flow.program), Bug);
  Builder both;
  both.program.flows = {{{}, {2}, {0}}};
  both.add(0, {}, 1, {0});
  EXPECT_THROW(run_in_plain_world(both.program), Bug);
}

// ---- on SimGrid
// --------------------------------------------------------------------------------------------------

TEST(Execute, a_deadlock_is_told_by_who_waits_for_whom) {
  Builder builder;
  builder.add(0, {}, 1);
  builder.add(0, {2}, 1);
  builder.add(1, {1}, 1);
  builder.add(1, {}, 1);
  try {
    execute(builder.program);
    ADD_FAILURE() << "no exception";
  } catch (const RunFailed& error) {
    EXPECT_STREQ(error.what(),
                 "3 of 4 operations never started: they wait for each other\n"
                 "  forward (operation 1: stage 0, chunk 0, micro-batch 1, replica 0) waits for\n"
                 "    forward (operation 2: stage 0, chunk 0, micro-batch 2, replica 0)\n"
                 "  forward (operation 2: stage 0, chunk 0, micro-batch 2, replica 0) waits for\n"
                 "    forward (operation 1: stage 0, chunk 0, micro-batch 1, replica 0)\n"
                 "  forward (operation 3: stage 0, chunk 0, micro-batch 3, replica 0) waits for\n"
                 "    forward (operation 2: stage 0, chunk 0, micro-batch 2, replica 0), before it "
                 "on stream 1");
  }
}

TEST(Execute, a_long_deadlock_is_told_in_part) {
  Builder builder;
  builder.add(0, {0}, 1);
  for (int i = 0; i < 14; ++i) builder.add(0, {}, 1);
  try {
    execute(builder.program);
    ADD_FAILURE() << "no exception";
  } catch (const RunFailed& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("15 of 15 operations never started"));
    EXPECT_TRUE(std::string(error.what()).ends_with("\n  and 5 more"));
  }
}

TEST(Execute, an_empty_program_is_done) { EXPECT_TRUE(execute({}).empty()); }

/// Compute of 10 ms beside a send of 1 GB at 100 GB/s, 1 us away.
Builder compute_and_send() {
  Builder builder;
  builder.program.link_capacity = {{100e9}};
  builder.program.flows = {{{0}, {1e9}, {1e-6}}};
  const auto forward = builder.add(0, {}, 10e-3);
  builder.add(1, {forward}, 0, {0});
  builder.add(0, {}, 10e-3);
  return builder;
}

TEST(Execute, a_send_overlaps_the_next_compute) {
  EXPECT_EQ(times(execute(compute_and_send().program)),
            (Times{{0, 10e-3}, {10e-3, 10e-3 + 1e-6 + 10e-3}, {10e-3, 20e-3}}));
}

TEST(Execute, two_streams_on_one_link_share_it) {
  // Two sends of 1 GB start at 10 ms and share 100 GB/s: 20 ms each.
  Builder builder = compute_and_send();
  builder.add(2, {0}, 0, {0});
  const auto result = times(execute(builder.program));
  EXPECT_DOUBLE_EQ(result[1].second, 10e-3 + 1e-6 + 20e-3);
  EXPECT_DOUBLE_EQ(result[3].second, 10e-3 + 1e-6 + 20e-3);
}

TEST(Execute, a_flow_that_is_alone_takes_as_long_by_timer_as_by_simgrid) {
  // Sends of a pipeline, one after the other, with odd sizes.
  Builder builder;
  builder.program.link_capacity = {{7e9}, {11e9}};
  std::vector<std::uint32_t> last;
  for (std::uint32_t i = 0; i < 40; ++i) {
    builder.program.flows.push_back({{0, 1, 0}, {1e6 / (i + 1)}, {1e-6 * i}});
    last = {builder.add(0, last, 1e-3 / (i + 3))};
    last = {builder.add(1, last, 0, {i})};
  }
  EXPECT_EQ(times(execute(builder.program)), times(execute_by_flows(builder.program)));
}

TEST(Execute, a_flow_that_meets_nobody_on_its_way_is_none_of_simgrids) {
  // Two that follow each other on a link, a third on another: no process is started for them, so
  // this one may still have an engine.
  Builder builder;
  builder.program.link_capacity = {{1e9}, {1e9}};
  builder.program.flows = {{{0}, {1e9}, {0}}, {{1}, {1e9}, {0}}};
  const auto first = builder.add(0, {}, 0, {0});
  builder.add(1, {first}, 0, {0});
  builder.add(2, {}, 0, {1});
  EXPECT_EQ(times(execute(builder.program)), (Times{{0, 1}, {1, 2}, {0, 1}}));
}

TEST(Execute, a_meeting_that_another_one_brings_about_is_found) {
  // Alone, the second flow ends at 1 s, when the third would start on link 1; but it meets the
  // first on link 0, ends at 1.5 s, and so meets the third as well.
  Builder builder;
  builder.program.link_capacity = {{1e9}, {1e9}};
  builder.program.flows = {{{0}, {0.5e9}, {0}}, {{0, 1}, {1e9}, {0}}, {{1}, {1e9}, {0}}};
  builder.add(0, {}, 0, {0});
  builder.add(1, {}, 0, {1});
  builder.add(2, {}, 1);
  builder.add(2, {}, 0, {2});
  const auto found = times(execute(builder.program));
  EXPECT_EQ(found, times(execute_by_flows(builder.program)));
  EXPECT_EQ(found, (Times{{0, 1}, {0, 2}, {0, 1}, {1, 2.5}}));
}

TEST(Execute, flows_of_one_operation_on_one_link_are_not_alone) {
  Builder builder;
  builder.program.link_capacity = {{1e9}};
  builder.program.flows = {{{0}, {1e9}, {0}}};
  builder.add(0, {}, 0, {0, 0});
  EXPECT_EQ(times(execute(builder.program)), (Times{{0, 2}}));
}

TEST(Execute, replicas_side_by_side_run_as_one_alone_bit_for_bit) {
  // The reason why replicas may be folded: nothing of the others' events shows in a replica, not
  // even in its last bit.
  const auto pipeline = [](std::uint32_t replicas, double slow_down) {
    Builder builder;
    for (std::uint32_t r = 0; r < replicas; ++r) {
      const auto link = static_cast<std::uint32_t>(builder.program.link_capacity.size());
      builder.program.link_capacity.insert(builder.program.link_capacity.end(), 2, Bandwidth{50e9});
      const auto flow = static_cast<std::uint32_t>(builder.program.flows.size());
      builder.program.flows.push_back({{link, link + 1}, {64e6}, {4e-6}});
      builder.program.flows.push_back({{link, link + 1}, {48e6}, {4e-6}});
      const double factor = r + 1 == replicas ? slow_down : 1;
      for (std::uint32_t i = 0; i < 30; ++i) {
        const auto forward = builder.add(3 * r, {}, 1e-3 / 7 * factor);
        builder.add(3 * r + 1, {forward}, 0, {flow});
        builder.add(3 * r + 2, {forward}, 0, {flow + 1});
      }
    }
    return times(execute(builder.program));
  };
  const auto alone = pipeline(1, 1);
  for (const double slow_down : {1.0, 1.0371}) {
    const auto together = pipeline(5, slow_down);
    for (std::size_t i = 0; i < 4 * alone.size(); ++i)
      ASSERT_EQ(together[i], alone[i % alone.size()]) << i;
  }
}

}  // namespace
}  // namespace qianka
