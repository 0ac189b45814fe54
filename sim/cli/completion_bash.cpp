// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/completion.hpp"

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr const char* head = R"sh(# bash completion of qianka; written by 'qianka completion bash'
_qianka_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen "$1" -- "$cur")
}

_qianka_words() {
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$1" -- "$cur")
}

# The last of several words with commas between them.
_qianka_last_word() {
  local before=
  [[ $cur == *,* ]] && before=${cur%,*},
  compopt -o nospace 2>/dev/null
  mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -P "$before" -W "$1" -- "${cur##*,}")
}

# Of PATH=VALUE what is being typed; bash has taken it apart at the "=".
_qianka_setting() {
  if [[ $key ]]; then
    _qianka_words "$(__qianka_key_values "$key")"
  else
    compopt -o nospace 2>/dev/null
    _qianka_words "$(__qianka_next_keys "$cur")"
  fi
}

)sh";

constexpr const char* body = R"sh(
_qianka() {
  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
  local command= word before= key= at=0 i=$((COMP_CWORD - 1))
  COMPREPLY=()
  # bash takes "--option=value" for three words, and so "KEY=VALUE" behind an option
  if [[ $cur == "=" ]]; then cur=; elif [[ $prev == "=" ]]; then prev=${COMP_WORDS[--i]}; fi
  if [[ $prev != -* && ${COMP_WORDS[i + 1]} == "=" ]]; then
    key=$prev
    prev=${COMP_WORDS[--i]}
    [[ $prev == "=" ]] && prev=${COMP_WORDS[--i]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    if [[ $word == -* ]]; then
      _qianka_takes_value "$command" "$word" && ((i++))
      [[ ${COMP_WORDS[i]} == "=" ]] && ((i++))
      while [[ ${COMP_WORDS[i + 1]} == "=" ]]; do ((i += 2)); done
    elif [[ " $(_qianka_commands "$command") " == *" $word "* ]]; then
      command=${command:+$command }$word
    else
      before=$word
      ((at++))
    fi
  done
  if [[ $prev == -* ]] && _qianka_takes_value "$command" "$prev"; then
    _qianka_value "$command" "$prev"
  elif [[ $cur == -* ]]; then
    _qianka_words "$(_qianka_options "$command")"
  else
    _qianka_words "$(_qianka_commands "$command")"
    _qianka_argument "$command" "$at"
  fi
}
complete -F _qianka qianka
)sh";

/// What completes a value, as a line of shell.
std::string action_of(const DeclaredCommand& command, const DeclaredOption& option) {
  const char* const words = option.list ? "_qianka_last_word" : "_qianka_words";
  if (!option.choices.empty())
    return fmt::format("{} \"{}\"", words, fmt::join(option.choices, " "));
  const ValueSource source = source_of(command, option);
  switch (source.kind) {
    case ValueKind::files:
      return "_qianka_files -f";
    case ValueKind::folders:
      return "_qianka_files -d";
    case ValueKind::listed:
      // A name alone, or the path of a file of one's own.
      return source.list.empty()
                 ? "_qianka_words \"$(_qianka_list_of \"$before\")\"; _qianka_files -f"
                 : fmt::format("{} \"$(__qianka_list {})\"; _qianka_files -f", words, source.list);
    case ValueKind::settings:
      return "_qianka_setting";
    case ValueKind::other:
      break;
  }
  return ":";
}

/// A function that prints words by command.
template <class Words>
std::string by_command(const char* name, const DeclaredCommands& commands, const Words& words_of) {
  std::string text = fmt::format("{}() {{\n  case $1 in\n", name);
  for (const DeclaredCommand& command : commands)
    text += fmt::format("    '{}') echo '{}' ;;\n", path_text(command), words_of(command));
  return text + "  esac\n}\n";
}

std::string options_of(const DeclaredCommands& commands, const DeclaredCommand& command) {
  std::string words;
  const auto add = [&](const DeclaredCommand& from) {
    for (const DeclaredOption& option : from.options)
      for (const std::string& name : option.names)
        if (!option.argument && name.starts_with("--") && name != "--help")
          words += (words.empty() ? "" : " ") + name;
  };
  add(command);
  if (!command.path.empty()) add(commands.front());
  return words + " --help";
}

std::string values(const DeclaredCommands& commands) {
  std::string takes = "_qianka_takes_value() {\n  case \"$1 $2\" in\n";
  std::string value = "_qianka_value() {\n  case \"$1 $2\" in\n";
  const auto pattern = [](const DeclaredCommand& command, const DeclaredOption& option) {
    std::string text;
    for (const std::string& name : option.names)
      text += (text.empty() ? "" : "|") + (command.path.empty()
                                               ? "*' " + name + "'"  // behind every command
                                               : "'" + path_text(command) + " " + name + "'");
    return text;
  };
  // The options of every command come last: a command's own count.
  const auto add = [&](const DeclaredCommand& command) {
    for (const DeclaredOption& option : command.options) {
      if (option.argument || option.value.empty()) continue;
      takes += fmt::format("    {}) return 0 ;;\n", pattern(command, option));
      value += fmt::format("    {}) {} ;;\n", pattern(command, option), action_of(command, option));
    }
  };
  for (std::size_t i = 1; i < commands.size(); ++i) add(commands[i]);
  add(commands.front());
  return takes + "  esac\n  return 1\n}\n" + value + "  esac\n}\n";
}

std::string arguments(const DeclaredCommands& commands) {
  std::string text = "_qianka_argument() {\n  case \"$1 $2\" in\n";
  for (const DeclaredCommand& command : commands) {
    int at = 0;
    for (const DeclaredOption& option : command.options) {
      if (!option.argument) continue;
      text += fmt::format("    '{} '{}) {} ;;\n", path_text(command),
                          option.repeated ? "*" : std::to_string(at), action_of(command, option));
      ++at;
    }
  }
  return text + "  esac\n}\n";
}

/// `qianka list` knows kinds in the plural, `qianka show` in the singular.
std::string lists_of_kinds(const DeclaredCommands& commands) {
  std::vector<std::string> one, many;
  for (const DeclaredCommand& command : commands) {
    if (command.path.empty()) continue;
    for (const DeclaredOption& option : command.options) {
      if (option.names.front() != "KIND") continue;
      if (command.path.front() == "show") one = option.choices;
      if (command.path.front() == "list") many = option.choices;
    }
  }
  std::string text = "_qianka_list_of() {\n  case $1 in\n";
  for (std::size_t i = 0; i < many.size() && i < one.size(); ++i)
    text += fmt::format("    {}) __qianka_list {} ;;\n", one[i], many[i]);
  return text +
         "    bom) __qianka_list topologies ;;\n    contention) __qianka_list scenarios ;;\n" +
         "  esac\n}\n";
}

}  // namespace

std::string bash_completion(const DeclaredCommands& commands) {
  return head + names_and_settings() + lists_of_kinds(commands) + "\n" +
         by_command("_qianka_commands", commands,
                    [](const DeclaredCommand& command) {
                      return fmt::format("{}", fmt::join(command.subcommands, " "));
                    }) +
         by_command("_qianka_options", commands,
                    [&](const DeclaredCommand& command) { return options_of(commands, command); }) +
         values(commands) + arguments(commands) + body;
}

}  // namespace qianka
