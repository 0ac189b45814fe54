// SPDX-License-Identifier: Apache-2.0
// A settled draft as a cluster whose fabric is listed switch by switch and cable by cable; what is
// alike is one line.
#include "sim/interchange/fabric_draft.hpp"
#include "sim/interchange/name_lists.hpp"
#include "sim/interchange/node_draft.hpp"
#include "sim/interchange/source_text.hpp"
#include "sim/interchange/yaml_writer.hpp"
#include "sim/language/language.hpp"
#include "sim/units/parse_quantity.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numeric>
#include <set>
#include <tuple>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

constexpr std::size_t most_nics = 1024;  // what the format takes

/// In picoseconds and no finer: 100 ns, and not 99.99999999999999.
std::string latency_text(double seconds) {
  return fmt::format("{} ns", std::round(seconds * 1e12) / 1e3);
}

/// What two cables must share to stand in one line.
struct CableKind {
  std::optional<double> rate, latency;
  int count = 1;

  auto operator<=>(const CableKind&) const = default;

  std::string words() const {
    std::string text;
    if (rate) text += fmt::format(", rate: {}", quantity_text(*rate, Dimension::bandwidth));
    if (count > 1) text += fmt::format(", count: {}", count);
    if (latency) text += ", latency: " + latency_text(*latency);
    return text;
  }
};

/// With the twelve digits that a file may mean: 500 ns, not 500.00000000000006.
std::optional<double> value_of(const auto& quantity) {
  if (!quantity) return std::nullopt;
  return std::strtod(fmt::format("{:.12g}", quantity->value).c_str(), nullptr);
}

class FabricWriter {
 public:
  FabricWriter(const FabricDraft& draft, const ImportRequest& request, Imported& imported)
      : draft_(draft), request_(request), imported_(imported), links_(draft.links_of_devices()) {}

  void write() {
    number_devices();
    collect_node_cables();
    collect_switch_cables();
    if (nodes_.empty())
      fail_at(first_place(), tr("no node is left to compute on"),
              tr("nodes are devices called node3 or host3, or with an attribute 'role' of host"));
    if (switches_.empty())
      fail_at(
          first_place(), tr("nothing is left that joins the nodes"),
          tr("nodes with another number of ports than most have, and what no way leads to, are "
             "left out; switches are devices called switch3 or leaf3, or with a 'role' of switch"));
    if (nics_ > most_nics)
      fail_at(draft_.devices[nodes_.front()].at, say("a node of {} network ports", nics_),
              say("the format takes up to {}", most_nics));
    write_yaml();
    tell();
  }

 private:
  SourcePos first_place() const {
    return draft_.devices.empty() ? SourcePos{draft_.file, 1, 1} : draft_.devices.front().at;
  }
  CableKind kind_of(const DraftLink& link, int count) const {
    return {value_of(link.rate ? link.rate : request_.rate), value_of(link.latency), count};
  }
  const std::string& base() const {
    return request_.node.empty() ? request_.cluster : request_.node;
  }
  int used_nodes() const {
    return std::min(request_.nodes.value_or(static_cast<int>(nodes_.size())),
                    static_cast<int>(nodes_.size()));
  }

  void number_devices();
  void collect_node_cables();
  void collect_switch_cables();
  std::vector<int> depths() const;
  void write_yaml();
  void write_node(YamlWriter& yaml);
  void write_switches(YamlWriter& yaml);
  void write_cables(YamlWriter& yaml);
  void tell();

  const FabricDraft& draft_;
  const ImportRequest& request_;
  Imported& imported_;
  std::vector<std::vector<std::size_t>> links_;
  std::vector<std::size_t> nodes_, switches_;  // devices, in natural order
  std::vector<std::string> names_;             // of each device, as written
  std::size_t nics_ = 0;
  std::map<double, int> nic_rates_;
  std::size_t without_rate_ = 0;
  // Cables of a kind: switch -> node -> its adapters; lower switch -> upper switches.
  std::map<std::pair<std::size_t, CableKind>, std::map<int, std::vector<int>>> node_cables_;
  std::map<std::pair<std::size_t, CableKind>, std::vector<std::size_t>> switch_cables_;
};

void FabricWriter::number_devices() {
  for (std::size_t i = 0; i < draft_.devices.size(); ++i)
    (draft_.devices[i].role == DraftRole::node ? nodes_ : switches_).push_back(i);
  const auto by_name = [&](std::size_t a, std::size_t b) {
    return natural_less(draft_.devices[a].name, draft_.devices[b].name);
  };
  std::ranges::stable_sort(nodes_, by_name);
  std::ranges::stable_sort(switches_, by_name);
  names_.resize(draft_.devices.size());
  std::set<std::string> taken;
  for (const std::size_t i : switches_) {
    const std::string plain = plain_name(draft_.devices[i].name);
    std::string name = plain;
    for (int n = 2; !taken.insert(name).second; ++n) name = fmt::format("{}_{}", plain, n);
    names_[i] = name;
  }
  for (std::size_t i = 0; i < nodes_.size(); ++i) names_[nodes_[i]] = fmt::format("node{}", i);
}

void FabricWriter::collect_node_cables() {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const DraftPorts ports = ports_of(draft_, nodes_[i], links_[nodes_[i]]);
    nics_ = std::max(nics_, ports.size());
    for (std::size_t nic = 0; nic < ports.size(); ++nic) {
      for (const DraftPort& port : ports[nic]) {
        const DraftLink& link = draft_.links[port.link];
        const CableKind kind = kind_of(link, port.cables);
        if (kind.rate) ++nic_rates_[*kind.rate];
        if (!kind.rate) ++without_rate_;
        const std::size_t above = (port.at_a ? link.b : link.a).device;
        node_cables_[{above, kind}][static_cast<int>(i)].push_back(static_cast<int>(nic));
      }
    }
  }
}

/// How far each device is from the nodes.
std::vector<int> FabricWriter::depths() const {
  std::vector<int> depth(draft_.devices.size(), -1);
  std::vector<std::size_t> queue = nodes_;
  for (const std::size_t i : queue) depth[i] = 0;
  for (std::size_t at = 0; at < queue.size(); ++at) {
    for (const std::size_t number : links_[queue[at]]) {
      const DraftLink& link = draft_.links[number];
      const std::size_t next = link.a.device == queue[at] ? link.b.device : link.a.device;
      if (depth[next] >= 0) continue;
      depth[next] = depth[queue[at]] + 1;
      queue.push_back(next);
    }
  }
  return depth;
}

void FabricWriter::collect_switch_cables() {
  const std::vector<int> depth = depths();
  std::vector<std::size_t> rank(draft_.devices.size());
  for (std::size_t i = 0; i < switches_.size(); ++i) rank[switches_[i]] = i;
  // Cables side by side that stand apart in the file are one bundle.
  std::map<std::pair<std::size_t, std::size_t>, std::map<CableKind, int>> pairs;
  for (const DraftLink& link : draft_.links) {
    std::size_t low = link.a.device, high = link.b.device;
    if (draft_.devices[low].role == DraftRole::node || draft_.devices[high].role == DraftRole::node)
      continue;
    if (std::tuple(depth[high], rank[high]) < std::tuple(depth[low], rank[low]))
      std::swap(low, high);
    const CableKind kind = kind_of(link, 1);
    if (!kind.rate) ++without_rate_;
    pairs[{rank[low], rank[high]}][kind] += link.count;
  }
  for (const auto& [ends, kinds] : pairs) {
    for (const auto& [kind, count] : kinds) {
      const CableKind all{kind.rate, kind.latency, count};
      switch_cables_[{switches_[ends.first], all}].push_back(switches_[ends.second]);
    }
  }
}

void FabricWriter::write_node(YamlWriter& yaml) {
  yaml.open("node");
  if (!request_.gpu.empty()) yaml.key("accelerator", request_.gpu);
  if (request_.gpu.empty() && base().empty())
    yaml.open("accelerator").text("name", "card that the file does not name").close();
  if (!request_.nic.empty()) {
    yaml.key("nic", request_.nic);
  } else if (base().empty()) {
    const auto most = std::ranges::max_element(
        nic_rates_, [](const auto& a, const auto& b) { return a.second < b.second; });
    yaml.open("nic").text("name", draft_.adapter.empty() ? "NIC" : draft_.adapter);
    if (most != nic_rates_.end())
      yaml.key("rate", quantity_text(most->first, Dimension::bandwidth));
    yaml.close();
  }
  yaml.key("nics", static_cast<std::int64_t>(nics_));
  yaml.close();
}

void FabricWriter::write_switches(YamlWriter& yaml) {
  std::map<std::string, std::vector<std::string>> by_part;
  for (const std::size_t i : switches_) by_part[draft_.devices[i].part].push_back(names_[i]);
  yaml.open("switches");
  for (const auto& [part, names] : by_part) {
    const std::string what = part.empty() ? "{name: \"switch\"}" : part;
    for (const std::string& pattern : bracketed(names))
      yaml.item(fmt::format("{{names: \"{}\", part: {}}}", pattern, what));
  }
  yaml.close();
}

void FabricWriter::write_cables(YamlWriter& yaml) {
  yaml.open("cables");
  for (const auto& [above, nodes] : node_cables_) {
    std::map<std::vector<int>, std::vector<int>> by_nics;  // nodes that use the same adapters
    for (const auto& [node, nics] : nodes) by_nics[nics].push_back(node);
    for (const auto& [nics, of] : by_nics)
      yaml.item(fmt::format("{{from: \"node{}.nic{}\", to: \"{}\"{}}}", number_list(of),
                            number_list(nics), names_[above.first], above.second.words()));
  }
  // Lower switches with the same cables to the same upper ones.
  std::map<std::pair<std::vector<std::size_t>, CableKind>, std::vector<std::string>> alike;
  std::vector<decltype(alike)::key_type> order;
  for (const auto& [lower, uppers] : switch_cables_) {
    auto& names = alike[{uppers, lower.second}];
    if (names.empty()) order.emplace_back(uppers, lower.second);
    names.push_back(names_[lower.first]);
  }
  for (const auto& key : order) {
    std::vector<std::string> uppers;
    for (const std::size_t i : key.first) uppers.push_back(names_[i]);
    std::vector<std::string>& lowers = alike[key];
    std::ranges::sort(lowers, natural_less);
    for (const std::string& from : bracketed(lowers))
      for (const std::string& to : bracketed(uppers))
        yaml.item(fmt::format("{{from: \"{}\", to: \"{}\"{}}}", from, to, key.second.words()));
  }
  yaml.close();
}

void FabricWriter::write_yaml() {
  YamlWriter yaml;
  yaml.comment(
      fmt::format("Written by qianka import {} from {}.", draft_.kind, excerpt(draft_.file, 80)));
  std::vector<std::string> called;
  for (const std::size_t i : nodes_) called.push_back(plain_name(draft_.devices[i].name));
  yaml.comment(fmt::format("node0 and on are {}.", fmt::join(bracketed(called), ", ")));
  yaml.text("name", fmt::format("Imported from {}", draft_.file));
  if (!base().empty()) yaml.key("use", base());
  yaml.key("nodes", static_cast<std::int64_t>(used_nodes()));
  yaml.key("installed", static_cast<std::int64_t>(nodes_.size())).key("spares", std::int64_t{0});
  write_node(yaml);
  yaml.open("fabric").key("kind", "free");
  write_switches(yaml);
  write_cables(yaml);
  yaml.close();
  if (!draft_.notes.empty()) yaml.text("notes", fmt::format("{}", fmt::join(draft_.notes, " ")));
  yaml.open("sources").text("\"*\"", "imported from " + draft_.file).close();
  imported_.yaml = yaml.str();
}

void FabricWriter::tell() {
  std::size_t cables = 0;
  for (const DraftLink& link : draft_.links) cables += static_cast<std::size_t>(link.count);
  imported_.facts.push_back(say("found: {} with {} each, {}, {}",
                                number_of(nodes_.size(), marked("node")),
                                number_of(nics_, marked("network port")),
                                number_of(switches_.size(), marked("switch"), "switches"),
                                number_of(cables, marked("cable"))));
  if (without_rate_ > 0)
    imported_.missing.push_back(say("the rate of {}: --rate, as in --rate 400Gbps",
                                    number_of(without_rate_, marked("link"))));
  if (!base().empty()) return;
  if (request_.gpu.empty())
    imported_.missing.push_back(
        tr("which cards the nodes have: --node CLUSTER takes the nodes of a cluster of the "
           "catalogue (qianka list topologies), --gpu ID the accelerator alone, 8 to a node"));
  if (request_.nic.empty())
    imported_.missing.push_back(tr("which network adapter: --nic ID; its efficiency is unknown"));
}

}  // namespace

void write_fabric(FabricDraft draft, const ImportRequest& request, Imported& imported) {
  check_names(request);
  if (draft.devices.empty() || draft.links.empty())
    fail_at(draft.devices.empty() ? SourcePos{draft.file, 1, 1} : draft.devices.front().at,
            draft.devices.empty() ? tr("no device is in this file") : tr("no link is in this file"),
            tr("a fabric is switches, nodes and what joins them"));
  settle_roles(draft, imported);
  keep_what_is_alike(draft, imported);
  FabricWriter(draft, request, imported).write();
}

}  // namespace qianka
