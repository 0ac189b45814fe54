// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/run_log.hpp"

#include "sim/units/format.hpp"

#include <map>
#include <string>

#include <spdlog/spdlog.h>

namespace qianka {
namespace {

void log_files(const Scenario& scenario) {
  std::map<std::string, int> values;
  for (const SourcedValue& value : scenario.provenance) {
    const std::string file = value.where.substr(0, value.where.rfind(':'));
    if (!file.empty()) ++values[file];
  }
  for (const auto& [file, count] : values) spdlog::debug("read {}: {} values", file, count);
}

void log_step(const StepSummary& step) {
  spdlog::debug("step: {}, {} of {} replicas simulated, {} operations, {} classes of flows, {}",
                format_time(step.time), step.replica_classes, step.replicas, step.operations,
                step.flow_classes, step.contention.in(Language::en));
  for (const CollectiveRecord& one : step.collectives)
    spdlog::debug("collective: {}: {}, {} ranks, {} at once, {} flows ({} distinct), {}{}",
                  one.name, one.algorithm, one.ranks, one.groups, one.flows, one.classes,
                  format_time(one.time),
                  one.bottleneck.empty() ? "" : ", bound by " + one.bottleneck);
}

/// "2 nodes moved, slowest node at 80 %"
std::string state_text(const ClusterState& state) {
  std::string text;
  const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
  if (state.moved_nodes > 0) add(fmt::format("{} nodes moved", state.moved_nodes));
  if (state.replicas_lost > 0) add(fmt::format("{} replicas lost", state.replicas_lost));
  if (state.slowest < 100) add(fmt::format("slowest node at {} %", state.slowest));
  if (state.fabric != 0) add(fmt::format("faults {:#x} of the fabric", state.fabric));
  return text.empty() ? "healthy" : text;
}

void log_weeks(const CampaignSummary& weeks) {
  for (const FabricSpell& spell : weeks.fabric)
    spdlog::debug("{:.0f} s: fabric with faults {:#x}, a step takes {}", spell.at.value,
                  spell.state, format_time(spell.step));
  for (const RestartRecord& one : weeks.restarts) {
    const std::string node = one.node < 0 ? "the job" : fmt::format("node {}", one.node);
    spdlog::debug("{:.0f} s: {} of {}, {}: {} lost, {} down", one.at.value, one.component, node,
                  one.cause, format_time(one.lost), format_time(one.down));
  }
  spdlog::debug("weeks: {} steps kept, {} checkpoints, {} failures", weeks.steps, weeks.checkpoints,
                weeks.failures);
}

}  // namespace

void log_run(const Scenario& scenario, const Results& run) {
  if (!spdlog::should_log(spdlog::level::debug)) return;
  log_files(scenario);
  log_step(run.summary.step);
  for (const auto& [state, time] : run.steps)
    spdlog::debug("step in state '{}': {}", state_text(state), format_time(time));
  if (run.summary.campaign) log_weeks(*run.summary.campaign);
}

}  // namespace qianka
