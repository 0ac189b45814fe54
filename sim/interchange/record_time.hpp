// SPDX-License-Identifier: Apache-2.0
// Dates and times as logs write them, without a time zone: only differences matter.
#pragma once
#include <optional>
#include <string_view>

namespace qianka {

/// Seconds since 1970 of "2022-05-07", "2022-05-07 20:14", "2024-05-01T03:12:44.123"; nothing for
/// anything else, and for a day that no calendar has.
std::optional<double> record_time(std::string_view text);

}  // namespace qianka
