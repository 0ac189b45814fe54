// SPDX-License-Identifier: Apache-2.0
#include "sim/study/side.hpp"

#include "sim/describe.hpp"
#include "sim/engine/step_simulation.hpp"
#include "sim/engine/workers.hpp"
#include "sim/input/yaml.hpp"
#include "sim/language/said.hpp"
#include "sim/scenario/any_layout.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/study/layout_overrides.hpp"
#include "sim/topology/topology.hpp"
#include "sim/units/format.hpp"
#include "sim/workload/layout.hpp"
#include "sim/workload/memory.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace qianka {
namespace {

/// 3 %, our choice between the 2 % of NVL72 guides and the 5 % that Delta and ml-engineering advise
/// (docs/compare.md says it is assumed).
constexpr int nodes_per_spare = 32;

/// Those with the least bounds on their step; the rest is hardly ever faster.
constexpr int simulated_layouts = 16;

struct Efficiency {
  const char* key;
  std::optional<double> Accelerator::*member;
};
constexpr std::array<Efficiency, 4> efficiencies{
    {{"gemm_efficiency", &Accelerator::gemm_efficiency},
     {"attention_efficiency", &Accelerator::attention_efficiency},
     {"memory_efficiency", &Accelerator::memory_efficiency},
     {"scale_up_efficiency", &Accelerator::scale_up_efficiency}}};

bool knows_all(const Accelerator& card) {
  return std::ranges::all_of(efficiencies,
                             [&](const Efficiency& one) { return (card.*one.member).has_value(); });
}

constexpr char refused = '!';

/// Seconds as text that reads back to the same bits, or '!' and why there are none.
std::string cost_text(const Scenario& scenario, bool whatever_memory) {
  std::string cost;
  const Said refusal = refusal_of([&] {
    if (!whatever_memory)
      check_fits(scenario, memory_of(scenario.job, scenario.cluster.node.accelerator));
    const Topology topology = build_topology(scenario.cluster);
    const StepSummary step = simulate_step(
        scenario, topology, Placement(scenario.job, topology.cards_per_node()), false);
    cost = fmt::format("{}", 1 / step.tokens_per_second_per_card);
  });
  if (refusal.empty()) return cost;
  return refused + refusal.in(Language::en) + '\0' + refusal.in(Language::zh);
}

void whole_nodes(int cards, int per_node) {
  if (cards % per_node == 0) return;
  const int fewer = cards / per_node * per_node;
  throw Infeasible(say("{} cards are no whole nodes of {} cards: {}{} would be", cards, per_node,
                       fewer > 0 ? fmt::format("{} or ", fewer) : "", fewer + per_node));
}

StepCost cost_of(const std::optional<std::string>& text) {
  if (!text) return {0, said("the simulation died")};
  if (text->front() == refused) {
    const std::size_t between = text->find('\0');
    return {0, {text->substr(1, between - 1), text->substr(between + 1)}};
  }
  StepCost cost;
  std::from_chars(text->data(), text->data() + text->size(), cost.card_seconds_per_token);
  return cost;
}

}  // namespace

Scenario Side::load(const std::vector<Override>& more) const {
  std::vector<Override> all = overrides;
  all.insert(all.end(), more.begin(), more.end());
  return text.empty() ? load_scenario(file, all) : parse_scenario(text, file.string(), all);
}

Scenario Side::load_with_any_layout() const {
  return text.empty() ? qianka::load_with_any_layout(file, overrides)
                      : parse_with_any_layout(text, file.string(), overrides);
}

Side plain_side(const PlainJob& job, const std::string& cluster) {
  const int per_node = load_cluster(cluster).node.cards;
  whole_nodes(job.cards, per_node);
  const int tokens = 4 << 20;  // of a step, as large models are trained; --batch says another
  const int batch = job.global_batch > 0
                        ? job.global_batch
                        : std::max(1, tokens / job.sequence / job.cards) * job.cards;
  const std::string text = fmt::format(
      "cluster: {{use: {}, nodes: {}}}\n"
      "job:\n"
      "  model: {}\n"
      "  stack: megatron-core\n"
      "  precision: {}\n"
      "  sequence: {}\n"
      "  global_batch: {}\n"
      "  parallel: {{tensor: 1, data: {}, micro_batch: 1, sharding: zero-1}}\n",
      yaml_quoted(cluster), (job.cards + per_node - 1) / per_node, yaml_quoted(job.model),
      job.precision, job.sequence, batch, job.cards);
  return {.name = cluster,
          .file = "job of " + std::filesystem::path(job.model).filename().string(),
          .text = text};
}

Said train_for_days(Side& side, double days, const std::string& faults) {
  const Scenario scenario = side.load();
  Said assumed;
  const auto assume = [&](const Said& what, const std::vector<Override>& overrides) {
    side.overrides.insert(side.overrides.end(), overrides.begin(), overrides.end());
    if (what.empty()) return;
    assumed = assumed.empty() ? what : said([before = assumed, &what] {
      return say("{}, {}", before.text(), what.text());
    });
  };
  assume({}, {{"job.train_for", fmt::format("{} days", days)}});
  const bool silent = nothing_fails(scenario.faults);
  if (!faults.empty()) assume({}, {{"faults", faults}});
  if (faults.empty() && silent)
    assume(said("failures of default-fleet"), {{"faults", "default-fleet"}});
  if (scenario.recovery.id.empty() && silent)
    assume(said("recovery as megascale"), {{"recovery", "megascale"}});
  if (scenario.cluster.spares == 0 && silent) {
    const int spares = (scenario.cluster.nodes + nodes_per_spare - 1) / nodes_per_spare;
    assume(said([&] { return counted(spares, "spare node"); }),
           {{"cluster.spares", std::to_string(spares)}});
  }
  if (scenario.checkpoint.mode == CheckpointMode::none)
    assume(said("asynchronous checkpoints at the best interval"),
           {{"checkpoint.mode", "async"}, {"checkpoint.every", "auto"}});
  return assumed;
}

namespace {

/// The scenario's own if it knows the card; else by what was measured on the card, or on others of
/// its vendor.
std::string stack_for(const Accelerator& card, const Scenario& scenario,
                      const ModelErrors& errors) {
  const std::string& own = scenario.job.stack.id;
  if (realised_factor(scenario.job.stack, card.id)) return own;
  std::string stack = errors.usual_stack([&](const std::string& id) { return id == card.id; }, own);
  if (stack.empty() && card.vendor != scenario.cluster.node.accelerator.vendor)
    stack = errors.usual_stack(
        [&](const std::string& id) { return load_accelerator(id).vendor == card.vendor; }, own);
  return stack.empty() ? own : stack;
}

}  // namespace

Side on_cluster(const Side& side, const std::string& cluster, const ModelErrors& errors) {
  const std::size_t colon = cluster.find(':');
  const std::string id = cluster.substr(0, colon);
  const Scenario scenario = side.load_with_any_layout();
  const ClusterSpec spec = load_cluster(id);
  const int all = scenario.cluster.nodes * scenario.cluster.node.cards, per_node = spec.node.cards;
  const Accelerator& card = spec.node.accelerator;
  const std::string asked = colon == std::string::npos ? "" : cluster.substr(colon + 1);
  const std::string stack = asked.empty() ? stack_for(card, scenario, errors) : asked;
  whole_nodes(all, per_node);
  Side other = side;
  other.name = std::filesystem::path(id).stem().string();
  other.overrides.insert(other.overrides.end(),
                         {{"cluster.use", id},
                          {"cluster.nodes", std::to_string((all + per_node - 1) / per_node)},
                          {"job.stack", stack}});
  return other;
}

std::vector<Said> assume_efficiencies(std::vector<Side>& sides) {
  std::vector<Accelerator> cards;
  for (const Side& side : sides)
    cards.push_back(side.load_with_any_layout().cluster.node.accelerator);
  const auto like = std::ranges::find_if(cards, knows_all);
  std::vector<Said> remarks;
  if (like == cards.end()) return remarks;
  for (std::size_t i = 0; i < sides.size(); ++i) {
    std::string assumed;
    for (const Efficiency& one : efficiencies) {
      if (cards[i].*one.member) continue;
      const double value = *((*like).*one.member);
      sides[i].overrides.push_back(
          {std::string("cluster.node.accelerator.") + one.key, fmt::format("{}", value)});
      assumed += fmt::format("{}{} {}", assumed.empty() ? "" : ", ", one.key, value);
    }
    if (!assumed.empty())
      remarks.push_back(said([&] {
        return say("nobody has measured it on {}, so taken from {}: {}", cards[i].name, like->name,
                   assumed);
      }));
  }
  return remarks;
}

Side with_best_layout(const Side& side, int workers) {
  const Scenario scenario = side.load_with_any_layout();
  const Scenario best = laid_out(scenario, choices_like(scenario), simulated_layouts, workers);
  Side other = side;
  for (Override& key : layout_overrides(best.job.parallel))
    other.overrides.push_back(std::move(key));
  return other;
}

Scenario at_cards(const Side& side, const Scenario& scenario, int cards, Scaling scaling) {
  const Parallel& shape = scenario.job.parallel;
  const int model = shape.tensor * shape.context * shape.pipeline;
  if (cards % model != 0)
    throw Infeasible(say("{} cards are no multiple of tensor {} x context {} x pipeline {} = {}",
                         cards, shape.tensor, shape.context, shape.pipeline, model));
  const int data = cards / model;
  const int per_node = scenario.cluster.node.cards;
  std::vector<Override> more{{"job.parallel.data", std::to_string(data)},
                             {"cluster.nodes", std::to_string((cards + per_node - 1) / per_node)},
                             {"cluster.spares", "0"}};
  if (scaling == Scaling::weak)
    more.push_back(
        {"job.global_batch", std::to_string(scenario.job.global_batch / shape.data * data)});
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
