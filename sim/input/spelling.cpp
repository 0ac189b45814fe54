// SPDX-License-Identifier: Apache-2.0
#include "sim/input/spelling.hpp"

#include "sim/language/language.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

/// What counts when words are compared.
std::string essence(std::string_view word) {
  std::string plain = half_width(word);
  for (char& c : plain) {
    c = c == '_' || c == ' ' ? '-' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  }
  return plain;
}

}  // namespace

int edit_distance(std::string_view from, std::string_view to) {
  const std::size_t width = to.size() + 1;
  // Row i holds the distances of from's first i characters to every beginning of `to`.
  std::vector<std::vector<int>> table(from.size() + 1, std::vector<int>(width));
  for (std::size_t j = 0; j < width; ++j) table[0][j] = static_cast<int>(j);
  for (std::size_t i = 1; i <= from.size(); ++i) {
    table[i][0] = static_cast<int>(i);
    for (std::size_t j = 1; j < width; ++j) {
      const int replaced = table[i - 1][j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      table[i][j] = std::min({table[i - 1][j] + 1, table[i][j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) table[i][j] = std::min(table[i][j], table[i - 2][j - 2] + 1);
    }
  }
  return table[from.size()][to.size()];
}

std::string nearest(std::string_view word, const std::vector<std::string>& choices) {
  constexpr std::size_t longest = 80;  // what is longer was not meant as a word
  if (word.empty() || word.size() > longest) return "";
  const std::string meant = essence(word);
  // Two mistakes in a short word, two in five characters of a long one.
  int best = std::max(2, static_cast<int>(meant.size()) * 2 / 5) + 1;
  if (meant.size() <= 3) best = 2;
  std::string found;
  for (const std::string& choice : choices) {
    const int distance = edit_distance(meant, essence(choice));
    if (distance < best && distance < static_cast<int>(choice.size())) {
      best = distance;
      found = choice;
    }
  }
  return found;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& choices) {
  constexpr std::size_t most = 4;  // more are no help
  const std::string part = "-" + essence(word) + "-";
  std::vector<std::string> like;
  for (const std::string& choice : choices)
    if (part.size() > 3 && ("-" + essence(choice) + "-").find(part) != std::string::npos)
      like.push_back(fmt::format("'{}'", choice));
  if (like.empty()) {
    const std::string near = nearest(word, choices);
    return near.empty() ? "" : say("did you mean '{}'?", near);
  }
  const bool more = like.size() > most;
  if (more) like.resize(most);
  const std::string last = more ? tr("another such") : like.back();
  if (!more) like.pop_back();
  if (like.empty()) return say("did you mean {}?", last);
  return say("did you mean {} or {}?", fmt::join(like, ", "), last);
}

std::string suggestion(std::string_view word, const std::vector<std::string>& choices,
                       std::string_view intro) {
  const std::string near = nearest(word, choices);
  if (!near.empty()) return say("did you mean '{}'?", near);
  return fmt::format("{} {}", intro, fmt::join(choices, ", "));
}

}  // namespace qianka
