// SPDX-License-Identifier: Apache-2.0
// The runs of claims: each distinct one once, in several processes.
#pragma once
#include "sim/engine/workers.hpp"
#include "sim/report/json.hpp"
#include "sim/study/claim.hpp"

#include <map>
#include <string>
#include <vector>

namespace qianka {

/// What came of a run: the JSON report (docs/json.md), or why there is none.
struct ClaimRunResult {
  Json figures;          // an object; null when the run was refused
  std::string refusal;   // "" = it ran
  bool unknown = false;  // refused because a figure of a part is unknown
  std::string digest{};  // of the scenario
};

using InputValues = std::map<std::string, double>;

class ClaimRuns {
 public:
  /// Asks for a run of the claim with these inputs; returns what to call it later. Inputs that are
  /// left out are not laid over it. Throws InputError.
  std::string ask(const Claim& claim, const ClaimRun& run, const InputValues& inputs);
  /// Runs what was asked for and is not known yet.
  void perform(const Workers& workers);
  /// Throws std::out_of_range for what was never asked.
  [[nodiscard]] const ClaimRunResult& result(const std::string& key) const {
    return results_.at(key);
  }
  /// How many distinct runs were made.
  [[nodiscard]] std::size_t made() const { return results_.size(); }

 private:
  struct Request {
    const ClaimRun* run;  // outlives this
    Scenario scenario;
    int seeds;
  };
  std::map<std::string, Request> waiting_;
  std::map<std::string, ClaimRunResult> results_;
  std::map<std::string, std::string> keys_;  // of what was asked: claim, run, inputs
};

}  // namespace qianka
