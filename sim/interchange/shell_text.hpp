// SPDX-License-Identifier: Apache-2.0
// As much of a shell as launch scripts need: assignments, arrays, quotes, ${NAME:-default},
// $((arithmetic)), if, case, for. Nothing is run. Every character of a word knows where in the file
// it was written, through however many variables it came.
#pragma once
#include "sim/interchange/source_text.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

/// Text with the offset of each character. What is not known, a variable that is never set or the
/// output of a command, stands between `unknown_begin` and `unknown_end`.
struct ShellText {
  std::string text;
  std::vector<std::size_t> from;

  void add(char c, std::size_t at);
  void add(const ShellText& more);
  void add_unknown(std::string_view name, std::size_t at);
};
inline constexpr char unknown_begin = '\x01', unknown_end = '\x02';

/// The name of what is not known in a word; nothing when all is.
std::optional<std::string> unknown_in(std::string_view text);

struct ShellCommand {
  std::vector<ShellText> words;
};

struct ShellScript {
  std::vector<ShellCommand> commands;  // all that would be run, assignments left out
  std::map<std::string, std::vector<ShellText>> variables;  // at the end of the script
};

/// What the caller of the script sets: variables of the environment, and arguments by number.
using ShellEnvironment = std::map<std::string, std::string>;

/// Throws InputError for a quote or bracket that is never closed, and for text that is no script.
ShellScript read_shell(const SourceText& source, std::vector<Diagnostic>& warnings,
                       std::vector<std::string>& details, const ShellEnvironment& environment = {});

/// Whole-number arithmetic: + - * / % ** and parentheses. Nothing when it is something else.
std::optional<long long> arithmetic(std::string_view text);

}  // namespace qianka
