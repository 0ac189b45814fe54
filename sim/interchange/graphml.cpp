// SPDX-License-Identifier: Apache-2.0
// GraphML of any tool: what a device is, and what a link carries, stands in attributes that each
// tool calls by names of its own.
#include "sim/interchange/fabric_draft.hpp"
#include "sim/interchange/name_lists.hpp"
#include "sim/interchange/readers.hpp"
#include "sim/interchange/xml_document.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/units/parse_quantity.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <set>
#include <tuple>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::array name_keys{"name", "label", "hostname", "host_name", "nodelabel", "sysname"};
constexpr std::array role_keys{"role",     "kind",        "type",       "node_type",
                               "nodetype", "device_type", "devicetype", "category",
                               "tier",     "layer",       "class",      "device"};
constexpr std::array count_keys{"count", "multiplicity", "cables",
                                "links", "num_links",    "parallel"};

/// A rate or a latency under one of the names that tools give it, with the unit that the name or
/// another attribute says.
struct UnitKey {
  std::string_view key;
  double unit;  // bytes per second, or seconds, of a bare number; 0: the value must say it
};
constexpr std::array rate_keys{UnitKey{"rate_bytes_per_s", 1},
                               UnitKey{"linkspeedraw", 0.125},
                               UnitKey{"rate", 0},
                               UnitKey{"bandwidth", 0},
                               UnitKey{"capacity", 0},
                               UnitKey{"speed", 0},
                               UnitKey{"linkspeed", 0},
                               UnitKey{"link_speed", 0},
                               UnitKey{"bw", 0},
                               UnitKey{"throughput", 0},
                               UnitKey{"rate_gbps", 1.25e8},
                               UnitKey{"bandwidth_gbps", 1.25e8},
                               UnitKey{"capacity_gbps", 1.25e8},
                               UnitKey{"speed_gbps", 1.25e8},
                               UnitKey{"gbps", 1.25e8},
                               UnitKey{"bandwidth_mbps", 1.25e5},
                               UnitKey{"capacity_mbps", 1.25e5},
                               UnitKey{"speed_mbps", 1.25e5},
                               UnitKey{"mbps", 1.25e5},
                               UnitKey{"bandwidth_bps", 0.125},
                               UnitKey{"linklabel", 0}};
constexpr std::array latency_keys{UnitKey{"latency_s", 1},     UnitKey{"latency_ps", 1e-12},
                                  UnitKey{"latency", 0},       UnitKey{"delay", 0},
                                  UnitKey{"latency_ms", 1e-3}, UnitKey{"delay_ms", 1e-3},
                                  UnitKey{"latency_us", 1e-6}, UnitKey{"delay_us", 1e-6},
                                  UnitKey{"latency_ns", 1e-9}, UnitKey{"delay_ns", 1e-9}};

struct GraphKey {
  std::string name;  // attr.name in lower case
  std::string domain;
  std::string otherwise;  // <default>
};

using Attributes = std::map<std::string, std::pair<std::string, SourcePos>, std::less<>>;

/// All of a number, or nothing.
std::optional<double> bare_number(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0' || !(value >= 0) || value > 1e30) return std::nullopt;
  return value;
}

/// The text that stands anywhere below: yEd keeps labels in elements of its own.
std::string inner_text(const XmlElement& element, std::string_view within) {
  for (const XmlElement& child : element.children) {
    if (child.name.ends_with(within) && !child.text.empty()) return child.text;
    if (std::string text = inner_text(child, within); !text.empty()) return text;
  }
  return "";
}

class GraphmlReader {
 public:
  GraphmlReader(const SourceText& source, Imported& imported)
      : source_(source), imported_(imported), known_(known_devices()) {}

  FabricDraft read() {
    const XmlElement root = read_xml(source_, imported_.warnings);
    draft_.kind = "graphml";
    draft_.file = source_.short_name();
    if (root.name != "graphml" && !root.name.ends_with(":graphml"))
      fail_at(root.at, say("this is <{}>, not <graphml>", excerpt(root.name)),
              tr("GraphML begins with <graphml>, then <key> and <graph>"));
    keys(root);
    bool found = false;
    for (const XmlElement& child : root.children) {
      if (child.name != "graph") continue;
      if (found) {
        imported_.warnings.push_back({child.at, tr("a second <graph> is passed over"), ""});
      } else {
        graph(child);
      }
      found = true;
    }
    if (!found)
      fail_at(root.at, tr("no <graph> in this file"), tr("nodes and edges stand in <graph>"));
    edges();
    return std::move(draft_);
  }

 private:
  void keys(const XmlElement& root);
  Attributes attributes(const XmlElement& element, std::string_view domain) const;
  void graph(const XmlElement& element);
  void node(const XmlElement& element);
  void edges();
  std::optional<double> figure(const Attributes& attributes, std::span<const UnitKey> names,
                               bool rate);
  std::optional<double> with_unit(const std::string& key, const std::string& text, double unit,
                                  const Attributes& attributes, bool rate);
  int count(const Attributes& attributes) const;

  const SourceText& source_;
  Imported& imported_;
  KnownDevices known_;
  std::vector<CatalogueEntry> switches_ = list_catalogue("switch");
  FabricDraft draft_;
  std::map<std::string, GraphKey> keys_;
  std::map<std::string, DraftEnd> ends_;  // by id
  struct Pending {
    XmlElement element;
    bool directed;
  };
  std::vector<Pending> pending_;
  Attributes graph_attributes_;
  bool unitless_told_ = false;
};

void GraphmlReader::keys(const XmlElement& root) {
  for (const XmlElement& child : root.children) {
    if (child.name != "key") continue;
    GraphKey key{lower_case(child.attribute("attr.name")), std::string(child.attribute("for")), ""};
    if (key.name.empty()) key.name = lower_case(child.attribute("id"));
    for (const XmlElement& inner : child.children)
      if (inner.name == "default") key.otherwise = inner.text;
    keys_[std::string(child.attribute("id"))] = std::move(key);
  }
}

Attributes GraphmlReader::attributes(const XmlElement& element, std::string_view domain) const {
  Attributes found;
  for (const auto& [id, key] : keys_)
    if (!key.otherwise.empty() && (key.domain == domain || key.domain == "all"))
      found[key.name] = {key.otherwise, element.at};
  for (const XmlElement& child : element.children) {
    if (child.name != "data") continue;
    const auto key = keys_.find(std::string(child.attribute("key")));
    const std::string name =
        key == keys_.end() ? lower_case(child.attribute("key")) : key->second.name;
    std::string text = child.text;
    if (text.empty()) text = inner_text(child, "Label");
    if (!text.empty()) found[name] = {text, child.at};
    if (child.text.empty() && !text.empty()) found.try_emplace("label", text, child.at);
  }
  return found;
}

void GraphmlReader::graph(const XmlElement& element) {
  for (auto& [name, value] : attributes(element, "graph")) graph_attributes_[name] = value;
  const bool directed = element.attribute("edgedefault") == "directed";
  for (const XmlElement& child : element.children) {
    if (child.name == "node") node(child);
    if (child.name == "edge") pending_.push_back({child, directed});
    if (child.name == "hyperedge")
      imported_.warnings.push_back({child.at, tr("a <hyperedge> is passed over"),
                                    tr("a link joins two devices; write a switch between them")});
  }
}

void GraphmlReader::node(const XmlElement& element) {
  const std::string id(element.attribute("id"));
  if (id.empty())
    fail_at(element.at, tr("a <node> without 'id'"), tr("edges name nodes by their id"));
  if (ends_.contains(id))
    fail_at(element.at, say("node '{}' stands twice", excerpt(id)),
            tr("each id stands for one node"));
  const Attributes said = attributes(element, "node");
  std::string name = id;
  for (const char* key : name_keys) {
    const auto found = said.find(key);
    if (found == said.end() || found->second.first.empty()) continue;
    name = found->second.first;
    break;
  }
  if (draft_.has(name)) name += "-" + id;  // labels need not differ
  const DraftEnd end = draft_.end(name, element.at);
  ends_[id] = end;
  DraftDevice& device = draft_.devices[end.device];
  for (const char* key : role_keys) {
    const auto found = said.find(key);
    const DraftRole role =
        found == said.end() ? DraftRole::unknown : role_of_text(found->second.first);
    if (role == DraftRole::unknown) continue;
    device.role = role;
    break;
  }
  if (const auto part = said.find("part"); part != said.end()) {
    if (std::ranges::find(switches_, part->second.first, &CatalogueEntry::id) != switches_.end())
      device.part = part->second.first;
  }
  for (const XmlElement& child : element.children)
    if (child.name == "graph") graph(child);
}

std::optional<double> GraphmlReader::with_unit(const std::string& key, const std::string& text,
                                               double unit, const Attributes& attributes,
                                               bool rate) {
  const auto number = bare_number(text);
  if (number && unit > 0) return *number * unit;
  std::string words = text;
  if (number) {  // "10" with "G" in linkspeedunits, or a unit for the whole graph
    for (const char* suffix : {"units", "_units", "unit", "_unit"}) {
      const auto own = attributes.find(key + suffix);
      const auto common = graph_attributes_.find(key + suffix);
      if (own != attributes.end()) words = text + " " + own->second.first;
      if (own == attributes.end() && common != graph_attributes_.end())
        words = text + " " + common->second.first;
    }
  }
  if (rate) {
    const auto value = link_rate(words, known_);
    return value ? std::optional(value->value) : std::nullopt;
  }
  try {
    return parse_time(words).value;
  } catch (const QuantityError&) {
    return std::nullopt;
  }
}

std::optional<double> GraphmlReader::figure(const Attributes& attributes,
                                            std::span<const UnitKey> names, bool rate) {
  for (const UnitKey& name : names) {
    const auto found = attributes.find(name.key);
    if (found == attributes.end()) continue;
    const auto& [text, at] = found->second;
    const auto value = with_unit(std::string(name.key), text, name.unit, attributes, rate);
    if (value && (*value > 0 || !rate)) return value;
    if (!unitless_told_ && name.key != "linklabel")
      imported_.warnings.push_back(
          {at,
           say("'{}' of {}: not {}", excerpt(text), name.key,
               rate ? tr("a rate with its unit") : tr("a time with its unit")),
           rate
               ? tr("such values are passed over: write 400Gbps, or call the attribute rate_gbps")
               : tr("such values are passed over: write 500ns, or call the attribute latency_ns")});
    unitless_told_ = true;
  }
  return std::nullopt;
}

int GraphmlReader::count(const Attributes& attributes) const {
  constexpr double most = 1e5;
  for (const char* key : count_keys) {
    const auto found = attributes.find(key);
    if (found == attributes.end()) continue;
    const auto number = bare_number(found->second.first);
    if (number && *number >= 1 && *number <= most) return static_cast<int>(*number);
  }
  return 1;
}

/// In a directed graph a cable may stand as two edges, one each way.
void GraphmlReader::edges() {
  std::map<std::pair<std::string, std::string>, int> open;  // edges whose way back is still due
  for (const auto& [element, directed_by_default] : pending_) {
    const std::string from(element.attribute("source")), to(element.attribute("target"));
    for (const std::string& end : {from, to})
      if (!ends_.contains(end))
        fail_at(element.at, say("no node '{}'", excerpt(end)),
                tr("'source' and 'target' of an <edge> are ids of nodes"));
    const Attributes said = attributes(element, "edge");
    const bool directed =
        element.has("directed") ? element.attribute("directed") == "true" : directed_by_default;
    const DraftEnd a = ends_[from], b = ends_[to];
    if (a.device == b.device) {
      imported_.details.push_back(
          say("line {}: an edge from {} to itself", element.at.line, excerpt(from)));
      continue;
    }
    if (directed) {
      if (int& back = open[{to, from}]; back > 0) {
        --back;
        continue;
      }
      ++open[{from, to}];
    }
    DraftLink link{.a = a, .b = b, .count = count(said), .at = element.at};
    if (const auto rate = figure(said, rate_keys, true)) link.rate = Bandwidth{*rate};
    if (const auto latency = figure(said, latency_keys, false)) link.latency = Seconds{*latency};
    draft_.join(std::move(link));
  }
}

}  // namespace

Imported read_graphml(const SourceText& source, const ImportRequest& request) {
  Imported imported;
  write_fabric(GraphmlReader(source, imported).read(), request, imported);
  return imported;
}

}  // namespace qianka
