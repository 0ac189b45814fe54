// SPDX-License-Identifier: Apache-2.0
#include "sim/report/table.hpp"

#include "sim/language/language.hpp"
#include "sim/units/format.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace qianka {
namespace {

constexpr int gap = 2;
constexpr int narrowest = 30;  // of a wrapped column, however far right it begins

std::string spaces(int count) { return std::string(static_cast<std::size_t>(count), ' '); }

std::string cell(const std::vector<std::string>& row, std::size_t column) {
  return column < row.size() ? row[column] : "";
}

std::vector<int> column_widths(const TextTable& table) {
  std::vector<int> widths;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    int widest = display_width(table.columns[c].title);
    for (const auto& row : table.rows) widest = std::max(widest, display_width(cell(row, c)));
    widths.push_back(widest);
  }
  return widths;
}

/// One row with its line end; what does not fit into the last column goes below it.
std::string render_row(const TextTable& table, const std::vector<int>& widths,
                       const std::vector<std::string>& row) {
  std::string line = spaces(table.indent);
  int start = table.indent;
  const std::size_t last = table.columns.size() - 1;
  for (std::size_t c = 0; c < last; ++c) {
    const bool right = table.columns[c].align == Align::right;
    line += right ? pad_left(cell(row, c), widths[c]) : pad_right(cell(row, c), widths[c]);
    line += spaces(gap);
    start += widths[c] + gap;
  }
  if (table.columns[last].align == Align::right) {
    line += pad_left(cell(row, last), widths[last]);
  } else {
    const auto pieces = wrap(cell(row, last), std::max(page_width - start, narrowest));
    for (std::size_t i = 0; i < pieces.size(); ++i) {
      line += (i > 0 ? "\n" + spaces(start) : "") + pieces[i];
    }
  }
  line.erase(line.find_last_not_of(' ') + 1);
  return line + "\n";
}

/// What stays together on a line.
struct Piece {
  std::string_view text;
  bool spaced;  // behind a space
};

/// Chinese is broken between any two characters, but no line begins with a closing mark or ends
/// with an opening one.
bool may_break(char32_t before, char32_t after) {
  constexpr std::u32string_view closing = U"，。、；：？！）】」》…%,.;:?!)]}",
                                opening = U"（【「《([{";
  const auto wide = [](char32_t c) { return c >= 0x2E80; };
  return (wide(before) || wide(after)) && closing.find(after) == closing.npos &&
         opening.find(before) == opening.npos;
}

std::vector<Piece> pieces_of(std::string_view text) {
  std::vector<Piece> pieces;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(word.size() + 1, text.size()));
    std::size_t begin = 0;
    char32_t before = 0;
    for (std::size_t at = 0; at < word.size();) {
      const std::size_t start = at;
      const char32_t c = next_character(word, at);
      if (before != 0 && may_break(before, c)) {
        pieces.push_back({word.substr(begin, start - begin), begin == 0});
        begin = start;
      }
      before = c;
    }
    pieces.push_back({word.substr(begin), begin == 0});
  }
  return pieces;
}

}  // namespace

void leave_out_middle(TextTable& table, std::size_t first, std::size_t last) {
  if (table.rows.size() <= first + last) return;
  const std::size_t between = table.rows.size() - first - last;
  const auto begin = table.rows.begin() + static_cast<std::ptrdiff_t>(first);
  table.rows.erase(begin, begin + static_cast<std::ptrdiff_t>(between));
  table.notes.resize(first);
  table.notes.back() =
      say("… {} more (all with -v, or --json)", format_count(static_cast<std::int64_t>(between)));
}

std::string render(const TextTable& table) {
  if (table.columns.empty()) return "";
  const std::vector<int> widths = column_widths(table);
  std::vector<std::string> titles;
  for (const Column& column : table.columns) titles.push_back(column.title);
  std::string text;
  if (!std::ranges::all_of(titles, &std::string::empty)) text = render_row(table, widths, titles);
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    text += render_row(table, widths, table.rows[r]);
    if (r < table.notes.size()) text += paragraph(table.notes[r], table.indent + gap);
  }
  return text;
}

std::vector<std::string> wrap(std::string_view text, int width) {
  std::vector<std::string> lines;
  std::string line;
  for (const Piece& piece : pieces_of(text)) {
    const bool unit = piece.text.starts_with('%');  // stays with its number
    const int needed = (piece.spaced ? 1 : 0) + display_width(piece.text);
    if (!line.empty() && !unit && display_width(line) + needed > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty() && piece.spaced) line += ' ';
    line += piece.text;
  }
  if (!line.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string paragraph(std::string_view text, int indent) {
  std::string result;
  for (const std::string& line : wrap(text, page_width - indent))
    result += spaces(indent) + line + "\n";
  return result;
}

std::vector<std::int64_t> apportion(std::span<const double> parts, double unit) {
  std::vector<std::int64_t> whole;
  std::vector<double> rest;
  double sum = 0;
  for (const double part : parts) {
    const double units = part / unit;
    whole.push_back(static_cast<std::int64_t>(std::floor(units)));
    rest.push_back(units - std::floor(units));
    sum += units;
  }
  std::vector<std::size_t> order(parts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return rest[a] > rest[b]; });
  std::int64_t left =
      std::llround(sum) - std::accumulate(whole.begin(), whole.end(), std::int64_t{0});
  for (std::size_t i = 0; i < order.size() && left > 0; ++i, --left) ++whole[order[i]];
  return whole;
}

}  // namespace qianka
