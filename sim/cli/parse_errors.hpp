// SPDX-License-Identifier: Apache-2.0
// What CLI11 says of words that it cannot take, in the language of the user. CLI11 speaks English
// only and keeps no values apart from its sentences, so the sentences are taken apart again; one
// that is not known here stays as it is.
#pragma once
#include <string>

namespace qianka {

std::string parse_error_text(const std::string& english);

}  // namespace qianka
