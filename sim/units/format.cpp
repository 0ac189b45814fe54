// SPDX-License-Identifier: Apache-2.0
#include "sim/units/format.hpp"

#include "sim/language/language.hpp"

#include <array>
#include <cmath>
#include <span>
#include <string_view>

#include <fmt/format.h>

namespace qianka {
namespace {

struct Scale {
  double factor;  // of the base unit
  double below;   // use it for values below this; the last for all others
  std::string_view name;
};

/// Three significant digits without an exponent: 1.25, 12.5, 125, 1250.
std::string three_digits(double value) {
  // 9.995 rounds to 10.0 and 99.95 to 100: the digits follow the rounded value.
  const double size = std::abs(value);
  return fmt::format("{:.{}f}", value, size < 9.995 ? 2 : size < 99.95 ? 1 : 0);
}

std::string scaled(double value, std::span<const Scale> scales) {
  if (value == 0) return fmt::format("0 {}", scales.front().name);
  for (std::size_t i = 0; i + 1 < scales.size(); ++i) {
    // 999.6 ms rounds to 1000: that is 1.00 s.
    if (std::abs(value) < scales[i].below * 0.9995) {
      return fmt::format("{} {}", three_digits(value / scales[i].factor), scales[i].name);
    }
  }
  return fmt::format("{} {}", three_digits(value / scales.back().factor),
                     tr(std::string(scales.back().name)));
}

constexpr double kibi = 1024;
constexpr double mebi = kibi * kibi;
constexpr double gibi = kibi * mebi;
constexpr double tebi = kibi * gibi;

}  // namespace

std::string format_time(Seconds time) {
  if (time.value == 0) return "0 s";
  static constexpr std::array scales{Scale{1e-9, 1e-6, "ns"},        Scale{1e-6, 1e-3, "us"},
                                     Scale{1e-3, 1, "ms"},           Scale{1, 120, "s"},
                                     Scale{60, 7200, "min"},         Scale{3600, 172800, "h"},
                                     Scale{86400, 0, marked("days")}};
  return scaled(time.value, scales);
}

std::string format_bytes(Bytes size) {
  static constexpr std::array scales{Scale{1, kibi, "B"}, Scale{kibi, mebi, "KiB"},
                                     Scale{mebi, gibi, "MiB"}, Scale{gibi, tebi, "GiB"},
                                     Scale{tebi, 0, "TiB"}};
  if (std::abs(size.value) < kibi && size.value == std::floor(size.value)) {
    return fmt::format("{:.0f} B", size.value);
  }
  return scaled(size.value, scales);
}

std::string format_bandwidth(Bandwidth rate) {
  static constexpr std::array scales{Scale{1e3, 1e6, "kB/s"}, Scale{1e6, 1e9, "MB/s"},
                                     Scale{1e9, 1e13, "GB/s"}, Scale{1e12, 0, "TB/s"}};
  return scaled(rate.value, scales);
}

std::string format_flop_rate(FlopRate rate) {
  static constexpr std::array scales{Scale{1e9, 1e12, "GFLOP/s"}, Scale{1e12, 1e16, "TFLOP/s"},
                                     Scale{1e15, 1e18, "PFLOP/s"}, Scale{1e18, 0, "EFLOP/s"}};
  return scaled(rate.value, scales);
}

std::string format_power(Power power) {
  static constexpr std::array scales{Scale{1, 1e4, "W"}, Scale{1e3, 1e6, "kW"},
                                     Scale{1e6, 0, "MW"}};
  return scaled(power.value, scales);
}

std::string format_percent(double fraction) { return fmt::format("{:.1f} %", 100 * fraction); }

std::string format_count(std::int64_t count) {
  std::string digits = fmt::format("{}", count);
  const std::size_t first = count < 0 ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

std::string format_large(double count) {
  static constexpr std::array scales{Scale{1e6, 1e9, "M"}, Scale{1e9, 1e12, "B"},
                                     Scale{1e12, 0, "T"}};
  return scaled(count, scales);
}

std::string format_number(double value, int digits) {
  const std::string text = fmt::format("{:.{}f}", value, digits);
  // -0.00 is 0.00: the sign would only say which way it was rounded.
  return text.find_first_not_of("-0.") == std::string::npos && text[0] == '-' ? text.substr(1)
                                                                              : text;
}

std::string number_text(double value) {
  if (!std::isfinite(value)) return "null";
  return value == 0 ? "0" : fmt::format("{:.9g}", value);
}

std::string counted(std::int64_t count, const std::string& one, const std::string& many) {
  const std::string noun = tr(one);
  if (noun != one) return say("{} {}", format_count(count), noun);  // Chinese has no plural
  return format_count(count) + " " + (count == 1 ? one : many.empty() ? one + "s" : many);
}

}  // namespace qianka
