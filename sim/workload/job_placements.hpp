// SPDX-License-Identifier: Apache-2.0
// Which cards of a common cluster each of several jobs gets.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/workload/layout.hpp"

#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace qianka {

/// packed: one job's nodes after the other's. spread: dealt out in turn. random: shuffled by the
/// seed. rail: every job has some cards of each node, the same ones everywhere.
enum class JobPlacement { packed, spread, random, rail };

inline constexpr std::pair<std::string_view, JobPlacement> job_placement_names[] = {
    {"packed", JobPlacement::packed},
    {"spread", JobPlacement::spread},
    {"random", JobPlacement::random},
    {"rail", JobPlacement::rail}};

/// Nodes that the jobs need together.
int nodes_for(std::span<const Scenario> jobs, JobPlacement how);

/// One for each job, no card in two of them. Infeasible when a node's cards cannot be divided.
std::vector<Placement> place_jobs(std::span<const Scenario> jobs, JobPlacement how,
                                  std::uint64_t seed);

}  // namespace qianka
