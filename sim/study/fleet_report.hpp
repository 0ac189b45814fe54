// SPDX-License-Identifier: Apache-2.0
// Several kinds of card as one fleet, as text and as JSON (docs/compare.md).
#pragma once
#include "sim/report/json.hpp"
#include "sim/study/fleet.hpp"

#include <string>

namespace qianka {

std::string fleet_text(const FleetStudy& study);
Json fleet_json(const FleetStudy& study);

}  // namespace qianka
