// SPDX-License-Identifier: Apache-2.0
#include "sim/input/merge.hpp"

#include "sim/language/language.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

namespace qianka {
namespace {

/// A name becomes {use: name}, so that keys can stand beside it.
void open_name(Value& value) {
  if (value.kind != Value::Kind::scalar) return;
  Value map;
  map.kind = Value::Kind::map;
  map.at = value.at;
  map.source = value.source;
  Value name = std::move(value);
  const SourcePos at = name.at;
  map.entries.push_back({"use", at, std::move(name)});
  value = std::move(map);
}

struct Source {
  std::string path;
  SourcePos at;
  std::string citation;
  bool used = false;
};

/// "peak" covers peak, peak.bf16, peak.bf16.x; not peaks. "*" covers all.
bool covers(const std::string& prefix, const std::string& path) {
  if (prefix == "*") return true;
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '.');
}

void attach(Value& value, const std::string& path, std::vector<Source>& sources) {
  const auto below = [&](const std::string& key) { return path.empty() ? key : path + "." + key; };
  for (Entry& entry : value.entries) attach(entry.value, below(entry.key), sources);
  // The entries of a list are alike: "classes.shape" is the shape of each.
  for (Value& item : value.items) attach(item, path, sources);
  if (value.kind != Value::Kind::scalar || !value.source.empty()) return;
  // The longest that covers it comes first.
  for (Source& source : sources) {
    if (!covers(source.path, path)) continue;
    source.used = true;
    value.source = source.citation;
    return;
  }
}

std::vector<std::string> split(const std::string& path) {
  std::vector<std::string> parts(1);
  for (const char c : path) {
    if (c == '.') {
      parts.emplace_back();
    } else {
      parts.back().push_back(c);
    }
  }
  return parts;
}

std::optional<std::size_t> as_index(const std::string& text, std::size_t size) {
  std::size_t index = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), index);
  if (result.ec != std::errc() || result.ptr != text.data() + text.size()) return std::nullopt;
  return index < size ? std::optional(index) : std::nullopt;
}

/// The value one step further along a path, made if it is not there; null pointer where there is no
/// way.
Value* step_into(Value& value, const std::string& key, const SourcePos& at) {
  if (value.kind == Value::Kind::list) {
    const auto index = as_index(key, value.items.size());
    return index ? &value.items[*index] : nullptr;
  }
  open_name(value);
  value.kind = Value::Kind::map;
  if (Entry* entry = value.find(key)) return &entry->value;
  Value made;
  made.at = at;
  value.entries.push_back({key, at, std::move(made)});
  return &value.entries.back().value;
}

}  // namespace

void override_with(Value& below, const Value& over) {
  const bool amends = over.kind == Value::Kind::map && over.find("use") == nullptr;
  if (amends && below.kind == Value::Kind::scalar) open_name(below);
  if (!amends || below.kind != Value::Kind::map) {
    below = over;
    return;
  }
  below.at = over.at;
  for (const Entry& entry : over.entries) {
    if (Entry* old = below.find(entry.key)) {
      old->at = entry.at;
      override_with(old->value, entry.value);
    } else {
      below.entries.push_back(entry);
    }
  }
}

void set_path(Value& root, const std::string& path, Value value, const SourcePos& at,
              std::vector<Diagnostic>& problems) {
  const std::vector<std::string> parts = split(path);
  if (std::ranges::find(parts, "") != parts.end()) {
    problems.push_back({at, say("'{}' is not a path of keys", path),
                        tr("for example '--set job.parallel.tensor=4'")});
    return;
  }
  Value* place = &root;
  Value* parent = nullptr;
  for (const std::string& part : parts) {
    parent = place;
    place = step_into(*place, part, at);
    if (place != nullptr) continue;
    problems.push_back({at, say("the list in '{}' has no entry '{}'", path, part),
                        say("entries are 0 to {}", static_cast<int>(parent->items.size()) - 1)});
    return;
  }
  if (Entry* entry = parent->find(parts.back())) entry->at = at;
  const bool removes = value.kind == Value::Kind::null;
  *place = std::move(value);
  if (removes) parent->erase(parts.back());
}

void attach_sources(Value& file, std::vector<Diagnostic>& problems) {
  const Entry* found = file.find("sources");
  if (found == nullptr) return;
  const Entry written = *found;
  file.erase("sources");
  if (written.value.kind != Value::Kind::map) {
    problems.push_back(
        {written.value.at,
         say("'sources' must be a map of key to citation, but is {}", describe(written.value)),
         tr("for example {peak: 'data sheet, 2023', \"*\": 'white paper'}")});
    return;
  }
  std::vector<Source> sources;
  for (const Entry& entry : written.value.entries) {
    if (entry.value.kind != Value::Kind::scalar) {
      problems.push_back(
          {entry.value.at, say("a citation is text, but this is {}", describe(entry.value)), ""});
      continue;
    }
    sources.push_back({entry.key, entry.at, entry.value.text});
  }
  std::ranges::stable_sort(sources, [](const Source& a, const Source& b) {
    if ((a.path == "*") != (b.path == "*")) return b.path == "*";
    return a.path.size() > b.path.size();
  });
  attach(file, "", sources);
  for (const Source& source : sources) {
    if (source.used || source.path == "*") continue;
    problems.push_back(
        {source.at, say("source for '{}', but no figure needs it", source.path),
         tr("the key of a source is the path of a figure in this file, or its beginning")});
  }
}

}  // namespace qianka
