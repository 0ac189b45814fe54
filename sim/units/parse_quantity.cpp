// SPDX-License-Identifier: Apache-2.0
#include "sim/units/parse_quantity.hpp"

#include "sim/language/language.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <optional>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

struct Unit {
  Dimension dimension;
  std::string_view name;
  double factor;
  bool printed = false;  // quantity_text may choose it
};

constexpr double kibi = 1024;
constexpr double day = 86400;

/// Ascending within a dimension.
constexpr std::array units{
    Unit{Dimension::fraction, "%", 0.01},
    Unit{Dimension::time, "ns", 1e-9, true},
    Unit{Dimension::time, "us", 1e-6, true},
    Unit{Dimension::time, "ms", 1e-3, true},
    Unit{Dimension::time, "s", 1, true},
    Unit{Dimension::time, "min", 60, true},
    Unit{Dimension::time, "h", 3600, true},
    Unit{Dimension::time, "day", day},
    Unit{Dimension::time, "days", day, true},
    Unit{Dimension::time, "week", 7 * day},
    Unit{Dimension::time, "weeks", 7 * day},
    Unit{Dimension::bytes, "B", 1, true},
    Unit{Dimension::bytes, "kB", 1e3},
    Unit{Dimension::bytes, "KiB", kibi, true},
    Unit{Dimension::bytes, "MB", 1e6},
    Unit{Dimension::bytes, "MiB", kibi* kibi, true},
    Unit{Dimension::bytes, "GB", 1e9, true},
    Unit{Dimension::bytes, "GiB", kibi* kibi* kibi, true},
    Unit{Dimension::bytes, "TB", 1e12, true},
    Unit{Dimension::bytes, "TiB", kibi* kibi* kibi* kibi, true},
    Unit{Dimension::bytes, "PB", 1e15, true},
    Unit{Dimension::bandwidth, "kbps", 1e3 / 8},
    Unit{Dimension::bandwidth, "Mbps", 1e6 / 8},
    Unit{Dimension::bandwidth, "Gbps", 1e9 / 8},
    Unit{Dimension::bandwidth, "Tbps", 1e12 / 8},
    Unit{Dimension::bandwidth, "B/s", 1, true},
    Unit{Dimension::bandwidth, "kB/s", 1e3, true},
    Unit{Dimension::bandwidth, "MB/s", 1e6, true},
    Unit{Dimension::bandwidth, "GB/s", 1e9, true},
    Unit{Dimension::bandwidth, "TB/s", 1e12, true},
    Unit{Dimension::bandwidth, "MBps", 1e6},
    Unit{Dimension::bandwidth, "GBps", 1e9},
    Unit{Dimension::bandwidth, "TBps", 1e12},
    Unit{Dimension::bandwidth, "MiB/s", kibi* kibi},
    Unit{Dimension::bandwidth, "GiB/s", kibi* kibi* kibi},
    Unit{Dimension::bandwidth, "TiB/s", kibi* kibi* kibi* kibi},
    Unit{Dimension::flop_rate, "GFLOPS", 1e9, true},
    Unit{Dimension::flop_rate, "TFLOPS", 1e12, true},
    Unit{Dimension::flop_rate, "PFLOPS", 1e15, true},
    Unit{Dimension::power, "W", 1, true},
    Unit{Dimension::power, "kW", 1e3, true},
    Unit{Dimension::power, "MW", 1e6, true},
    Unit{Dimension::tokens, "tokens", 1, true},
    Unit{Dimension::tokens, "k", 1e3},
    Unit{Dimension::tokens, "k tokens", 1e3},
    Unit{Dimension::tokens, "M", 1e6},
    Unit{Dimension::tokens, "M tokens", 1e6, true},
    Unit{Dimension::tokens, "B", 1e9},
    Unit{Dimension::tokens, "B tokens", 1e9, true},
    Unit{Dimension::tokens, "T", 1e12},
    Unit{Dimension::tokens, "T tokens", 1e12, true},
    Unit{Dimension::rate, "per hour", 24},
    Unit{Dimension::rate, "per day", 1, true},
    Unit{Dimension::rate, "per year", 1 / 365.25},
    Unit{Dimension::node_rate, "per node-hour", 24},
    Unit{Dimension::node_rate, "per node-day", 1, true},
    Unit{Dimension::node_rate, "per node-year", 1 / 365.25},
};

/// Units of time as people also write them.
struct Spelling {
  std::string_view written, unit;
};
constexpr std::array other_spellings{
    Spelling{"\u00b5s", "us"}, Spelling{"\u03bcs", "us"}, Spelling{"sec", "s"},
    Spelling{"secs", "s"},     Spelling{"second", "s"},   Spelling{"seconds", "s"},
    Spelling{"mins", "min"},   Spelling{"minute", "min"}, Spelling{"minutes", "min"},
    Spelling{"hour", "h"},     Spelling{"hours", "h"},    Spelling{"d", "days"},
    Spelling{"毫秒", "ms"},    Spelling{"微秒", "us"},    Spelling{"秒", "s"},
    Spelling{"分", "min"},     Spelling{"分钟", "min"},   Spelling{"小时", "h"},
    Spelling{"天", "days"},    Spelling{"日", "days"},    Spelling{"周", "weeks"},
};

struct Facts {
  Dimension dimension;
  std::string_view name;
  const char* with_article;
  std::string_view example;
};

constexpr std::array facts{
    Facts{Dimension::number, "number", marked("a number"), "1.5"},
    Facts{Dimension::fraction, "fraction", marked("a fraction"), "0.41"},
    Facts{Dimension::time, "time", marked("a time"), "10 min"},
    Facts{Dimension::bytes, "size", marked("a size"), "80GiB"},
    Facts{Dimension::bandwidth, "bandwidth", marked("a bandwidth"), "400Gbps"},
    Facts{Dimension::flop_rate, "compute rate", marked("a compute rate"), "989 TFLOPS"},
    Facts{Dimension::power, "power", marked("a power"), "700 W"},
    Facts{Dimension::tokens, "token count", marked("a token count"), "15.6T tokens"},
    Facts{Dimension::rate, "rate", marked("a rate"), "0.3 per day"},
    Facts{Dimension::node_rate, "rate per node", marked("a rate per node"), "4e-3 per node-day"},
};

const Facts& facts_of(Dimension dimension) {
  return *std::ranges::find(facts, dimension, &Facts::dimension);
}

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

/// Length of the number that `text` begins with; 0 if there is none.
std::size_t number_length(std::string_view text) {
  std::size_t at = text.starts_with('-') || text.starts_with('+') ? 1 : 0;
  const std::size_t whole = skip_digits(text, at);
  std::size_t end = whole;
  if (end < text.size() && text[end] == '.') end = skip_digits(text, end + 1);
  if (whole == at && end <= whole + 1) return 0;  // no digit at all
  if (end < text.size() && (text[end] == 'e' || text[end] == 'E')) {
    at = end + 1;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (const std::size_t exponent = skip_digits(text, at); exponent > at) end = exponent;
  }
  return end;
}

/// "010" is 8 to some YAML readers and 10 to others.
bool has_leading_zero(std::string_view number) {
  const std::size_t at = number.starts_with('-') || number.starts_with('+') ? 1 : 0;
  return number.size() > at + 1 && number[at] == '0' && is_digit(number[at + 1]);
}

/// Thousands separators would split a number in two: "1,000" and "1_000".
bool has_separator(std::string_view rest) {
  return rest.size() > 1 && (rest[0] == ',' || rest[0] == '_') && is_digit(rest[1]);
}

std::string without_separators(std::string_view text) {
  std::string plain(text);
  std::erase_if(plain, [](char c) { return c == ',' || c == '_'; });
  return plain;
}

double to_double(std::string_view number) {
  std::string_view digits = number.starts_with('+') ? number.substr(1) : number;
  double value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec != std::errc() || !std::isfinite(value)) {
    throw QuantityError(say("number '{}' is out of range", number), "");
  }
  return value;
}

std::string unit_list(Dimension dimension) {
  return say("units are {}; for example '{}'", fmt::join(unit_names(dimension), ", "),
             example_of(dimension));
}

/// What would have been right in place of `unit`.
std::string unit_hint(std::string_view unit, Dimension dimension) {
  if (dimension == Dimension::bandwidth) return tr("bits are 'Gbps', bytes are 'GBps'");
  if (dimension == Dimension::bytes) return tr("sizes are in bytes: 'GB' is 10^9, 'GiB' is 2^30");
  if (dimension == Dimension::time) {
    if (unit == "m") return tr("minutes are 'min', milliseconds are 'ms'");
    for (const Spelling& other : other_spellings) {
      if (other.written == unit) return say("write '{}'", other.unit);
    }
  }
  const std::string small = lower_case(unit);
  for (const Unit& known : units) {
    if (known.dimension == dimension && lower_case(known.name) == small) {
      return say("did you mean '{}'?", known.name);
    }
  }
  return unit_list(dimension);
}

const Unit* find_unit(std::string_view name, Dimension dimension) {
  const auto* const found = std::ranges::find_if(
      units, [&](const Unit& u) { return u.dimension == dimension && u.name == name; });
  return found == units.end() ? nullptr : found;
}

[[noreturn]] void refuse_unit(std::string_view text, std::string_view unit, Dimension dimension) {
  const Facts& due = facts_of(dimension);
  const std::string example = say("for example '{}'", due.example);
  for (const Unit& other : units) {
    if (other.name != unit || other.dimension == Dimension::tokens) continue;
    throw QuantityError(say("'{}' is {}, but {} is due here", text,
                            tr(facts_of(other.dimension).with_article), tr(due.with_article)),
                        example);
  }
  if (dimension == Dimension::number) {
    throw QuantityError(say("'{}' is not a plain number", text), tr("no unit is due here"));
  }
  throw QuantityError(say("unknown unit '{}' in {} '{}'", unit, due.name, text),
                      unit_hint(unit, dimension));
}

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

void refuse_full_width(std::string_view text) {
  const std::string ascii = half_width(text);
  if (ascii != text) {
    throw QuantityError(say("'{}' holds full-width characters", text), say("write '{}'", ascii));
  }
}

/// The number that `text` begins with, as text; refuses everything that only looks like one.
std::string_view number_part(std::string_view text, Dimension dimension) {
  refuse_full_width(text);
  const std::string_view number = text.substr(0, number_length(text));
  if (number.empty()) {
    const Facts& due = facts_of(dimension);
    throw QuantityError(say("expected {}, but found '{}'", tr(due.with_article), text),
                        say("for example '{}'", due.example));
  }
  if (has_leading_zero(number)) {
    throw QuantityError(say("number '{}' begins with a zero", number),
                        tr("numbers are decimal: leave the zero out"));
  }
  if (has_separator(text.substr(number.size()))) {
    throw QuantityError(say("'{}' has a separator in its number", text),
                        say("write '{}'", without_separators(text)));
  }
  return number;
}

bool is_unitless(Dimension dimension) {
  return dimension == Dimension::number || dimension == Dimension::fraction ||
         dimension == Dimension::tokens;
}

}  // namespace

double parse_quantity(std::string_view text, Dimension dimension) {
  text = trimmed(text);
  const std::string_view number = number_part(text, dimension);
  const double value = to_double(number);
  const std::string_view unit = trimmed(text.substr(number.size()));
  if (unit.empty()) {
    if (is_unitless(dimension) || value == 0) return value;
    const Facts& due = facts_of(dimension);
    throw QuantityError(say("{} needs a unit, but '{}' has none", tr(due.with_article), text),
                        unit_list(dimension));
  }
  const Unit* known = find_unit(unit, dimension);
  if (known == nullptr) refuse_unit(text, unit, dimension);
  return value * known->factor;
}

double parse_number(std::string_view text) { return parse_quantity(text, Dimension::number); }

std::string quantity_text(double value, Dimension dimension) {
  std::string best;
  for (const Unit& unit : units) {
    if (unit.dimension != dimension || !unit.printed) continue;
    const std::string number = fmt::format("{}", value / unit.factor);
    // The largest unit that keeps the number short and at least 1.
    const bool fits = std::abs(value) >= unit.factor && number.size() <= 6;
    if (best.empty() || fits) best = fmt::format("{} {}", number, unit.name);
  }
  if (best.empty()) return fmt::format("{}", value);
  return value == 0 ? "0" : best;
}

std::string_view dimension_name(Dimension dimension) { return facts_of(dimension).name; }

std::string_view example_of(Dimension dimension) { return facts_of(dimension).example; }

std::vector<std::string> unit_names(Dimension dimension) {
  std::vector<std::string> names;
  for (const Unit& unit : units) {
    if (unit.dimension == dimension) names.emplace_back(unit.name);
  }
  return names;
}

}  // namespace qianka
