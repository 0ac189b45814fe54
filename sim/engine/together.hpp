// SPDX-License-Identifier: Apache-2.0
// Several jobs train on one fabric at the same time: each repeats its step, all begin together, and
// what they send shares the links.
#pragma once
#include "sim/metrics/jobs_summary.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/workload/job_placements.hpp"

#include <cstdint>
#include <span>

namespace qianka {

/// The jobs' clusters are alike but for their number of nodes; they are made one. Infeasible where
/// too little is alike to be simulated exactly.
JobsSummary run_together(std::span<const Scenario> jobs, JobPlacement how, std::uint64_t seed);

}  // namespace qianka
