// SPDX-License-Identifier: Apache-2.0
// What a result says in words, in all languages: a result is made once, and its page switches
// (docs/decisions/0021-results-say-it-in-both.md).
#pragma once
#include "sim/language/language.hpp"

#include <compare>
#include <concepts>
#include <exception>
#include <string>
#include <utility>

namespace qianka {

/// A sentence in both languages. Read as a text, it is in the current one.
class Said {
 public:
  Said() = default;
  Said(std::string english, std::string chinese)
      : english_(std::move(english)), chinese_(std::move(chinese)) {}
  /// English and Chinese, as they cross a pipe.
  using Both = std::pair<std::string, std::string>;
  explicit Said(Both both) : Said(std::move(both.first), std::move(both.second)) {}
  [[nodiscard]] Both both() const { return {english_, chinese_}; }
  /// A name, which is the same in both.
  static Said same(const std::string& name) { return {name, name}; }

  [[nodiscard]] const std::string& in(Language language) const {
    return language == Language::zh ? chinese_ : english_;
  }
  [[nodiscard]] const std::string& text() const { return in(current_language()); }
  // NOLINTNEXTLINE(google-explicit-constructor): what prints a text prints this
  operator const std::string&() const { return text(); }
  [[nodiscard]] bool empty() const { return english_.empty(); }
  /// By the English, then the Chinese: the same order in both languages.
  friend auto operator<=>(const Said&, const Said&) = default;

 private:
  std::string english_, chinese_;
};

/// A fixed text, marked for the catalogue.
Said said(const char* english);

/// What `make` says, asked in each language. It must say the same whenever it is asked.
template <std::invocable Make>
Said said(const Make& make) {
  const auto in = [&](Language language) {
    const InLanguage asked(language);
    return std::string(make());
  };
  return {in(Language::en), in(Language::zh)};
}

/// Why `work` cannot be done: what its error says, in both languages; empty when it was done. What
/// was refused is tried once more in the other language, since an error says it in one.
template <class Error = std::exception, std::invocable Work>
Said refusal_of(const Work& work) {
  const auto refusal = [&](Language language) -> std::string {
    const InLanguage asked(language);
    try {
      work();
      return "";
    } catch (const Error& problem) {
      return problem.what();
    }
  };
  const bool chinese = current_language() == Language::zh;
  std::string first = refusal(current_language());
  if (first.empty()) return {};
  std::string second = refusal(chinese ? Language::en : Language::zh);
  if (second.empty()) second = first;
  return chinese ? Said(second, first) : Said(first, second);
}

/// Up to the first line break.
Said first_line(const Said& text);

}  // namespace qianka

template <>
struct fmt::formatter<qianka::Said> : fmt::formatter<fmt::string_view> {
  template <class Context>
  auto format(const qianka::Said& words, Context& context) const {
    return fmt::formatter<fmt::string_view>::format(words.text(), context);
  }
};
