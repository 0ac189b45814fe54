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
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using Json = nlohmann::json;

/// Deeper than any such file; a text of brackets only must not exhaust the stack.
constexpr std::size_t most_levels = 200;

/// Characters for nlohmann-json, which tells no places: `taken` is how many it has had. Behind a
/// number that is one more than belong to it.
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

  /// False when it is no JSON.
  bool read(bool comments) {
    const char* text = text_.data();
    return Json::sax_parse(Counted(text, taken_), Counted(text + text_.size(), taken_), this,
                           nlohmann::detail::input_format_t::json, true, comments);
  }
  Value take() { return std::move(root_); }
  /// Where and why read() gave up.
  [[nodiscard]] std::size_t wrong_at() const { return wrong_at_; }
  [[noreturn]] void complain() const;

  bool null() override { return add(word(Value::Kind::null)); }
  bool boolean(bool) override { return add(word(Value::Kind::scalar)); }
  bool number_integer(std::int64_t) override { return add(word(Value::Kind::scalar)); }
  bool number_unsigned(std::uint64_t) override { return add(word(Value::Kind::scalar)); }
  bool number_float(double, const std::string&) override { return add(word(Value::Kind::scalar)); }
  bool binary(Json::binary_t&) override { throw Bug("JSON has no binary values"); }
  bool string(std::string& text) override {
    Value value = begun(Value::Kind::scalar, opening_quote());
    value.quoted = true;
    value.text = std::move(text);
    return add(std::move(value));
  }
  bool key(std::string& text) override {
    open_.back().pending = Entry{std::move(text), source_.at(opening_quote()), {}};
    return true;
  }
  bool start_object(std::size_t) override { return open(Value::Kind::map); }
  bool end_object() override { return close(); }
  bool start_array(std::size_t) override { return open(Value::Kind::list); }
  bool end_array() override { return close(); }
  bool parse_error(std::size_t position, const std::string& token,
                   const nlohmann::detail::exception& error) override {
    // "[json.exception.parse_error.101] parse error at line 1, column 2: what is wrong; last read:
    // …"
    wrong_ = error.what();
    wrong_ = wrong_.substr(0, wrong_.find("; last read"));
    if (const std::size_t place = wrong_.find(": "); place != std::string::npos)
      wrong_.erase(0, place + 2);
    // A string or a number in the wrong place was taken whole; else the last character is wrong.
    const bool whole = wrong_.find("unexpected string") != std::string::npos ||
                       wrong_.find("unexpected number") != std::string::npos;
    const std::size_t back = whole ? token.size() : 1;
    wrong_at_ = std::min(position - std::min(position, back), text_.size());
    if (wrong_.find("end of input; expected") != std::string::npos) wrong_at_ = text_.size();
    return false;
  }

 private:
  struct Level {
    Value value;
    Entry pending;  // of a map: a key that waits for its value
  };

  Value begun(Value::Kind kind, std::size_t at) const {
    Value value;
    value.kind = kind;
    value.at = source_.at(at);
    return value;
  }

  /// The number or the word that was taken last, as it is written.
  Value word(Value::Kind kind) const {
    const auto belongs = [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '-' || c == '.';
    };
    std::size_t end = taken_;
    while (!belongs(text_[end - 1])) --end;
    std::size_t begin = end;
    while (begin > 0 && belongs(text_[begin - 1])) --begin;
    Value value = begun(kind, begin);
    if (kind == Value::Kind::scalar) value.text = text_.substr(begin, end - begin);
    return value;
  }

  /// Of the string that was taken last: the next quote to the left that is not escaped.
  std::size_t opening_quote() const {
    for (std::size_t at = taken_ - 2;; --at) {
      if (text_[at] != '"') continue;
      std::size_t escapes = 0;
      while (escapes < at && text_[at - 1 - escapes] == '\\') ++escapes;
      if (escapes % 2 == 0) return at;
    }
  }

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

void JsonTree::complain() const {
  const bool ends = wrong_at_ >= text_.size();
  if (ends && !open_.empty())
    fail_at(open_.back().value.at,
            say("this {} is never closed", open_.back().value.kind == Value::Kind::map ? '{' : '['),
            tr("is the file cut off?"));
  fail_at(source_.at(wrong_at_), tr("this is not JSON: ") + wrong_,
          ends ? tr("is the file cut off?") : tr("JSON looks like {\"key\": value}"));
}

}  // namespace

Value read_json(const SourceText& source, std::vector<Diagnostic>& warnings) {
  std::vector<Diagnostic> found;
  JsonTree strict(source, found);
  if (strict.read(false)) {
    warnings.insert(warnings.end(), found.begin(), found.end());
    return strict.take();
  }
  // The guide to Ascend's rank tables prints comments, and people leave them in.
  JsonTree lenient(source, warnings);
  if (!lenient.read(true)) lenient.complain();
  warnings.push_back(
      {source.at(strict.wrong_at()), tr("JSON has no comments"), tr("they are passed over")});
  return lenient.take();
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
