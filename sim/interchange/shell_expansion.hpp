// SPDX-License-Identifier: Apache-2.0
// From a word as it stands to the words it means: quotes, variables, defaults, arithmetic.
#pragma once
#include "sim/interchange/shell_lexer.hpp"
#include "sim/interchange/shell_text.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

class ShellExpansion {
 public:
  explicit ShellExpansion(const SourceText& source) : text_(source.text()) {}

  /// All fields that a word becomes.
  std::vector<ShellText> fields(ShellRange word);
  /// The same as one text: what an assignment or a comparison takes.
  ShellText joined(ShellRange word);

  void set(const std::string& name, std::vector<ShellText> elements, bool append);
  [[nodiscard]] const std::vector<ShellText>* find(std::string_view name) const;
  [[nodiscard]] const auto& variables() const { return variables_; }

 private:
  void expand(ShellRange range, std::vector<ShellText>& into, bool split);
  void quoted(std::size_t& at, std::size_t end, std::vector<ShellText>& into);
  /// What the '$' at `at` stands for; `at` moves behind it.
  std::vector<ShellText> parameter(std::size_t& at, std::size_t end);
  std::vector<ShellText> braces(ShellRange inner, std::size_t at);
  std::vector<ShellText> named(std::string_view name, std::size_t at) const;
  ShellText calculated(ShellRange inner, std::size_t at);
  ShellText command_output(ShellRange inner, std::size_t at);
  void set_default(const std::string& name, const ShellText& value);

  std::string_view text_;
  std::map<std::string, std::vector<ShellText>> variables_;
  int depth_ = 0;
};

}  // namespace qianka
