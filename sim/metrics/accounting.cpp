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

const char* part_name(RecoveryPart part) {
  static constexpr std::array<const char*, recovery_parts> names{
      "detect",     "remedy",  "localise", "take",        "wait", "schedule",
      "cold_start", "restart", "groups",   "reconfigure", "load", "warm_up"};
  return names.at(static_cast<std::size_t>(part));
}

AccountKind account_of(RecoveryPart part) {
  switch (part) {
    case RecoveryPart::detect:
      return AccountKind::detection;
    case RecoveryPart::localise:
      return AccountKind::localisation;
    case RecoveryPart::take:
    case RecoveryPart::wait:
      return AccountKind::waiting;
    case RecoveryPart::load:
      return AccountKind::load;
    default:
      return AccountKind::restart;
  }
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

void charge_part(CampaignSummary& ledger, RecoveryPart part, Nanoseconds time, int nodes) {
  ledger.recovery_ns[static_cast<std::size_t>(part)] += time;
  charge_job(ledger, account_of(part), time, nodes);
}

void charge_pool(CampaignSummary& ledger, Nanoseconds time, const NodesOutside& nodes) {
  const NodeNanoseconds span = time;
  ledger.idle_spare_node_ns += span * nodes.idle;
  ledger.in_repair_node_ns += span * nodes.in_repair;
  ledger.other_job_node_ns += span * nodes.other_job;
  ledger.retired_node_ns += span * nodes.retired;
}

Nanoseconds time_down(const CampaignSummary& ledger) {
  Nanoseconds down = 0;
  for (const AccountKind kind : {AccountKind::detection, AccountKind::localisation,
                                 AccountKind::waiting, AccountKind::restart, AccountKind::load})
    down += ledger.account_ns[static_cast<std::size_t>(kind)];
  return down;
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
                      ledger.idle_spare_node_ns + ledger.in_repair_node_ns +
                          ledger.other_job_node_ns + ledger.retired_node_ns);
  const Nanoseconds recovering =
      std::accumulate(std::begin(ledger.recovery_ns), std::end(ledger.recovery_ns), Nanoseconds{0});
  require(recovering == time_down(ledger), "the parts of the recoveries add up to the time down");
  require(nodes == ledger.all_node_ns, "the accounts of the nodes add up to all node-time");
}

}  // namespace qianka
