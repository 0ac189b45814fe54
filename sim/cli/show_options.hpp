// SPDX-License-Identifier: Apache-2.0
// The options of `qianka show`.
#pragma once
#include "sim/cli/commands.hpp"

#include <functional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

namespace qianka {

inline constexpr auto show_summary =
    "Show one entry of the catalogue: its values, with units and sources.";
inline constexpr auto show_examples =
    "  qianka show part h100-sxm5-80gb\n"
    "  qianka show topology llama3-roce-24k\n"
    "  qianka show bom dgx-h100-rail --nodes 1000\n"
    "  qianka show topology dgx-h100-rail --dot | dot -Tsvg > fabric.svg\n"
    "  qianka show scenario bloom-176b";

/// `sentence` breaks a description into the lines of the help.
void add_show_options(CLI::App& command, ShowOptions& options,
                      const std::function<std::string(std::string_view)>& sentence);

}  // namespace qianka
