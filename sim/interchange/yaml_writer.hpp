// SPDX-License-Identifier: Apache-2.0
// Writes the project's own files, key by key in the order given; what it writes reads back as it
// was.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

namespace qianka {

class YamlWriter {
 public:
  /// Lines that begin with '#', broken at words.
  YamlWriter& comment(std::string_view words);
  /// A value as it stands: a number with its unit, a name of the catalogue, true, [1, 2].
  YamlWriter& key(std::string_view name, std::string_view plain);
  YamlWriter& key(std::string_view name, std::int64_t whole);
  YamlWriter& key(std::string_view name, bool yes);
  YamlWriter& key(std::string_view name, const char* plain) {
    return key(name, std::string_view(plain));
  }
  /// Somebody else's words, quoted.
  YamlWriter& text(std::string_view name, std::string_view words);
  /// A map below this key, until close().
  YamlWriter& open(std::string_view name);
  YamlWriter& close();
  /// One element of the list that was opened.
  YamlWriter& item(std::string_view plain);

  [[nodiscard]] const std::string& str() const { return text_; }

 private:
  void line(std::string_view words);

  std::string text_;
  int depth_ = 0;
};

}  // namespace qianka
