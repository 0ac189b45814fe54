// SPDX-License-Identifier: Apache-2.0
#include "sim/study/explain_steps.hpp"

#include "sim/describe.hpp"
#include "sim/language/said.hpp"
#include "sim/scenario/names.hpp"
#include "sim/units/format.hpp"
#include "sim/units/shell_word.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace qianka {
namespace {

/// Cards share ports evenly, or have several each.
int next_ports(const NodeSpec& node) {
  int ports = node.nics + 1;
  while (ports % node.cards != 0 && node.cards % ports != 0) ++ports;
  return ports;
}

std::string twice(Bandwidth rate) { return fmt::format("{:.9g} Gbps", 2 * rate.value * 8e-9); }

/// Twice the rate of every port on the way.
std::vector<Override> faster_ports(const ClusterSpec& cluster) {
  std::vector<Override> sets;
  const auto add = [&](const char* path, std::optional<Bandwidth> rate) {
    if (rate) sets.push_back({std::string("cluster.") + path, twice(*rate)});
  };
  add("node.nic.rate", cluster.node.nic.rate);
  if (cluster.fabric.kind == FabricKind::free) return {};  // ports are those of its own list
  if (cluster.fabric.torus) return add("fabric.torus.rate", cluster.fabric.torus->rate), sets;
  add("fabric.leaf.port_rate", cluster.fabric.leaf.port_rate);
  add("fabric.spine.port_rate", cluster.fabric.spine.port_rate);
  add("fabric.core.port_rate", cluster.fabric.core.port_rate);
  return sets;
}

void add_fabric_steps(const Scenario& s, std::vector<NextStep>& all) {
  const ClusterSpec& cluster = s.cluster;
  if (cluster.nodes == 1) return;
  const NodeSpec& node = cluster.node;
  if (node.nics > 0) {
    const int ports = next_ports(node);
    all.push_back(
        {said([&] { return say("{} a node in place of {}", counted(ports, "port"), node.nics); }),
         {{"cluster.node.nics", std::to_string(ports)}}});
  }
  if (auto sets = faster_ports(cluster); !sets.empty())
    all.push_back({said("ports of twice the rate, switches too"), std::move(sets)});
  if (cluster.fabric.routing == Routing::ecmp)
    all.push_back({said("flows spread over all ways (adaptive routing)"),
                   {{"cluster.fabric.routing", "spray"}}});
}

/// The next larger number of chunks that the layers divide into, or twice as many.
int next_interleave(const Job& job) {
  const Parallel& p = job.parallel;
  for (int chunks = p.interleave + 1; chunks < 2 * p.interleave; ++chunks)
    if (job.model.layers % (p.pipeline * chunks) == 0) return chunks;
  return 2 * p.interleave;
}

void add_layout_steps(const Scenario& s, std::vector<NextStep>& all) {
  const Parallel& p = s.job.parallel;
  const auto set = [&](Said what, const char* key, std::string value) {
    all.push_back({std::move(what), {{std::string("job.") + key, std::move(value)}}});
  };
  set(said("twice the batch (another training), half its step"), "global_batch",
      std::to_string(2 * s.job.global_batch));
  all.back().same_training = false;
  set(said([&] { return say("micro batch {} in place of {}", 2 * p.micro_batch, p.micro_batch); }),
      "parallel.micro_batch", std::to_string(2 * p.micro_batch));
  if (p.micro_batch % 2 == 0)
    set(said(
            [&] { return say("micro batch {} in place of {}", p.micro_batch / 2, p.micro_batch); }),
        "parallel.micro_batch", std::to_string(p.micro_batch / 2));
  if (p.pipeline > 1 && p.schedule == Schedule::one_f_one_b)
    set(said([&] {
          return say("interleave {} in place of {}", next_interleave(s.job), p.interleave);
        }),
        "parallel.interleave", std::to_string(next_interleave(s.job)));
  for (const Recompute less : {Recompute::operators, Recompute::selective, Recompute::none}) {
    if (less >= p.recompute) continue;
    const std::string name{name_of(recompute_names, less)};
    set(said([&] { return say("recompute {}", name); }), "parallel.recompute", name);
  }
  if (p.tensor > 1 && !p.sequence_parallel)
    set(said("sequence parallelism"), "parallel.sequence_parallel", "true");
}

void add_weeks_steps(const Scenario& s, std::vector<NextStep>& all) {
  if (nothing_fails(s.faults)) return;
  if (s.checkpoint.mode != CheckpointMode::none && !s.checkpoint.automatic)
    all.push_back({said("the best checkpoint interval"), {{"checkpoint.every", "auto"}}, true});
  all.push_back(
      {said("one spare node more"), {{"cluster.spares", std::to_string(s.cluster.spares + 1)}}});
  if (s.recovery.spares != Spares::hot && s.cluster.spares > 0)
    all.push_back({said("hot spares"), {{"recovery.spares", "hot"}}, true});
}

}  // namespace

std::vector<NextStep> next_steps(const Scenario& scenario) {
  std::vector<NextStep> all;
  add_fabric_steps(scenario, all);
  add_layout_steps(scenario, all);
  if (runs_for_a_time(scenario)) add_weeks_steps(scenario, all);
  return all;
}

std::string sets_text(const std::vector<Override>& sets) {
  std::string text;
  for (const Override& one : sets) {
    text += fmt::format("{}--set {}={}", text.empty() ? "" : " ", one.path, shell_word(one.value));
  }
  return text;
}

}  // namespace qianka
