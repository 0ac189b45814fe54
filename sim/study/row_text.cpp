// SPDX-License-Identifier: Apache-2.0
#include "sim/study/row_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

#include <fmt/format.h>

namespace qianka {
namespace {

using Key = std::pair<std::string, std::string>;

auto find(const KeyValues& keys, const std::string& path) {
  return std::ranges::find(keys, path, &Key::first);
}

/// The keys below each first word, words in the order of their first keys.
std::string nested(const KeyValues& keys, int indent) {
  std::string text;
  std::vector<std::string> done;
  for (const auto& [path, value] : keys) {
    const std::string word = path.substr(0, path.find('.'));
    if (std::ranges::find(done, word) != done.end()) continue;
    done.push_back(word);
    const std::string margin(static_cast<std::size_t>(indent), ' ');
    if (word == path) {
      text += fmt::format("{}{}: {}\n", margin, word, value);
      continue;
    }
    KeyValues below;
    for (const auto& [other, its] : keys)
      if (other.starts_with(word + ".")) below.emplace_back(other.substr(word.size() + 1), its);
    text += fmt::format("{}{}:\n", margin, word) + nested(below, indent + 2);
  }
  return text;
}

}  // namespace

void RowText::set(const std::string& path, const std::string& value) {
  const auto found = std::ranges::find(keys_, path, &Key::first);
  if (found != keys_.end())
    found->second = value;
  else
    keys_.emplace_back(path, value);
}

void RowText::erase(const std::string& path) {
  std::erase_if(keys_, [&](const Key& key) { return key.first == path; });
}

bool RowText::has(const std::string& path) const { return find(keys_, path) != keys_.end(); }

std::string RowText::text(const std::string& path) const {
  const auto found = find(keys_, path);
  return found == keys_.end() ? "" : found->second;
}

std::optional<int> RowText::whole(const std::string& path) const {
  const std::string value = text(path);
  int number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  if (error != std::errc{} || end != value.data() + value.size()) return std::nullopt;
  return number;
}

std::string RowText::file() const { return nested(keys_, 0); }

}  // namespace qianka
