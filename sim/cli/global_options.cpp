// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/global_options.hpp"

#include "sim/cli/declare.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/terminal.hpp"
#include "sim/language/language.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <span>
#include <string_view>

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace qianka {
namespace {

using Words = std::span<const char* const>;

/// The value of "--lang zh" or "--lang=zh"; "" when it is not given.
std::string_view value_of(Words words, std::string_view option) {
  for (std::size_t i = 1; i < words.size(); ++i) {
    const std::string_view word = words[i];
    if (word == option && i + 1 < words.size()) return words[i + 1];
    if (word.starts_with(option) && word.substr(option.size()).starts_with('='))
      return word.substr(option.size() + 1);
  }
  return "";
}

/// What is printed is for programs, or for files that they read.
bool for_programs(Words words) {
  constexpr std::array<std::string_view, 4> switches{"--json", "--csv", "--markdown", "--dot"};
  constexpr std::array<std::string_view, 2> commands{"schema", "export"};
  return std::ranges::any_of(words,
                             [&](std::string_view word) {
                               return std::ranges::find(switches, word) != switches.end();
                             }) ||
         (words.size() > 1 &&
          std::ranges::find(commands, std::string_view(words[1])) != commands.end() &&
          std::ranges::find(words, std::string_view("--help")) == words.end());
}

}  // namespace

void add_global_options(CLI::App& app, GlobalOptions& options) {
  add_switch(app, "-q,--quiet", options.quiet,
             "Of every command: only the result; no progress, no remarks.");
  app.add_flag("-v,--verbose", options.verbose,
               sentence("Of every command: log what is going on, twice for more; a report leaves "
                        "nothing out."));
  app.add_option("--color", options.colour,
                 sentence("Of every command: auto colours for a terminal only, and not when "
                          "NO_COLOR is set."))
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  app.add_option("--lang", options.language,
                 sentence("Of every command: the language of messages, reports and help; left "
                          "out: that of the locale (LC_ALL, LC_MESSAGES, LANG). What programs "
                          "read is English."))
      ->type_name("LANGUAGE")
      ->check(CLI::IsMember({"en", "zh"}));
}

void choose_language_and_colour(int argc, const char* const* argv) {
  const Words words(argv, static_cast<std::size_t>(std::max(argc, 0)));
  choose_colour(value_of(words, "--color"));
  const std::string_view asked = value_of(words, "--lang");
  const Language language = language_named(asked).value_or(language_of_environment());
  set_language(for_programs(words) ? Language::en : language);
  if (!asked.empty() && !catalogue_found())
    remark(
        "warning: there are no Chinese messages beside the program, which was built without "
        "msgfmt");
}

void set_up_logs(const GlobalOptions& options) {
  using spdlog::level::level_enum;
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("qianka", std::move(sink)));
  spdlog::set_pattern("%l: %v");
  const level_enum loud = options.verbose > 1 ? level_enum::debug : level_enum::info;
  spdlog::set_level(options.quiet         ? level_enum::err
                    : options.verbose > 0 ? loud
                                          : level_enum::warn);
}

}  // namespace qianka
