// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/cable_ends.hpp"

#include "sim/language/language.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr int most_names = 1'000'000;  // a slip of a finger must not fill the memory

int number_in(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value < 0 || text[0] == '+') {
    throw BadPattern(say("'{}' is not a whole number", text));
  }
  return value;
}

/// One element of a bracket, "7" or "00-15".
struct Span {
  int first, last;
  std::size_t width;  // digits, zeros in front included; 0 = as many as it takes
};

std::vector<Span> spans_in(std::string_view inside) {
  std::vector<Span> spans;
  while (true) {
    const std::size_t comma = inside.find(',');
    const std::string_view part = inside.substr(0, comma);
    const std::size_t dash = part.find('-');
    const std::string_view low = part.substr(0, dash);
    const int first = number_in(low);
    const int last = dash == std::string_view::npos ? first : number_in(part.substr(dash + 1));
    if (last < first) throw BadPattern(say("'{}' counts downwards", part));
    if (last - first >= most_names) {
      throw BadPattern(say("'{}' is more than {} names", part, most_names));
    }
    spans.push_back({first, last, low[0] == '0' && low.size() > 1 ? low.size() : 0});
    if (comma == std::string_view::npos) return spans;
    inside.remove_prefix(comma + 1);
  }
}

/// "*", "12" or "[0-3,7]"; nothing when it is something else.
std::optional<NumberSet> numbers_in(std::string_view text) {
  if (text == "*") return NumberSet{.all = true, .ranges = {}};
  if (text.size() > 2 && text.front() == '[' && text.back() == ']') {
    NumberSet set;
    for (const Span& span : spans_in(text.substr(1, text.size() - 2))) {
      set.ranges.emplace_back(span.first, span.last);
    }
    std::ranges::sort(set.ranges);
    return set;
  }
  if (text.empty() || text.find_first_not_of("0123456789") != std::string_view::npos) return {};
  const int number = number_in(text);
  return NumberSet{.all = false, .ranges = {{number, number}}};
}

}  // namespace

int NumberSet::last() const {
  int most = -1;
  for (const auto& [first, last] : ranges) most = std::max(most, last);
  return most;
}

std::vector<int> NumberSet::below(int limit) const {
  std::vector<int> numbers;
  const auto add = [&](int first, int last) {
    if (!numbers.empty()) first = std::max(first, numbers.back() + 1);
    for (int i = first; i <= std::min(last, limit - 1); ++i) numbers.push_back(i);
  };
  if (all) add(0, limit - 1);
  for (const auto& [first, last] : ranges) add(first, last);
  return numbers;
}

std::optional<NicSet> nics_named(std::string_view text) {
  constexpr std::string_view node = "node", nic = ".nic";
  const std::size_t dot = text.find(nic);
  if (!text.starts_with(node) || dot == std::string_view::npos) return {};
  const auto nodes = numbers_in(text.substr(node.size(), dot - node.size()));
  const auto nics = numbers_in(text.substr(dot + nic.size()));
  if (!nodes || !nics) return {};
  return NicSet{*nodes, *nics};
}

std::vector<std::string> expand_brackets(std::string_view text) {
  const std::size_t open = text.find('[');
  const std::size_t close = text.find(']', open == std::string_view::npos ? 0 : open);
  if (open == std::string_view::npos && close == std::string_view::npos) {
    return {std::string(text)};
  }
  if (open == std::string_view::npos || close == std::string_view::npos) {
    throw BadPattern(say("'{}' has a bracket without its twin", text));
  }
  const std::vector<std::string> tails = expand_brackets(text.substr(close + 1));
  std::vector<std::string> names;
  for (const Span& span : spans_in(text.substr(open + 1, close - open - 1))) {
    for (int i = span.first; i <= span.last; ++i) {
      for (const std::string& tail : tails) {
        names.push_back(fmt::format("{}{:0{}}{}", text.substr(0, open), i, span.width, tail));
        if (names.size() > most_names) {
          throw BadPattern(say("'{}' is more than {} names", text, most_names));
        }
      }
    }
  }
  return names;
}

bool fits(std::string_view name, std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return name == pattern;
  if (!name.starts_with(pattern.substr(0, star))) return false;
  for (std::size_t skipped = star; skipped <= name.size(); ++skipped) {
    if (fits(name.substr(skipped), pattern.substr(star + 1))) return true;
  }
  return false;
}

}  // namespace qianka
