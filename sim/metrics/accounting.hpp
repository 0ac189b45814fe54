// SPDX-License-Identifier: Apache-2.0
// Where the time of a campaign goes, in whole nanoseconds: what is charged adds up exactly,
// whatever the order. The clock of a campaign counts nanoseconds as well, so a phase is cut where
// it is cut.
#pragma once
#include "sim/metrics/summary.hpp"

#include <cstdint>
#include <limits>

namespace qianka {

using Nanoseconds = std::int64_t;

inline constexpr Nanoseconds a_second = 1'000'000'000;
inline constexpr Nanoseconds a_day = 86'400 * a_second;
inline constexpr Nanoseconds a_week = 7 * a_day;
/// The longest span there is, 100 years: two of them still fit below `never`.
inline constexpr Nanoseconds longest_span = 36'525 * a_day;
inline constexpr Nanoseconds never = std::numeric_limits<Nanoseconds>::max();

/// Rounded to the nearest; at most `longest_span`. Requires time >= 0.
Nanoseconds to_nanoseconds(Seconds time);
Seconds to_seconds(Nanoseconds time);
/// a x b / c, rounded down, without overflow on the way; at most `longest_span`. Requires c > 0.
Nanoseconds scaled(Nanoseconds a, std::int64_t b, std::int64_t c);

/// The job spent `time` on this, with `nodes` nodes in it.
void charge_job(CampaignSummary& ledger, AccountKind kind, Nanoseconds time, int nodes);
/// Of the time from `from` to `to`, `trained` was first-time training, evenly spread.
void charge_weeks(CampaignSummary& ledger, Nanoseconds from, Nanoseconds to, Nanoseconds trained);
/// The same for a part of a recovery, at its account too.
void charge_part(CampaignSummary& ledger, RecoveryPart part, Nanoseconds time, int nodes);
/// Nodes of the cluster that are not in the job.
struct NodesOutside {
  int idle = 0, in_repair = 0, other_job = 0, retired = 0;
};
void charge_pool(CampaignSummary& ledger, Nanoseconds time, const NodesOutside& nodes);
/// Detection, localisation, waiting, restart and load.
Nanoseconds time_down(const CampaignSummary& ledger);
/// Bug unless the accounts add up to wall_ns and those of the nodes to all_node_ns.
void check_sums(const CampaignSummary& ledger);

}  // namespace qianka
