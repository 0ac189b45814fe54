// SPDX-License-Identifier: Apache-2.0
// What the search for layouts rests on: no simulated step is below the bound of its layout, and
// what the search leaves out by bounds is not among the best.
#include "sim/engine/flow_set.hpp"
#include "sim/engine/step_simulation.hpp"
#include "sim/study/step_bound.hpp"
#include "sim/study/tune.hpp"
#include "sim/topology/topology.hpp"
#include "sim/workload/layout.hpp"
#include "sim/workload/memory.hpp"

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

using Draws = std::mt19937;

template <class T>
T one_of(Draws& draws, const std::vector<T>& list) {
  return list[draws() % list.size()];
}

/// A small job on a small cluster, whatever its stack; some have experts.
std::string random_job(Draws& draws) {
  struct Base {
    const char *model, *precision;
  };
  const auto base = one_of<Base>(draws, {{"gpt-1.7b", "fp16"},
                                         {"llama2-7b", "bf16"},
                                         {"mixtral-8x7b", "bf16"},
                                         {"deepseek-v2-lite", "bf16"}});
  struct Cluster {
    const char* name;
    int cards;  // of a node
  };
  const auto cluster = one_of<Cluster>(draws, {{"dgx-a100-superpod", 8},
                                               {"a100-roce-4x100g", 8},
                                               {"atlas-900-a2-910b", 8},
                                               {"dgx-1-v100", 8},
                                               {"dgx-h100-rail", 8},
                                               {"fire-flyer-a100-pcie", 8},
                                               {"cloudmatrix-384", 16},
                                               {"gb200-nvl72-trays", 4}});
  const auto stack = one_of<std::string>(
      draws, {"megatron-lm-2021", "megatron-core", "megatron-deepspeed-bloom", "torchtitan",
              "deepspeed-zero3-2021", "meta-llama3", "mindspeed", "llm-foundry"});
  const int nodes = one_of<int>(draws, {1, 2, 4, 8});
  const int layers = one_of<int>(draws, {4, 6, 8, 12});
  const bool no_bf16 = std::string(cluster.name) == "dgx-1-v100";
  const auto precision = no_bf16 ? "fp16" : base.precision;
  const auto schedule =
      one_of<std::string>(draws, {"1f1b", "1f1b", "1f1b", "gpipe", "zero-bubble", "dualpipe"});
  const bool dualpipe = schedule == "dualpipe";
  return fmt::format(
      "question: Does the bound hold?\n"
      "cluster: {{use: {}, nodes: {}, spares: 0,\n"
      "  node: {{accelerator: {{memory_efficiency: 0.8, attention_efficiency: 0.5}}}},\n"
      "  fabric: {{routing: {}, congestion: {{lossless: {}, incast: {}}}}}}}\n"
      "job:\n"
      "  model: {{use: {}, layers: {}}}\n"
      "  stack: {{use: {}, overlap_slowdown: {}, pipeline_overlap: {}, gradient_overlap: {},\n"
      "    context_exchange: {}, rank_order: {}}}\n"
      "  precision: {}\n"
      "  sequence: {}\n"
      "  global_batch: {}\n"
      "  parallel: {{tensor: 1, pipeline: {}, data: {}, micro_batch: 1, schedule: {}}}\n"
      "seed: 1\n",
      cluster.name, nodes, one_of<std::string>(draws, {"ecmp", "spray", "flowlet"}),
      one_of<std::string>(draws, {"true", "false"}), one_of<double>(draws, {1, 0.8}), base.model,
      layers, stack, one_of<double>(draws, {0, 0.1}),
      one_of<std::string>(draws, {"true", "true", "false"}),
      one_of<std::string>(draws, {"none", "backward"}),
      one_of<std::string>(draws, {"ring", "all-gather", "all-to-all"}),
      one_of<std::string>(draws, {"tensor-data-pipeline", "tensor-pipeline-data"}), precision,
      one_of<int>(draws, {1024, 4096}),
      (dualpipe ? 4 : one_of<int>(draws, {2, 3, 4})) * nodes * cluster.cards, dualpipe ? 2 : 1,
      nodes * cluster.cards / (dualpipe ? 2 : 1), schedule);
}

struct Bounded {
  Parallel parallel;
  Seconds bound;
};

/// Every layout of the space, whether it fits or not.
std::vector<Bounded> bounds_of(const Scenario& scenario, const Topology& topology) {
  const FabricLimits limits = limits_of(scenario, topology);
  NodeCollectives inside(topology);
  const LayoutSpace space(scenario, {}, limits.cards_per_domain);
  std::vector<Bounded> all;
  for (const Parallel& shape : space.shapes()) {
    Job job = scenario.job;
    job.parallel = shape;
    LeastTimes least(job, scenario.cluster.node.scale_up, limits, inside);
    const CommTime times = [&](CommGroup group, CollectiveKind kind, Bytes size) {
      return least.collective(group, kind, size);
    };
    Refusals refused;
    for (const Parallel& layout : space.layouts(shape, refused)) {
      job.parallel = layout;
      all.push_back({layout, least_step_time(
                                 plan_step(job, scenario.cluster.node.accelerator, times), least)});
    }
  }
  return all;
}

Seconds simulated(const Scenario& scenario, const Topology& topology, const Parallel& layout) {
  const Scenario one = with_layout(scenario, layout);
  return simulate_step(one, topology, Placement(one.job, topology.cards_per_node()), false).time;
}

/// Jobs `first`, `first` + 1, …; about so many layouts of each.
void check_bounds(unsigned first, unsigned count, std::size_t layouts) {
  double closest = 0, sum = 0;
  std::size_t checked = 0;
  for (unsigned seed = first; seed < first + count; ++seed) {
    Draws draws(seed);
    const std::string text = random_job(draws);
    SCOPED_TRACE(text);
    Scenario scenario;
    std::optional<Topology> cluster;
    try {
      scenario = parse_scenario(text);
      const KernelModel kernels(scenario.cluster.node.accelerator, scenario.job);
      cluster = build_topology(scenario.cluster);
    } catch (const Infeasible&) {
      continue;  // a figure that this stack needs is unknown
    }
    const Topology& topology = *cluster;
    const std::vector<Bounded> all = bounds_of(scenario, topology);
    ASSERT_FALSE(all.empty());
    for (std::size_t k = 0; k < layouts; ++k) {
      const Bounded& one = all[draws() % all.size()];
      Seconds time{0};
      try {
        time = simulated(scenario, topology, one.parallel);
      } catch (const TooManyFlows&) {
        continue;
      }
      EXPECT_LE(one.bound.value, time.value) << layout_words(one.parallel);
      closest = std::max(closest, one.bound / time), sum += one.bound / time, ++checked;
    }
  }
  EXPECT_GT(checked, count * layouts / 2);
  // A bound that is far off would prove nothing.
  EXPECT_GT(closest, 0.99);
  EXPECT_GT(sum / static_cast<double>(checked), 0.8);
  testing::Test::RecordProperty("mean", std::to_string(sum / static_cast<double>(checked)));
}

TEST(TuneLaws, no_simulated_step_is_below_its_bound_1) { check_bounds(1, 40, 10); }
TEST(TuneLaws, no_simulated_step_is_below_its_bound_2) { check_bounds(101, 40, 10); }
TEST(TuneLaws, no_simulated_step_is_below_its_bound_3) { check_bounds(201, 40, 10); }

TEST(TuneLaws, what_the_search_leaves_out_is_not_among_the_best) {
  // Small enough that every layout that fits can be simulated.
  const Scenario scenario = parse_scenario(
      "question: Is nothing better?\n"
      "cluster: {use: dgx-a100-superpod, nodes: 1, spares: 0}\n"
      "job:\n"
      "  model: {use: gpt-1.7b, layers: 6}\n"
      "  stack: megatron-core\n"
      "  precision: bf16\n"
      "  sequence: 2048\n"
      "  global_batch: 16\n"
      "  parallel: {tensor: 1, pipeline: 1, data: 8, micro_batch: 1, sharding: zero-1}\n"
      "seed: 1\n");
  TuneOptions options;
  options.top = 10, options.simulate = 1'000'000;
  options.choices.recompute = {Recompute::none, Recompute::full};
  options.choices.sharding = {Sharding::none, Sharding::zero_1};
  const TuneStudy study = tune(scenario, options);
  ASSERT_TRUE(study.all_proved());
  EXPECT_LT(study.simulated, study.fitting);

  const Topology topology = build_topology(scenario.cluster);
  const LayoutSpace space(scenario, options.choices, 8);
  std::vector<double> times;
  Refusals refused;
  for (const Parallel& shape : space.shapes())
    for (const Parallel& layout : space.layouts(shape, refused)) {
      Job job = scenario.job;
      job.parallel = layout;
      if (memory_of(job, scenario.cluster.node.accelerator).fits)
        times.push_back(simulated(scenario, topology, layout).value);
    }
  ASSERT_EQ(std::ssize(times), study.fitting);
  std::ranges::sort(times);
  for (std::size_t i = 0; i < study.best.size(); ++i)
    EXPECT_EQ(study.best[i].time->value, times[i]) << i;
}

/// What the search does not try because it is the same.
TEST(TuneLaws, other_shardings_have_the_step_of_zero_1_where_they_say_so) {
  const Scenario scenario = parse_scenario(
      "question: Are they alike?\n"
      "cluster: {use: dgx-a100-superpod, nodes: 2, spares: 0}\n"
      "job:\n"
      "  model: {use: gpt-1.7b, layers: 8}\n"
      "  stack: megatron-core\n"
      "  precision: bf16\n"
      "  sequence: 2048\n"
      "  global_batch: 32\n"
      "  parallel: {tensor: 2, pipeline: 2, data: 4, micro_batch: 1, sharding: zero-1}\n"
      "seed: 1\n");
  const Topology topology = build_topology(scenario.cluster);
  ASSERT_TRUE(scenario.job.stack.parameter_overlap);
  for (const int pipeline : {1, 2, 4}) {
    Parallel layout = scenario.job.parallel;
    layout.pipeline = pipeline, layout.data = 8 / pipeline;
    const Seconds zero_1 = simulated(scenario, topology, layout);
    for (const Sharding sharding : {Sharding::zero_2, Sharding::zero_3}) {
      layout.sharding = sharding;
      const bool alike = steps_as_zero_1(with_layout(scenario, layout).job);
      EXPECT_EQ(alike, sharding == Sharding::zero_2 || pipeline > 1);
      if (!alike) continue;
      EXPECT_EQ(simulated(scenario, topology, layout).value, zero_1.value) << layout_words(layout);
    }
  }
}

}  // namespace
}  // namespace qianka
