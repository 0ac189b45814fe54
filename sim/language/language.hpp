// SPDX-License-Identifier: Apache-2.0
// The language of what people read. English stands in the source and is the key of the catalogue
// sim/language/zh_CN.po (GNU gettext, in glibc); what is not in it stays English. Keys of
// scenarios, and whatever programs read, are English always:
// docs/decisions/0020-gettext-for-chinese.md.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace qianka {

enum class Language { en, zh };

/// "en", "zh", "zh_CN.UTF-8", "zh-Hans"; nothing for others.
std::optional<Language> language_named(std::string_view name);

/// What LC_ALL, LC_MESSAGES or LANG, the first that is set, ask for; then LANGUAGE, as gettext
/// does.
Language language_of_environment();

/// Of this process and of those it starts. Numbers keep the C locale's format in every language.
void set_language(Language language);
Language current_language();

/// False when Chinese is asked for and its catalogue is not beside the program: all stays English.
bool catalogue_found();

/// The text in the current language. It lives as long as the process.
const char* tr(const char* english);
/// The same where one English word is several Chinese ones: "step" over a column, and "12 steps".
const char* tr(const char* context, const char* english);
/// Of a text that was put together, or marked elsewhere.
std::string tr(const std::string& english);

/// Marks a text for the catalogue that is translated where it is printed.
constexpr const char* marked(const char* english) { return english; }

/// fmt::format, with the format in the current language: its {} are those of the English one, which
/// the compiler checks; tests/unit/language_test.cpp checks the catalogue's.
template <class... Values>
std::string say(fmt::format_string<Values...> english, Values&&... values) {
  const fmt::string_view text = english;
  return fmt::vformat(tr(text.data()), fmt::make_format_args(values...));
}

/// The language for as long as this lives.
class InLanguage {
 public:
  explicit InLanguage(Language language);
  ~InLanguage();
  InLanguage(const InLanguage&) = delete;
  InLanguage& operator=(const InLanguage&) = delete;

 private:
  Language before_;
};

/// Of what programs or other machines read.
class InEnglish : public InLanguage {
 public:
  InEnglish() : InLanguage(Language::en) {}
};

}  // namespace qianka
