// SPDX-License-Identifier: Apache-2.0
#include "sim/study/explain_limits.hpp"

#include "sim/describe.hpp"
#include "sim/language/said.hpp"
#include "sim/study/what_if.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace qianka {
namespace {

/// Times as fast: no transfer or kernel is felt any more. A power of two, so that rates keep their
/// ratios to the last bit and a fabric its cables.
constexpr double unlimited = 1 << 20;

template <class Rate>
void speed_up(std::optional<Rate>& rate) {
  if (rate) rate = *rate * unlimited;
}

std::array<Switch*, 3> tiers(FabricSpec& fabric) {
  return {&fabric.leaf, &fabric.spine, &fabric.core};
}

/// In a PCIe box cards meet over their slots and the bridge.
void free_scale_up(Scenario& s) {
  NodeSpec& node = s.cluster.node;
  speed_up(node.accelerator.scale_up);
  if (node.package) speed_up(node.package->link);
  if (node.domain) speed_up(node.domain->link);
  if (node.scale_up != ScaleUp::pcie) return;
  speed_up(node.accelerator.pcie);
  speed_up(node.host_bridge);
}

/// With the slots of the NICs: no link between two nodes is slower than what they replace.
void free_fabric(Scenario& s) {
  FabricSpec& fabric = s.cluster.fabric;
  speed_up(s.cluster.node.nic.rate);
  if (s.cluster.node.scale_up != ScaleUp::pcie) speed_up(s.cluster.node.accelerator.pcie);
  for (Switch* tier : tiers(fabric)) speed_up(tier->port_rate);
  for (SwitchSet& set : fabric.switches) speed_up(set.part.port_rate);
  for (Cable& cable : fabric.cables) speed_up(cable.rate);
  if (fabric.torus) speed_up(fabric.torus->rate);
}

void no_latency(Scenario& s) {
  const Seconds none{0};
  FabricSpec& fabric = s.cluster.fabric;
  s.cluster.node.scale_up_latency = fabric.cable_latency = fabric.message_latency = none;
  if (s.cluster.node.nic.latency) s.cluster.node.nic.latency = none;
  for (Switch* tier : tiers(fabric)) tier->latency = none;
  for (SwitchSet& set : fabric.switches) set.part.latency = none;
  for (Cable& cable : fabric.cables)
    if (cable.latency) cable.latency = none;
}

void free_communication(Scenario& s) {
  free_scale_up(s), free_fabric(s), no_latency(s);
  s.cluster.fabric.congestion.reset();
  s.job.stack.collective_launch = s.job.stack.broadcast_overhead = Seconds{0};
  s.job.stack.overlap_slowdown = 0;
}

void overlap_all(Scenario& s) {
  StackSpec& stack = s.job.stack;
  stack.tensor_overlap = stack.expert_overlap = 1;
  stack.gradient_overlap = GradientOverlap::backward;
  stack.parameter_overlap = stack.pipeline_overlap = true;
  stack.overlap_slowdown = 0;
}

void kernels_at_peak(Scenario& s) {
  Accelerator& card = s.cluster.node.accelerator;
  card.gemm_efficiency = card.gemm_efficiency_fp8 = card.attention_efficiency = 1;
  StackSpec& stack = s.job.stack;
  stack.attention_efficiency.clear();
  for (auto& [name, factor] : stack.realised) factor = std::min(1.0, factor);
  stack.narrow_heads = stack.attention_fill = 0;
  stack.gemm_tiles = {{1, 1, 1}};
  stack.gemm_prologue = stack.wave_quantisation = 0;
  stack.communication_units = 0;
}

void free_host(Scenario& s) {
  StackSpec& stack = s.job.stack;
  stack.kernel_launch = stack.microbatch_overhead = stack.step_overhead = Seconds{0};
  stack.collective_launch = stack.broadcast_overhead = stack.expert_overhead = Seconds{0};
}

/// The memory is there: whether it is in truth, the row says.
void recompute_nothing(Scenario& s) {
  s.job.parallel.recompute = Recompute::none;
  s.job.parallel.recompute_modules = {};
  speed_up(s.cluster.node.accelerator.memory_reported);
}

bool recomputes(const Parallel& p) {
  return p.recompute != Recompute::none || p.recompute_modules.any();
}

bool unequal_experts(const Scenario& s) {
  return s.job.model.experts && s.job.model.experts->balance > 1;
}

void add_limits_of_links(const Scenario& s, std::vector<Limit>& all) {
  if (cards(s.job.parallel) == 1) return;
  all.push_back({said("communication takes no time"),
                 said("all links without limit, no latency, no congestion, no launches"),
                 free_communication});
  all.push_back({said("communication hides behind computation"),
                 said("job.stack: every overlap on and complete, none slows kernels down"),
                 overlap_all});
  if (s.cluster.node.cards > 1 || s.cluster.node.domain)
    all.push_back(
        {said("scale-up links have no limit"), said("a million times the rate"), free_scale_up});
  if (s.cluster.nodes > 1)
    all.push_back({said("links between nodes have no limit"),
                   said("NICs, their slots, switches and cables: a million times the rate"),
                   free_fabric});
  all.push_back(
      {said("no latency anywhere"), said("links, NICs, switches, messages: 0 s"), no_latency});
  const FabricSpec& fabric = s.cluster.fabric;
  if (fabric.congestion && s.cluster.nodes > 1)
    all.push_back({said("congestion control is ideal"), said("cluster.fabric.congestion left out"),
                   [](Scenario& v) { v.cluster.fabric.congestion.reset(); }});
  if (!runs_for_a_time(s) && !s.faults.fabric.events.empty())
    all.push_back({said("the fabric is whole"), said("faults.fabric left out"),
                   [](Scenario& v) { v.faults.fabric = {}; }});
}

void add_limits_of_pipeline(const Scenario& s, std::vector<Limit>& all) {
  if (s.job.parallel.pipeline == 1) return;
  all.push_back({.what = said("no pipeline bubble"),
                 .how = said("no pass waits for what another stage sends"),
                 .switches = {.stages_wait = false}});
  all.push_back({.what = said("all stages take as long"),
                 .how = said("layers, embedding and head shared out to the last kernel"),
                 .switches = {.stages_differ = false}});
}

void add_limits_of_cards(const Scenario& s, std::vector<Limit>& all) {
  all.push_back({said("kernels run at peak"),
                 said("matrix products and attention: efficiency 1, no tiles"), kernels_at_peak});
  all.push_back({said("memory bandwidth has no limit"), said("memory_bandwidth: a million times"),
                 [](Scenario& v) { speed_up(v.cluster.node.accelerator.memory_bandwidth); }});
  if (recomputes(s.job.parallel))
    all.push_back({said("nothing is computed again"),
                   said("recompute: none, with the memory for it"), recompute_nothing});
  all.push_back(
      {said("the host takes no time"), said("job.stack: launches and overheads 0 s"), free_host});
  if (s.job.stack.rank_jitter > 0 && cards(s.job.parallel) > 1)
    all.push_back({said("all cards are equally fast"), Said::same("job.stack.rank_jitter: 0"),
                   [](Scenario& v) { v.job.stack.rank_jitter = 0; }});
  if (unequal_experts(s))
    all.push_back({said("experts get equally many tokens"),
                   Said::same("job.model.experts.balance: 1"),
                   [](Scenario& v) { v.job.model.experts->balance = 1; }});
}

bool anything_fails(const Scenario& s) {
  return !nothing_fails(s.faults) || !s.faults.fabric.events.empty();
}

void add_limits_of_weeks(const Scenario& s, std::vector<Limit>& all) {
  for (Change& change : ideal_changes(s)) {
    Scenario lifted = s;
    change.apply(lifted);
    const bool applies = anything_fails(s) || !(lifted.checkpoint == s.checkpoint);
    if (!change.ideal || !applies) continue;
    all.push_back(
        {.what = std::move(change.what), .lift = std::move(change.apply), .of_weeks = true});
  }
}

}  // namespace

std::vector<Limit> limits_of(const Scenario& scenario) {
  std::vector<Limit> all;
  add_limits_of_links(scenario, all);
  add_limits_of_pipeline(scenario, all);
  add_limits_of_cards(scenario, all);
  if (runs_for_a_time(scenario)) add_limits_of_weeks(scenario, all);
  return all;
}

void expose_communication(Scenario& scenario) {
  scenario.job.stack.tensor_overlap = scenario.job.stack.expert_overlap = 0;
}

}  // namespace qianka
