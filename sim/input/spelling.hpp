// SPDX-License-Identifier: Apache-2.0
// "did you mean …?"
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

/// Least number of inserted, removed, replaced or swapped neighbouring characters that turn one
/// into the other.
int edit_distance(std::string_view from, std::string_view to);

/// The choice nearest to `word`, or "" when none is near enough to have been meant. Case, '-' and
/// '_' do not count; of equally near ones the first.
std::string nearest(std::string_view word, const std::vector<std::string>& choices);

/// "did you mean 'h100-pcie-80gb' or 'h100-sxm5-80gb'?" for 'h100': the choices that the word is a
/// whole part of, or else the nearest one; "" when there is none.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& choices);

/// "did you mean 'x'?", or else all choices: "<intro> a, b, c".
std::string suggestion(std::string_view word, const std::vector<std::string>& choices,
                       std::string_view intro);

}  // namespace qianka
