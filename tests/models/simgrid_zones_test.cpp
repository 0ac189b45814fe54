// SPDX-License-Identifier: Apache-2.0
// One set of flows through our engine and through SimGrid's own fat tree, dragonfly and torus: ours
// gets the links that SimGrid's route_to() names, and no latency. The same max-min rates come out,
// by SimGrid in its plainest mode (network/optim:Full), by our engine, and over our quotient.
#include "sim/engine/flow_set.hpp"
#include "sim/engine/simulate_flows.hpp"
#include "support/in_child.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <simgrid/s4u.hpp>
#include <xbt/log.h>

namespace qianka {
namespace {

namespace s4u = simgrid::s4u;

constexpr double rate = 1.25e9;  // bytes a second, of every cable

using MakeZone = std::function<s4u::NetZone*(const s4u::ClusterCallbacks&)>;

/// What SimGrid found: when each flow ended, and the links that it crossed.
struct Found {
  std::vector<double> finish;
  FlowSet flows;
};

struct Ends {
  std::size_t from, to;
  double bytes;
};

/// The same pairs every time: each host sends to three others, whole numbers of MB.
std::vector<Ends> pairs(std::size_t hosts) {
  std::vector<Ends> all;
  for (std::size_t i = 0; i < hosts; ++i) {
    for (const std::size_t stride : {1, 5, 11}) {
      const std::size_t to = (i * 7 + stride) % hosts;
      if (to != i) all.push_back({i, to, 1e6 * static_cast<double>(1 + (i * stride) % 9)});
    }
  }
  return all;
}

/// In a child: hosts, links, the links' rates, finish times; then for each flow how many links and
/// which.
std::vector<double> by_simgrid(const MakeZone& make) {
  return in_child([&make] {
    xbt_log_control_set("root.thresh:critical");
    s4u::Engine engine("zones");
    for (const auto& [key, value] : Engine::settings(Solver::full)) {
      s4u::Engine::set_config(key + ":" + value);
    }
    std::vector<s4u::Host*> hosts;
    const auto add_host = [&hosts](s4u::NetZone* zone, const std::vector<unsigned long>&,
                                   unsigned long id) {
      hosts.push_back(zone->create_host("host" + std::to_string(id), 1.0));
      return std::pair(hosts.back()->get_netpoint(),
                       static_cast<simgrid::kernel::routing::NetPoint*>(nullptr));
    };
    make(s4u::ClusterCallbacks(add_host))->seal();
    std::map<const s4u::Link*, double> number;
    std::vector<double> routes, capacities;
    std::vector<s4u::CommPtr> comms;
    for (const Ends& flow : pairs(hosts.size())) {
      std::vector<s4u::Link*> way;
      double latency = 0;
      hosts[flow.from]->route_to(hosts[flow.to], way, &latency);
      routes.push_back(static_cast<double>(way.size()));
      for (const s4u::Link* link : way) {
        const auto [at, fresh] = number.try_emplace(link, static_cast<double>(number.size()));
        if (fresh) capacities.push_back(link->get_bandwidth());
        routes.push_back(at->second);
      }
      comms.push_back(s4u::Comm::sendto_async(hosts[flow.from], hosts[flow.to],
                                              static_cast<std::uint64_t>(flow.bytes)));
    }
    engine.run();
    std::vector<double> all{static_cast<double>(hosts.size()), static_cast<double>(number.size())};
    all.insert(all.end(), capacities.begin(), capacities.end());
    for (const auto& comm : comms) all.push_back(comm->get_finish_time());
    all.insert(all.end(), routes.begin(), routes.end());
    return all;
  });
}

Found read(const std::vector<double>& told) {
  const std::vector<Ends> ends = pairs(static_cast<std::size_t>(told[0]));
  Found found;
  auto next = told.begin() + 2;
  for (double left = told[1]; left > 0; --left) found.flows.capacity.push_back({*next++});
  found.finish.assign(next, next + std::ssize(ends));
  next += std::ssize(ends);
  for (const Ends& flow : ends) {
    std::vector<std::uint32_t> way;
    for (double left = *next++; left > 0; --left) {
      way.push_back(static_cast<std::uint32_t>(*next++));
    }
    found.flows.add(way, Bytes{flow.bytes}, Seconds{0});
  }
  return found;
}

void expect_equal(const MakeZone& make, std::size_t hosts) {
  const std::vector<double> told = by_simgrid(make);
  EXPECT_EQ(static_cast<std::size_t>(told[0]), hosts);
  const Found found = read(told);
  const std::vector<double> ours = in_child([&found] {
    std::vector<double> finish;
    for (const Seconds time : run_flows(found.flows, Solver::full)) finish.push_back(time.value);
    return finish;
  });
  const FlowTimes classes = simulate_flows(found.flows);
  ASSERT_EQ(ours.size(), found.finish.size());
  double longest = 0, shortest = 1e9;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_NEAR(ours[i] / found.finish[i], 1, 1e-12) << "flow " << i;
    EXPECT_NEAR(classes.finish[i].value / found.finish[i], 1, 1e-12) << "flow " << i;
    longest = std::max(longest, found.finish[i] / found.flows.bytes[i].value);
    shortest = std::min(shortest, found.finish[i] / found.flows.bytes[i].value);
  }
  EXPECT_GT(longest, 1.5 * shortest) << "the flows get in each other's way";
}

constexpr auto one_way = s4u::Link::SharingPolicy::SPLITDUPLEX;

TEST(SimGridZones, a_torus_gives_the_same_times) {
  expect_equal(
      [](const auto& hosts) {
        return s4u::create_torus_zone("torus", nullptr, {4, 3, 3}, hosts, rate, 0, one_way);
      },
      36);
}

TEST(SimGridZones, a_fat_tree_gives_the_same_times) {
  // Two levels: 8 hosts a leaf, 4 leaves, 4 spines: 2:1.
  expect_equal(
      [](const auto& hosts) {
        return s4u::create_fatTree_zone("tree", nullptr, {2, {8, 4}, {1, 4}, {1, 1}}, hosts, rate,
                                        0, one_way);
      },
      32);
}

TEST(SimGridZones, a_dragonfly_gives_the_same_times) {
  // 3 groups of 2 chassis of 3 routers, 2 hosts each.
  expect_equal(
      [](const auto& hosts) {
        return s4u::create_dragonfly_zone("fly", nullptr, {{3, 2}, {2, 1}, {3, 1}, 2}, hosts, rate,
                                          0, one_way);
      },
      36);
}

}  // namespace
}  // namespace qianka
