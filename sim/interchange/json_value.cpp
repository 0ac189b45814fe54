// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/json_value.hpp"

#include "sim/language/language.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

/// Deeper than any such file; a text of brackets only must not exhaust the stack.
constexpr int most_levels = 200;

class JsonReader {
 public:
  JsonReader(const SourceText& source, std::vector<Diagnostic>& warnings)
      : source_(source), text_(source.text()), warnings_(warnings) {}

  Value document() {
    skip_blanks();
    Value value = any(0);
    skip_blanks();
    if (at_ < text_.size())
      warn(at_, tr("text behind the end of the JSON is passed over"), tr("a file holds one value"));
    return value;
  }

 private:
  [[noreturn]] void fail(std::size_t at, std::string message, std::string hint = "") {
    fail_at(source_.at(at), std::move(message), std::move(hint));
  }
  void warn(std::size_t at, std::string message, std::string hint) {
    warnings_.push_back({source_.at(at), std::move(message), std::move(hint)});
  }
  [[nodiscard]] char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_blanks();
  void skip_comment();
  Value any(int level);
  Value map(int level);
  Value list(int level);
  void entry(Value& map, int level);
  std::string string();
  void escape(std::string& into);
  std::uint32_t four_digits();
  Value word();
  /// Behind an element: false at the closing bracket, which is passed.
  bool more(char closing, std::size_t opened);

  const SourceText& source_;
  std::string_view text_;
  std::vector<Diagnostic>& warnings_;
  std::size_t at_ = 0;
  bool told_comment_ = false;
};

void JsonReader::skip_blanks() {
  for (;;) {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
    const bool comment = here() == '#' || (here() == '/' && at_ + 1 < text_.size() &&
                                           (text_[at_ + 1] == '/' || text_[at_ + 1] == '*'));
    if (!comment) return;
    skip_comment();
  }
}

void JsonReader::skip_comment() {
  if (!told_comment_) warn(at_, tr("JSON has no comments"), tr("they are passed over"));
  told_comment_ = true;
  const std::size_t begin = at_;
  if (text_.substr(at_).starts_with("/*")) {
    const std::size_t end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos)
      fail(begin, tr("this comment is never closed"), tr("*/ closes it"));
    at_ = end + 2;
  } else {
    at_ = std::min(text_.find('\n', at_), text_.size());
  }
}

Value JsonReader::any(int level) {
  if (level > most_levels)
    fail(at_, say("more than {} brackets inside each other", most_levels),
         tr("no such file is nested so deep"));
  if (at_ >= text_.size())
    fail(at_, tr("the file ends where a value is due"), tr("is it cut off?"));
  if (here() == '{') return map(level);
  if (here() == '[') return list(level);
  if (here() == '"') {
    Value value;
    value.at = source_.at(at_);
    value.kind = Value::Kind::scalar;
    value.quoted = true;
    value.text = string();
    return value;
  }
  return word();
}

bool JsonReader::more(char closing, std::size_t opened) {
  skip_blanks();
  if (here() == ',') {
    const std::size_t comma = at_++;
    skip_blanks();
    if (here() != closing) return true;
    warn(comma, tr("a comma behind the last element"),
         tr("JSON has none there; it is passed over"));
  }
  if (here() == closing) {
    ++at_;
    return false;
  }
  if (at_ >= text_.size())
    fail(opened, say("this {} is never closed", text_[opened]), tr("is the file cut off?"));
  fail(at_, say("expected ',' or '{}', found '{}'", closing, excerpt(text_.substr(at_, 1))),
       tr("elements are parted by commas"));
}

Value JsonReader::map(int level) {
  Value value;
  value.kind = Value::Kind::map;
  value.at = source_.at(at_);
  const std::size_t opened = at_++;
  skip_blanks();
  if (here() == '}') {
    ++at_;
    return value;
  }
  do entry(value, level);
  while (more('}', opened));
  return value;
}

void JsonReader::entry(Value& map, int level) {
  const std::size_t begin = at_;
  if (here() != '"')
    fail(at_,
         at_ < text_.size() ? tr("a key is due here, in double quotes")
                            : tr("the file ends in a map"),
         at_ < text_.size() ? tr("JSON looks like {\"key\": value}") : tr("is it cut off?"));
  std::string key = string();
  skip_blanks();
  if (here() != ':') fail(at_, say("':' is due behind the key '{}'", excerpt(key)));
  ++at_;
  skip_blanks();
  Value value = any(level + 1);
  if (Entry* before = map.find(key)) {
    warn(begin, say("'{}' is given twice", excerpt(key)), tr("the last one counts"));
    before->value = std::move(value);
    return;
  }
  map.entries.push_back({std::move(key), source_.at(begin), std::move(value)});
}

Value JsonReader::list(int level) {
  Value value;
  value.kind = Value::Kind::list;
  value.at = source_.at(at_);
  const std::size_t opened = at_++;
  skip_blanks();
  if (here() == ']') {
    ++at_;
    return value;
  }
  do value.items.push_back(any(level + 1));
  while (more(']', opened));
  return value;
}

std::string JsonReader::string() {
  const std::size_t opened = at_++;
  std::string result;
  for (;;) {
    if (at_ >= text_.size() || here() == '\n')
      fail(opened, tr("this quote is never closed"), tr("a \" is missing on this line"));
    if (here() == '"') break;
    if (here() == '\\')
      escape(result);
    else
      result.push_back(text_[at_++]);
  }
  ++at_;
  return result;
}

std::uint32_t JsonReader::four_digits() {
  std::uint32_t code = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    if (std::isxdigit(static_cast<unsigned char>(here())) == 0)
      fail(at_, tr("\\u takes four hexadecimal digits"));
    const char c = static_cast<char>(std::tolower(static_cast<unsigned char>(here())));
    code = code * 16 + static_cast<std::uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
  }
  return code;
}

/// Beyond ASCII an escaped character becomes '?': nothing that is looked for here has one.
void JsonReader::escape(std::string& into) {
  constexpr std::string_view letters = "\"\\/bfnrt";
  constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
  const std::size_t begin = at_++;
  if (here() == 'u') {
    ++at_;
    const std::uint32_t code = four_digits();
    into.push_back(code > 0 && code < 0x80 ? static_cast<char>(code) : '?');
    return;
  }
  const std::size_t which = letters.find(here());
  if (which == std::string_view::npos || at_ >= text_.size())
    fail(begin, tr("no such escape in JSON"), tr("a backslash itself is written \\\\"));
  into.push_back(meanings[which]);
  ++at_;
}

Value JsonReader::word() {
  const std::size_t begin = at_;
  const auto belongs = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.' ||
           c == '_';
  };
  while (at_ < text_.size() && belongs(text_[at_])) ++at_;
  Value value;
  value.at = source_.at(begin);
  value.kind = Value::Kind::scalar;
  value.text = std::string(text_.substr(begin, at_ - begin));
  if (value.text == "null" || value.text == "None") {
    value.kind = Value::Kind::null;
    return value;
  }
  constexpr std::array words{"true", "false", "True", "False", "NaN", "Infinity", "-Infinity"};
  const bool known = std::ranges::find(words, value.text) != words.end();
  char* end = nullptr;
  std::strtod(value.text.c_str(), &end);
  const bool number = !value.text.empty() && end == value.text.c_str() + value.text.size() &&
                      value.text.find_first_of("xXpP") == std::string::npos;
  if (!known && !number)
    fail(begin,
         say("'{}' is no value of JSON",
             excerpt(value.text.empty() ? text_.substr(begin, 1) : value.text)),
         tr("text stands in double quotes"));
  return value;
}

}  // namespace

Value read_json(const SourceText& source, std::vector<Diagnostic>& warnings) {
  return JsonReader(source, warnings).document();
}

std::optional<long long> whole_number(const Value& value, long long most) {
  if (value.kind != Value::Kind::scalar || value.text.empty()) return std::nullopt;
  if (value.text.find_first_not_of("0123456789+-.eE") != std::string::npos) return std::nullopt;
  char* end = nullptr;
  const double number = std::strtod(value.text.c_str(), &end);
  if (end != value.text.c_str() + value.text.size() || !std::isfinite(number)) return std::nullopt;
  if (std::floor(number) != number || std::abs(number) > static_cast<double>(most))
    return std::nullopt;
  return static_cast<long long>(number);
}

bool is_true(const Value& value) {
  return value.kind == Value::Kind::scalar && (value.text == "true" || value.text == "True");
}

}  // namespace qianka
