// SPDX-License-Identifier: Apache-2.0
// A file that somebody else's tool wrote, as text in which every byte knows its line and column.
#pragma once
#include "sim/input/diagnostics.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

class SourceText {
 public:
  /// `bytes` as they were read: a byte order mark is dropped, UTF-16 becomes UTF-8. Throws
  /// InputError when it is no text at all: empty, compressed, binary.
  SourceText(std::string bytes, std::string name);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Line and column, from 1, of a byte of text(); beyond its end: the end.
  [[nodiscard]] SourcePos at(std::size_t offset) const;
  /// The name without folders: what a written file may say of where it comes from.
  [[nodiscard]] std::string short_name() const;

 private:
  [[nodiscard]] std::size_t characters_up_to(std::size_t offset) const;

  std::string text_, name_;
  std::vector<std::size_t> line_starts_;
  std::vector<std::size_t> characters_before_;  // of every 1024th byte: lines may be megabytes
};

/// Throws InputError when the file cannot be read.
SourceText read_source(const std::string& path);

/// "file:line:col: warning: message", the hint below it.
std::string warning_text(const Diagnostic& warning);

/// One mistake, thrown.
[[noreturn]] void fail_at(const SourcePos& at, std::string message, std::string hint = "");

/// Printable and short: what a message quotes of somebody's file.
std::string excerpt(std::string_view text, std::size_t most = 40);

/// "1 node", "4 nodes", in the language of the user; the noun is in the catalogue. Digits as they
/// are.
std::string number_of(std::size_t count, const std::string& one, const std::string& many = "");

}  // namespace qianka
