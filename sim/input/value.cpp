// SPDX-License-Identifier: Apache-2.0
#include "sim/input/value.hpp"

#include "sim/language/language.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace qianka {

const Entry* Value::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &*found;
}

Entry* Value::find(std::string_view key) {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &*found;
}

bool Value::erase(std::string_view key) {
  return std::erase_if(entries, [key](const Entry& entry) { return entry.key == key; }) > 0;
}

bool is_plain(const Value& value) { return value.kind == Value::Kind::scalar && !value.quoted; }

std::string describe(const Value& value) {
  switch (value.kind) {
    case Value::Kind::null:
      return "nothing";
    case Value::Kind::list:
      return tr("a list");
    case Value::Kind::map:
      return tr("a map");
    case Value::Kind::scalar:
      break;
  }
  return value.quoted ? say("the quoted text '{}'", value.text) : fmt::format("'{}'", value.text);
}

std::string flow_text(const Value& value) {
  std::string text;
  switch (value.kind) {
    case Value::Kind::null:
      return "";
    case Value::Kind::scalar:
      return value.quoted ? fmt::format("\"{}\"", value.text) : value.text;
    case Value::Kind::list:
      for (const Value& item : value.items) {
        text += (text.empty() ? "" : ", ") + flow_text(item);
      }
      return fmt::format("[{}]", text);
    case Value::Kind::map:
      for (const Entry& entry : value.entries) {
        text +=
            fmt::format("{}{}: {}", text.empty() ? "" : ", ", entry.key, flow_text(entry.value));
      }
      return fmt::format("{{{}}}", text);
  }
  return text;
}

}  // namespace qianka
