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

/// Functions that bash and zsh both understand, with two underscores, since a command's own is
/// `_qianka_list`: `__qianka_list KIND` prints names of the catalogue,
/// and for what stands behind --set `__qianka_next_keys TYPED` the keys of a scenario that begin
/// so, one more level of them, `__qianka_key_values KEY` the words its value may be.
std::string names_and_settings();

/// A manual page in man(7), for man and mandoc: of qianka itself, or of one command with the parts
/// it has.
std::string man_page(const DeclaredCommands& commands, const std::string& command);
/// "qianka.1", "qianka-run.1"
std::string man_file(const std::string& command);

}  // namespace qianka
