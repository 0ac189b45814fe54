// SPDX-License-Identifier: Apache-2.0
// Names with numbers in them: which comes first, and many of them written as one.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

/// Numbers count as numbers: node2 comes before node10.
bool natural_less(std::string_view a, std::string_view b);

/// "leaf[0-3,7]", "leaf[08-11]": as few patterns as say these names, in their order. The last
/// number of a name counts; names that have none stand alone.
std::vector<std::string> bracketed(std::vector<std::string> names);

/// "[0-3,7]", or "5" for one; the numbers ascend.
std::string number_list(const std::vector<int>& numbers);

/// Every bracket of a host list written out, and its commas: "a[1-2],b" is a1, a2, b. Throws
/// BadPattern.
std::vector<std::string> host_list(std::string_view text);

/// A name that a switch may have in our files: letters, digits, and . _ - : between them.
std::string plain_name(std::string_view name);

/// In lower case; a word is letters without digits: "Leaf-03a" has leaf and a.
std::vector<std::string> words_of(std::string_view text);

}  // namespace qianka
