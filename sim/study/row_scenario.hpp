// SPDX-License-Identifier: Apache-2.0
// The scenario that a row describes; several when it leaves values open.
#pragma once
#include "sim/scenario/scenario.hpp"
#include "sim/study/known_parts.hpp"
#include "sim/study/rules.hpp"

#include <string>
#include <vector>

namespace qianka {

struct RowChoice {
  KeyValues open;                     // the values tried for what the row leaves open
  std::string text;                   // the scenario file
  std::vector<Override> overrides{};  // laid over it by who asks "what if"
};

struct RowPlan {
  std::string stack, cluster, vendor;
  std::vector<RowChoice> choices;  // one, unless something is open; none: see `reason`
  std::vector<std::string> notes;  // what was rounded or filled in
  std::string reason;              // why no scenario can be written
};

RowPlan plan_row(const Measurement& row, const Rules& rules, KnownParts& parts);

/// "micro_batch 2, interleave 4"; "" when nothing was open.
std::string label(const KeyValues& open);

}  // namespace qianka
