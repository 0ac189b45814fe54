// SPDX-License-Identifier: Apache-2.0
#include "sim/study/log_lines.hpp"

#include "sim/language/language.hpp"
#include "sim/units/parse_quantity.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::string_view blanks = " \t\r|";

/// How many characters of the line a launcher wrote.
std::size_t label_length(std::string_view line) {
  if (line.starts_with('[')) {
    const std::size_t end = line.find(">:");
    if (end != std::string_view::npos && line.substr(0, end).find(' ') == std::string_view::npos)
      return end + 2;
  }
  const std::size_t digits = line.find_first_not_of(" 0123456789");
  const bool labelled = digits != std::string_view::npos && digits > 0 && line[digits] == ':' &&
                        line[digits - 1] != ' ';
  return labelled ? digits + 1 : 0;
}

}  // namespace

bool LogLine::has(std::string_view word) const {
  return std::ranges::find(words, word, &Word::text) != words.end();
}

std::vector<LogLine> log_lines(const std::string& text) {
  std::vector<LogLine> lines;
  std::istringstream stream(text);
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    LogLine read{++number, {}};
    for (std::size_t at = label_length(line); at < line.size();) {
      at = line.find_first_not_of(blanks, at);
      if (at == std::string::npos) break;
      const std::size_t end = std::min(line.find_first_of(blanks, at), line.size());
      read.words.push_back({line.substr(at, end - at), static_cast<int>(at) + 1});
      at = end;
    }
    if (!read.words.empty()) lines.push_back(std::move(read));
  }
  return lines;
}

bool is_digits(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
}

std::optional<double> read_number(const Word& word, const std::string& what,
                                  const std::string& file, int line,
                                  std::vector<Diagnostic>& problems) {
  try {
    const double value = parse_number(word.text);
    if (value >= 0) return value;
  } catch (const QuantityError&) {
    // told below, with what the number stands for
  }
  problems.push_back({{file, line, word.column},
                      say("the {} cannot be '{}'", what, word.text),
                      tr("it is a plain number, as the tool prints it")});
  return std::nullopt;
}

}  // namespace qianka
