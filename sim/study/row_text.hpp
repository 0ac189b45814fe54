// SPDX-License-Identifier: Apache-2.0
// A scenario under construction: keys by their paths, written out as a file.
#pragma once
#include "sim/study/rules.hpp"

#include <optional>
#include <string>

namespace qianka {

class RowText {
 public:
  /// Replaces what the key was.
  void set(const std::string& path, const std::string& value);
  void set(const std::string& path, int value) { set(path, std::to_string(value)); }
  void erase(const std::string& path);
  [[nodiscard]] bool has(const std::string& path) const;
  /// "" when it was not set.
  [[nodiscard]] std::string text(const std::string& path) const;
  [[nodiscard]] std::optional<int> whole(const std::string& path) const;

  [[nodiscard]] const KeyValues& keys() const { return keys_; }
  /// As a file: keys in the order in which they were first set.
  [[nodiscard]] std::string file() const;

 private:
  KeyValues keys_;
};

}  // namespace qianka
