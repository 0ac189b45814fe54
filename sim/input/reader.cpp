// SPDX-License-Identifier: Apache-2.0
#include "sim/input/reader.hpp"

#include "sim/input/merge.hpp"
#include "sim/language/language.hpp"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

/// "a nic", "an accelerator", "a set of faults".
std::string with_article(const std::string& kind) {
  if (kind.ends_with('s')) return tr("a set of ") + kind;
  const bool vowel = std::string_view("aeiou").find(kind[0]) != std::string_view::npos;
  return (vowel ? "an " : "a ") + kind;
}

}  // namespace

bool names_file(std::string_view name) { return name.ends_with(".yaml"); }

std::string id_of_name(const std::string& name) {
  return names_file(name) ? std::filesystem::path(name).stem().string() : name;
}

void Reader::error(const SourcePos& at, std::string message, std::string hint) {
  problems_.push_back({at, std::move(message), std::move(hint)});
}

void Reader::inside(const std::string& key, const SourcePos& at,
                    const std::function<void()>& read) {
  positions_[path_.empty() ? key : path_ + "." + key] = at;
  inside_default(key, read);
}

void Reader::inside_default(const std::string& key, const std::function<void()>& read) {
  const std::string parent = path_;
  path_ = parent.empty() ? key : parent + "." + key;
  read();
  path_ = parent;
}

SourcePos Reader::position(std::string path) const {
  for (;;) {
    if (const auto found = positions_.find(path); found != positions_.end()) return found->second;
    const std::size_t dot = path.rfind('.');
    if (dot == std::string::npos) return {};
    path.resize(dot);
  }
}

void Reader::note(const Value& value, bool numeric) {
  figures_.push_back({path_, flow_text(value), value.source, value.at, numeric, false});
}

void Reader::note_default(const std::string& key, const std::string& value,
                          const std::string& source) {
  figures_.push_back(
      {path_.empty() ? key : path_ + "." + key, value, source, position(path_), false, true});
}

std::optional<Value> Reader::load(const std::string& kind, const Value& name,
                                  std::vector<std::string>& chain) {
  if (name.kind != Value::Kind::scalar) {
    error(name.at,
          say("'use' takes the name of {}, but is {}", with_article(kind), describe(name)));
    return std::nullopt;
  }
  if (std::ranges::find(chain, name.text) != chain.end()) {
    error(name.at, say("{} uses itself: {} -> {}", kind, fmt::join(chain, " -> "), name.text));
    return std::nullopt;
  }
  chain.push_back(name.text);
  std::optional<Value> found = loader_(kind, name, *this);
  if (!found) return std::nullopt;
  if (const Entry* use = found->find("use")) {
    std::optional<Value> base = load(kind, Value(use->value), chain);
    if (!base) return std::nullopt;
    found->erase("use");
    override_with(*base, *found);
    return base;
  }
  return found;
}

std::optional<Resolved> Reader::resolve(const std::string& kind, const Value& value) {
  std::vector<std::string> chain;
  if (value.kind == Value::Kind::scalar) {
    note(value, false);
    std::optional<Value> map = load(kind, value, chain);
    if (!map) return std::nullopt;
    // What is missing in the file is missing for the one who named it.
    map->at = value.at;
    return Resolved{std::move(*map), id_of_name(value.text)};
  }
  if (value.kind != Value::Kind::map) {
    error(value.at, say("expected the name of {}, or a map, but found {}", with_article(kind),
                        describe(value)));
    return std::nullopt;
  }
  Value over = value;
  attach_sources(over, problems_);
  const Entry* use = over.find("use");
  if (use == nullptr) {
    const Entry* name = over.find("name");
    return Resolved{over, name == nullptr ? kind + " in place" : name->value.text};
  }
  const Value name = use->value;
  note(name, false);
  over.erase("use");
  std::optional<Value> base = load(kind, name, chain);
  if (!base) return std::nullopt;
  override_with(*base, over);
  return Resolved{std::move(*base), id_of_name(name.text)};
}

}  // namespace qianka
