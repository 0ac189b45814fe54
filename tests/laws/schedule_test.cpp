// SPDX-License-Identifier: Apache-2.0
// Every schedule against the bubble and the memory that were published for it, on equal stages with
// free transfers.
#include "sim/workload/schedule.hpp"

#include "sim/engine/execute.hpp"
#include "sim/workload/step_program.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include <gtest/gtest.h>

namespace qianka {
namespace {

/// Seconds of a stage's forward pass, of the gradients of its input, and of its weights.
struct Times {
  double forward, backward, weight;
};

double step_of(const Parallel& shape, int batches, const Times& times) {
  StepPlan plan;
  plan.shape = shape, plan.batches = batches;
  plan.split_backward =
      shape.schedule == Schedule::zero_bubble || shape.schedule == Schedule::dualpipe;
  ChunkPlan chunk;
  const double chunks = shape.interleave;
  chunk.forward.compute = Seconds{times.forward / chunks};
  chunk.backward.compute = Seconds{times.backward / chunks};
  (plan.split_backward ? chunk.weight : chunk.backward).compute += Seconds{times.weight / chunks};
  const auto stages = static_cast<std::size_t>(shape.pipeline);
  const std::vector<ChunkPlan> held(static_cast<std::size_t>(chunks_on_card(shape)), chunk);
  plan.stages.assign(stages, {.chunks = held});
  StepNetwork network;
  network.send_forward.resize(stages), network.send_backward.resize(stages);
  network.exchange.resize(stages);
  return execute(build_step_program(plan, network)).back().end.value;
}

double bubble(const Parallel& shape, int batches, const Times& times) {
  return step_of(shape, batches, times) - batches * (times.forward + times.backward + times.weight);
}

const std::array<Times, 3> all_times{Times{1, 1, 1}, Times{2, 2, 1}, Times{1, 1.5, 0.75}};

TEST(Bubble, of_1f1b_and_gpipe_is_a_pass_each_way_through_the_other_stages) {
  for (const Times& t : all_times)
    for (const int stages : {2, 4, 8})
      for (const Schedule schedule : {Schedule::one_f_one_b, Schedule::gpipe}) {
        const double found = bubble({.pipeline = stages, .schedule = schedule}, 2 * stages, t);
        EXPECT_NEAR(found, (stages - 1) * (t.forward + t.backward + t.weight), 1e-9);
      }
}

TEST(Bubble, of_interleaved_chunks_is_divided_by_their_number) {
  for (const Times& t : all_times)
    EXPECT_NEAR(bubble({.pipeline = 4, .interleave = 2}, 8, t),
                3 * (t.forward + t.backward + t.weight) / 2, 1e-9);
}

TEST(Bubble, of_zero_bubble_is_a_third_of_it) {
  // Qi et al. 2023, table 1: (p-1) (F + B - W), B the gradients of the input only. DeepSeek-V3's
  // table 2 has the same as (p-1) (F + B - 2W), B the whole backward pass.
  for (const Times& t : all_times)
    for (const int stages : {2, 4, 8, 16})
      for (const int batches : {stages, 3 * stages}) {
        const double found =
            bubble({.pipeline = stages, .schedule = Schedule::zero_bubble}, batches, t);
        EXPECT_NEAR(found, (stages - 1) * (t.forward + t.backward - t.weight), 1e-9);
      }
}

TEST(Bubble, of_dualpipe_is_the_published_one) {
  // DeepSeek-V3, table 2: (p/2 - 1) (F&B + B - 3W), B the whole backward pass and F&B one beside a
  // forward pass: here both, one after the other. Exact where F = B - W, for which it was drawn;
  // else no more than a pass less.
  for (const Times& t : all_times)
    for (const int stages : {2, 4, 6, 8, 16})
      for (const int batches : {2 * stages, 4 * stages + 2}) {
        const double found =
            bubble({.pipeline = stages, .schedule = Schedule::dualpipe}, batches, t);
        const double whole = t.backward + t.weight;
        const double published = (stages / 2.0 - 1) * (t.forward + 2 * whole - 3 * t.weight);
        if (t.forward == t.backward)
          EXPECT_NEAR(found, published, 1e-9);
        else
          EXPECT_LE(published - found, t.backward) << stages;
        EXPECT_LE(found, published + 1e-9);
      }
}

/// Most micro-batches whose activations a stage holds at once.
int most_in_flight(const Parallel& shape, int batches, int stage, PassKind gives_back) {
  int flying = 0, most = 0;
  for (const Pass& pass : pipeline_schedule(shape, batches, stage)) {
    if (pass.kind == PassKind::forward) ++flying;
    most = std::max(most, flying);
    if (pass.kind == gives_back) --flying;
  }
  return most;
}

TEST(InFlight, is_what_the_memory_model_counts) {
  for (const int stages : {2, 4, 8})
    for (int stage = 0; stage < stages; ++stage) {
      const auto most = [&](Schedule schedule, PassKind gives_back) {
        return most_in_flight({.pipeline = stages, .schedule = schedule}, 3 * stages, stage,
                              gives_back);
      };
      EXPECT_EQ(most(Schedule::one_f_one_b, PassKind::backward), stages - stage);
      EXPECT_EQ(most(Schedule::gpipe, PassKind::backward), 3 * stages);
      EXPECT_EQ(most(Schedule::zero_bubble, PassKind::weight), stages);
    }
  for (const int stages : {2, 4, 8})
    for (int stage = 0; stage < stages; ++stage)
      EXPECT_EQ(most_in_flight({.pipeline = stages, .schedule = Schedule::dualpipe}, 4 * stages,
                               stage, PassKind::weight),
                stages + 1);
}

}  // namespace
}  // namespace qianka
