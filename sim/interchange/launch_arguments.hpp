// SPDX-License-Identifier: Apache-2.0
// The arguments of a training program in a launch script: `--name value`, wherever they were put
// together, each with its place.
#pragma once
#include "sim/interchange/shell_text.hpp"

#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

/// Names without dashes in front, with '-' for '_': "num-layers".
using ArgumentNames = std::initializer_list<std::string_view>;

struct LaunchArgument {
  std::string name;
  SourcePos at;
  std::vector<std::string> values;  // words up to the next argument
  SourcePos value_at;
};

class LaunchArguments {
 public:
  /// Throws InputError when the script has none of the arguments in `known`.
  LaunchArguments(const SourceText& source, const std::set<std::string, std::less<>>& known,
                  std::vector<Diagnostic>& warnings, std::vector<std::string>& details,
                  const ShellEnvironment& environment = {});

  /// The last of these names that is given.
  const LaunchArgument* find(ArgumentNames names);
  /// A whole number; nothing when it is not given. Throws InputError when it is no number, or a
  /// variable that the script never sets.
  std::optional<int> whole(ArgumentNames names, int least = 1);
  /// The same where the value may be something else: a variable of the environment.
  std::optional<int> whole_if_known(ArgumentNames names);
  bool given(ArgumentNames names) { return find(names) != nullptr; }
  std::string word(ArgumentNames names);
  /// Where it is given; the beginning of the script otherwise.
  SourcePos at(ArgumentNames names);

  /// What a variable of the script holds, or a directive of Slurm: "WORLD_SIZE", "#nodes".
  [[nodiscard]] std::optional<int> variable(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> unread() const;

 private:
  void choose(const ShellScript& script, const std::set<std::string, std::less<>>& known);
  void read(const std::vector<ShellText>& words);
  void directives();
  [[nodiscard]] std::string also_open(const std::string& but) const;

  const SourceText& source_;
  std::map<std::string, LaunchArgument, std::less<>> arguments_;
  std::set<std::string, std::less<>> asked_;
  std::map<std::string, int> numbers_;
  std::vector<std::string>& details_;
};

}  // namespace qianka
