// SPDX-License-Identifier: Apache-2.0
// A record of faults to the rates behind it: `qianka fit-faults`. Events of one class within
// minutes of the first are one burst; of what is left, each class is fitted as a renewal process
// with a constant and with a Weibull hazard, and the better one by AIC is kept.
#pragma once
#include "sim/scenario/campaign_spec.hpp"
#include "sim/study/fit_faults_lemons.hpp"
#include "sim/study/fit_faults_renewal.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

struct FaultFitRequest {
  std::string name;            // of the record, for the preset
  std::optional<int> nodes;    // that were watched; left out: the highest number and those below
  std::optional<double> days;  // for how long; left out: until the last event
  Seconds burst{300};          // events of a class this close to the first are followers
};

/// What sets one class apart from another.
struct FaultKey {
  std::string component;
  bool evicts_node = true, silent = false, slow = false;
  friend auto operator<=>(const FaultKey&, const FaultKey&) = default;
};

struct ClassFit {
  FaultKey key;
  std::string causes;  // kinds of the record, the commonest first
  int events = 0, first = 0, hangs = 0;
  double slow_to = 1;                 // mean of the slow ones
  std::optional<Seconds> duration;    // mean of those known
  RenewalFit exponential;             // of first events
  std::optional<RenewalFit> weibull;  // three first events or more
  bool prefers_weibull = false;       // by AIC
  [[nodiscard]] const RenewalFit& chosen() const {
    return prefers_weibull ? *weibull : exponential;
  }
};

struct FaultFit {
  FaultFitRequest request;
  int nodes = 1;
  double days = 0;
  bool nodes_assumed = false, days_assumed = false;
  int events = 0, merged = 0;     // merged: followers
  std::vector<ClassFit> classes;  // by component
  std::optional<ClassFit> job;    // of component 'job' without node: does not scale with nodes
  Bursts bursts;
  LemonFit lemons;
};

/// Infeasible when the record has no events, or events outside what was watched.
FaultFit fit_faults(const std::vector<ReplayedFault>& record, const FaultFitRequest& request);

/// For the terminal.
std::string fault_fit_text(const FaultFit& fit);

/// A set of faults, as `faults: {use: …}` takes it.
std::string fault_preset(const FaultFit& fit);

}  // namespace qianka
