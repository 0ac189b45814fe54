// SPDX-License-Identifier: Apache-2.0
// From what stands on the command line to scenarios.
#pragma once
#include "sim/scenario/scenario.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace qianka {

/// UsageError when topologies/ and scenarios/ are not where they are looked for.
void require_data();

/// A scenario that comes with qianka: "published/sc21-1.7b".
struct ShippedScenario {
  std::string id, question;
};
/// Sorted by id.
std::vector<ShippedScenario> shipped_scenarios();

/// The file itself, or the shipped scenario of that name. Throws UsageError when there is neither.
std::filesystem::path scenario_file(const std::string& argument);

/// "job.parallel.tensor=4". Throws UsageError.
/// A cluster of the user's own, by its path.
bool is_cluster_file(const std::string& argument);

/// Builds what needs the fabric of a cluster; sizes that do not go together are told at its line.
void with_fabric_of(const std::string& cluster, const std::function<void()>& build);

std::vector<Override> parse_sets(const std::vector<std::string>& sets);

}  // namespace qianka
