// SPDX-License-Identifier: Apache-2.0
// The options of `qianka import`.
#pragma once
#include "sim/cli/commands.hpp"

#include <functional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

namespace qianka {

/// `sentence` breaks a description into the lines of the help.
void add_import_options(CLI::App& command, ImportOptions& options,
                        const std::function<std::string(std::string_view)>& sentence);

}  // namespace qianka
