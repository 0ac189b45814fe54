// SPDX-License-Identifier: Apache-2.0
#include "sim/input/scalars.hpp"

#include "sim/language/language.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <system_error>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

/// The last key of the path: what a message calls the value.
std::string key_of(const Reader& reader) {
  const std::string& path = reader.path();
  return path.substr(path.rfind('.') + 1);
}

/// A plain scalar that is there; else nothing, and a diagnostic.
bool expect_plain(const Value& value, const ScalarInfo& info, Reader& reader) {
  const std::string hint = info.example.empty() ? "" : say("for example '{}'", info.example);
  if (value.kind == Value::Kind::null) {
    reader.error(value.at, say("'{}' has no value", key_of(reader)), hint);
    return false;
  }
  if (value.kind != Value::Kind::scalar) {
    reader.error(value.at,
                 say("'{}' must be a {}, but is {}", key_of(reader), info.type, describe(value)),
                 hint);
    return false;
  }
  if (value.text == "unknown" && info.numeric) {
    reader.error(value.at, say("'{}' cannot be unknown", key_of(reader)),
                 tr("the simulation needs it"));
    return false;
  }
  if (value.quoted && info.numeric) {
    reader.error(value.at,
                 say("'{}' must be a {}, but is {}", key_of(reader), info.type, describe(value)),
                 tr("leave the quotes out"));
    return false;
  }
  return true;
}

std::string range_text(const Range& range, double number) {
  const std::string least =
      fmt::format("{} {}", range.inclusive ? tr("at least") : "above", range.least);
  if (range.most < 1e6) return say("{} and at most {}", least, range.most);
  return number > range.most ? say("at most {}", range.most) : least;
}

bool in_range(double number, const Value& value, const ScalarInfo& info, Reader& reader) {
  const Range& range = info.range;
  const bool above = range.inclusive ? number >= range.least : number > range.least;
  if (above && number <= range.most) return true;
  reader.error(
      value.at,
      say("'{}' must be {}, but is {}", key_of(reader), range_text(range, number), value.text),
      range.most == 1 && number > 1 && number <= 100 && !value.text.ends_with('%')
          ? say("a share of 1; percent are written '{} %'", value.text)
          : "");
  return false;
}

std::optional<double> read_measure(const Value& value, const ScalarInfo& info, Reader& reader,
                                   Dimension dimension) {
  if (!expect_plain(value, info, reader)) return std::nullopt;
  try {
    const double number = parse_quantity(value.text, dimension);
    if (!in_range(number, value, info, reader)) return std::nullopt;
    reader.note(value, true);
    return number;
  } catch (const QuantityError& error) {
    reader.error(value.at, error.what(), error.hint);
    return std::nullopt;
  }
}

/// Rather than a number that is written wrongly, of which the message says how.
bool is_no_number(const std::string& text) {
  const InEnglish words;  // of the message, which tells
  try {
    static_cast<void>(parse_number(text));
  } catch (const QuantityError& error) {
    const std::string message = error.what();
    return message.starts_with("expected") || message.ends_with("plain number");
  }
  return false;
}

/// A whole number as text: no point, no unit; 1e3 is one.
std::optional<std::int64_t> read_whole(const Value& value, const ScalarInfo& info, Reader& reader) {
  if (!expect_plain(value, info, reader)) return std::nullopt;
  constexpr double largest = 9007199254740992;  // 2^53: beyond, a double is no longer exact
  try {
    const double number = parse_number(value.text);
    const bool point = value.text.find('.') != std::string::npos;
    if (point || number != std::floor(number) || std::abs(number) > largest) {
      reader.error(value.at,
                   say("'{}' must be a whole number, but is {}", key_of(reader), value.text));
      return std::nullopt;
    }
    if (!in_range(number, value, info, reader)) return std::nullopt;
    return static_cast<std::int64_t>(number);
  } catch (const QuantityError& error) {
    const bool no_number = is_no_number(value.text);
    reader.error(value.at,
                 no_number
                     ? say("'{}' must be a whole number, but is '{}'", key_of(reader), value.text)
                     : error.what(),
                 no_number ? "" : error.hint);
    return std::nullopt;
  }
}

ScalarInfo whole_info(Range range) {
  ScalarInfo info;
  info.type = tr("whole number");
  info.json = ScalarInfo::Json::whole;
  info.range = range;
  info.numeric = true;
  return info;
}

template <class T>
std::string plain_text(const T& value) {
  return fmt::format("{}", value);
}

template <class T>
Scalar<T> whole_of(Range range) {
  range.most = std::min(range.most, static_cast<double>(std::numeric_limits<T>::max()));
  return {whole_info(range),
          [](const Value& value, const ScalarInfo& info, Reader& reader) -> std::optional<T> {
            const auto number = read_whole(value, info, reader);
            if (!number) return std::nullopt;
            reader.note(value, true);
            return static_cast<T>(*number);
          },
          plain_text<T>, plain_text<T>};
}

/// Every item of a list through `read_item`; nothing when one of them is wrong.
template <class T, class ReadItem>
std::optional<std::vector<T>> read_list(const Value& value, const ScalarInfo& info, Reader& reader,
                                        ReadItem read_item) {
  if (value.kind != Value::Kind::list) {
    reader.error(value.at,
                 say("'{}' must be a {}, but is {}", key_of(reader), info.type, describe(value)),
                 say("for example '{}'", info.example));
    return std::nullopt;
  }
  std::vector<T> items;
  bool good = true;
  for (const Value& item : value.items) {
    if (auto read = read_item(item)) {
      items.push_back(static_cast<T>(*read));
    } else {
      good = false;
    }
  }
  if (!good) return std::nullopt;
  return items;
}

}  // namespace

Scalar<int> whole(Range range) { return whole_of<int>(range); }

Scalar<std::int64_t> large_whole(Range range) { return whole_of<std::int64_t>(range); }

Scalar<std::uint64_t> seed_number() { return whole_of<std::uint64_t>(not_negative); }

Scalar<double> measured(Dimension dimension, Range range) {
  ScalarInfo info;
  info.type = std::string(dimension_name(dimension));
  info.example = std::string(example_of(dimension));
  info.units = unit_names(dimension);
  const bool bare = dimension == Dimension::number || dimension == Dimension::fraction ||
                    dimension == Dimension::tokens;
  info.json = bare ? ScalarInfo::Json::number : ScalarInfo::Json::text;
  info.range = range;
  info.numeric = true;
  return {info,
          [dimension](const Value& value, const ScalarInfo& i, Reader& reader) {
            return read_measure(value, i, reader, dimension);
          },
          [dimension](const double& value) { return quantity_text(value, dimension); },
          plain_text<double>};
}

Scalar<double> number(Range range) { return measured(Dimension::number, range); }

Scalar<double> fraction(Range range) { return measured(Dimension::fraction, range); }

Scalar<bool> yes_no() {
  ScalarInfo info;
  info.type = tr("true or false");
  info.json = ScalarInfo::Json::boolean;
  const auto shown = [](const bool& value) { return std::string(value ? "true" : "false"); };
  return {info,
          [](const Value& value, const ScalarInfo& i, Reader& reader) -> std::optional<bool> {
            if (!expect_plain(value, i, reader)) return std::nullopt;
            const bool truth = value.text == "true";
            if (value.quoted || (!truth && value.text != "false")) {
              reader.error(
                  value.at,
                  say("'{}' must be true or false, but is {}", key_of(reader), describe(value)),
                  value.quoted ? tr("leave the quotes out") : "");
              return std::nullopt;
            }
            reader.note(value, false);
            return truth;
          },
          shown, shown};
}

Scalar<std::string> free_text() {
  ScalarInfo info;
  info.type = "text";
  const auto same = [](const std::string& text) { return text; };
  return {
      info,
      [](const Value& value, const ScalarInfo& i, Reader& reader) -> std::optional<std::string> {
        if (!expect_plain(value, i, reader)) return std::nullopt;
        return value.text;
      },
      same, same};
}

Scalar<std::vector<int>> whole_list(Range range) {
  ScalarInfo info = whole_info(range);
  info.type = tr("list of whole numbers");
  info.json = ScalarInfo::Json::list;
  info.example = "[8, 8, 7, 7]";
  const auto text = [](const std::vector<int>& list) {
    return fmt::format("[{}]", fmt::join(list, ", "));
  };
  return {info,
          [range](const Value& value, const ScalarInfo& i, Reader& reader) {
            auto list = read_list<int>(value, i, reader, [&](const Value& item) {
              return read_whole(item, whole_info(range), reader);
            });
            if (list) reader.note(value, true);
            return list;
          },
          text, text};
}

Scalar<std::vector<std::string>> text_list() {
  ScalarInfo info;
  info.type = tr("list of texts");
  info.json = ScalarInfo::Json::list;
  info.example = "[A100, A100-80G]";
  const auto text = [](const std::vector<std::string>& list) {
    return fmt::format("[{}]", fmt::join(list, ", "));
  };
  return {info,
          [](const Value& value, const ScalarInfo& i, Reader& reader) {
            return read_list<std::string>(value, i, reader,
                                          [&](const Value& item) -> std::optional<std::string> {
                                            ScalarInfo one;
                                            one.type = "text";
                                            if (!expect_plain(item, one, reader))
                                              return std::nullopt;
                                            return item.text;
                                          });
          },
          text, text};
}

Scalar<std::string> word_of(std::vector<std::string> choices) {
  ScalarInfo info;
  info.type = tr("one of");
  info.choices = std::move(choices);
  info.example = info.choices.front();
  const auto same = [](const std::string& text) { return text; };
  return {
      info,
      [](const Value& value, const ScalarInfo& i, Reader& reader) -> std::optional<std::string> {
        ScalarInfo word = i;
        word.type = "word";
        if (!expect_plain(value, word, reader)) return std::nullopt;
        if (std::ranges::find(i.choices, value.text) == i.choices.end()) {
          reader.error(value.at, say("'{}' cannot be '{}'", key_of(reader), value.text),
                       suggestion(value.text, i.choices, tr("choices are")));
          return std::nullopt;
        }
        reader.note(value, false);
        return value.text;
      },
      same, same};
}

}  // namespace qianka
