// SPDX-License-Identifier: Apache-2.0
// One claim's expressions, calculated from inputs and the figures of runs.
#pragma once
#include "sim/study/claim_study.hpp"

#include <map>
#include <string>
#include <vector>

namespace qianka {

/// By the name of a run: what ClaimRuns calls it.
using RunKeys = std::map<std::string, std::string>;

class ClaimEvaluation {
 public:
  /// Both must outlive it.
  ClaimEvaluation(const Claim& claim, const ClaimRuns& runs);
  [[nodiscard]] ClaimOutcome outcome(const InputValues& inputs, const RunKeys& keys);

 private:
  ClaimValue calculate(Expression& expression, const ClaimOutcome& so_far, const RunKeys& keys);
  [[nodiscard]] ClaimValue named(const std::string& name, const ClaimOutcome& so_far,
                                 const RunKeys& keys) const;

  const Claim& claim_;
  const ClaimRuns& runs_;
  std::vector<Expression> figures_, tests_;
};

}  // namespace qianka
