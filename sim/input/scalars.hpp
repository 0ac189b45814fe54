// SPDX-License-Identifier: Apache-2.0
// The kinds of scalar a key may take. Each knows how to read a value, how to show one, and what the
// reference and the JSON Schema say about it. `010` is not 8, a quoted number is text, yes is not
// true.
#pragma once
#include "sim/input/reader.hpp"
#include "sim/input/spelling.hpp"
#include "sim/units/parse_quantity.hpp"

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qianka {

/// What values are allowed: from `least` (itself only when inclusive) to `most`.
struct Range {
  double least = 0;
  bool inclusive = true;
  double most = std::numeric_limits<double>::infinity();
};
inline constexpr Range any_number{-std::numeric_limits<double>::infinity()};
inline constexpr Range not_negative{};
inline constexpr Range positive{0, false};
inline constexpr Range from_one{1};
inline constexpr Range share{0, true, 1};            // 0 to 1
inline constexpr Range positive_share{0, false, 1};  // above 0, at most 1

struct ScalarInfo {
  enum class Json { text, whole, number, boolean, list, map };
  std::string type;  // "whole number", "time", "one of", …
  Json json = Json::text;
  std::vector<std::string> choices;
  std::vector<std::string> units;
  std::string example;
  Range range = any_number;
  bool numeric = false;  // a figure that needs a source
};

/// Reads and shows one type of value.
template <class T>
struct Scalar {
  ScalarInfo info;
  std::function<std::optional<T>(const Value&, const ScalarInfo&, Reader&)> read;
  std::function<std::string(const T&)> shown;  // as one would write it
  std::function<std::string(const T&)> exact;  // every bit of it, for the digest
};

/// The names of an enumeration, in the order the hint lists them.
template <class E>
using Names = std::span<const std::pair<std::string_view, E>>;

template <class E>
std::string_view name_in(Names<E> names, E value) {
  for (const auto& [name, known] : names) {
    if (known == value) return name;
  }
  return "?";
}

Scalar<int> whole(Range range = from_one);
Scalar<std::int64_t> large_whole(Range range = from_one);
Scalar<std::uint64_t> seed_number();
Scalar<double> number(Range range = not_negative);
Scalar<double> fraction(Range range = share);
/// A double with a unit: tokens, rates.
Scalar<double> measured(Dimension dimension, Range range = not_negative);
Scalar<bool> yes_no();
Scalar<std::string> free_text();
Scalar<std::vector<int>> whole_list(Range range = from_one);
Scalar<std::vector<std::string>> text_list();
/// Exactly the choices; shown and exact are the text itself.
Scalar<std::string> word_of(std::vector<std::string> choices);

/// A time, a size, a bandwidth, …
template <class Q>
Scalar<Q> quantity(Dimension dimension, Range range = not_negative) {
  const Scalar<double> plain = measured(dimension, range);
  return {plain.info,
          [read = plain.read](const Value& value, const ScalarInfo& info, Reader& reader) {
            const std::optional<double> base = read(value, info, reader);
            return base ? std::optional(Q{*base}) : std::nullopt;
          },
          [shown = plain.shown](const Q& q) { return shown(q.value); },
          [exact = plain.exact](const Q& q) { return exact(q.value); }};
}

inline Scalar<Seconds> time_of(Range range = not_negative) {
  return quantity<Seconds>(Dimension::time, range);
}
inline Scalar<Bytes> size_of(Range range = positive) {
  return quantity<Bytes>(Dimension::bytes, range);
}
inline Scalar<Bandwidth> bandwidth_of(Range range = positive) {
  return quantity<Bandwidth>(Dimension::bandwidth, range);
}
inline Scalar<FlopRate> flop_rate_of(Range range = positive) {
  return quantity<FlopRate>(Dimension::flop_rate, range);
}
inline Scalar<Power> power_of(Range range = positive) {
  return quantity<Power>(Dimension::power, range);
}

template <class E>
Scalar<E> choice(Names<E> names) {
  std::vector<std::string> words;
  for (const auto& [name, value] : names) words.emplace_back(name);
  const Scalar<std::string> word = word_of(std::move(words));
  const auto shown = [names](const E& value) { return std::string(name_in(names, value)); };
  return {word.info,
          [names, read = word.read](const Value& value, const ScalarInfo& info,
                                    Reader& reader) -> std::optional<E> {
            const std::optional<std::string> text = read(value, info, reader);
            if (!text) return std::nullopt;
            for (const auto& [name, known] : names) {
              if (name == *text) return known;
            }
            return std::nullopt;
          },
          shown, shown};
}

}  // namespace qianka
