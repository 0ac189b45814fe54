// SPDX-License-Identifier: Apache-2.0
// What is computed again, kept in the host's memory or never kept. Tiny layers: M = 1,024 tokens of
// h = 1,024 values, 34 B of them a layer with fused attention, all in flight once.
#include "sim/workload/flop_count.hpp"
#include "sim/workload/memory.hpp"
#include "sim/workload/operators.hpp"
#include "sim/workload/step_plan.hpp"
#include "support/tiny_cluster.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

constexpr double value = 1024.0 * 1024;  // of one activation
constexpr int layers = 4;

Scenario with_experts() {
  Scenario scenario = tiny_scenario({}, 1);
  scenario.job.model.experts = Experts{.experts = 8, .top_k = 2, .shared = 0, .ffn = 512};
  return scenario;
}

Scenario with_latent_attention() {
  Scenario scenario = tiny_scenario({}, 1);
  scenario.job.model.latent_kv = 64;
  return scenario;
}

double activations(const Scenario& scenario) {
  return memory_of(scenario.job, tiny_accelerator()).terms[3].bytes.value;
}

/// Bytes that a layer keeps less. What is computed again is whole in one layer of the four.
double saved_by_a_layer(Scenario scenario, const RecomputeModules& modules) {
  const double all = activations(scenario);
  scenario.job.parallel.recompute_modules = modules;
  return (all - activations(scenario)) / (layers - 1);
}

TEST(RecomputeModules, norms_before_experts_and_latent_attention_keep_no_result) {
  EXPECT_DOUBLE_EQ(saved_by_a_layer(with_experts(), {.norms = true}), 2 * value);
  EXPECT_DOUBLE_EQ(saved_by_a_layer(with_latent_attention(), {.norms = true}), 2 * value);
  EXPECT_DOUBLE_EQ(saved_by_a_layer(tiny_scenario({}, 1), {.norms = true}), 0);
}

TEST(RecomputeModules, activations_of_experts_keep_no_result) {
  // 2 x 1,024 tokens of 512 values at 2 B.
  EXPECT_DOUBLE_EQ(saved_by_a_layer(with_experts(), {.expert_activations = true}), 2 * value);
}

TEST(RecomputeModules, latent_projections_keep_what_they_start_from) {
  // Q, K, V and the result at 128 values a head, Q and K with 64 more: 2 B x (4 + 2 x 1/2) x M h;
  // the result alone is left.
  EXPECT_DOUBLE_EQ(saved_by_a_layer(with_latent_attention(), {.latent_projections = true}),
                   8 * value);
}

TEST(RecomputeModules, an_mlp_keeps_nothing_but_its_input) {
  // 4 M h values before and after the activation, 2 B each.
  EXPECT_DOUBLE_EQ(saved_by_a_layer(tiny_scenario({}, 1), {.mlp = true}), 16 * value);
  EXPECT_DOUBLE_EQ(saved_by_a_layer(with_experts(), {.mlp = true}), 0);
}

TEST(RecomputeModules, cost_what_they_do_again) {
  Accelerator card = tiny_accelerator();
  card.memory_bandwidth = Bandwidth{1e12};
  const auto again = [&](Scenario scenario, const RecomputeModules& modules) {
    scenario.job.parallel.recompute_modules = modules;
    const KernelModel kernels(card, scenario.job);
    return layer_cost(scenario.job, kernels, 0).recompute.compute.value;
  };
  // Norms and activations read and write 2 B a value.
  EXPECT_NEAR(again(with_experts(), {.norms = true}), 4 * value / 1e12, 1e-12);
  EXPECT_NEAR(again(with_experts(), {.expert_activations = true}), 4 * value / 1e12, 1e-12);
  // Two products of 2 x M h x 4 h FLOPs, and the activation of 4 M h values.
  EXPECT_NEAR(again(tiny_scenario({}, 1), {.mlp = true}),
              2 * 2 * value * 4096 / 100e12 + 4 * 4 * value / 1e12, 1e-12);
  EXPECT_EQ(again(tiny_scenario({}, 1), {}), 0);
}

TEST(RecomputeModules, count_as_hardware_flops) {
  Scenario scenario = tiny_scenario({}, 1);
  const FlopCount without = count_flops(scenario.job);
  scenario.job.parallel.recompute_modules.mlp = true;
  const FlopCount with = count_flops(scenario.job);
  EXPECT_EQ(with.model.value, without.model.value);
  EXPECT_NEAR(with.hardware.value - without.hardware.value, layers * 2 * value * 2 * 4096, 1);
}

TEST(Experts, results_that_nobody_weighs_are_not_kept) {
  Scenario scenario = with_experts();
  const double kept = activations(scenario);
  scenario.job.stack.weighs_expert_results = false;
  // 2 experts a token, M h values at 2 B, in each layer.
  EXPECT_DOUBLE_EQ(kept - activations(scenario), layers * 2 * 2 * value);
}

TEST(Offload, keeps_the_rest_of_the_layers_and_one_that_is_on_its_way) {
  Scenario scenario = tiny_scenario({.offload_layers = 2}, 1);
  EXPECT_DOUBLE_EQ(activations(scenario), (layers - 2 + 1) * 34 * value);
}

TEST(Offload, costs_what_the_host_link_takes_longer_than_the_pass) {
  const Scenario scenario = tiny_scenario({.offload_layers = 2}, 1);
  const auto plan = [&](double pcie) {
    Accelerator card = tiny_accelerator();
    card.pcie = Bandwidth{pcie};
    return plan_step(scenario.job, card,
                     [](CommGroup, CollectiveKind, Bytes) { return Seconds{0}; })
        .stages[0]
        .chunks[0];
  };
  // Two layers of 34 B a value at 1 GB/s, forward and back: 71 ms, far longer than the passes.
  EXPECT_NEAR(plan(1e9).forward.total().value, 2 * 34 * value / 1e9, 1e-12);
  EXPECT_NEAR(plan(1e9).backward.total().value, 2 * 34 * value / 1e9, 1e-12);
  EXPECT_EQ(plan(1e15).forward.host.value, 0);
  Accelerator unknown = tiny_accelerator();
  unknown.pcie.reset();
  EXPECT_THROW(
      plan_step(scenario.job, unknown, [](CommGroup, CollectiveKind, Bytes) { return Seconds{0}; }),
      Infeasible);
}

}  // namespace
}  // namespace qianka
