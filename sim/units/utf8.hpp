// SPDX-License-Identifier: Apache-2.0
// Text is UTF-8. What tables and messages need to know of it: where it is broken, how wide it is on
// a terminal, and what was probably meant by full-width characters, which a Chinese input method
// leaves behind.
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace qianka {

/// The character that begins at `at`, which moves behind it; U+FFFD for a broken byte, which it
/// skips.
char32_t next_character(std::string_view text, std::size_t& at);

/// Offset of the first byte that is not UTF-8.
std::optional<std::size_t> first_broken_byte(std::string_view text);

/// Number of characters; a broken byte counts as one.
std::size_t character_count(std::string_view text);

/// Columns on a terminal: 2 for Chinese and full-width characters, 0 for combining ones.
int display_width(std::string_view text);

/// The text, filled with spaces up to `width` columns on its right (or left); longer text stays as
/// it is.
std::string pad_right(std::string_view text, int width);
std::string pad_left(std::string_view text, int width);

/// Full-width letters, digits, punctuation and spaces as their ASCII twins: "４００Ｇｂｐｓ" ->
/// "400Gbps". Equal to `text` when there are none.
std::string half_width(std::string_view text);

/// A to Z as a to z, everything else as it is.
std::string lower_case(std::string_view text);

}  // namespace qianka
