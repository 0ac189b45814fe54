// SPDX-License-Identifier: Apache-2.0
// A quantity in a file always has a unit: "400Gbps", "1.5 us", "80GiB", "989 TFLOPS", "15.6T
// tokens". Bits and bytes are the most likely mistake of all, so case matters: Gbps is not GBps.
// One table of units serves parsing, printing and the hints.
#pragma once
#include "sim/units/quantity.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

enum class Dimension {
  number,     // no unit at all
  fraction,   // a bare number, or "41 %"
  time,       // s
  bytes,      // B
  bandwidth,  // bytes per second
  flop_rate,  // FLOP/s
  power,      // W
  tokens,     // a count: 300B
  rate,       // per day
  node_rate,  // per node and day
};

struct QuantityError : std::runtime_error {
  QuantityError(const std::string& message, std::string advice)
      : std::runtime_error(message), hint(std::move(advice)) {}
  std::string hint;
};

/// The value in base units (see Dimension). Throws QuantityError: lower-case message, and a hint
/// with what would be right.
double parse_quantity(std::string_view text, Dimension dimension);

inline Seconds parse_time(std::string_view text) { return {parse_quantity(text, Dimension::time)}; }
inline Bytes parse_bytes(std::string_view text) { return {parse_quantity(text, Dimension::bytes)}; }
inline Bandwidth parse_bandwidth(std::string_view text) {
  return {parse_quantity(text, Dimension::bandwidth)};
}
inline FlopRate parse_flop_rate(std::string_view text) {
  return {parse_quantity(text, Dimension::flop_rate)};
}
inline Power parse_power(std::string_view text) { return {parse_quantity(text, Dimension::power)}; }

/// A plain decimal number: digits, point, exponent. No hexadecimal, no separators, no leading zero.
double parse_number(std::string_view text);

/// How one would write it in a file, exactly: 600 s -> "10 min", 5e10 B/s -> "50 GB/s".
std::string quantity_text(double value, Dimension dimension);

/// "time", "size in bytes", "bandwidth", …
std::string_view dimension_name(Dimension dimension);
/// Units that parse, for the reference; empty for plain numbers.
std::vector<std::string> unit_names(Dimension dimension);
/// A value as one may write it: "10 min".
std::string_view example_of(Dimension dimension);

}  // namespace qianka
