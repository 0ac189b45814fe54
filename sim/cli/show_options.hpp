// SPDX-License-Identifier: Apache-2.0
// The options of `qianka show`.
#pragma once
#include "sim/cli/commands.hpp"
#include "sim/language/language.hpp"

#include <CLI/CLI.hpp>

namespace qianka {

inline constexpr auto show_summary =
    marked("Show one entry of the catalogue: its values, with units and sources.");
inline constexpr auto show_examples =
    "  qianka show part h100-sxm5-80gb\n"
    "  qianka show topology llama3-roce-24k\n"
    "  qianka show bom dgx-h100-rail --nodes 1000\n"
    "  qianka show topology dgx-h100-rail --dot | dot -Tsvg > fabric.svg\n"
    "  qianka show scenario bloom-176b\n"
    "  qianka show route 0 323 --on dgx-h100-rail\n"
    "  qianka show contention bloom-176b";

void add_show_options(CLI::App& command, ShowOptions& options);

}  // namespace qianka
