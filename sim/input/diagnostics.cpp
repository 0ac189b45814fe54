// SPDX-License-Identifier: Apache-2.0
#include "sim/input/diagnostics.hpp"

#include "sim/language/language.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

std::string render(const std::vector<Diagnostic>& all) {
  std::string text;
  for (const Diagnostic& diagnostic : all) {
    if (!text.empty()) text.push_back('\n');
    text += to_text(diagnostic);
  }
  return text;
}

auto order(const Diagnostic& d) {
  return std::tie(d.at.file, d.at.line, d.at.col, d.message, d.hint);
}

}  // namespace

std::string to_text(const SourcePos& at) {
  if (at.line == 0) return at.file;
  if (at.col == 0) return fmt::format("{}:{}", at.file, at.line);
  return fmt::format("{}:{}:{}", at.file, at.line, at.col);
}

std::string to_text(const Diagnostic& diagnostic) {
  std::string text = say("{}: error: {}", to_text(diagnostic.at), diagnostic.message);
  if (!diagnostic.hint.empty()) text += tr("\n  hint: ") + diagnostic.hint;
  return text;
}

std::vector<Diagnostic> sorted(std::vector<Diagnostic> diagnostics) {
  std::ranges::sort(diagnostics,
                    [](const Diagnostic& a, const Diagnostic& b) { return order(a) < order(b); });
  const auto same = std::ranges::unique(
      diagnostics, [](const Diagnostic& a, const Diagnostic& b) { return order(a) == order(b); });
  diagnostics.erase(same.begin(), same.end());
  return diagnostics;
}

InputError::InputError(std::vector<Diagnostic> all)
    : std::runtime_error(render(sorted(all))), diagnostics(sorted(std::move(all))) {}

InfeasibleInput::InfeasibleInput(std::vector<Diagnostic> all, bool unknown_figure)
    : Infeasible(render(sorted(all))), diagnostics(sorted(std::move(all))) {
  unknown = unknown_figure;
}

}  // namespace qianka
