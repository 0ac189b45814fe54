// SPDX-License-Identifier: Apache-2.0
// From "true here, false there" to a verdict, and the value of an input at which it turns.
#pragma once
#include "sim/study/claim.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace qianka {

enum class ClaimVerdict { holds, holds_if, does_not_hold, cannot_be_told };

/// "holds_if", as --json writes it.
const char* name_of(ClaimVerdict verdict);

/// Whether a reading is true with one input moved; nothing when it cannot be calculated there.
struct ClaimTrial {
  std::optional<bool> holds;
  bool of_unknown = false;  // the input moved is one that nobody published
};

/// The same everywhere: it holds or does not. Turned by a number nobody published: it cannot be
/// told. Turned by another: it holds if.
ClaimVerdict verdict_of(std::optional<bool> base, const std::vector<ClaimTrial>& trials);

/// Of all readings. Alternatives: what all of them agree on; otherwise it holds if one that holds
/// is meant. Parts: the claim is as good as its worst part.
ClaimVerdict verdict_together(Readings together, const std::vector<ClaimVerdict>& readings);

using TruthAt = std::function<std::optional<bool>(double)>;

/// Between two values of which one is true and the other is not: where it turns, to four digits.
double turning_point(const TruthAt& truth, double from, double to);

/// The nearest value beyond `from`, away from it towards larger or smaller ones, where the truth is
/// another; a thousand times and a thousandth are far enough. Nothing when it never turns.
std::optional<double> turns_beyond(const TruthAt& truth, double from, bool upwards);

}  // namespace qianka
