// SPDX-License-Identifier: Apache-2.0
// build/<cards>: graph and links of a three-tier rail-optimised cluster; routes/<cards>: one route
// from every card to a card in another pod.
#include "sim/topology/topology.hpp"
#include "support/small_clusters.hpp"

#include <vector>

#include <benchmark/benchmark.h>

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
  for (auto _ : state) benchmark::DoNotOptimize(build_topology(spec).links().size());
}
BENCHMARK(build)->Arg(1024)->Arg(16384)->Arg(131072)->Unit(benchmark::kMillisecond);

void routes(benchmark::State& state) {
  const Topology topology = build_topology(cluster(state.range(0)));
  const auto cards = static_cast<std::uint32_t>(state.range(0));
  std::vector<LinkId> links;
  for (auto _ : state) {
    for (std::uint32_t card = 0; card < cards; ++card) {
      links.clear();
      topology.route(CardId{card}, CardId{(card + cards / 2) % cards}, 0, links);
    }
    benchmark::DoNotOptimize(links.data());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(routes)->Arg(1024)->Arg(16384)->Arg(131072)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace qianka
