// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/shell_text.hpp"

#include <cctype>
#include <cstdlib>

namespace qianka {
namespace {

/// Beyond this a product of two is no number of cards or layers any more.
constexpr long long most = 1'000'000'000'000LL;
constexpr int most_levels = 50;

class Arithmetic {
 public:
  explicit Arithmetic(std::string_view text) : text_(text) {}

  std::optional<long long> whole() {
    const auto value = sum(0);
    blanks();
    return at_ == text_.size() ? value : std::nullopt;
  }

 private:
  void blanks() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) ++at_;
  }
  bool take(std::string_view word) {
    blanks();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  static std::optional<long long> checked(long long value) {
    return std::llabs(value) > most ? std::nullopt : std::optional(value);
  }

  std::optional<long long> sum(int level) {
    auto value = product(level);
    while (value) {
      const bool plus = take("+");
      if (!plus && !take("-")) break;
      const auto next = product(level);
      value = next ? checked(plus ? *value + *next : *value - *next) : std::nullopt;
    }
    return value;
  }

  std::optional<long long> product(int level) {
    auto value = power(level);
    while (value) {
      blanks();
      const char sign = at_ < text_.size() ? text_[at_] : '\0';
      if (sign != '*' && sign != '/' && sign != '%') break;
      ++at_;
      const auto next = power(level);
      if (!next) return std::nullopt;
      if (sign == '*') {
        const bool large = std::llabs(*next) > 1 && std::llabs(*value) > most / std::llabs(*next);
        value = large ? std::nullopt : std::optional(*value * *next);
      } else if (*next == 0) {
        value = std::nullopt;
      } else {
        value = sign == '/' ? *value / *next : *value % *next;
      }
    }
    return value;
  }

  std::optional<long long> power(int level) {
    auto value = atom(level);
    if (!value || !take("**")) return value;
    const auto times = power(level + 1);
    if (!times || *times < 0 || *times > 60) return std::nullopt;
    long long result = 1;
    for (long long i = 0; i < *times; ++i) {
      if (std::llabs(*value) > 1 && std::llabs(result) > most / std::llabs(*value))
        return std::nullopt;
      result *= *value;
    }
    return result;
  }

  std::optional<long long> atom(int level) {
    if (level > most_levels) return std::nullopt;
    if (take("(")) {
      const auto value = sum(level + 1);
      return take(")") ? value : std::nullopt;
    }
    if (take("-")) {
      const auto value = atom(level + 1);
      return value ? std::optional(-*value) : std::nullopt;
    }
    blanks();
    const std::size_t begin = at_;
    long long value = 0;
    for (; at_ < text_.size() && std::isdigit(static_cast<unsigned char>(text_[at_])) != 0; ++at_) {
      value = value * 10 + (text_[at_] - '0');
      if (value > most) return std::nullopt;
    }
    return at_ == begin ? std::nullopt : std::optional(value);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<long long> arithmetic(std::string_view text) { return Arithmetic(text).whole(); }

}  // namespace qianka
