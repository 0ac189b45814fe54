// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/completion.hpp"
#include "sim/cli/settable_keys.hpp"

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr const char* head = R"(# fish completion of qianka; written by 'qianka completion fish'
function __qianka_list
  LC_ALL=C qianka list $argv 2>/dev/null | string replace -rf '^  (\S+).*' '$1'
end
function __qianka_last_word
  set -l before (string match -r '^.*,' -- (string replace -r '^--[a-z-]+=' '' -- (commandline -ct)))
  for word in $argv
    echo $before$word
  end
end
function __qianka_next_keys
  __qianka_keys | awk -v typed=$argv[1] 'substr($1, 1, length(typed)) == typed {
    rest = substr($1, length(typed) + 1); dot = index(rest, ".")
    print dot ? typed substr(rest, 1, dot) : $1 "="
  }' | sort -u
end
function __qianka_key_values
  for word in (__qianka_keys | awk -v key=$argv[1] '$1 == key {for (i = 2; i <= NF; i++) print $i}')
    switch $word
      case '@parts/*'
        LC_ALL=C qianka list parts 2>/dev/null | awk -v kind=(string sub -s 8 -- $word) '$2 == kind {print $1}'
      case '@*'
        __qianka_list (string sub -s 2 -- $word)
      case '*'
        echo $word
    end
  end
end
# Of PATH=VALUE what is being typed.
function __qianka_setting
  set -l pair (string split -m 1 = -- (string replace -r '^--set=' '' -- (commandline -ct)))
  if test (count $pair) -eq 2
    set -l values (__qianka_key_values $pair[1])
    test (count $values) -gt 0; and printf '%s\n' $pair[1]=$values
  else
    __qianka_next_keys "$pair[1]"
  end
end
function __qianka_typed
  set -l words (commandline -opc)
  set -e words[1]
  string match -v -- '-*' $words
end
# Whether the words before begin with these.
function __qianka_at
  set -l typed (__qianka_typed)
  test (count $typed) -ge (count $argv); and test "$typed[1..$(count $argv)]" = "$argv"
end
# Whether exactly so many words were typed.
function __qianka_words
  test (count (__qianka_typed)) -eq $argv[1]
end
complete -c qianka -f
)";

std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') result += '\\';
    result += c;
  }
  return result + "'";
}

/// The list beside the cursor is narrow: the first sentence.
std::string brief(const std::string& text) { return text.substr(0, text.find(". ")); }

std::string values_of(const DeclaredCommand& command, const DeclaredOption& option) {
  if (!option.choices.empty()) {
    const std::string words = fmt::format("{}", fmt::join(option.choices, " "));
    return " -a " + quoted(option.list ? "(__qianka_last_word " + words + ")" : words);
  }
  const ValueSource source = source_of(command, option);
  switch (source.kind) {
    case ValueKind::files:
      return " -F";
    case ValueKind::folders:
      return " -a '(__fish_complete_directories)'";
    case ValueKind::listed:
      return fmt::format(" -F -a '({}{}{})'", option.list ? "__qianka_last_word (" : "",
                         "__qianka_list " + source.list, option.list ? ")" : "");
    case ValueKind::settings:
      return " -a '(__qianka_setting)'";
    case ValueKind::other:
      break;
  }
  return "";
}

std::string option_line(const DeclaredCommand& command, const DeclaredOption& option) {
  std::string text = "complete -c qianka";
  if (!command.path.empty()) text += fmt::format(" -n '__qianka_at {}'", path_text(command));
  for (const std::string& name : option.names)
    text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  const std::string values = values_of(command, option);
  const bool files = values.starts_with(" -F");
  if (!option.value.empty()) text += (files ? " -r" : " -x") + values;
  return text + " -d " + quoted(brief(option.description)) + "\n";
}

std::string command_lines(const DeclaredCommands& commands, const DeclaredCommand& command) {
  std::string text;
  for (const DeclaredCommand& part : commands) {
    if (part.path.size() != command.path.size() + 1 ||
        !std::equal(command.path.begin(), command.path.end(), part.path.begin()))
      continue;
    const std::string at =
        command.path.empty() ? "" : fmt::format("__qianka_at {}; and ", path_text(command));
    text += fmt::format("complete -c qianka -n '{}__qianka_words {}' -a {} -d {}\n", at,
                        command.path.size(), part.path.back(), quoted(brief(part.description)));
  }
  std::size_t at = command.path.size();
  for (const DeclaredOption& option : command.options) {
    if (!option.argument) {
      text += option_line(command, option);
      continue;
    }
    const std::string values = values_of(command, option);
    const std::string place = option.repeated ? "" : fmt::format("; and __qianka_words {}", at);
    ++at;
    if (!values.empty())
      text += fmt::format("complete -c qianka -n '__qianka_at {}{}'{}\n", path_text(command), place,
                          values);
  }
  return text;
}

}  // namespace

std::string fish_completion(const DeclaredCommands& commands) {
  std::string text = fmt::format("{}function __qianka_keys\n  printf %s {}\nend\n", head,
                                 quoted(settable_keys_text()));
  for (const DeclaredCommand& command : commands) text += command_lines(commands, command);
  return text;
}

}  // namespace qianka
