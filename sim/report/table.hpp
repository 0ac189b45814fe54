// SPDX-License-Identifier: Apache-2.0
// Text laid out for a terminal: tables whose columns align by display width (a Chinese character is
// two columns wide), and figures rounded so that the printed parts add up to the printed whole.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

inline constexpr int page_width = 100;

enum class Align { left, right };

struct Column {
  std::string title;
  Align align = Align::left;
};

/// Without any title there is no title line. The last column, when left-aligned, wraps at
/// page_width.
struct TextTable {
  std::vector<Column> columns;
  std::vector<std::vector<std::string>> rows = {};  // missing cells at the end of a row are empty
  std::vector<std::string> notes = {};  // notes[i] stands on its own below row i, if not empty
  int indent = 2;
};

/// Keeps the first and the last rows, with a note on how many were between them, unless all fit.
void leave_out_middle(TextTable& table, std::size_t first, std::size_t last);

/// One line per row, two spaces between columns, nothing at the ends of lines.
std::string render(const TextTable& table);

/// The lines of `text`, broken at spaces; a word wider than `width` stands alone and
/// sticks out, and so does a percent sign.
std::vector<std::string> wrap(std::string_view text, int width);

/// The wrapped text as lines behind `indent` spaces.
std::string paragraph(std::string_view text, int indent = 2);

/// Whole units for each part, adding up to the rounded sum of the parts (largest remainders; ties
/// to the first). {0.15, 0.15, 0.7} in units of 0.1 -> {2, 1, 7}. Parts are not negative.
std::vector<std::int64_t> apportion(std::span<const double> parts, double unit);

}  // namespace qianka
