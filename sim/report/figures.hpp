// SPDX-License-Identifier: Apache-2.0
// Figures as reports print them: grouped digits, fixed decimals, shares in percent.
#pragma once
#include "sim/units/quantity.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace qianka {

/// 12345 units of 10^-2 -> "123.45"; the digits before the point are grouped.
std::string fixed_point(std::int64_t units, int decimals);
/// 0.9213 -> "92.13 %" with two decimals
std::string percent(double share, int decimals);
/// 4.1239e22 -> "4.124e22": what is too large to be read otherwise.
std::string scientific(double value);
/// Any length of time in days, hours, minutes and seconds: "3 d 04:12:09".
std::string clock_text(Seconds time);

/// A column of amounts and one of percent, each of which adds up to its last entry, the total.
struct Shares {
  std::vector<std::string> amounts, percents;
};
/// The amounts with as many decimals as give the total about six digits, the percents with two.
Shares shares_of(std::span<const double> amounts);

}  // namespace qianka
