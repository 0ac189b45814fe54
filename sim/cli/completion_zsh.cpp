// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/completion.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr const char* head = R"sh(#compdef qianka
# zsh completion of qianka; written by 'qianka completion zsh'
__qianka_names() {
  local -a names
  names=(${(f)"$(__qianka_list $1)"})
  compadd -a names
}
__qianka_listed() {
  _alternative "names:name: __qianka_names $1" 'files:file:_files'
}
__qianka_any() {
  local kind
  for kind in topologies parts models stacks faults libraries policies scenarios; do
    __qianka_names $kind
  done
  _files
}
# The last of several words with commas between them.
__qianka_last_word() {
  compset -P '*,'
  compadd -S '' -- "$@"
}
__qianka_last_name() {
  [[ $PREFIX == *,* ]] || _files
  __qianka_last_word ${(f)"$(__qianka_list $1)"}
}
# Of PATH=VALUE what is being typed.
__qianka_setting() {
  if compset -P 1 '*='; then
    compadd -- ${(f)"$(__qianka_key_values ${${IPREFIX%=}##*=})"}
  else
    compadd -S '' -- ${(f)"$(__qianka_next_keys "$PREFIX")"}
  fi
}
)sh";

/// Inside single quotes, in brackets or between colons.
std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      if (std::string_view("[]:\\").find(c) != std::string_view::npos) result += '\\';
      result += c;
    }
  }
  return result;
}

std::string action_of(const DeclaredCommand& command, const DeclaredOption& option) {
  if (!option.choices.empty()) {
    const std::string words = fmt::format("{}", fmt::join(option.choices, " "));
    return option.list ? " __qianka_last_word " + words : "(" + words + ")";
  }
  const ValueSource source = source_of(command, option);
  switch (source.kind) {
    case ValueKind::files:
      return "_files";
    case ValueKind::folders:
      return "_files -/";
    case ValueKind::listed:
      // A space in front: what _arguments would add stays away.
      if (source.list.empty()) return " __qianka_any";
      return (option.list ? " __qianka_last_name " : " __qianka_listed ") + source.list;
    case ValueKind::settings:
      return " __qianka_setting";
    case ValueKind::other:
      break;
  }
  return " ";
}

std::string specs_of(const DeclaredCommand& command) {
  std::string text;
  for (const DeclaredOption& option : command.options) {
    if (option.argument) continue;
    for (const std::string& name : option.names) {
      text += fmt::format(" \\\n    '*{}{}[{}]", name,
                          option.value.empty()     ? ""
                          : name.starts_with("--") ? "="
                                                   : "+",
                          escaped(option.description));
      if (!option.value.empty())
        text += fmt::format(":{}:{}", escaped(option.value), action_of(command, option));
      text += "'";
    }
  }
  return text;
}

std::string arguments_of(const DeclaredCommand& command) {
  std::string text;
  for (const DeclaredOption& option : command.options)
    if (option.argument)
      text += fmt::format(" \\\n    '{}:{}:{}'", option.repeated ? "*" : "",
                          escaped(option.names.front()), action_of(command, option));
  return text;
}

std::string function_of(const DeclaredCommand& command) {
  std::string name = "_qianka";
  for (const std::string& word : command.path) name += "_" + word;
  std::ranges::replace(name, '-', '_');
  return name;
}

const DeclaredCommand& below(const DeclaredCommands& commands, const DeclaredCommand& above,
                             const std::string& name) {
  std::vector<std::string> path = above.path;
  path.push_back(name);
  return *std::ranges::find(commands, path, &DeclaredCommand::path);
}

std::string function_text(const DeclaredCommands& commands, const DeclaredCommand& command) {
  const std::string specs =
      specs_of(command) + (command.path.empty() ? "" : specs_of(commands.front()));
  if (command.subcommands.empty())
    return fmt::format("{}() {{\n  _arguments{}{}\n}}\n", function_of(command), specs,
                       arguments_of(command));
  std::string names, cases;
  for (const std::string& name : command.subcommands) {
    const DeclaredCommand& part = below(commands, command, name);
    names += fmt::format("        '{}:{}'\n", name, escaped(part.description));
    cases += fmt::format("        {}) {} ;;\n", name, function_of(part));
  }
  return fmt::format(
      "{}() {{\n  local curcontext=$curcontext state line\n  typeset -A opt_args\n"
      "  _arguments -C{} \\\n    '1:command:->command' '*::argument:->rest'\n"
      "  case $state in\n    command)\n      local -a commands=(\n{}      )\n"
      "      _describe -t commands command commands ;;\n"
      "    rest)\n      case $words[1] in\n{}      esac ;;\n  esac\n}}\n",
      function_of(command), specs, names, cases);
}

}  // namespace

std::string zsh_completion(const DeclaredCommands& commands) {
  std::string text = head + names_and_settings();
  for (const DeclaredCommand& command : commands) text += function_text(commands, command);
  return text +
         "if [ \"$funcstack[1]\" = _qianka ]; then _qianka \"$@\"; else compdef _qianka "
         "qianka; fi\n";
}

}  // namespace qianka
