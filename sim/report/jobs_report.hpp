// SPDX-License-Identifier: Apache-2.0
// What `qianka run … --together` prints.
#pragma once
#include "sim/metrics/jobs_summary.hpp"
#include "sim/report/json.hpp"

#include <string>

namespace qianka {

std::string jobs_text(const JobsSummary& summary);
Json jobs_json(const JobsSummary& summary);

}  // namespace qianka
