// SPDX-License-Identifier: Apache-2.0
// The platform of a three-tier rail-optimised cluster: graph and links, against a platform of
// SimGrid's with as many hosts and links; and one route from every card to a card in another pod.
#include "bench/meter.hpp"
#include "sim/engine/child.hpp"
#include "sim/topology/topology.hpp"
#include "support/small_clusters.hpp"

#include <vector>

#include <simgrid/s4u.hpp>

namespace qianka {
namespace {

ClusterSpec cluster(std::int64_t cards) {
  ClusterSpec spec = crossbar_cluster(static_cast<int>(cards / 8));
  spec.node.accelerator.pcie = Bandwidth{55e9};
  spec.fabric.tiers = 3;
  spec.fabric.leaf_groups_per_pod = 8;
  return spec;
}

void build(benchmark::State& state) {
  const ClusterSpec spec = cluster(state.range(0));
  std::size_t links = 0;
  Meter meter;
  for (auto unused : state) meter.run([&] { links = build_topology(spec).links().size(); });
  meter.report(state, "links_a_s", static_cast<double>(links));
}

/// Hosts and links without routes, in the cheapest zone there is: what any program on SimGrid's
/// platforms pays first.
std::string simgrid_platform(std::int64_t hosts, std::size_t links) {
  namespace s4u = simgrid::s4u;
  s4u::Engine engine("platform");
  s4u::NetZone* const zone = s4u::create_empty_zone("cluster");
  for (std::int64_t i = 0; i < hosts; ++i) zone->create_host(std::to_string(i), 1e12);
  for (std::size_t i = 0; i < links; ++i) zone->create_link(std::to_string(i), 50e9);
  zone->seal();
  return {};
}

void build_in_simgrid(benchmark::State& state) {
  const std::size_t links = build_topology(cluster(state.range(0))).links().size();
  Meter meter;
  for (auto unused : state)
    meter.run([&] { run_in_child([&] { return simgrid_platform(state.range(0), links); }); });
  meter.report(state, "links_a_s", static_cast<double>(links));
}

void routes(benchmark::State& state) {
  const Topology topology = build_topology(cluster(state.range(0)));
  const auto cards = static_cast<std::uint32_t>(state.range(0));
  std::vector<LinkId> links;
  Meter meter;
  for (auto unused : state)
    meter.run([&] {
      for (std::uint32_t card = 0; card < cards; ++card) {
        links.clear();
        topology.route(CardId{card}, CardId{(card + cards / 2) % cards}, 0, links);
      }
      benchmark::DoNotOptimize(links.data());
    });
  meter.report(state, "routes_a_s", static_cast<double>(cards));
}

BENCHMARK(build)
    ->Name("platform/build")
    ->Arg(1024)
    ->Arg(16384)
    ->Arg(131072)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(build_in_simgrid)
    ->Name("platform/simgrid")
    ->Arg(16384)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(routes)
    ->Name("platform/routes")
    ->Arg(1024)
    ->Arg(16384)
    ->Arg(131072)
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace qianka
