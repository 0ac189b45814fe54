// SPDX-License-Identifier: Apache-2.0
#include "sim/study/gap.hpp"

#include "sim/language/said.hpp"
#include "sim/study/side.hpp"

#include <array>
#include <cstddef>
#include <utility>

namespace qianka {
namespace {

void take_peak(Scenario& s, const Scenario& from) {
  s.cluster.node.accelerator.peak = from.cluster.node.accelerator.peak;
}

/// A stack knows its accelerators by name, so that name and stack go together.
void take_kernels(Scenario& s, const Scenario& from) {
  Accelerator& card = s.cluster.node.accelerator;
  const Accelerator& other = from.cluster.node.accelerator;
  card.id = other.id, card.vendor = other.vendor;
  card.gemm_efficiency = other.gemm_efficiency;
  card.gemm_efficiency_fp8 = other.gemm_efficiency_fp8;
  card.attention_efficiency = other.attention_efficiency;
  card.compute_units = other.compute_units;
  s.job.stack = from.job.stack;
}

void take_memory(Scenario& s, const Scenario& from) {
  Accelerator& card = s.cluster.node.accelerator;
  const Accelerator& other = from.cluster.node.accelerator;
  card.memory = other.memory, card.memory_reported = other.memory_reported;
  card.memory_bandwidth = other.memory_bandwidth, card.memory_efficiency = other.memory_efficiency;
}

void take_scale_up(Scenario& s, const Scenario& from) {
  NodeSpec& node = s.cluster.node;
  const NodeSpec old = node;
  node = from.cluster.node;
  // What the other parts bring.
  node.accelerator = old.accelerator;
  node.nic = old.nic, node.nics = old.nics;
  const Accelerator& other = from.cluster.node.accelerator;
  node.accelerator.scale_up = other.scale_up;
  node.accelerator.scale_up_efficiency = other.scale_up_efficiency;
  node.accelerator.scale_up_reduction = other.scale_up_reduction;
  node.accelerator.pcie = other.pcie;
}

void take_fabric(Scenario& s, const Scenario& from) {
  s.cluster.fabric = from.cluster.fabric;
  s.cluster.node.nic = from.cluster.node.nic, s.cluster.node.nics = from.cluster.node.nics;
}

void take_layout(Scenario& s, const Scenario& from) {
  StackSpec stack = std::move(s.job.stack);
  s.job = from.job;
  s.job.stack = std::move(stack);
}

struct Part {
  const char* name;
  void (*take)(Scenario& s, const Scenario& from);
};

constexpr std::array<Part, 6> parts{{{marked("peak"), take_peak},
                                     {marked("kernels and software"), take_kernels},
                                     {marked("memory"), take_memory},
                                     {marked("scale-up"), take_scale_up},
                                     {marked("fabric"), take_fabric},
                                     {marked("layout and pipeline"), take_layout}}};

/// `a` with the parts `first` .. `last` - 1 of `b`.
Scenario mixture(const Scenario& a, const Scenario& b, std::size_t first, std::size_t last) {
  Scenario s = a;
  for (std::size_t i = first; i < last; ++i) parts[i].take(s, b);
  const int per_node = s.cluster.node.cards;
  s.cluster.nodes = (cards(s.job.parallel) + per_node - 1) / per_node;
  s.cluster.spares = 0;
  s.cluster.installed.reset();
  s.faults.fabric = {};
  return s;
}

double required(const StepCost& cost) {
  if (!cost.refusal.empty()) throw Infeasible(cost.refusal);
  return cost.card_seconds_per_token;
}

}  // namespace

Gap gap_between(const Scenario& a, const Scenario& b, Kept kept, int workers) {
  const std::size_t n = parts.size();
  // there(k): the first k parts are b's; back(k): all but the first k are. Both end in a and b.
  std::vector<Scenario> mixtures;
  for (std::size_t k = 0; k <= n; ++k) mixtures.push_back(mixture(a, b, 0, k));
  for (std::size_t k = 1; k < n; ++k) mixtures.push_back(mixture(a, b, k, n));
  const std::vector<StepCost> costs = step_costs(mixtures, workers, true);
  const auto there = [&](std::size_t k) { return costs[k].card_seconds_per_token / kept.from; };
  const auto on_the_way_back = [&](std::size_t k) -> const StepCost& {
    return k == 0 ? costs[n] : k == n ? costs[0] : costs[n + k];
  };
  const auto back = [&](std::size_t k) {
    return on_the_way_back(k).card_seconds_per_token / kept.to;
  };
  Gap gap{.from = required(costs[0]) / kept.from, .to = required(costs[n]) / kept.to, .parts = {}};
  std::size_t begin = 0;
  for (std::size_t k = 1; k <= n; ++k) {
    if (!costs[k].refusal.empty() || !on_the_way_back(k).refusal.empty()) continue;
    const Said names = said([&] {
      std::string all = tr(parts[begin].name);
      for (std::size_t i = begin + 1; i < k; ++i) all = say("{}, {}", all, tr(parts[i].name));
      return all;
    });
    gap.parts.push_back({names, (there(k) - there(begin) + back(begin) - back(k)) / 2});
    begin = k;
  }
  // Both ways end with the other side's share of the wall clock: one on b's step, one on a's.
  const double on_b = there(n) * (kept.from / kept.to - 1);
  const double on_a = there(0) * (kept.from / kept.to - 1);
  gap.parts.push_back({said("reliability"), (on_a + on_b) / 2});
  return gap;
}

}  // namespace qianka
