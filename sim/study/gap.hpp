// SPDX-License-Identifier: Apache-2.0
// Where the difference between two clusters comes from: parts of one are put into the other, one
// after the other, and the step is simulated each time.
#pragma once
#include "sim/language/said.hpp"
#include "sim/scenario/scenario.hpp"

#include <string>
#include <vector>

namespace qianka {

struct GapPart {
  Said what;
  double cost = 0;  // card-seconds a token that the second side spends more
};

/// From the first side's cost to the second's; the parts add up to to - from.
struct Gap {
  double from = 0, to = 0;  // card-seconds a token, end to end
  std::vector<GapPart> parts;
};

/// What weeks leave of a step's rate, by all cards of job and spares; 1 without weeks.
struct Kept {
  double from = 1, to = 1;
};

/// Each part is the mean of two ways, from `a` to `b` with the parts in order and in reverse, so
/// that exchanging the sides changes nothing but the signs. Memory that does not suffice on the way
/// is overlooked; where a mixture cannot be simulated, its part is told together with the next.
/// Infeasible when a side itself cannot be simulated.
Gap gap_between(const Scenario& a, const Scenario& b, Kept kept, int workers);

}  // namespace qianka
