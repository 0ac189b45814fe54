// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/command_model.hpp"

#include "sim/cli/commands.hpp"
#include "sim/cli/kinds.hpp"
#include "sim/cli/settable_keys.hpp"
#include "sim/interchange/export.hpp"
#include "sim/interchange/import.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

/// CLI11 writes the choices of a value behind its type: "GRADE:{A,B,C,all}".
std::vector<std::string> choices_in(const std::string& type) {
  std::vector<std::string> choices;
  const std::size_t open = type.find('{'), close = type.rfind('}');
  if (open == std::string::npos || close == std::string::npos) return choices;
  for (std::size_t at = open + 1; at < close;) {
    const std::size_t end = type.find_first_of(",}", at);
    choices.push_back(type.substr(at, end - at));
    at = end + 1;
  }
  return choices;
}

DeclaredOption declared(const CLI::Option& option) {
  DeclaredOption result;
  result.argument = option.get_positional();
  if (result.argument) {
    result.names = {option.get_name(true)};
  } else {
    for (const std::string& name : option.get_snames()) result.names.push_back("-" + name);
    for (const std::string& name : option.get_lnames()) result.names.push_back("--" + name);
  }
  const std::string type = option.get_type_name();
  if (!result.argument && option.get_items_expected_max() > 0)
    result.value = type.empty() ? "VALUE" : type.substr(0, type.find_first_of(": "));
  result.choices = choices_in(type);
  result.description = one_line(option.get_description());
  result.required = option.get_required();
  result.repeated = option.get_items_expected_max() > 1;
  result.list = option.get_delimiter() == ',';
  return result;
}

/// "--layers-per-stage" searches what job.parallel.layers_per_stage takes.
std::vector<std::string> words_of_layout(const std::string& option) {
  std::string key = "job.parallel." + option.substr(2);
  std::ranges::replace(key, '-', '_');
  const std::vector<SettableKey> keys = settable_keys();
  const auto found = std::ranges::find(keys, key, &SettableKey::path);
  return found == keys.end() ? std::vector<std::string>{} : found->words;
}

/// Words that stand in the program, not in the declaration.
std::vector<std::string> known_words(const std::vector<std::string>& path,
                                     const std::string& argument) {
  std::vector<std::string> words;
  const std::string command = path.empty() ? "" : path.front();
  if (command == "tune" && argument.starts_with("--")) return words_of_layout(argument);
  if (argument != "KIND") return words;
  if (command == "list") std::ranges::transform(kinds(), std::back_inserter(words), &Kind::many);
  if (command == "show") {
    std::ranges::transform(kinds(), std::back_inserter(words), &Kind::one);
    words.insert(words.end(), {"bom", "route", "contention"});
  }
  if (command == "schema") words = schema_kinds();
  if (command == "import")
    for (const ImportKind& kind : import_kinds()) words.emplace_back(kind.name);
  if (command == "export")
    for (const ExportKind& kind : export_kinds()) words.emplace_back(kind.name);
  return words;
}

void add_declared(const CLI::App& app, const std::vector<std::string>& path,
                  std::vector<DeclaredCommand>& all) {
  DeclaredCommand command{.path = path,
                          .description = one_line(app.get_description()),
                          .options = {},
                          .subcommands = {},
                          .examples = app.get_footer()};
  for (const CLI::Option* option : app.get_options()) {
    command.options.push_back(declared(*option));
    DeclaredOption& last = command.options.back();
    if (last.choices.empty()) last.choices = known_words(path, last.names.back());
  }
  const auto parts = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* part : parts) command.subcommands.push_back(part->get_name());
  all.push_back(std::move(command));
  for (const CLI::App* part : parts) {
    std::vector<std::string> below = path;
    below.push_back(part->get_name());
    add_declared(*part, below, all);
  }
}

bool is_wide(char32_t c) { return c >= 0x2E80; }

/// The last character of what was written so far.
char32_t last_character(const std::string& text) {
  char32_t last = 0;
  for (std::size_t at = 0; at < text.size();) last = next_character(text, at);
  return last;
}

}  // namespace

std::vector<DeclaredCommand> declared_commands(const CLI::App& app) {
  std::vector<DeclaredCommand> all;
  add_declared(app, {}, all);
  return all;
}

std::string path_text(const DeclaredCommand& command) {
  return fmt::format("{}", fmt::join(command.path, " "));
}

ValueSource source_of(const DeclaredCommand& command, const DeclaredOption& option) {
  const std::string& name = option.names.back();
  const std::string path = path_text(command);
  if (!option.choices.empty()) return {};
  const auto listed = [](const char* kind) { return ValueSource{ValueKind::listed, kind}; };
  constexpr std::array<std::pair<std::string_view, const char*>, 9> by_name{
      {{"--cluster", "topologies"},
       {"--across", "topologies"},
       {"--node", "topologies"},
       {"--on", "topologies"},
       {"CLUSTER", "topologies"},
       {"--model", "models"},
       {"--faults", "faults"},
       {"--library", "libraries"},
       {"--towards", "scenarios"}}};
  for (const auto& [known, kind] : by_name)
    if (name == known) return listed(kind);
  if (name == "--gpu" || name == "--nic") return listed("parts");
  const bool reads_scenario =
      path != "import" && path != "calibrate" && path != "fit-faults" && path != "replay-step";
  if (name == "FILE" && reads_scenario) return listed("scenarios");
  if (path == "show" && name == "NAME") return listed("");  // of the kind that stands before it
  if (option.value == "PATH=VALUE") return {ValueKind::settings, ""};
  if (option.value == "DIR" || name == "DIR") return {ValueKind::folders, ""};
  const bool file = option.value.starts_with("FILE") || option.value == "OUT" || name == "FILE" ||
                    option.value.ends_with(".yaml") || name.ends_with(".yaml");
  return {file ? ValueKind::files : ValueKind::other, ""};
}

std::string one_line(std::string_view text) {
  std::string line;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\n') {
      line += text[at];
      continue;
    }
    std::size_t next = at + 1;
    if (next >= text.size()) break;
    // Chinese is broken anywhere, and has no spaces to be put back.
    if (!(is_wide(last_character(line)) && is_wide(next_character(text, next)))) line += ' ';
  }
  return line;
}

}  // namespace qianka
