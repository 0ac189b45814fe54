// SPDX-License-Identifier: Apache-2.0
// What a judged claim says in words, in either language.
#pragma once
#include "sim/study/claim_study.hpp"

#include <string>
#include <vector>

namespace qianka {

/// "holds if …", "不成立"
std::string verdict_words(ClaimVerdict verdict, ClaimLanguage language);
/// "E, early 2023; C, 9 May 2023"
std::string sources_words(const Claim& claim);
/// Text of the claim with its figures put in.
std::string filled_in(const std::string& text, const ClaimOutcome& outcome);
std::string answer_of(const ClaimResult& claim, std::size_t reading, ClaimLanguage language);
/// Of all readings: "(a) …; (b) …", one alone without its letter.
std::string answer_of(const ClaimResult& claim, ClaimLanguage language);
/// What must be so for the claim to hold, or what is missing to tell; "" when nothing is.
std::string condition_of(const ClaimResult& claim, std::size_t reading, ClaimLanguage language);
std::string condition_of(const ClaimResult& claim, ClaimLanguage language);
/// Which input would turn it, and where.
std::string flips_of(const ClaimResult& claim, std::size_t reading, ClaimLanguage language);
std::string flips_of(const ClaimResult& claim, ClaimLanguage language);
/// "12.5 GB/s", "unknown", with the unit when there is one.
std::string amount_words(const std::optional<double>& value, const std::string& unit,
                         ClaimLanguage language);
/// Figures that nobody published: as runs refuse without them, then those of the arithmetic.
std::vector<std::string> missing_of(const ClaimResult& claim, ClaimLanguage language);
const ClaimFigure* figure_named(const Claim& claim, const std::string& name);

}  // namespace qianka
