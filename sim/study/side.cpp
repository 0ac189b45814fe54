// SPDX-License-Identifier: Apache-2.0
#include "sim/study/side.hpp"

#include "sim/describe.hpp"
#include "sim/engine/step_simulation.hpp"
#include "sim/study/workers.hpp"
#include "sim/topology/topology.hpp"
#include "sim/workload/layout.hpp"
#include "sim/workload/memory.hpp"

#include <charconv>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr char refused = '!';

/// Seconds as text that reads back to the same bits, or '!' and why there are none.
std::string cost_text(const Scenario& scenario, bool whatever_memory) {
  try {
    if (!whatever_memory)
      check_fits(scenario, memory_of(scenario.job, scenario.cluster.node.accelerator));
    const Topology topology = build_topology(scenario.cluster);
    const StepSummary step = simulate_step(
        scenario, topology, Placement(scenario.job, topology.cards_per_node()), false);
    return fmt::format("{}", 1 / step.tokens_per_second_per_card);
  } catch (const std::exception& problem) {
    return refused + std::string(problem.what());
  }
}

StepCost cost_of(const std::optional<std::string>& text) {
  if (!text) return {0, "the simulation died"};
  if (text->front() == refused) return {0, text->substr(1)};
  StepCost cost;
  std::from_chars(text->data(), text->data() + text->size(), cost.card_seconds_per_token);
  return cost;
}

}  // namespace

Scenario Side::load(const std::vector<Override>& more) const {
  std::vector<Override> all = overrides;
  all.insert(all.end(), more.begin(), more.end());
  return load_scenario(file, all);
}

Scenario at_cards(const Side& side, const Scenario& scenario, int cards, Scaling scaling) {
  const Parallel& shape = scenario.job.parallel;
  const int model = shape.tensor * shape.context * shape.pipeline;
  if (cards % model != 0)
    throw Infeasible(fmt::format(
        "{} cards are no multiple of tensor {} x context {} x pipeline {} = {}", cards,
        shape.tensor, shape.context, shape.pipeline, model));
  const int data = cards / model;
  const int per_node = scenario.cluster.node.cards;
  std::vector<Override> more{
      {"job.parallel.data", std::to_string(data)},
      {"cluster.nodes", std::to_string((cards + per_node - 1) / per_node)},
      {"cluster.spares", "0"}};
  if (scaling == Scaling::weak)
    more.push_back({"job.global_batch",
                    std::to_string(scenario.job.global_batch / shape.data * data)});
  return side.load(more);
}

std::vector<StepCost> step_costs(const std::vector<Scenario>& scenarios, int workers,
                                 bool whatever_memory) {
  const auto texts = run_in_workers(scenarios.size(), workers, [&](std::size_t i) {
    return cost_text(scenarios[i], whatever_memory);
  });
  std::vector<StepCost> costs;
  for (const auto& text : texts) costs.push_back(cost_of(text));
  return costs;
}

}  // namespace qianka
