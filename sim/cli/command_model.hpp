// SPDX-License-Identifier: Apache-2.0
// The commands and options as they are declared to CLI11, for what is generated from them: shell
// completions and manual pages.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

namespace qianka {

struct DeclaredOption {
  std::vector<std::string> names;    // "-o", "--output"; of an argument its one name
  std::string value, description;    // value: "DIR"; "" for a switch
  std::vector<std::string> choices;  // of the value; empty = free
  bool argument = false, required = false, repeated = false;
  bool list = false;  // several values in one word, with commas between them
};

struct DeclaredCommand {
  std::vector<std::string> path;  // {"sweep", "run"}; empty for qianka itself
  std::string description;
  std::vector<DeclaredOption> options;   // arguments included
  std::vector<std::string> subcommands;  // names
  std::string examples;                  // lines
};

/// qianka itself first, then each command, each followed by its own.
std::vector<DeclaredCommand> declared_commands(const CLI::App& app);

/// "run", "sweep run"
std::string path_text(const DeclaredCommand& command);

/// What a value may be, beyond its choices.
enum class ValueKind {
  other,
  files,
  folders,
  listed,
  settings
};  // settings: PATH=VALUE of a scenario
struct ValueSource {
  ValueKind kind = ValueKind::other;
  std::string list;  // of `listed`: what `qianka list` is asked for; files will do as well
};
ValueSource source_of(const DeclaredCommand& command, const DeclaredOption& option);

/// The text as one line: lines that were broken for a help are joined.
std::string one_line(std::string_view text);

}  // namespace qianka
