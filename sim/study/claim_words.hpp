// SPDX-License-Identifier: Apache-2.0
// Figures in sentences: "{days:1} days" with days = 13.24 is "13.2 days". Behind the colon: a
// number of decimals, % and decimals for a share, b for billions, y for 亿 (10^8), e for powers of
// ten; without it three digits that count.
#pragma once
#include "sim/study/claim.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// Every name that stands in braces.
std::vector<std::string> names_in_words(const std::string& text);

/// A figure by its name; nothing when it is not known.
using FigureOf = std::function<std::optional<double>(const std::string&)>;

/// The sentence with its figures; "?" for what is not known.
std::string words_with_figures(const std::string& text, const FigureOf& figure);

/// "days", "天"; a unit that is written alike in both stays as it is.
std::string unit_in(ClaimLanguage language, const std::string& unit);

/// As a reader likes it: "1,234", "0.0123", "3.14e23".
std::string readable(double value);
std::string readable(const std::optional<double>& value);

}  // namespace qianka
