// SPDX-License-Identifier: Apache-2.0
// Gaps between the events of a record, to the law they follow. The record is a window on a process
// that was going on before and goes on after it, as qianka draws it: its likelihood is
// S(first) / mean x product of f(gaps) x S(last), where the first gap reaches from the window's
// beginning to the first event and the last one from the last event to the window's end. Events
// less than `dead` after one another were merged, so every gap but the first is known to be longer
// than that: f and S are divided by S(dead).
#pragma once
#include "sim/study/likelihood.hpp"

#include <vector>

namespace qianka {

struct RenewalRecord {
  std::vector<double> times;  // of the events, ascending, in seconds from the window's beginning
  double length = 0;          // of the window
  double dead = 0;
};

struct RenewalFit {
  double rate = 0;  // events a second
  FaultInterval rate_interval;
  double shape = 1;  // Weibull k
  FaultInterval shape_interval = {1, 1};
  double log_likelihood = 0;
  int parameters = 1;
  [[nodiscard]] double aic() const { return 2 * (parameters - log_likelihood); }
};

/// Rate = events / time at risk; the interval is Garwood's exact one of a Poisson count.
RenewalFit fit_exponential(const RenewalRecord& record);

/// Maximum likelihood; intervals by the profile of the likelihood. Requires three events.
RenewalFit fit_weibull(const RenewalRecord& record);

}  // namespace qianka
