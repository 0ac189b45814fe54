// SPDX-License-Identifier: Apache-2.0
// The raw lines of a file: columns in characters, and what can be said about a text that is not
// even YAML.
#pragma once
#include "sim/input/diagnostics.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

/// Refers to the text, which must outlive it.
class Lines {
 public:
  Lines(std::string_view text, std::string name);

  /// Both 0-based, the column in bytes.
  [[nodiscard]] SourcePos position(std::size_t line, std::size_t byte) const;
  [[nodiscard]] const std::vector<std::string_view>& all() const { return lines_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool is_utf16() const { return utf16_; }

 private:
  std::string name_;
  std::vector<std::string_view> lines_;
  bool utf16_ = false;
};

/// Bytes that no YAML reader should meet (not UTF-8, control characters, tabs as indentation);
/// false if any.
bool check_bytes(const Lines& lines, std::vector<Diagnostic>& problems);

/// Full-width punctuation that stands where a colon, comma, bracket or quote would make the syntax
/// right.
std::optional<Diagnostic> full_width_punctuation(const Lines& lines);

/// A bracket or quote that is opened and never closed; the innermost.
std::optional<Diagnostic> never_closed(const Lines& lines);

/// The same for the quote at this place, 0-based; yaml-cpp takes the end of the file for its end.
std::optional<Diagnostic> open_quote(const Lines& lines, std::size_t line, std::size_t byte);

}  // namespace qianka
