// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/json_value.hpp"

#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iterator>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using Json = nlohmann::json;

/// Deeper than any such file; a text of brackets only must not exhaust the stack.
constexpr std::size_t most_levels = 200;

bool in_word(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.';
}

/// Where the quote that is open at `at` began: the next one to the left that is not escaped.
std::size_t opening_quote(std::string_view text, std::size_t at) {
  for (;; --at) {
    if (text[at] != '"') continue;
    std::size_t escapes = 0;
    while (escapes < at && text[at - 1 - escapes] == '\\') ++escapes;
    if (escapes % 2 == 0) return at;
  }
}

/// What people and Python leave in such files and JSON has not, comments, last commas and Infinity,
/// replaced by as many characters that it has. A warning tells of the first of each.
std::string without_extras(const SourceText& source, std::vector<Diagnostic>& warnings) {
  std::string text = source.text();
  std::set<std::string> told;
  const auto replace = [&](std::size_t begin, std::size_t end, char by, std::string message,
                           std::string hint) {
    std::fill(text.begin() + static_cast<std::ptrdiff_t>(begin),
              text.begin() + static_cast<std::ptrdiff_t>(end), by);
    if (told.insert(message).second)
      warnings.push_back({source.at(begin), std::move(message), std::move(hint)});
  };
  std::size_t before = 0;  // where the last thing that is no blank begins
  const auto from = [&](std::size_t at) { return std::string_view(text).substr(at); };
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at + 1;
    if (text[at] == '"') {
      while (end < text.size() && text[end] != '"' && text[end] != '\n')
        end += text[end] == '\\' ? 2 : 1;
      ++end;
    } else if (text[at] == '#' || from(at).starts_with("//") || from(at).starts_with("/*")) {
      const bool block = from(at).starts_with("/*");
      end = text.find(block ? "*/" : "\n", at + 2);
      if (block && end == std::string::npos)
        fail_at(source.at(at), tr("this comment is never closed"), tr("*/ closes it"));
      end = end == std::string::npos ? text.size() : end + (block ? 2 : 0);
      replace(at, end, ' ', tr("JSON has no comments"), tr("they are passed over"));
    } else if (in_word(text[at])) {
      while (end < text.size() && in_word(text[end])) ++end;
      const std::string word = text.substr(at, end - at);
      if (word == "NaN" || word == "Infinity" || word == "-Infinity")
        replace(at, end, '1', say("JSON has no {}", word), tr("it is passed over"));
    }
    if ((text[at] == ']' || text[at] == '}') && text[before] == ',')
      replace(before, before + 1, ' ', tr("a comma behind the last element"),
              tr("JSON has none there; it is passed over"));
    if (std::isspace(static_cast<unsigned char>(text[at])) == 0) before = at;
    at = end;
  }
  return text;
}

/// Characters for nlohmann-json, which tells no places: `taken` is how many it has had. Behind a
/// number that may be one more than belong to it.
class Counted {
 public:
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Counted(const char* at, std::size_t& taken) : at_(at), taken_(&taken) {}
  reference operator*() const { return *at_; }
  Counted& operator++() {
    ++at_, ++*taken_;
    return *this;
  }
  bool operator==(const Counted& other) const { return at_ == other.at_; }

 private:
  const char* at_;
  std::size_t* taken_;
};

/// Turns nlohmann-json's events into a Value. What is wrong is thrown by `complain`.
class JsonTree : public nlohmann::json_sax<Json> {
 public:
  JsonTree(const SourceText& source, std::vector<Diagnostic>& warnings)
      : source_(source), text_(source.text()), warnings_(warnings) {}

  Value read() {
    const std::string plain = without_extras(source_, warnings_);
    const char* const begin = plain.data();
    if (!Json::sax_parse(Counted(begin, taken_), Counted(begin + plain.size(), taken_), this))
      complain();
    return std::move(root_);
  }

  bool null() override { return add(word(Value::Kind::null)); }
  bool boolean(bool) override { return add(word(Value::Kind::scalar)); }
  bool number_integer(std::int64_t) override { return add(word(Value::Kind::scalar)); }
  bool number_unsigned(std::uint64_t) override { return add(word(Value::Kind::scalar)); }
  bool number_float(double, const std::string&) override { return add(word(Value::Kind::scalar)); }
  bool binary(Json::binary_t&) override { throw Bug("JSON has no binary values"); }
  bool string(std::string& text) override {
    Value value = begun(Value::Kind::scalar, opening_quote(text_, taken_ - 2));
    value.quoted = true;
    value.text = std::move(text);
    return add(std::move(value));
  }
  bool key(std::string& text) override {
    open_.back().pending = Entry{std::move(text), source_.at(opening_quote(text_, taken_ - 2)), {}};
    return true;
  }
  bool start_object(std::size_t) override { return open(Value::Kind::map); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Value::Kind::list); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string& token,
                   const Json::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: what is wrong; last read:
    // …"
    wrong_ = error.what();
    for (const char* before : {"] ", ": "})
      if (const std::size_t end = wrong_.find(before); end != std::string::npos)
        wrong_.erase(0, end + 2);
    wrong_ = wrong_.substr(0, wrong_.find("; last read"));
    // A string or a number in the wrong place was taken whole; else the last character is wrong.
    const bool whole = says("unexpected string") || says("unexpected number") || says("overflow");
    const std::size_t back = whole ? token.size() : 1;
    wrong_at_ = std::min(position - std::min(position, back), text_.size() - 1);
    return false;
  }

 private:
  struct Level {
    Value value;
    Entry pending;  // of a map: a key that waits for its value
  };

  bool says(std::string_view what) const { return wrong_.find(what) != std::string::npos; }

  Value begun(Value::Kind kind, std::size_t at) const {
    Value value;
    value.kind = kind;
    value.at = source_.at(at);
    return value;
  }

  /// The number or the word that was taken last, as it is written.
  Value word(Value::Kind kind) const {
    std::size_t end = taken_;
    while (!in_word(text_[end - 1])) --end;
    std::size_t begin = end;
    while (begin > 0 && in_word(text_[begin - 1])) --begin;
    Value value = begun(kind, begin);
    if (kind == Value::Kind::scalar) value.text = text_.substr(begin, end - begin);
    return value;
  }

  [[noreturn]] void complain() const;

  bool open(Value::Kind kind) {
    if (open_.size() >= most_levels)
      fail_at(source_.at(taken_ - 1), say("more than {} brackets inside each other", most_levels),
              tr("no such file is nested so deep"));
    open_.push_back({begun(kind, taken_ - 1), {}});
    return true;
  }

  bool close() {
    Value value = std::move(open_.back().value);
    open_.pop_back();
    return add(std::move(value));
  }

  bool add(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (Level& level = open_.back(); level.value.kind == Value::Kind::list) {
      level.value.items.push_back(std::move(value));
    } else {
      level.pending.value = std::move(value);
      enter(level.value, std::move(level.pending));
    }
    return true;
  }

  void enter(Value& map, Entry entry) {
    if (Entry* before = map.find(entry.key)) {
      warnings_.push_back(
          {entry.at, say("'{}' is given twice", excerpt(entry.key)), tr("the last one counts")});
      before->value = std::move(entry.value);
    } else {
      map.entries.push_back(std::move(entry));
    }
  }

  const SourceText& source_;
  const std::string& text_;
  std::vector<Diagnostic>& warnings_;
  std::size_t taken_ = 0;
  std::vector<Level> open_;
  Value root_;
  std::size_t wrong_at_ = 0;
  std::string wrong_;
};

/// The commonest mistakes in words of ours, at the place where they began; others in the library's.
void JsonTree::complain() const {
  if (says("missing closing quote") || says("control character U+000A"))
    fail_at(source_.at(opening_quote(text_, wrong_at_)), tr("this quote is never closed"),
            tr("a \" is missing on this line"));
  if (says("end of input") && !open_.empty())
    fail_at(open_.back().value.at,
            say("this {} is never closed", open_.back().value.kind == Value::Kind::map ? '{' : '['),
            tr("is the file cut off?"));
  std::size_t begin = wrong_at_, end = wrong_at_ + 1;
  if (says("invalid literal")) {
    while (begin > 0 && in_word(text_[begin - 1])) --begin;
    while (end < text_.size() && in_word(text_[end])) ++end;
    fail_at(source_.at(begin),
            say("'{}' is no value of JSON", excerpt(text_.substr(begin, end - begin))),
            tr("text stands in double quotes"));
  }
  fail_at(source_.at(begin), tr("this is not JSON: ") + wrong_,
          tr("JSON looks like {\"key\": value}"));
}

}  // namespace

Value read_json(const SourceText& source, std::vector<Diagnostic>& warnings) {
  return JsonTree(source, warnings).read();
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
