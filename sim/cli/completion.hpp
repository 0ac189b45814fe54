// SPDX-License-Identifier: Apache-2.0
// Scripts that teach a shell to complete what is typed behind 'qianka': commands, options, words
// that an option takes, names of the catalogue (asked of 'qianka list' as they are needed), files.
#pragma once
#include "sim/cli/command_model.hpp"

#include <string>
#include <vector>

namespace qianka {

using DeclaredCommands = std::vector<DeclaredCommand>;

std::string bash_completion(const DeclaredCommands& commands);
std::string zsh_completion(const DeclaredCommands& commands);
std::string fish_completion(const DeclaredCommands& commands);

/// A manual page in man(7), for man and mandoc: of qianka itself, or of one command with the parts
/// it has.
std::string man_page(const DeclaredCommands& commands, const std::string& command);
/// "qianka.1", "qianka-run.1"
std::string man_file(const std::string& command);

}  // namespace qianka
