// SPDX-License-Identifier: Apache-2.0
#include "sim/language/language.hpp"

#include <array>
#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include <libintl.h>

namespace qianka {
namespace {

constexpr const char* domain = "qianka";

/// Where <folder>/zh_CN/LC_MESSAGES/qianka.mo is: in a build beside the program, installed in
/// share/locale next to bin. "" when it is nowhere.
std::string catalogue_folder() {
  std::error_code none;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", none).parent_path();
  for (const char* place : {"locale", "../share/locale", "../locale"}) {
    const auto folder = program / place;
    if (std::filesystem::exists(folder / "zh_CN/LC_MESSAGES/qianka.mo", none))
      return folder.string();
  }
  return "";
}

void bind_catalogue() {
  bindtextdomain(domain, catalogue_folder().c_str());
  bind_textdomain_codeset(domain, "UTF-8");
  bind_textdomain_codeset("libc", "UTF-8");  // of strerror; LC_CTYPE is "C", which has no Chinese
}

/// LANGUAGE as it was before this process changed it.
const std::optional<std::string>& own_wish() {
  static const auto wish = []() -> std::optional<std::string> {
    if (const char* const value = std::getenv("LANGUAGE")) return value;
    return std::nullopt;
  }();
  return wish;
}

std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

}  // namespace

std::optional<Language> language_named(std::string_view name) {
  const std::string_view word = name.substr(0, name.find_first_of("_-.@"));
  if (word == "zh") return Language::zh;
  if (word == "en") return Language::en;
  return std::nullopt;
}

Language language_of_environment() {
  std::string_view locale;
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"})
    if (locale.empty()) locale = variable(name);
  if (locale.empty() || locale == "C" || locale == "POSIX") return Language::en;
  const std::string_view wished = variable("LANGUAGE");
  if (const auto first = language_named(wished.substr(0, wished.find(':')))) return *first;
  return language_named(locale).value_or(Language::en);
}

void set_language(Language language) {
  const std::optional<std::string>& before = own_wish();
  if (language == Language::en) {
    std::setlocale(LC_MESSAGES, "C");  // in which gettext looks nothing up
    if (before)
      setenv("LANGUAGE", before->c_str(), 1);
    else
      unsetenv("LANGUAGE");
    return;
  }
  [[maybe_unused]] static const bool bound = (bind_catalogue(), true);
  // gettext asks LANGUAGE in every locale but "C". C.UTF-8 is there on a bare Debian, zh_CN is not.
  for (const char* locale : {"C.UTF-8", "C.utf8", "en_US.UTF-8", "zh_CN.UTF-8"})
    if (std::setlocale(LC_MESSAGES, locale) != nullptr) break;
  setenv("LANGUAGE", "zh_CN", 1);
}

Language current_language() {
  return std::string_view(std::setlocale(LC_MESSAGES, nullptr)) == "C" ? Language::en
                                                                       : Language::zh;
}

bool catalogue_found() { return current_language() == Language::en || !catalogue_folder().empty(); }

const char* tr(const char* english) {
  return *english == '\0' ? english : dgettext(domain, english);
}

const char* tr(const char* context, const char* english) {
  const std::string key = fmt::format("{}\x04{}", context, english);  // as gettext writes contexts
  const char* const found = dgettext(domain, key.c_str());
  return found == key.c_str() ? english : found;
}

std::string tr(const std::string& english) { return tr(english.c_str()); }

InLanguage::InLanguage(Language language) : before_(current_language()) {
  if (language != before_) set_language(language);
}

InLanguage::~InLanguage() {
  if (current_language() != before_) set_language(before_);
}

}  // namespace qianka
