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
/// Meanwhile these nodes were out of the job.
void charge_pool(CampaignSummary& ledger, Nanoseconds time, int idle, int in_repair);
/// Bug unless the accounts add up to wall_ns and those of the nodes to all_node_ns.
void check_sums(const CampaignSummary& ledger);

}  // namespace qianka
