// SPDX-License-Identifier: Apache-2.0
#include "sim/report/piece_names.hpp"

#include "sim/language/language.hpp"

#include <map>
#include <string_view>

namespace qianka {
namespace {

std::string end_name(const std::string& english) {
  // "node" and others alone are counted nouns in the catalogue: here they are titles.
  const std::map<std::string_view, const char*> names{
      {"node", tr("title", "node")},
      {"card", tr("title", "card")},
      {"switch", tr("title", "switch")},
      {"leaf", tr("leaf")},
      {"spine", tr("spine")},
      {"core", tr("core")},
      {"leaf switch", tr("leaf switch")},
      {"spine switch", tr("spine switch")},
      {"core switch", tr("core switch")},
      {"front-end switch", tr("front-end switch")},
      {"front-end", tr("front-end")},
      {"front-end network", tr("front-end network")},
      {"NIC", tr("title", "NIC")},
      {"front-end NIC", tr("front-end NIC")},
      {"NIC to storage", tr("NIC to storage")},
      {"NIC of a storage node", tr("NIC of a storage node")},
      {"storage", tr("storage")},
      {"storage node", tr("title", "storage node")},
      {"cables", tr("title", "cables")}};
  const auto found = names.find(english);
  return found == names.end() ? english : found->second;
}

/// Whose collective it is; the kinds of collectives have English names in both languages.
std::string group_name(const std::string& english) {
  const std::map<std::string_view, const char*> names{
      {"tensor", tr("whose", "tensor")},
      {"context", tr("whose", "context")},
      {"expert", tr("whose", "expert")},
      {"data", tr("whose", "data")},
      {"data of experts", tr("whose", "data of experts")}};
  const auto found = names.find(english);
  return found == names.end() ? english : found->second;
}

}  // namespace

std::string collective_title(const std::string& english) {
  constexpr std::string_view all = ", all gradients";
  if (english.ends_with(all))
    return say("{}, all gradients",
               collective_title(english.substr(0, english.size() - all.size())));
  const std::size_t space = english.rfind(' ');
  const std::string group = group_name(english.substr(0, space));
  if (group == english.substr(0, space)) return tr(english);
  return say("{} {}", group, english.substr(space + 1));
}

std::string way_name(const std::string& english) {
  constexpr std::string_view to = " to ";
  const std::size_t at = english.find(to);
  if (at == std::string::npos) return end_name(english);
  const std::string from = end_name(english.substr(0, at));
  return say("{} to {}", from, end_name(english.substr(at + to.size())));
}

std::string piece_name(const std::string& english) {
  const std::size_t comma = english.find(", ");
  if (comma == std::string::npos) return end_name(english);
  const std::string way = way_name(english.substr(comma + 2));
  if (english.starts_with("cable,")) return say("cable, {}", way);
  if (english.starts_with("optical module,")) return say("optical module, {}", way);
  return english;
}

}  // namespace qianka
