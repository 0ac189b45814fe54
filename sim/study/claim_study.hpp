// SPDX-License-Identifier: Apache-2.0
// Claims judged: each with its inputs as they are, then with one of them moved at a time.
#pragma once
#include "sim/study/claim.hpp"
#include "sim/study/claim_runs.hpp"
#include "sim/study/claim_verdict.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace qianka {

/// A figure, or what it lacks.
struct ClaimValue {
  std::optional<double> value;
  std::set<std::string> missing;  // in the simulator's words; empty when there is a value
};

/// All figures and readings with one set of inputs. Inputs are figures too.
struct ClaimOutcome {
  std::map<std::string, ClaimValue> figures;
  std::vector<std::optional<bool>> readings;
  std::vector<std::set<std::string>> missing;  // of readings without an answer
};

/// Where an input turns a reading.
struct ClaimFlip {
  std::size_t input;  // its index
  double at;
  bool upwards;   // it turns when the input grows
  bool in_range;  // otherwise beyond what is plausible
  bool sharp;     // otherwise somewhere between its value and `at`: a simulation lies between
};

struct ReadingResult {
  ClaimVerdict verdict = ClaimVerdict::cannot_be_told;
  std::optional<bool> base;
  std::set<std::string> missing;
  std::vector<ClaimFlip> flips;  // nearest first
};

/// The headline with one input moved.
struct ClaimSwing {
  std::size_t input;
  std::vector<double> at;  // both ends; of an unknown one steps between them
  std::vector<std::optional<double>> headline;
};

struct ClaimResult {
  const Claim* claim = nullptr;
  ClaimOutcome base;
  std::vector<ReadingResult> readings;
  ClaimVerdict verdict = ClaimVerdict::cannot_be_told;
  std::vector<ClaimSwing> swings;    // widest first
  std::vector<std::string> missing;  // figures that nobody published, as runs refuse without them
  std::map<std::string, std::string> digests;  // of its runs
};

/// The results point into `claims`. Throws InputError, RunFailed.
std::vector<ClaimResult> judge_claims(const std::vector<Claim>& claims, const Workers& workers);

}  // namespace qianka
