// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/fabric_place.hpp"

#include <charconv>
#include <string>

namespace qianka {
namespace {

/// "file:line" taken apart; "--set a.b=c" stays whole.
SourcePos parsed(const std::string& where) {
  const std::size_t colon = where.rfind(':');
  int line = 0;
  if (colon == std::string::npos) return {where, 0, 0};
  const auto [end, error] =
      std::from_chars(where.data() + colon + 1, where.data() + where.size(), line);
  if (error != std::errc{} || end != where.data() + where.size()) return {where, 0, 0};
  return {where.substr(0, colon), line, 0};
}

}  // namespace

std::optional<SourcePos> place_of(std::span<const SourcedValue> figures, std::string_view section) {
  const std::string below = std::string(section) + ".";
  const SourcedValue* found = nullptr;
  for (const SourcedValue& figure : figures) {
    if (!figure.path.starts_with(below) || figure.where.empty()) continue;
    if (found == nullptr || (found->source != "scenario" && figure.source == "scenario"))
      found = &figure;
  }
  return found == nullptr ? std::nullopt : std::optional(parsed(found->where));
}

}  // namespace qianka
