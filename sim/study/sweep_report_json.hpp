// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "sim/report/json.hpp"
#include "sim/study/sweep_report.hpp"

namespace qianka {

/// Every key stands in docs/json.md.
Json sweep_story_json(const Sweep& sweep, const SweepRecords& records, const SweepStory& story);

}  // namespace qianka
