// SPDX-License-Identifier: Apache-2.0
// Routes as tests want them: by card numbers, with the names and rates of their links.
#pragma once
#include "sim/topology/topology.hpp"
#include "sim/units/require.hpp"

#include <string>
#include <vector>

namespace qianka {

inline std::vector<LinkId> route_between(const Topology& topology, std::uint32_t from,
                                         std::uint32_t to, std::uint64_t entropy = 0) {
  std::vector<LinkId> links;
  topology.route(CardId{from}, CardId{to}, entropy, links);
  return links;
}

inline std::vector<std::string> names_of(const Topology& topology,
                                         const std::vector<LinkId>& route) {
  std::vector<std::string> all;
  for (const LinkId link : route) all.push_back(topology.link_name(link));
  return all;
}

/// GB/s of each link.
inline std::vector<double> rates_of(const Topology& topology, const std::vector<LinkId>& route) {
  std::vector<double> all;
  for (const LinkId link : route) {
    all.push_back(topology.links()[index_of(link)].capacity.value / 1e9);
  }
  return all;
}

/// Why a cluster cannot be built; nothing when it can.
inline std::string why_not_built(const ClusterSpec& spec) {
  try {
    build_topology(spec);
  } catch (const Infeasible& error) {
    return error.what();
  }
  return "";
}

}  // namespace qianka
