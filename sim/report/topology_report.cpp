// SPDX-License-Identifier: Apache-2.0
#include "sim/report/topology_report.hpp"

#include "sim/language/language.hpp"
#include "sim/report/piece_names.hpp"
#include "sim/report/table.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace qianka {

const char* link_kind_name(LinkKind kind) {
  const char* const names[] = {
      tr("scale-up"),  "PCIe",         tr("host bridge"), "NIC",         tr("leaf up"),
      tr("leaf down"), tr("spine up"), tr("spine down"),  tr("storage"), tr("switch to switch")};
  return names[static_cast<int>(kind)];
}

namespace {

/// Links of one kind that are alike.
struct LinkGroup {
  Link link;
  std::int64_t count = 0;
};

std::vector<LinkGroup> link_groups(const Topology& topology) {
  std::map<std::tuple<LinkKind, double, double, double>, LinkGroup> groups;
  for (const Link& link : topology.links()) {
    LinkGroup& group =
        groups[{link.kind, link.nominal.value, link.capacity.value, link.latency.value}];
    group.link = link;
    ++group.count;
  }
  std::vector<LinkGroup> result;
  for (const auto& [key, group] : groups) result.push_back(group);
  return result;
}

/// What a message between two cards meets: one example of each distance there is.
struct Distance {
  std::string between;
  std::size_t links = 0;
  Bandwidth narrowest{0};
  Seconds latency{0};
};

Distance distance_of(const Topology& topology, const char* between, int from, int to) {
  std::vector<LinkId> route;
  topology.route(CardId{static_cast<std::uint32_t>(from)}, CardId{static_cast<std::uint32_t>(to)},
                 0, route);
  Distance distance{.between = between, .links = route.size(), .latency = topology.latency(route)};
  for (const LinkId link : route) {
    const Bandwidth capacity = topology.links()[index_of(link)].capacity;
    if (link == route.front() || capacity < distance.narrowest) distance.narrowest = capacity;
  }
  return distance;
}

std::vector<Distance> distances(const Topology& topology) {
  const int cards = topology.cards_per_node();
  const auto leaf = [&](int node) {
    return topology.leaf_group_of(NodeId{static_cast<std::uint32_t>(node)});
  };
  const auto pod = [&](int node) {
    return topology.pod_of(NodeId{static_cast<std::uint32_t>(node)});
  };
  std::vector<Distance> result;
  if (cards > 1) result.push_back(distance_of(topology, tr("two cards of a node"), 0, 1));
  const auto add_first = [&](const char* between, auto applies) {
    for (int node = 1; node < topology.nodes(); ++node) {
      if (!applies(node)) continue;
      result.push_back(distance_of(topology, between, 0, node * cards));
      return;
    }
  };
  add_first(tr("equal cards of two nodes, same leaf group"),
            [&](int node) { return leaf(node) == leaf(0); });
  add_first(tr("equal cards, other leaf group"),
            [&](int node) { return leaf(node) != leaf(0) && pod(node) == pod(0); });
  add_first(tr("equal cards, other pod"), [&](int node) { return pod(node) != pod(0); });
  if (cards > 1 && topology.nodes() > 1) {
    result.push_back(distance_of(topology, tr("unequal cards of two nodes"), 0, 2 * cards - 1));
  }
  return result;
}

}  // namespace

std::string topology_text(const Topology& topology) {
  TextTable links{.columns = {{tr("links")},
                              {tr("count"), Align::right},
                              {tr("nominal"), Align::right},
                              {tr("reached"), Align::right},
                              {tr("latency"), Align::right}}};
  for (const auto& [link, count] : link_groups(topology)) {
    links.rows.push_back({link_kind_name(link.kind), format_count(count),
                          format_bandwidth(link.nominal), format_bandwidth(link.capacity),
                          format_time(link.latency)});
  }
  TextTable ways{.columns = {{tr("between")},
                             {tr("links"), Align::right},
                             {tr("narrowest"), Align::right},
                             {tr("latency"), Align::right}}};
  for (const Distance& distance : distances(topology)) {
    ways.rows.push_back({distance.between, format_count(static_cast<std::int64_t>(distance.links)),
                         format_bandwidth(distance.narrowest), format_time(distance.latency)});
  }
  TextTable bill{.columns = {{tr("bill of materials")}, {tr("count"), Align::right}, {tr("part")}}};
  for (const Material& material : topology.bill_of_materials()) {
    bill.rows.push_back({piece_name(material.what), format_count(material.count), material.part});
  }
  return render(links) + "\n" + render(ways) + "\n" + render(bill);
}

Json topology_json(const Topology& topology) {
  Json links = Json::array(), ways = Json::array(), bill = Json::array();
  for (const auto& [link, count] : link_groups(topology)) {
    links.push_back({{"kind", link_kind_name(link.kind)},
                     {"count", count},
                     {"nominal_bytes_per_s", rounded(link.nominal.value)},
                     {"capacity_bytes_per_s", rounded(link.capacity.value)},
                     {"latency_s", rounded(link.latency.value)}});
  }
  for (const Distance& distance : distances(topology)) {
    ways.push_back({{"between", distance.between},
                    {"links", distance.links},
                    {"narrowest_bytes_per_s", rounded(distance.narrowest.value)},
                    {"latency_s", rounded(distance.latency.value)}});
  }
  for (const Material& material : topology.bill_of_materials()) {
    bill.push_back({{"what", material.what}, {"part", material.part}, {"count", material.count}});
  }
  return {{"nodes", topology.nodes()},
          {"cards_per_node", topology.cards_per_node()},
          {"links", std::move(links)},
          {"routes", std::move(ways)},
          {"materials", std::move(bill)}};
}

}  // namespace qianka
