// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/accounting.hpp"

#include "sim/units/require.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

namespace qianka {

const char* account_name(AccountKind kind) {
  static constexpr std::array<const char*, account_kinds> names{
      "productive", "recomputed", "checkpoint_stall", "detection", "localisation", "waiting",
      "restart",    "load",       "degraded"};
  return names.at(static_cast<std::size_t>(kind));
}

Nanoseconds to_nanoseconds(Seconds time) {
  require(time.value >= 0, "a span of time is not negative");
  if (time.value >= to_seconds(longest_span).value) return longest_span;
  return std::llround(time.value * static_cast<double>(a_second));
}

Seconds to_seconds(Nanoseconds time) {
  return {static_cast<double>(time) / static_cast<double>(a_second)};
}

Nanoseconds scaled(Nanoseconds a, std::int64_t b, std::int64_t c) {
  require(c > 0, "a scale is positive");
  const NodeNanoseconds exact = static_cast<NodeNanoseconds>(a) * b / c;
  return static_cast<Nanoseconds>(std::min(exact, static_cast<NodeNanoseconds>(longest_span)));
}

void charge_job(CampaignSummary& ledger, AccountKind kind, Nanoseconds time, int nodes) {
  const auto account = static_cast<std::size_t>(kind);
  ledger.account_ns[account] += time;
  ledger.card_account_ns[account] += static_cast<NodeNanoseconds>(time) * nodes;
}

void charge_weeks(CampaignSummary& ledger, Nanoseconds from, Nanoseconds to, Nanoseconds trained) {
  std::vector<std::int64_t>& weeks = ledger.trained_by_week_ns;
  const auto last = static_cast<std::size_t>(to / a_week);
  if (weeks.size() <= last) weeks.resize(last + 1);
  // Differences of a running total, so that what is rounded off is in the next week.
  Nanoseconds charged = 0;
  for (Nanoseconds at = from; at < to;) {
    const Nanoseconds end = std::min(to, (at / a_week + 1) * a_week);
    const Nanoseconds total = scaled(trained, end - from, to - from);
    weeks[static_cast<std::size_t>(at / a_week)] += total - charged;
    charged = total, at = end;
  }
}

void charge_pool(CampaignSummary& ledger, Nanoseconds time, int idle, int in_repair) {
  ledger.idle_spare_node_ns += static_cast<NodeNanoseconds>(time) * idle;
  ledger.in_repair_node_ns += static_cast<NodeNanoseconds>(time) * in_repair;
}

void check_sums(const CampaignSummary& ledger) {
  const Nanoseconds job =
      std::accumulate(std::begin(ledger.account_ns), std::end(ledger.account_ns), Nanoseconds{0});
  require(job == ledger.wall_ns, "the accounts of a campaign add up to its wall clock");
  const auto in = [&](AccountKind kind) {
    return ledger.account_ns[static_cast<std::size_t>(kind)];
  };
  const Nanoseconds trained = std::accumulate(ledger.trained_by_week_ns.begin(),
                                              ledger.trained_by_week_ns.end(), Nanoseconds{0});
  require(trained <= in(AccountKind::productive) + in(AccountKind::degraded),
          "no week trains more than the whole");
  const NodeNanoseconds nodes =
      std::accumulate(std::begin(ledger.card_account_ns), std::end(ledger.card_account_ns),
                      ledger.idle_spare_node_ns + ledger.in_repair_node_ns);
  require(nodes == ledger.all_node_ns, "the accounts of the nodes add up to all node-time");
}

}  // namespace qianka
