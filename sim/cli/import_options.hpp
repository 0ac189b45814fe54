// SPDX-License-Identifier: Apache-2.0
// The options of `qianka import` and `qianka export`.
#pragma once
#include "sim/cli/commands.hpp"
#include "sim/language/language.hpp"

#include <CLI/CLI.hpp>

namespace qianka {

void add_import_options(CLI::App& command, ImportOptions& options);

inline constexpr auto export_summary = marked("Write a cluster as a file that other tools open.");
inline constexpr auto export_examples =
    "  qianka export svg dgx-h100-rail --nodes 16 -o fabric.svg\n"
    "  qianka export graphml my-cluster.yaml -o fabric.graphml\n"
    "  qianka export nccl-topo dgx-h100-rail -o topo.xml && NCCL_TOPO_FILE=topo.xml ./train";
void add_export_options(CLI::App& command, ExportOptions& options);

}  // namespace qianka
