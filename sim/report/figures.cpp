// SPDX-License-Identifier: Apache-2.0
#include "sim/report/figures.hpp"

#include "sim/report/table.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

namespace qianka {
namespace {

int decimals_for(double total) {
  if (total <= 0) return 1;
  return std::clamp(5 - static_cast<int>(std::floor(std::log10(total))), 1, 9);
}

std::vector<std::string> column(std::vector<std::int64_t> units, int decimals) {
  units.push_back(std::accumulate(units.begin(), units.end(), std::int64_t{0}));
  std::vector<std::string> texts;
  for (const std::int64_t unit : units) texts.push_back(fixed_point(unit, decimals));
  return texts;
}

}  // namespace

std::string fixed_point(std::int64_t units, int decimals) {
  std::string digits = fmt::format("{:0{}}", units, decimals + 1);
  const std::size_t point = digits.size() - static_cast<std::size_t>(decimals);
  const std::string whole = format_count(std::stoll(digits.substr(0, point)));
  return decimals == 0 ? whole : whole + "." + digits.substr(point);
}

std::string percent(double share, int decimals) {
  return format_number(100 * share, decimals) + " %";
}

std::string scientific(double value) {
  std::string text = fmt::format("{:.4g}", value);
  std::erase(text, '+');
  return text;
}

std::string clock_text(Seconds time) {
  const std::int64_t total = std::llround(time.value);
  const std::int64_t days = total / 86400;
  const std::string clock =
      fmt::format("{:02}:{:02}:{:02}", total / 3600 % 24, total / 60 % 60, total % 60);
  return days == 0 ? clock : fmt::format("{} d {}", days, clock);
}

Shares shares_of(std::span<const double> amounts) {
  const double total = std::accumulate(amounts.begin(), amounts.end(), 0.0);
  const int decimals = decimals_for(total);
  std::vector<double> percents;
  for (const double part : amounts) percents.push_back(total > 0 ? 100 * part / total : 0);
  return {.amounts = column(apportion(amounts, std::pow(10.0, -decimals)), decimals),
          .percents = column(apportion(percents, 0.01), 2)};
}

}  // namespace qianka
