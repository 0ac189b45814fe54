// SPDX-License-Identifier: Apache-2.0
// Judged claims for people, as JSON, and as the pages docs/claims.md and docs/claims.zh-CN.md.
#pragma once
#include "sim/report/json.hpp"
#include "sim/study/claim_study.hpp"

#include <string>
#include <vector>

namespace qianka {

/// One line for each claim.
std::string claims_text(const std::vector<ClaimResult>& claims, ClaimLanguage language);
/// One claim with its readings, working and sensitivity.
std::string claim_text(const ClaimResult& claim, ClaimLanguage language);
Json claims_json(const std::vector<ClaimResult>& claims, ClaimLanguage language);
/// The whole page.
std::string claims_markdown(const std::vector<ClaimResult>& claims, ClaimLanguage language);

}  // namespace qianka
