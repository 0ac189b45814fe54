// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/config_keys.hpp"

#include "sim/language/language.hpp"

#include <algorithm>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {

const Entry* ConfigKeys::find(Spellings keys) {
  const Entry* found = nullptr;
  for (const std::string_view key : keys) {
    const std::size_t dot = key.find('.');
    asked_.emplace(key.substr(0, dot));
    const Entry* entry = map_->find(key.substr(0, dot));
    if (entry != nullptr && dot != std::string_view::npos)
      entry =
          entry->value.kind == Value::Kind::map ? entry->value.find(key.substr(dot + 1)) : nullptr;
    if (found == nullptr && entry != nullptr && entry->value.kind != Value::Kind::null)
      found = entry;
  }
  return found;
}

std::optional<int> ConfigKeys::whole(Spellings keys, int least) {
  const Entry* entry = find(keys);
  if (entry == nullptr) return std::nullopt;
  const Value* value = &entry->value;
  if (value->kind == Value::Kind::list && !value->items.empty()) {
    const Value& first = value->items.front();
    const bool equal = std::ranges::all_of(
        value->items, [&](const Value& item) { return item.text == first.text; });
    if (!equal)
      fail_at(value->at, say("'{}' differs from layer to layer", entry->key),
              tr("all layers are alike here: give one number"));
    value = &first;
  }
  const auto number = whole_number(*value, std::numeric_limits<int>::max());
  if (!number)
    fail_at(value->at,
            say("'{}' is a whole number, this is {}", entry->key, excerpt(describe(*value))),
            tr("write digits only"));
  if (*number < least)
    fail_at(value->at, say("'{}' is {}", entry->key, *number), say("it is at least {}", least));
  return static_cast<int>(*number);
}

int ConfigKeys::needed(Spellings keys, std::string_view what) {
  if (const auto number = whole(keys)) return *number;
  const std::string type =
      type_.empty() ? tr("a model without a model_type") : say("model type '{}'", excerpt(type_));
  fail_at(map_->at, say("'{}' is missing: {} ({})", *keys.begin(), what, type),
          say("looked for {}", fmt::join(keys, ", ")));
}

bool ConfigKeys::truth(Spellings keys, bool otherwise) {
  const Entry* entry = find(keys);
  return entry == nullptr ? otherwise : is_true(entry->value);
}

bool ConfigKeys::above_zero(Spellings keys) {
  const Entry* entry = find(keys);
  return entry != nullptr && std::strtod(entry->value.text.c_str(), nullptr) > 0;
}

std::string ConfigKeys::text(Spellings keys) {
  const Entry* entry = find(keys);
  return entry == nullptr ? "" : entry->value.text;
}

std::vector<std::string> ConfigKeys::unread() const {
  std::vector<std::string> names;
  for (const Entry& entry : map_->entries)
    if (!asked_.contains(entry.key))
      names.push_back(fmt::format("line {}: {}", entry.at.line, excerpt(entry.key)));
  return names;
}

}  // namespace qianka
