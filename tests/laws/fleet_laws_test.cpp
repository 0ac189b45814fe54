// SPDX-License-Identifier: Apache-2.0
// A pipeline over several kinds of card: layers dealt as well as can be, and two halves of one kind
// are that kind.
#include "sim/engine/mixed_step.hpp"
#include "sim/engine/step_simulation.hpp"
#include "sim/study/fleet.hpp"

#include <algorithm>
#include <filesystem>
#include <functional>
#include <numeric>

#include <gtest/gtest.h>

namespace qianka {
namespace {

double slowest(const std::vector<int>& layers, const std::vector<int>& stages,
               const std::vector<double>& times) {
  double most = 0;
  std::size_t stage = 0;
  for (std::size_t i = 0; i < stages.size(); ++i)
    for (int k = 0; k < stages[i]; ++k, ++stage) most = std::max(most, times[i] * layers[stage]);
  return most;
}

/// Of all ways to deal so many layers to these stages.
double least_slowest(int layers, const std::vector<int>& stages, const std::vector<double>& times) {
  const int all = std::accumulate(stages.begin(), stages.end(), 0);
  std::vector<int> dealt(static_cast<std::size_t>(all), 1);
  double best = 1e300;
  const std::function<void(std::size_t, int)> deal = [&](std::size_t stage, int left) {
    if (stage + 1 == dealt.size()) {
      dealt[stage] = 1 + left;
      best = std::min(best, slowest(dealt, stages, times));
      return;
    }
    for (int more = 0; more <= left; ++more) {
      dealt[stage] = 1 + more;
      deal(stage + 1, left - more);
    }
  };
  deal(0, layers - all);
  return best;
}

TEST(Fleet, layers_are_dealt_as_well_as_can_be) {
  for (const auto& stages : std::vector<std::vector<int>>{{1, 1}, {2, 1}, {2, 2}, {1, 2, 1}})
    for (const auto& speeds : std::vector<std::vector<double>>{{1, 1, 1}, {1, 2, 3}, {2.5, 1, 0.4}})
      for (int layers = 4; layers <= 12; ++layers) {
        const std::vector<double> times(speeds.begin(),
                                        speeds.begin() + static_cast<long>(stages.size()));
        const std::vector<int> dealt = deal_layers(layers, stages, times);
        EXPECT_EQ(std::accumulate(dealt.begin(), dealt.end(), 0), layers);
        EXPECT_DOUBLE_EQ(slowest(dealt, stages, times), least_slowest(layers, stages, times));
      }
}

Scenario four_stages() {
  return load_scenario(
      std::filesystem::path(QIANKA_SOURCE_DIR) / "scenarios/04-mesh-against-crossbar.yaml",
      {{"cluster.use", "flagperf-a800"},
       {"cluster.nodes", "4"},
       {"job.stack", "megatron-core"},
       {"job.parallel.tensor", "4"},
       {"job.parallel.data", "2"},
       {"job.parallel.pipeline", "4"},
       {"job.parallel.layers_per_stage", "[8, 8, 8, 8]"}});
}

TEST(Fleet, two_halves_of_one_kind_are_that_kind) {
  const Scenario scenario = four_stages();
  const Topology topology = build_topology(scenario.cluster);
  const Placement placement(scenario.job, topology.cards_per_node());
  const double whole = step_time(scenario, topology, placement, Folding::representative).value;
  const std::vector<PipelineShare> halves{{&scenario, 0, 2}, {&scenario, 2, 4}};
  // But for the cables between the halves, which nothing else uses.
  EXPECT_NEAR(mixed_step_time(halves).value, whole, 0.01 * whole);
  const std::vector<PipelineShare> one{{&scenario, 0, 4}};
  EXPECT_NEAR(mixed_step_time(one).value, whole, 1e-9 * whole);
}

TEST(Fleet, layers_sized_to_the_kinds_beat_equal_stages) {
  Scenario fast = four_stages(), slow = four_stages();
  fast.cluster.nodes = slow.cluster.nodes = 2;
  fast.job.global_batch = slow.job.global_batch = 32;
  slow.cluster.node.accelerator.peak.bf16 = *fast.cluster.node.accelerator.peak.bf16 * 0.4;
  const FleetStudy study = fleet_of({fast, slow}, {1, 1}, 2);
  ASSERT_TRUE(study.one && study.even) << study.refusal.text();
  EXPECT_LT(study.one->step, 0.9 * study.even->step);
  const auto& layers = study.one->layers_per_stage;
  EXPECT_GT(layers.front(), layers.back());
  EXPECT_EQ(std::accumulate(layers.begin(), layers.end(), 0), fast.job.model.layers);
}

}  // namespace
}  // namespace qianka
