// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/flop_count.hpp"
#include "sim/workload/gemm.hpp"
#include "sim/workload/memory.hpp"
#include "sim/workload/operators.hpp"
#include "support/tiny_cluster.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

Job with_stack(const StackSpec& stack, Precision precision = Precision::bf16) {
  Job job;
  job.stack = stack, job.precision = precision;
  return job;
}

KernelModel tiny_kernels(const Job& job) { return KernelModel(tiny_accelerator(), job); }

double times(const PassCost& pass, CollectiveKind kind) {
  double count = 0;
  for (const PassComm& comm : pass.comms)
    if (comm.kind == kind) count += comm.count;
  return count;
}

TEST(Gemm, a_product_of_whole_tiles_takes_its_flops_at_the_peak) {
  // 2 x 1024 x 1024 x 1024 = 2.147483648e9 FLOPs at 100 TFLOP/s = 21.47483648 us.
  const Job job = with_stack(tiny_stack());
  EXPECT_DOUBLE_EQ(tiny_kernels(job).time({.rows = 1024, .columns = 1024, .inner = 1024}).value,
                   21.47483648e-6);
}

TEST(Gemm, a_partly_filled_tile_costs_a_whole_one) {
  const Job job = with_stack(tiny_stack());
  const KernelModel kernels = tiny_kernels(job);
  EXPECT_EQ(kernels.time({.rows = 65, .columns = 64, .inner = 64}).value,
            kernels.time({.rows = 128, .columns = 64, .inner = 64}).value);
}

TEST(Gemm, one_tile_on_ten_units_wastes_nine_of_them) {
  // One tile of 64 x 64 x 64 in a wave of ten: the whole wave is felt, so ten tiles' time.
  StackSpec stack = tiny_stack();
  stack.wave_quantisation = 1;
  Accelerator card = tiny_accelerator();
  card.compute_units = 10;
  const Seconds one_tile{2.0 * 64 * 64 * 64 / 100e12};
  const Job job = with_stack(stack);
  EXPECT_DOUBLE_EQ(KernelModel(card, job).time({.rows = 64, .columns = 64, .inner = 64}).value,
                   10 * one_tile.value);
}

TEST(Gemm, never_faster_than_its_operands_cross_the_memory) {
  // (64 x 64 + 64 x 64 + 64 x 64) x 2 B = 24576 B at 1 GB/s.
  const StackSpec stack = tiny_stack();
  Accelerator card = tiny_accelerator();
  card.memory_bandwidth = Bandwidth{1e9};
  const Job job = with_stack(stack);
  EXPECT_DOUBLE_EQ(KernelModel(card, job).time({.rows = 64, .columns = 64, .inner = 64}).value,
                   24576e-9);
}

TEST(Gemm, an_unknown_peak_is_said_and_not_guessed) {
  const Job job = with_stack(tiny_stack(), Precision::fp8);
  EXPECT_THROW(KernelModel(tiny_accelerator(), job), Infeasible);
}

TEST(Layer, forward_products_are_the_twelve_h_squared_of_a_gpt_layer) {
  // Memory is free in the tiny world: what is left is 2 x 12 h^2 x tokens FLOPs and the attention
  // core, 4 x heads x head x s^2 / 2 (the masked half is skipped by the fused kernel).
  const Scenario scenario = tiny_scenario({}, 1);
  const double tokens = 1024, h = 1024;
  const double flops = 24 * h * h * tokens + 4 * h * 1024.0 * 1024 / 2;
  EXPECT_NEAR(layer_cost(scenario.job, tiny_kernels(scenario.job), 0).forward.compute.value,
              flops / 100e12, 1e-9 * flops / 100e12 + 1e-10);
}

TEST(Layer, tensor_parallel_splits_the_products_and_adds_two_reductions_a_pass) {
  Scenario scenario = tiny_scenario({.tensor = 4}, 1);
  const LayerCost split = layer_cost(scenario.job, tiny_kernels(scenario.job), 0);
  scenario.job.parallel.tensor = 1;
  const LayerCost whole = layer_cost(scenario.job, tiny_kernels(scenario.job), 0);
  EXPECT_NEAR(split.forward.compute.value, whole.forward.compute.value / 4, 1e-9);
  EXPECT_EQ(times(split.forward, CollectiveKind::all_reduce), 2);
  EXPECT_EQ(times(split.backward, CollectiveKind::all_reduce), 2);
  EXPECT_EQ(times(whole.forward, CollectiveKind::all_reduce), 0);
}

TEST(Layer, sequence_parallel_gathers_and_scatters_instead_of_reducing) {
  const Scenario scenario = tiny_scenario({.tensor = 4, .sequence_parallel = true}, 1);
  const LayerCost cost = layer_cost(scenario.job, tiny_kernels(scenario.job), 0);
  EXPECT_EQ(times(cost.forward, CollectiveKind::all_gather), 2);
  EXPECT_EQ(times(cost.forward, CollectiveKind::reduce_scatter), 2);
  EXPECT_EQ(times(cost.forward, CollectiveKind::all_reduce), 0);
}

TEST(Layer, full_recompute_repeats_the_forward_pass_with_its_collectives) {
  const Scenario scenario = tiny_scenario({.tensor = 4, .recompute = Recompute::full}, 1);
  const LayerCost cost = layer_cost(scenario.job, tiny_kernels(scenario.job), 0);
  EXPECT_EQ(cost.recompute.compute.value, cost.forward.compute.value);
  EXPECT_EQ(times(cost.recompute, CollectiveKind::all_reduce), 2);
}

TEST(FlopCount, agrees_with_the_formula_of_Narayanan_2021) {
  // 96 B s l h^2 (1 + s/6h + V/16lh) with full recomputation, GPT with 4h MLP.
  Scenario scenario = tiny_scenario({.recompute = Recompute::full}, 8);
  const double B = 8, s = 1024, l = 4, h = 1024, V = 8192;
  const FlopCount count = count_flops(scenario.job);
  EXPECT_NEAR(
      count.hardware.value / (96 * B * s * l * h * h * (1 + s / (6 * h) + V / (16 * l * h))), 1,
      1e-12);
  EXPECT_NEAR(count.model.value / (72 * B * s * l * h * h * (1 + s / (6 * h) + V / (12 * h * l))),
              1, 1e-12);
}

TEST(Memory, activations_are_those_of_Korthikanti_2022_equation_2) {
  // s b h (10 + 24/t + 5 a s / (h t)) a layer without sequence parallelism, fp16, dropout, unfused
  // attention; one stage, one micro-batch in flight, four layers. The table counts inputs once;
  // ours adds nothing to it.
  Scenario scenario = tiny_scenario({.tensor = 4}, 1);
  scenario.job.stack.attention = AttentionKernel::unfused;
  const double s = 1024, b = 1, h = 1024, a = 8, t = 4;
  const double layer = s * b * h * (10 + 24 / t + 5 * a * s / (h * t));
  const MemorySummary memory = memory_of(scenario.job, tiny_accelerator());
  EXPECT_DOUBLE_EQ(memory.terms[3].bytes.value, 4 * layer);
}

TEST(Memory, sequence_parallelism_and_selective_recomputation_leave_34_bytes_a_value) {
  Scenario scenario =
      tiny_scenario({.tensor = 4, .sequence_parallel = true, .recompute = Recompute::selective}, 1);
  scenario.job.stack.attention = AttentionKernel::unfused;
  // Beside them the scores of the one layer whose core is being computed again: 5 B each.
  const double s = 1024, h = 1024, t = 4, a = 8;
  EXPECT_DOUBLE_EQ(memory_of(scenario.job, tiny_accelerator()).terms[3].bytes.value,
                   4 * s * h * 34 / t + 5 * a * s * s / t);
}

TEST(Memory, the_first_stage_keeps_as_many_micro_batches_as_there_are_stages) {
  Scenario scenario = tiny_scenario({.pipeline = 4, .recompute = Recompute::full}, 8);
  // One layer a stage, inputs only: 4 in flight x s h x 2 B, and one layer being computed again (34
  // B a value).
  scenario.job.stack.attention = AttentionKernel::fused;
  const MemorySummary memory = memory_of(scenario.job, tiny_accelerator());
  EXPECT_DOUBLE_EQ(memory.terms[3].bytes.value,
                   (memory.stage == 0 ? 4 : 1) * 1024.0 * 1024 * 2 + 34 * 1024.0 * 1024);
}

TEST(Memory, sharding_divides_the_optimizer_then_the_gradients) {
  Scenario scenario = tiny_scenario({.data = 4, .sharding = Sharding::zero_1}, 4);
  const MemorySummary zero1 = memory_of(scenario.job, tiny_accelerator());
  scenario.job.parallel.sharding = Sharding::none;
  const MemorySummary none = memory_of(scenario.job, tiny_accelerator());
  scenario.job.parallel.sharding = Sharding::zero_2;
  const MemorySummary zero2 = memory_of(scenario.job, tiny_accelerator());
  EXPECT_DOUBLE_EQ(zero1.terms[2].bytes.value, none.terms[2].bytes.value / 4);
  EXPECT_DOUBLE_EQ(zero1.terms[1].bytes.value, none.terms[1].bytes.value);
  EXPECT_DOUBLE_EQ(zero2.terms[1].bytes.value, none.terms[1].bytes.value / 4);
}

TEST(Memory, dualpipe_holds_two_stages_and_shares_their_optimizer_over_both_ends) {
  // Stages of equal weights: the untied table at one end, the head at the other.
  Scenario scenario = tiny_scenario({.pipeline = 2, .data = 4, .sharding = Sharding::zero_1}, 32);
  scenario.job.model.tied_embeddings = false;
  const MemorySummary plain = memory_of(scenario.job, tiny_accelerator());
  scenario.job.parallel.schedule = Schedule::dualpipe;
  const MemorySummary both = memory_of(scenario.job, tiny_accelerator());
  EXPECT_DOUBLE_EQ(both.terms[0].bytes.value, 2 * plain.terms[0].bytes.value);
  EXPECT_DOUBLE_EQ(both.terms[1].bytes.value, 2 * plain.terms[1].bytes.value);
  EXPECT_DOUBLE_EQ(both.terms[2].bytes.value, plain.terms[2].bytes.value);
  // Two micro-batches in flight on the first of two stages, three of both (DeepSeek-V3, table 2).
  scenario.job.parallel.schedule = Schedule::zero_bubble;
  const MemorySummary last = memory_of(scenario.job, tiny_accelerator());
  EXPECT_DOUBLE_EQ(both.terms[3].bytes.value, 1.5 * last.terms[3].bytes.value);
}

TEST(Memory, zero_2_keeps_two_whole_chunks_when_their_micro_batches_come_in_one_run) {
  // Interleaved by 4, two micro-batches on two stages: 2/4 of the buffer and a quarter of it.
  const Parallel shape{.pipeline = 2, .data = 4, .interleave = 4, .sharding = Sharding::zero_2};
  const auto gradients = [&](int batch, Sharding sharding) {
    Scenario scenario = tiny_scenario(shape, batch, 8);
    scenario.job.parallel.sharding = sharding;
    return memory_of(scenario.job, tiny_accelerator()).terms[1].bytes.value;
  };
  EXPECT_DOUBLE_EQ(gradients(8, Sharding::zero_2), gradients(8, Sharding::zero_1) * 0.75);
  // Four micro-batches on two stages: every chunk is met twice, so the whole buffer stays.
  EXPECT_DOUBLE_EQ(gradients(16, Sharding::zero_2), gradients(16, Sharding::zero_1));
}

}  // namespace
}  // namespace qianka
