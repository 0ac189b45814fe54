// SPDX-License-Identifier: Apache-2.0
// What faults may be beside a rate: seasons, bursts, lemon nodes, groups that fall together.
#pragma once
#include "sim/input/fields.hpp"
#include "sim/scenario/faults_format.hpp"

namespace qianka {

const Table<CalendarPeriod>& calendar_table();
const Table<Bursts>& bursts_table();
const Table<Lemons>& lemons_table();

/// The key 'takes' of a fault class.
void add_takes(Table<FaultClassText>& table);

/// Periods ascend, and lie within what repeats. The map is that which holds the key 'calendar'.
void check_calendar(const std::vector<CalendarPeriod>& periods,
                    const std::optional<Seconds>& repeats, const Value& map, Reader& reader);

}  // namespace qianka
