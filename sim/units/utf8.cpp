// SPDX-License-Identifier: Apache-2.0
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <utf8proc.h>

namespace qianka {
namespace {

constexpr char32_t broken = 0xFFFD;

unsigned byte_at(std::string_view text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

/// Bytes of the character that starts with `lead`; 0 if none does.
std::size_t length_of(unsigned lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

/// Overlong forms, surrogates and what lies above U+10FFFF are no characters.
bool in_form(char32_t c, std::size_t length) {
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  return c >= least.at(length) && c <= 0x10FFFF && (c < 0xD800 || c > 0xDFFF);
}

/// The ASCII twin of a full-width character or a Chinese punctuation mark; the same one if it has
/// none.
char32_t ascii_twin(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) return c - 0xFF01 + U'!';
  constexpr std::array<std::pair<char32_t, char32_t>, 8> others{{{0x3000, U' '},
                                                                 {0x3001, U','},
                                                                 {0x3002, U'.'},
                                                                 {0x201C, U'"'},
                                                                 {0x201D, U'"'},
                                                                 {0x2018, U'\''},
                                                                 {0x2019, U'\''},
                                                                 {0x00A0, U' '}}};
  const auto* const found = std::ranges::find(others, c, &std::pair<char32_t, char32_t>::first);
  return found == others.end() ? c : found->second;
}

}  // namespace

char32_t next_character(std::string_view text, std::size_t& at) {
  const unsigned lead = byte_at(text, at);
  const std::size_t length = length_of(lead);
  if (length <= 1) {
    ++at;
    return length == 1 ? static_cast<char32_t>(lead) : broken;
  }
  char32_t c = lead & (0xFFU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) {
    if (at + i >= text.size() || (byte_at(text, at + i) & 0xC0U) != 0x80U) {
      ++at;
      return broken;
    }
    c = (c << 6U) | (byte_at(text, at + i) & 0x3FU);
  }
  if (!in_form(c, length)) {
    ++at;
    return broken;
  }
  at += length;
  return c;
}

std::optional<std::size_t> first_broken_byte(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    // U+FFFD written out is three bytes; a broken byte is skipped alone.
    if (next_character(text, at) == broken && at == start + 1) return start;
  }
  return std::nullopt;
}

std::size_t character_count(std::string_view text) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size(); ++count) next_character(text, at);
  return count;
}

int display_width(std::string_view text) {
  int width = 0;
  for (std::size_t at = 0; at < text.size();)
    width += utf8proc_charwidth(static_cast<utf8proc_int32_t>(next_character(text, at)));
  return width;
}

std::string pad_right(std::string_view text, int width) {
  const int missing = std::max(0, width - display_width(text));
  return std::string(text) + std::string(static_cast<std::size_t>(missing), ' ');
}

std::string pad_left(std::string_view text, int width) {
  const int missing = std::max(0, width - display_width(text));
  return std::string(static_cast<std::size_t>(missing), ' ') + std::string(text);
}

std::string half_width(std::string_view text) {
  std::string ascii;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = next_character(text, at);
    const char32_t twin = ascii_twin(c);
    if (twin == c) {
      ascii.append(text.substr(start, at - start));
    } else {
      ascii.push_back(static_cast<char>(twin));
    }
  }
  return ascii;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

}  // namespace qianka
