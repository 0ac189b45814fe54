// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/name_lists.hpp"

#include "sim/scenario/cable_ends.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstddef>

#include <fmt/format.h>

namespace qianka {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// A name around its last number.
struct Numbered {
  std::string_view before, digits, after;
  int number = -1;  // -1: none, or too long a one
};

Numbered numbered(std::string_view name) {
  constexpr std::size_t most_digits = 9;
  std::size_t end = name.size();
  while (end > 0 && !is_digit(name[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && is_digit(name[begin - 1])) --begin;
  Numbered parts{name.substr(0, begin), name.substr(begin, end - begin), name.substr(end)};
  if (!parts.digits.empty() && parts.digits.size() <= most_digits)
    std::from_chars(parts.digits.data(), parts.digits.data() + parts.digits.size(), parts.number);
  return parts;
}

/// Zeros in front are a width that others of the list must share.
std::size_t fixed_width(std::string_view digits) {
  return digits.size() > 1 && digits[0] == '0' ? digits.size() : 0;
}

bool belongs(const Numbered& next, const Numbered& first) {
  if (next.number < 0 || next.before != first.before || next.after != first.after) return false;
  const std::size_t width = fixed_width(first.digits);
  if (width > 0) return next.digits.size() == width;
  return fixed_width(next.digits) == 0;
}

std::string spans(const std::vector<Numbered>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size();) {
    std::size_t last = i;
    while (last + 1 < names.size() && names[last + 1].number == names[last].number + 1) ++last;
    text += fmt::format("{}{}", text.empty() ? "" : ",", names[i].digits);
    if (last > i) text += fmt::format("-{}", names[last].digits);
    i = last + 1;
  }
  return text;
}

}  // namespace

bool natural_less(std::string_view a, std::string_view b) {
  std::size_t i = 0, j = 0;
  while (i < a.size() && j < b.size()) {
    if (!is_digit(a[i]) || !is_digit(b[j])) {
      if (a[i] != b[j]) return a[i] < b[j];
      ++i, ++j;
      continue;
    }
    while (i < a.size() && a[i] == '0') ++i;
    while (j < b.size() && b[j] == '0') ++j;
    std::size_t m = i, n = j;
    while (m < a.size() && is_digit(a[m])) ++m;
    while (n < b.size() && is_digit(b[n])) ++n;
    if (m - i != n - j) return m - i < n - j;
    const int order = a.substr(i, m - i).compare(b.substr(j, n - j));
    if (order != 0) return order < 0;
    i = m, j = n;
  }
  if (a.size() - i != b.size() - j) return a.size() - i < b.size() - j;
  return a < b;
}

std::vector<std::string> bracketed(std::vector<std::string> names) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < names.size();) {
    std::vector<Numbered> run{numbered(names[i])};
    // The width holds for the whole list: 8-11 after 08 would lose its zero.
    while (i + run.size() < names.size() && run.front().number >= 0) {
      const Numbered next = numbered(names[i + run.size()]);
      if (!belongs(next, run.front()) || next.number <= run.back().number) break;
      run.push_back(next);
    }
    const Numbered& first = run.front();
    result.push_back(run.size() == 1
                         ? names[i]
                         : fmt::format("{}[{}]{}", first.before, spans(run), first.after));
    i += run.size();
  }
  return result;
}

std::string number_list(const std::vector<int>& numbers) {
  if (numbers.size() == 1) return std::to_string(numbers.front());
  std::string text = "[";
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    text += fmt::format("{}{}", i == 0 ? "" : ",", numbers[i]);
    if (last > i) text += fmt::format("-{}", numbers[last]);
    i = last + 1;
  }
  return text + "]";
}

std::vector<std::string> host_list(std::string_view text) {
  std::vector<std::string> names;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && text[i] == '[') ++depth;
    if (i < text.size() && text[i] == ']') --depth;
    if (i < text.size() && (text[i] != ',' || depth > 0)) continue;
    if (i > begin)
      for (std::string& name : expand_brackets(text.substr(begin, i - begin)))
        names.push_back(std::move(name));
    begin = i + 1;
  }
  return names;
}

std::string plain_name(std::string_view name) {
  std::string plain;
  for (const char c : name) {
    const bool fits = std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '_' ||
                      c == '-' || c == ':';
    if (fits) {
      plain.push_back(c);
    } else if (!plain.empty() && plain.back() != '_') {
      plain.push_back('_');
    }
  }
  while (!plain.empty() && plain.back() == '_') plain.pop_back();
  return plain.empty() ? "switch" : plain;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words(1);
  for (const char c : lower_case(text)) {
    if (c >= 'a' && c <= 'z') {
      words.back().push_back(c);
    } else if (!words.back().empty()) {
      words.emplace_back();
    }
  }
  if (words.back().empty()) words.pop_back();
  return words;
}

}  // namespace qianka
