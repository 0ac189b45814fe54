// SPDX-License-Identifier: Apache-2.0
#include "sim/report/route_report.hpp"

#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/table.hpp"
#include "sim/report/topology_report.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

std::vector<LinkId> route_of(const Topology& topology, CardId from, CardId to, int flow) {
  std::vector<LinkId> route;
  topology.route(from, to, static_cast<std::uint64_t>(flow), route);
  return route;
}

Bandwidth narrowest(const Topology& topology, std::span<const LinkId> route) {
  Bandwidth least = topology.links()[index_of(route.front())].capacity;
  for (const LinkId link : route)
    least = std::min(least, topology.links()[index_of(link)].capacity);
  return least;
}

std::string end_of(const Topology& topology, LinkId link) {
  const std::string name = topology.link_name(link);
  return name.substr(name.find(" -> ") + 4);
}

/// The devices between the two cards, in order.
std::string via(const Topology& topology, std::span<const LinkId> route) {
  std::vector<std::string> devices;
  for (const LinkId link : route.first(route.size() - 1)) devices.push_back(end_of(topology, link));
  return devices.empty() ? tr("nothing between") : fmt::format("{}", fmt::join(devices, ", "));
}

/// Which of the flows take which way, in the order of the first flow.
std::vector<std::pair<std::string, std::vector<int>>> ways_of(const Topology& topology, CardId from,
                                                              CardId to, int flows) {
  std::vector<std::pair<std::vector<LinkId>, std::vector<int>>> ways;
  for (int flow = 0; flow < flows; ++flow) {
    auto route = route_of(topology, from, to, flow);
    auto known = std::ranges::find(ways, route, [](const auto& way) { return way.first; });
    if (known == ways.end()) known = ways.insert(ways.end(), {std::move(route), {}});
    known->second.push_back(flow);
  }
  std::vector<std::pair<std::string, std::vector<int>>> named;
  for (const auto& [route, taken_by] : ways) named.emplace_back(via(topology, route), taken_by);
  return named;
}

bool leaves_node(const Topology& topology, std::span<const LinkId> route) {
  return std::ranges::any_of(route, [&](const LinkId id) {
    const LinkKind kind = topology.links()[index_of(id)].kind;
    return kind != LinkKind::scale_up && kind != LinkKind::pcie && kind != LinkKind::host_bridge;
  });
}

std::string equal_ways_text(std::uint64_t ways) {
  if (ways == 1) return tr("this is the only way as short (a bundle of cables counts as one)");
  return say("one of {} ways as short", format_count(static_cast<std::int64_t>(ways)));
}

}  // namespace

std::string route_text(const Topology& topology, CardId from, CardId to, int flows) {
  const auto route = route_of(topology, from, to, 0);
  TextTable table{.columns = {{"", Align::right},
                              {tr("link")},
                              {tr("tier")},
                              {tr("nominal"), Align::right},
                              {tr("reached"), Align::right},
                              {tr("latency"), Align::right}}};
  for (const LinkId id : route) {
    const Link& link = topology.links()[index_of(id)];
    table.rows.push_back({fmt::format("{}", table.rows.size() + 1), topology.link_name(id),
                          link_kind_name(link.kind), format_bandwidth(link.nominal),
                          format_bandwidth(link.capacity), format_time(link.latency)});
  }
  TextTable taken{.columns = {{tr("flows")}, {tr("via")}}};
  for (const auto& [devices, taken_by] : ways_of(topology, from, to, flows))
    taken.rows.push_back({fmt::format("{}", fmt::join(taken_by, ", ")), devices});
  return say("Route {} -> {}: {} alone, {} of latency in all\n", topology.card_name(from),
             topology.card_name(to), format_bandwidth(narrowest(topology, route)),
             format_time(topology.latency(route))) +
         render(table) + "\n" +
         fmt::format("{}, {}.\n",
                     leaves_node(topology, route) ? tr("Over the fabric") : tr("Inside the node"),
                     equal_ways_text(topology.equal_ways(route))) +
         render(taken);
}

Json route_json(const Topology& topology, CardId from, CardId to, int flows) {
  const auto route = route_of(topology, from, to, 0);
  Json links = Json::array(), ways = Json::array();
  for (const LinkId id : route) {
    const Link& link = topology.links()[index_of(id)];
    links.push_back({{"link", topology.link_name(id)},
                     {"tier", link_kind_name(link.kind)},
                     {"nominal_bytes_per_s", rounded(link.nominal.value)},
                     {"capacity_bytes_per_s", rounded(link.capacity.value)},
                     {"latency_s", rounded(link.latency.value)}});
  }
  for (const auto& [devices, taken_by] : ways_of(topology, from, to, flows))
    ways.push_back({{"via", devices}, {"flows", taken_by}});
  return {{"from", topology.card_name(from)},
          {"to", topology.card_name(to)},
          {"narrowest_bytes_per_s", rounded(narrowest(topology, route).value)},
          {"latency_s", rounded(topology.latency(route).value)},
          {"equal_ways", topology.equal_ways(route)},
          {"links", std::move(links)},
          {"ways", std::move(ways)}};
}

std::string contention_text(std::span<const Contention> kinds) {
  std::string text;
  for (const Contention& kind : kinds) {
    TextTable table{.columns = {{tr("most loaded")},
                                {tr("links"), Align::right},
                                {tr("rate"), Align::right},
                                {tr("load"), Align::right},
                                {tr("flows"), Align::right},
                                {tr("for example")}}};
    for (const LoadedLinks& row : kind.links) {
      table.rows.push_back({link_kind_name(row.kind), format_count(row.links),
                            format_bandwidth(row.capacity), percent(row.load, 0),
                            format_count(row.flows), row.example});
      const bool more = row.flows > std::ssize(row.sharers);
      table.notes.push_back(fmt::format("{}{}", fmt::join(row.sharers, ", "), more ? ", …" : ""));
    }
    text += say("{}{}: {} times as long as without each other\n", text.empty() ? "" : "\n",
                tr(kind.what), format_number(kind.slowdown, 3));
    text += say("  {} in {}; the slowest reaches {} alone, {} with the others\n",
                counted(kind.flows, "flow"), counted(kind.classes, "class", "classes"),
                format_bandwidth(kind.slowest_alone), format_bandwidth(kind.slowest_together));
    text += render(table);
  }
  return text.empty() ? tr("No transfers: nothing leaves a card in this step.\n") : text;
}

Json contention_json(std::span<const Contention> kinds) {
  Json all = Json::array();
  for (const Contention& kind : kinds) {
    Json links = Json::array();
    for (const LoadedLinks& row : kind.links)
      links.push_back({{"tier", link_kind_name(row.kind)},
                       {"links", row.links},
                       {"capacity_bytes_per_s", rounded(row.capacity.value)},
                       {"load", rounded(row.load)},
                       {"flows", row.flows},
                       {"example", row.example},
                       {"sharers", row.sharers}});
    all.push_back({{"what", kind.what},
                   {"flows", kind.flows},
                   {"classes", kind.classes},
                   {"slowest_alone_bytes_per_s", rounded(kind.slowest_alone.value)},
                   {"slowest_together_bytes_per_s", rounded(kind.slowest_together.value)},
                   {"slowdown", rounded(kind.slowdown)},
                   {"links", std::move(links)}});
  }
  return all;
}

}  // namespace qianka
