// SPDX-License-Identifier: Apache-2.0
// A campaign's summary as text, every bit of every number in it: equal texts are equal results.
#pragma once
#include "sim/metrics/summary.hpp"

#include <iterator>
#include <string>

#include <fmt/format.h>

namespace qianka {

inline std::string bytes_of(const CampaignSummary& run) {
  std::string text = fmt::format(
      "{:a} {:a} {:a} {:a} {} {} {} {:a} {:a} {:a} {:a}\n", run.wall.value, run.ettr, run.goodput,
      run.end_to_end_mfu, run.failures, run.checkpoints, run.steps, run.tokens, run.lost_work.value,
      run.mean_time_between_failures.value, run.mean_recovery.value);
  for (const std::int64_t ns : run.account_ns) fmt::format_to(std::back_inserter(text), "{} ", ns);
  for (const NodeNanoseconds ns : run.card_account_ns) {
    fmt::format_to(std::back_inserter(text), "{} ", ns);
  }
  text += fmt::format("\n{} {} {} {} {}\n", run.wall_ns, run.idle_spare_node_ns,
                      run.in_repair_node_ns, run.all_node_ns, run.finished);
  for (const auto& [component, count] : run.failures_by_component) {
    text += fmt::format("{} {}\n", component, count);
  }
  for (const RestartRecord& restart : run.restarts) {
    text += fmt::format("{:a} {} {} {} {:a} {:a}\n", restart.at.value, restart.cause,
                        restart.component, restart.node, restart.lost.value, restart.down.value);
  }
  text += fmt::format("{}\n", run.memory_copies);
  for (const auto& [origin, count] : run.restores_from) {
    text += fmt::format("{} {}\n", origin, count);
  }
  return text;
}

}  // namespace qianka
