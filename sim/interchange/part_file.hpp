// SPDX-License-Identifier: Apache-2.0
// Files of ours that are less than a scenario: a cluster, a model, a job without its cluster. What
// an import writes, and what `qianka check` is given.
#pragma once
#include "sim/input/diagnostics.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

/// scenario: whole, or all but its cluster. faults: a list of them, which is no YAML but CSV;
/// fault_set: their rates.
enum class PartKind { cluster, model, scenario, faults, fault_set };

/// What the text is, by its first keys; nothing for a scenario that has its cluster, and for what
/// is no YAML.
std::optional<PartKind> part_kind(const std::string& yaml, const std::string& name);

/// Everything that is wrong with it.
std::vector<Diagnostic> part_problems(const std::string& yaml, const std::string& name,
                                      PartKind kind);

/// How a scenario takes it in: "a cluster; a scenario names it by 'cluster: node.yaml'".
std::string part_use(PartKind kind, std::string_view file);

}  // namespace qianka
