// SPDX-License-Identifier: Apache-2.0
// How quantities are printed: one function each, always the same digits, so that equal results are
// equal bytes.
#pragma once
#include "sim/units/quantity.hpp"
#include "sim/units/utf8.hpp"  // display_width, pad_left, pad_right

#include <cstdint>
#include <string>

namespace qianka {

/// Three significant digits and the unit that suits: "1.25 ms", "8.00 min", "54.0 days".
std::string format_time(Seconds time);
std::string format_bytes(Bytes size);          // "53.1 GiB"
std::string format_bandwidth(Bandwidth rate);  // "46.2 GB/s": bytes
std::string format_flop_rate(FlopRate rate);   // "989 TFLOP/s"
std::string format_power(Power power);         // "700 W", "1.25 MW"
std::string format_percent(double fraction);   // 0.4123 -> "41.2 %"
std::string format_count(std::int64_t count);  // "16,384"
std::string format_large(double count);        // "405 B" (10^9), "15.6 T": parameters, tokens
/// A plain number with this many digits behind the point.
std::string format_number(double value, int digits);

/// For JSON: the shortest text of at most 9 significant digits; "null" for what JSON cannot say.
std::string number_text(double value);

/// "1 class", "2,048 classes"; without `many` an s is added.
std::string counted(std::int64_t count, const std::string& one, const std::string& many = "");

}  // namespace qianka
