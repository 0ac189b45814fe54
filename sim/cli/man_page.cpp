// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/completion.hpp"
#include "sim/language/language.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace qianka {
namespace {

/// What roff would take for something else.
std::string roff(const std::string& text) {
  std::string result;
  bool begins = true;
  for (const char c : text) {
    if (begins && (c == '.' || c == '\'')) result += "\\&";
    if (c == '\\') {
      result += "\\e";
    } else if (c == '-') {
      result += "\\-";
    } else if (c == '\'') {
      result += "\\(aq";
    } else {
      result += c;
    }
    begins = c == '\n';
  }
  return result;
}

std::string option_text(const DeclaredOption& option) {
  std::string names;
  for (const std::string& name : option.names) {
    names += names.empty() ? "" : ", ";
    names += fmt::format("\\f{}{}\\fR", option.argument ? 'I' : 'B', roff(name));
  }
  if (!option.value.empty()) names += fmt::format(" \\fI{}\\fR", roff(option.value));
  std::string text = fmt::format(".TP\n{}\n{}\n", names, roff(option.description));
  if (!option.choices.empty())
    text += fmt::format("{}\n", roff(say("One of: {}.", fmt::join(option.choices, ", "))));
  return text;
}

std::string options_text(const DeclaredCommand& command, bool arguments) {
  std::string text;
  for (const DeclaredOption& option : command.options)
    if (option.argument == arguments && !option.description.empty()) text += option_text(option);
  return text;
}

std::string synopsis(const DeclaredCommand& command) {
  std::string text = ".B qianka";
  if (!command.path.empty()) text += " " + roff(path_text(command));
  text += fmt::format("\n[{}]\n", tr("options"));
  for (const DeclaredOption& option : command.options)
    if (option.argument) {
      const std::string name = roff(option.names.front()) + (option.repeated ? "..." : "");
      text += option.required ? fmt::format(".I {}\n", name) : fmt::format("[\\fI{}\\fR]\n", name);
    }
  if (!command.subcommands.empty()) text += fmt::format(".I {}\n", tr("command"));
  return text;
}

/// The commands that a page is about: one, and its parts.
std::string parts_text(const DeclaredCommands& commands, const DeclaredCommand& command) {
  std::string text;
  for (const DeclaredCommand& part : commands) {
    if (command.path.empty() || part.path.size() <= command.path.size() ||
        part.path.front() != command.path.front())
      continue;
    text +=
        fmt::format(".SS {}\n{}\n.PP\n{}\n{}{}", roff(path_text(part)), synopsis(part),
                    roff(part.description), options_text(part, true), options_text(part, false));
  }
  return text;
}

std::string list_of_commands(const DeclaredCommands& commands) {
  std::string text;
  for (const DeclaredCommand& command : commands)
    if (command.path.size() == 1)
      text += fmt::format(".TP\n.BR qianka\\-{} (1)\n{}\n", roff(command.path.front()),
                          roff(command.description));
  return text;
}

std::string heading(const char* title) { return fmt::format(".SH {}\n", title); }

}  // namespace

std::string man_file(const std::string& command) {
  return command.empty() ? "qianka.1" : "qianka-" + command + ".1";
}

std::string man_page(const DeclaredCommands& commands, const std::string& command) {
  const bool whole = command.empty();
  const DeclaredCommand& asked =
      whole ? commands.front() : *std::ranges::find_if(commands, [&](const DeclaredCommand& known) {
        return known.path == std::vector<std::string>{command};
      });
  const std::string name = whole ? "qianka" : "qianka-" + command;
  std::string title = name;
  std::ranges::transform(title, title.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  // No date: the same program gives the same page.
  std::string text = fmt::format(".TH {} 1 \"\" \"qianka {}\" \"{}\"\n", roff(title),
                                 QIANKA_VERSION, tr("User commands"));
  // Neither spread words of a line apart nor cut them: between Chinese there are few spaces.
  if (current_language() == Language::zh) text += ".nh\n.ad l\n";
  text += heading(tr("NAME")) +
          fmt::format("{} \\- {}\n", roff(name),
                      roff(whole ? std::string(tr("a simulator of GPU training clusters"))
                                 : asked.description));
  text += heading(tr("SYNOPSIS")) + synopsis(asked);
  text += heading(tr("DESCRIPTION")) + roff(asked.description) + "\n";
  if (whole) text += heading(tr("COMMANDS")) + list_of_commands(commands);
  if (const std::string found = options_text(asked, true); !found.empty())
    text += heading(tr("ARGUMENTS")) + found;
  text += heading(tr("OPTIONS")) + options_text(asked, false);
  if (const std::string parts = parts_text(commands, asked); !parts.empty())
    text += heading(tr("COMMANDS")) + parts;
  text += heading(tr("EXAMPLES")) + ".nf\n" + roff(asked.examples) + "\n.fi\n";
  if (!whole) text += heading(tr("SEE ALSO")) + ".BR qianka (1)\n";
  return text;
}

}  // namespace qianka
