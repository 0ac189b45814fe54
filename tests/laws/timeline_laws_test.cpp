// SPDX-License-Identifier: Apache-2.0
// The timeline is the step that the report speaks of, operation by operation.
#include "sim/simulate.hpp"
#include "sim/timeline.hpp"
#include "support/tiny_cluster.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <gtest/gtest.h>

namespace qianka {
namespace {

Scenario one_step(Scenario scenario) {
  scenario.job.train_for.reset(), scenario.job.tokens.reset(), scenario.job.steps.reset();
  return scenario;
}

Scenario shipped(const std::string& name) {
  return one_step(load_scenario(QIANKA_SOURCE_DIR "/scenarios/" + name + ".yaml"));
}

Scenario with_schedule(Schedule schedule) {
  Parallel shape;
  shape.pipeline = 4, shape.data = 2, shape.schedule = schedule;
  if (schedule == Schedule::dualpipe) shape.interleave = 1;
  return tiny_scenario(shape, 16, 8);
}

Scenario interleaved() { return tiny_scenario({.pipeline = 4, .data = 2, .interleave = 2}, 16, 8); }

Scenario unit_by_unit() {
  Parallel shape;
  shape.data = 4, shape.sharding = Sharding::zero_3;
  return tiny_scenario(shape, 8);
}

void expect_predecessors_end_first(const StepTimeline& timeline) {
  for (const TimelineOperation& operation : timeline.operations) {
    Seconds latest{0};
    for (const std::uint32_t before : operation.after)
      latest = std::max(latest, timeline.operations[before].end);
    EXPECT_EQ(operation.start, latest);
    EXPECT_LE(operation.start, operation.end);
  }
}

void expect_a_chain_from_zero_to_the_end(const StepTimeline& timeline) {
  Seconds at{0};
  for (const std::uint32_t index : timeline.critical_path) {
    EXPECT_TRUE(timeline.operations[index].critical);
    EXPECT_EQ(timeline.operations[index].start, at);
    at = timeline.operations[index].end;
  }
  EXPECT_EQ(at, timeline.time);
  EXPECT_EQ(static_cast<std::ptrdiff_t>(timeline.critical_path.size()),
            std::ranges::count_if(timeline.operations, &TimelineOperation::critical));
}

void expect_lanes_one_at_a_time(const StepTimeline& timeline) {
  std::map<std::tuple<Lane, int, int>, std::vector<const TimelineOperation*>> by_lane;
  for (const TimelineOperation& operation : timeline.operations)
    // The optimizer of all replicas stands in every one's compute lane.
    by_lane[{operation.lane, operation.stage, std::max(operation.replica, 0)}].push_back(
        &operation);
  for (auto& [lane, operations] : by_lane) {
    std::ranges::stable_sort(operations, {}, [](const auto* o) { return o->start; });
    for (std::size_t i = 1; i < operations.size(); ++i)
      EXPECT_LE(operations[i - 1]->end, operations[i]->start) << lane_name(std::get<0>(lane));
  }
}

void expect_parts_to_add_up(const StepTimeline& timeline) {
  for (const TimelineOperation& operation : timeline.operations) {
    if (operation.parts == TimelineOperation::none) continue;
    const PassParts& parts = timeline.parts.at(operation.parts);
    const Seconds sum = parts.compute + parts.recompute + parts.slowed + parts.jitter +
                        parts.tensor_comm + parts.context_comm + parts.expert_comm + parts.host;
    // Start and end are differences of clocks.
    EXPECT_NEAR(sum.value, operation.duration().value, 1e-12 + 1e-9 * timeline.time.value);
  }
}

void expect_sends_to_arrive(const StepTimeline& timeline) {
  for (const TimelineOperation& operation : timeline.operations) {
    const bool send = operation.work == Work::send_forward || operation.work == Work::send_backward;
    ASSERT_EQ(send, operation.receiver >= 0) << work_name(operation.work);
    if (!send) continue;
    EXPECT_NE(operation.receiver, operation.stage);
    EXPECT_GT(operation.bytes.value, 0);
    EXPECT_GT(operation.link_load, 0);
    EXPECT_LE(operation.link_load, 1 + 1e-9);
    EXPECT_TRUE(timeline.concerns(operation, operation.receiver, operation.replica));
  }
}

void expect_the_reported_step(const Scenario& scenario) {
  const StepTimeline timeline = timeline_of(scenario);
  const StepSummary step = simulate(scenario).summary.step;
  EXPECT_EQ(timeline.time, step.time) << scenario.name;
  EXPECT_EQ(static_cast<std::int64_t>(timeline.operations.size()), step.operations);
  EXPECT_EQ(timeline.replica_class.size(), static_cast<std::size_t>(step.replicas));
  expect_predecessors_end_first(timeline);
  expect_a_chain_from_zero_to_the_end(timeline);
  expect_lanes_one_at_a_time(timeline);
  expect_parts_to_add_up(timeline);
  expect_sends_to_arrive(timeline);
}

TEST(Timeline, is_the_step_of_the_report) {
  for (const char* name :
       {"01-one-gpu", "02-two-gpus-one-link", "03-tensor-parallel", "05-pipeline", "bloom-176b",
        "gpt3-175b-1024-a100", "fabric/link-down-in-a-step", "published/sc21-7.5b"}) {
    SCOPED_TRACE(name);
    expect_the_reported_step(shipped(name));
  }
}

TEST(Timeline, knows_every_schedule) {
  for (const Schedule schedule :
       {Schedule::gpipe, Schedule::one_f_one_b, Schedule::zero_bubble, Schedule::dualpipe}) {
    SCOPED_TRACE(static_cast<int>(schedule));
    expect_the_reported_step(with_schedule(schedule));
  }
  expect_the_reported_step(interleaved());
}

TEST(Timeline, names_units_where_they_are_gathered_one_by_one) {
  const Scenario scenario = unit_by_unit();
  expect_the_reported_step(scenario);
  const StepTimeline timeline = timeline_of(scenario);
  ASSERT_TRUE(timeline.unit_by_unit);
  int last = 0;
  for (const TimelineOperation& operation : timeline.operations) {
    last = std::max(last, operation.chunk);
    EXPECT_TRUE(operation.work != Work::all_gather || operation.bytes.value > 0);
  }
  EXPECT_EQ(last, 5);  // embedding, four layers, head
}

TEST(Timeline, of_a_long_run_is_its_step_on_a_whole_fabric) {
  const Scenario weeks = load_scenario(QIANKA_SOURCE_DIR "/scenarios/06-failure-and-restart.yaml");
  EXPECT_EQ(timeline_of(weeks).time, simulate(weeks).summary.step.time);
}

TEST(Timeline, both_ends_share_their_exchange) {
  const StepTimeline timeline = timeline_of(with_schedule(Schedule::dualpipe));
  ASSERT_TRUE(timeline.both_ends);
  for (const TimelineOperation& operation : timeline.operations)
    EXPECT_TRUE(operation.lane != Lane::exchange ||
                timeline.concerns(operation, 3 - operation.stage, 0));
}

}  // namespace
}  // namespace qianka
