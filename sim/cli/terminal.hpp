// SPDX-License-Identifier: Apache-2.0
// Colour, where somebody watches: headings bold, errors red, warnings yellow. What goes to a file
// or a program has none.
#pragma once
#include <string>
#include <string_view>

namespace qianka {

/// "always" and "never" as --color says; "" and "auto" leave it to the environment. The choice
/// travels as NO_COLOR and CLICOLOR_FORCE, which programs that this one starts understand as well.
void choose_colour(std::string_view when);

/// Whether what is written to this file descriptor may have colour: it is a terminal that is not
/// dumb, and nobody forbids it.
bool coloured(int descriptor);

/// A report with its headings bold. JSON and other markup stays as it is.
std::string with_headings(std::string_view report);

/// A message with "error:", "warning:" and "hint:" in their colours.
std::string with_severity(std::string_view message);

}  // namespace qianka
