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
  KeyValues open;    // the values tried for what the row leaves open
  std::string text;  // the scenario file
  // What it shares with choices that differ in nothing but keys taken `least`, and in nothing but
  // keys that are not of the software's version.
  std::string but_least{}, version{};
  bool usual = true;                  // the usual version
  KeyValues constants{};              // keys that the rules set to a fitted constant, and its id
  std::vector<Override> overrides{};  // laid over it by who asks "what if"
};

struct RowPlan {
  std::string stack, cluster, vendor;
  std::vector<RowChoice> choices;  // one, unless something is open; none: see `reason`
  std::vector<std::string> notes;  // what was rounded or filled in
  std::string reason;              // why no scenario can be written
  double spread = 0;               // share of the step time by which it may be off (rules)
};

RowPlan plan_row(const Measurement& row, const Rules& rules, KnownParts& parts);

/// "micro_batch 2, interleave 4"; "" when nothing was open.
std::string label(const KeyValues& open);

}  // namespace qianka
