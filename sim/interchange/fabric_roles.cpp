// SPDX-License-Identifier: Apache-2.0
// Who is a node and who a switch, and which of them one kind of node and one fabric can hold.
#include "sim/interchange/fabric_draft.hpp"
#include "sim/interchange/name_lists.hpp"
#include "sim/interchange/source_text.hpp"
#include "sim/language/language.hpp"

#include <algorithm>
#include <numeric>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

constexpr std::size_t most_named = 3;  // of many alike, warnings name so many

bool is_node(const DraftDevice& device) { return device.role == DraftRole::node; }
bool is_switch(const DraftDevice& device) { return device.role == DraftRole::fabric_switch; }
bool is_unknown(const DraftDevice& device) { return device.role == DraftRole::unknown; }

std::string names_text(const FabricDraft& draft, const std::vector<std::size_t>& some) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < std::min(some.size(), most_named); ++i)
    names.push_back(excerpt(draft.devices[some[i]].name));
  std::string text = fmt::format("{}", fmt::join(names, ", "));
  if (some.size() > most_named) text += say(" and {} more", some.size() - most_named);
  return text;
}

/// What the file does not say follows from what it says of the others.
void settle_unknown(FabricDraft& draft, Imported& imported) {
  std::vector<std::set<std::size_t>> neighbours(draft.devices.size());
  for (const DraftLink& link : draft.links) {
    neighbours[link.a.device].insert(link.b.device);
    neighbours[link.b.device].insert(link.a.device);
  }
  const bool nodes = std::ranges::any_of(draft.devices, is_node);
  const bool switches = std::ranges::any_of(draft.devices, is_switch);
  std::vector<std::size_t> guessed_nodes, guessed_switches;
  for (std::size_t i = 0; i < draft.devices.size(); ++i) {
    if (!is_unknown(draft.devices[i])) continue;
    const bool at_the_rim = neighbours[i].size() <= 1;
    const bool below_a_node = std::ranges::any_of(
        neighbours[i], [&](std::size_t other) { return is_node(draft.devices[other]); });
    const bool node = nodes ? at_the_rim && !below_a_node : switches || at_the_rim;
    (node ? guessed_nodes : guessed_switches).push_back(i);
  }
  const auto settle = [&](const std::vector<std::size_t>& some, DraftRole role, const char* what) {
    if (some.empty()) return;
    for (const std::size_t i : some) draft.devices[i].role = role;
    imported.warnings.push_back(
        {draft.devices[some.front()].at,
         say("nothing says what {} {}: taken for {}", names_text(draft, some),
             tr("of devices", some.size() == 1 ? tr("of devices", "is") : tr("of devices", "are")),
             what),
         tr("names as leaf0 and node3, or an attribute 'role' of host or switch, would say it")});
  };
  settle(guessed_nodes, DraftRole::node, guessed_nodes.size() == 1 ? tr("a node") : tr("nodes"));
  settle(guessed_switches, DraftRole::fabric_switch,
         guessed_switches.size() == 1 ? tr("a switch") : tr("switches"));
}

/// A node that is joined to nodes forwards for them, as a switch does.
void give_routers(FabricDraft& draft, Imported& imported) {
  std::set<std::size_t> forwarding;
  for (const DraftLink& link : draft.links) {
    if (!is_node(draft.devices[link.a.device]) || !is_node(draft.devices[link.b.device])) continue;
    forwarding.insert(link.a.device);
    forwarding.insert(link.b.device);
  }
  if (forwarding.empty()) return;
  const std::vector<std::size_t> some(forwarding.begin(), forwarding.end());
  imported.warnings.push_back(
      {draft.devices[some.front()].at,
       say("{} {} joined to other nodes without a switch", names_text(draft, some),
           some.size() == 1 ? tr("of devices", "is") : tr("of devices", "are")),
       tr("each gets a switch of its own, of no latency, that forwards for the others")});
  std::vector<std::size_t> router(draft.devices.size());
  for (const std::size_t node : some) {
    const SourcePos at = draft.devices[node].at;
    router[node] = draft.device("router-" + draft.devices[node].name, at);
    draft.devices[router[node]].role = DraftRole::fabric_switch;
  }
  std::vector<std::optional<Bandwidth>> sum(router.size(), Bandwidth{0});
  const auto move = [&](DraftEnd& end, const DraftLink& link) {
    if (end.device >= router.size() || !forwarding.contains(end.device)) return;
    auto& total = sum[end.device];
    total = total && link.rate ? std::optional(*total + *link.rate * link.count) : std::nullopt;
    end = {router[end.device], ""};
  };
  for (DraftLink& link : draft.links) {
    move(link.a, link);
    move(link.b, link);
  }
  for (const std::size_t node : some)
    draft.join({.a = {node}, .b = {router[node]}, .rate = sum[node], .at = draft.devices[node].at});
}

void hang_nodes(FabricDraft& draft, Imported& imported) {
  const std::size_t switches = draft.devices.size();
  const SourcePos at = draft.devices.front().at;
  imported.warnings.push_back({at, say("no node among the {} devices", switches),
                               tr("a node hangs below each switch; an attribute 'role' of host "
                                  "would say where nodes are")});
  for (std::size_t i = 0; i < switches; ++i) {
    if (!is_switch(draft.devices[i])) continue;
    const std::size_t node = draft.device("node-at-" + draft.devices[i].name, draft.devices[i].at);
    draft.devices[node].role = DraftRole::node;
    draft.join({.a = {node}, .b = {i}, .at = draft.devices[i].at});
  }
}

void drop(FabricDraft& draft, const std::vector<std::size_t>& some, Imported& imported,
          const std::string& why, const std::string& hint) {
  if (some.empty()) return;
  imported.warnings.push_back(
      {draft.devices[some.front()].at, say("{} left out: {}", names_text(draft, some), why), hint});
  std::vector<bool> kept(draft.devices.size(), true);
  for (const std::size_t i : some) kept[i] = false;
  draft.keep_only(kept);
}

std::vector<std::size_t> those_of(const FabricDraft& draft, DraftRole role) {
  std::vector<std::size_t> some;
  for (std::size_t i = 0; i < draft.devices.size(); ++i)
    if (draft.devices[i].role == role) some.push_back(i);
  return some;
}

/// All nodes of a cluster have as many adapters: those of the most adapters in all stay.
void keep_equal_nodes(FabricDraft& draft, Imported& imported) {
  const auto links = draft.links_of_devices();
  std::map<std::size_t, std::vector<std::size_t>> by_ports;
  for (const std::size_t node : those_of(draft, DraftRole::node))
    by_ports[ports_of(draft, node, links[node]).size()].push_back(node);
  std::size_t best = 0, most = 0;
  for (const auto& [ports, nodes] : by_ports) {
    if (ports * nodes.size() < most || ports == 0) continue;
    best = ports;
    most = ports * nodes.size();
  }
  std::vector<std::size_t> others;
  for (const auto& [ports, nodes] : by_ports)
    if (ports != best) others.insert(others.end(), nodes.begin(), nodes.end());
  std::ranges::sort(others);
  if (best == 0) return;
  drop(draft, others, imported,
       say("{} have {} each", by_ports[best].size(), number_of(best, marked("network port"))),
       tr("all nodes of a cluster are alike; storage and management nodes have no place among "
          "them"));
}

/// The part of the fabric with the most nodes.
void keep_largest_part(FabricDraft& draft, Imported& imported) {
  std::vector<std::size_t> part(draft.devices.size());
  std::iota(part.begin(), part.end(), std::size_t{0});
  const auto root = [&](std::size_t i) {
    while (part[i] != i) i = part[i] = part[part[i]];
    return i;
  };
  for (const DraftLink& link : draft.links) part[root(link.a.device)] = root(link.b.device);
  std::map<std::size_t, std::size_t> nodes;
  for (const std::size_t node : those_of(draft, DraftRole::node)) ++nodes[root(node)];
  const auto most = std::ranges::max_element(
      nodes, [](const auto& a, const auto& b) { return a.second < b.second; });
  if (most == nodes.end()) return;
  std::vector<std::size_t> others, idle;
  for (std::size_t i = 0; i < draft.devices.size(); ++i) {
    if (root(i) == most->first) continue;
    (nodes.contains(root(i)) ? others : idle).push_back(i);
  }
  for (const std::size_t i : idle)
    imported.details.push_back(say("line {}: {} leads to no node", draft.devices[i].at.line,
                                   excerpt(draft.devices[i].name)));
  std::vector<bool> kept(draft.devices.size());
  for (std::size_t i = 0; i < kept.size(); ++i) kept[i] = root(i) == most->first;
  if (!others.empty())
    imported.warnings.push_back(
        {draft.devices[others.front()].at,
         say("{} left out: no way leads there from the other {}", names_text(draft, others),
             number_of(most->second, marked("node"))),
         tr("the largest connected part is written; a job cannot span two")});
  draft.keep_only(kept);
}

}  // namespace

void settle_roles(FabricDraft& draft, Imported& imported) {
  for (DraftDevice& device : draft.devices)
    if (is_unknown(device)) device.role = role_of_text(device.name);
  settle_unknown(draft, imported);
  // What is inside a node goes first: its links would count as the node's.
  const auto inside = those_of(draft, DraftRole::part_of_node);
  if (!inside.empty()) {
    std::vector<bool> kept(draft.devices.size(), true);
    for (const std::size_t i : inside) kept[i] = false;
    imported.details.push_back(
        say("{}: inside a node, which --node describes", names_text(draft, inside)));
    draft.keep_only(kept);
  }
  if (std::ranges::none_of(draft.devices, is_node) && !draft.devices.empty() &&
      !draft.links.empty())
    hang_nodes(draft, imported);
  give_routers(draft, imported);
}

void keep_what_is_alike(FabricDraft& draft, Imported& imported) {
  drop(draft, those_of(draft, DraftRole::other_host), imported, tr("storage or management"),
       tr("a cluster has compute nodes only; 'storage' is given apart"));
  keep_equal_nodes(draft, imported);
  keep_largest_part(draft, imported);
}

}  // namespace qianka
