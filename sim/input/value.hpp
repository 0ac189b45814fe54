// SPDX-License-Identifier: Apache-2.0
// What a file says, before anyone asks what it means: a tree of scalars, lists and maps in which
// every key and value knows where it was written. Scalars stay text until a field table reads them
// by our own rule.
#pragma once
#include "sim/input/diagnostics.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

struct Entry;

struct Value {
  enum class Kind { null, scalar, list, map };
  Kind kind = Kind::null;
  SourcePos at;
  std::string text;     // of a scalar
  bool quoted = false;  // "8" is text, 8 is a number
  std::string
      source;  // why it is believed: a catalogue file's citation, "" for what the user wrote
  std::vector<Value> items;    // of a list
  std::vector<Entry> entries;  // of a map, in the order written

  [[nodiscard]] const Entry* find(std::string_view key) const;
  [[nodiscard]] Entry* find(std::string_view key);
  /// Removes the key; false if it was not there.
  bool erase(std::string_view key);
};

struct Entry {
  std::string key;
  SourcePos at;
  Value value;
};

/// A scalar that was not quoted.
bool is_plain(const Value& value);
/// "a map", "a list", "'8'", "nothing", for messages.
std::string describe(const Value& value);
/// One line, as one could write it in a file: {use: x, nodes: 3}.
std::string flow_text(const Value& value);

}  // namespace qianka
