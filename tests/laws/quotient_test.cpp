// SPDX-License-Identifier: Apache-2.0
// The quotient is exact: over small fabrics with collisions, degraded NICs, mixed traffic and late
// starts, every flow ends when it ends without aggregation, by SimGrid in either mode and by an
// independent filler.
#include "sim/engine/equitable.hpp"
#include "sim/engine/flow_set.hpp"
#include "sim/engine/simulate_flows.hpp"
#include "sim/units/require.hpp"
#include "support/exact_filler.hpp"
#include "support/in_child.hpp"
#include "support/synthetic_clos.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace qianka {
namespace {

std::vector<double> values(const std::vector<Seconds>& times) {
  std::vector<double> result;
  for (const Seconds time : times) result.push_back(time.value);
  return result;
}

std::vector<double> unaggregated(const FlowSet& flows, Solver solver) {
  return in_child([&] { return values(run_flows(flows, solver)); });
}

void expect_alike(const std::vector<double>& ours, const std::vector<double>& reference,
                  double tolerance, const std::string& what) {
  ASSERT_EQ(ours.size(), reference.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    ASSERT_LE(std::abs(ours[i] - reference[i]), tolerance * reference[i]) << what << ", flow " << i;
  }
}

/// The law itself.
void expect_exact(const FlowSet& flows, const std::string& world) {
  SCOPED_TRACE(world);
  for (const bool prune : {true, false}) {
    const Quotient reduced = quotient(flows, prune);
    ASSERT_TRUE(is_equitable(flows, reduced));
    ASSERT_EQ(std::accumulate(reduced.members.begin(), reduced.members.end(), std::size_t{0}),
              flows.size());
    const auto of_class = unaggregated(reduced.classes, Solver::lazy_tap);
    std::vector<double> ours;
    for (const std::uint32_t c : reduced.class_of) ours.push_back(of_class[c]);
    const std::string with = prune ? "pruned" : "unpruned";
    expect_alike(ours, unaggregated(flows, Solver::full), 1e-12, with + " against Full");
    expect_alike(ours, unaggregated(flows, Solver::lazy_tap), 1e-12,
                 with + " against Lazy with taps");
    expect_alike(ours, exact_finish_times(flows), 1e-9, with + " against the filler");
  }
}

ClosShape small(std::uint32_t nodes, std::uint32_t spines) {
  return {.nodes = nodes,
          .cards_per_node = 2,
          .nodes_per_pod = 4,
          .pods_per_superpod = 2,
          .spines = spines,
          .cores = spines};
}

TEST(Quotient, rings_with_collisions) {
  for (const std::uint32_t nodes : {2U, 8U, 12U, 16U, 24U}) {
    for (const std::uint32_t spines : {1U, 2U, 3U}) {
      for (const std::uint32_t stride : {1U, 2U, 4U}) {
        if (nodes / stride < 2) continue;
        expect_exact(SyntheticClos(small(nodes, spines)).rings(stride, 1e9),
                     std::to_string(nodes) + " nodes, " + std::to_string(spines) +
                         " spines, stride " + std::to_string(stride));
      }
    }
  }
}

TEST(Quotient, rings_with_degraded_nics) {
  for (std::uint32_t lame = 0; lame <= 3; ++lame) {
    SyntheticClos fabric(small(16, 2));
    for (std::uint32_t i = 0; i < lame; ++i) fabric.degrade_nic(7 * i + 1, 25e9 + 1e9 * i);
    expect_exact(fabric.rings(2, 1e9), std::to_string(lame) + " lame NICs");
  }
}

/// Gradient rings, pipeline sends both ways, and tensor-parallel rings inside the nodes.
FlowSet mixed_traffic(const SyntheticClos& fabric, std::uint32_t nodes, double later,
                      bool colours) {
  FlowSet flows = fabric.rings(2, 1e9);
  for (std::uint32_t node = 0; node + 1 < nodes; ++node) {
    for (std::uint32_t rail = 0; rail < 2; ++rail) {
      fabric.add_flow(flows, 2 * node + rail, 2 * node + 2 + rail, 64e6, later, colours ? 1 : 0);
      fabric.add_flow(flows, 2 * node + 2 + rail, 2 * node + rail, 48e6, 0, colours ? 2 : 0);
    }
  }
  for (std::uint32_t card = 0; card < 2 * nodes; ++card)
    fabric.add_flow(flows, card, card ^ 1U, 175e6, later);
  return flows;
}

TEST(Quotient, mixed_traffic_on_the_same_nics) {
  const SyntheticClos fabric(small(12, 2));
  expect_exact(mixed_traffic(fabric, 12, 0, false), "all at once");
  expect_exact(mixed_traffic(fabric, 12, 0, true), "in colours");
  expect_exact(mixed_traffic(fabric, 12, 3e-3, false), "some later");
}

TEST(Quotient, an_all_to_all_without_symmetry) {
  const SyntheticClos fabric(small(8, 2));
  FlowSet flows = fabric.no_flows();
  for (std::uint32_t a = 0; a < fabric.cards(); ++a) {
    for (std::uint32_t b = 0; b < fabric.cards(); ++b) {
      if (a != b) fabric.add_flow(flows, a, b, 1e6 * (1 + (a + b) % 3));
    }
  }
  expect_exact(flows, "all to all");
}

TEST(Quotient, links_listed_twice_and_flows_without_links) {
  FlowSet flows;
  flows.capacity = {{1e9}, {1e9}, {3e9}};
  for (std::uint32_t i = 0; i < 2; ++i) {
    flows.add(std::vector<std::uint32_t>{i, i, 2}, {1e9}, {1e-6});
    flows.add(std::vector<std::uint32_t>{2, i}, {2e9}, {0});
  }
  expect_exact(flows, "repeats");
  EXPECT_EQ(quotient(flows, false).classes.size(), 2U);
  flows.add({}, {1e9}, {5e-6});
  EXPECT_EQ(simulate_flows(flows).finish.back(), Seconds{5e-6});
}

TEST(Quotient, worlds_without_any_design) {
  // Eight flows over one to three of six links of 1 to 3 GB/s, some sizes and starts alike:
  // whatever a link's neighbours make redundant, and whatever not.
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    std::uint64_t state = seed;
    const auto draw = [&state](std::uint64_t below) { return (state = splitmix(state)) % below; };
    FlowSet flows;
    for (int l = 0; l < 6; ++l) flows.capacity.push_back({1e9 * static_cast<double>(1 + draw(3))});
    for (int i = 0; i < 8; ++i) {
      std::vector<std::uint32_t> route(1 + draw(3));
      for (auto& link : route) link = static_cast<std::uint32_t>(draw(6));
      flows.add(route, {1e8 * static_cast<double>(1 + draw(3))}, {0},
                {5e-2 * static_cast<double>(draw(2))});
    }
    expect_exact(flows, "seed " + std::to_string(seed));
  }
}

TEST(Quotient, a_port_guards_the_links_behind_it) {
  // A NIC of 2 GB/s sends to three, each over an uplink of 2 GB/s that others could also fill, if
  // they were not all behind that NIC: only the NIC can bind, and the three are one class.
  FlowSet flows;
  flows.capacity.assign(4, Bandwidth{2e9});
  for (std::uint32_t i = 1; i <= 3; ++i) {
    flows.add(std::vector<std::uint32_t>{0, i}, {1e9}, {0});
    flows.add(std::vector<std::uint32_t>{0, i}, {1e9}, {0});
  }
  expect_exact(flows, "guards");
  EXPECT_EQ(quotient(flows).link_class, (std::vector<std::uint32_t>{0, ~0U, ~0U, ~0U}));
}

TEST(Quotient, hundreds_of_flows_of_a_regular_fabric_are_one) {
  // Every card sends to the next of its rail, and nothing collides: each has its NIC, and all are
  // alike.
  const Quotient reduced = quotient(SyntheticClos({.nodes = 32}).rings(1, 1e9));
  EXPECT_EQ(reduced.classes.size(), 1U);
  EXPECT_EQ(reduced.members, std::vector<std::uint32_t>{256});
}

TEST(Quotient, a_thousand_cards_end_as_they_do_one_by_one) {
  const FlowSet flows = SyntheticClos({.nodes = 128}).rings(16, 1e9);
  const FlowTimes times = simulate_flows(flows);
  EXPECT_LT(times.classes, 20U);
  expect_alike(values(times.finish), values(simulate_flows(flows, Aggregate::no).finish), 1e-12,
               "1,024 cards");
}

TEST(Quotient, the_check_knows_right_from_wrong) {
  // Three flows behind one another: the middle one meets two links, the outer ones one each.
  FlowSet flows;
  flows.capacity = {{1e9}, {1e9}};
  flows.add(std::vector<std::uint32_t>{0}, {1e9}, {0});
  flows.add(std::vector<std::uint32_t>{0, 1}, {1e9}, {0});
  flows.add(std::vector<std::uint32_t>{1}, {1e9}, {0});
  Quotient reduced = quotient(flows);
  EXPECT_EQ(reduced.class_of, (std::vector<std::uint32_t>{0, 1, 0}));
  EXPECT_TRUE(is_equitable(flows, reduced));
  reduced.class_of = {0, 0, 1};
  EXPECT_FALSE(is_equitable(flows, reduced));
  flows.bytes[2] = {2e9};
  reduced.class_of = {0, 1, 0};
  EXPECT_FALSE(is_equitable(flows, reduced));
}

TEST(Quotient, flows_of_unlike_colour_stay_apart) {
  FlowSet flows;
  flows.capacity = {{1e9}};
  for (const std::uint64_t colour : {5, 3, 5})
    flows.add(std::vector<std::uint32_t>{0}, {1e6}, {0}, {0}, colour);
  const Quotient reduced = quotient(flows);
  EXPECT_EQ(reduced.class_of, (std::vector<std::uint32_t>{0, 1, 0}));
  EXPECT_EQ(reduced.classes.colour, (std::vector<std::uint64_t>{5, 3}));
}

TEST(Quotient, names_an_example_of_each_link_class_and_drops_what_cannot_bind) {
  // Two NICs of 1 GB/s into an uplink of 2 GB/s, which they cannot fill, and a flow of the NIC's
  // own size.
  FlowSet flows;
  flows.capacity = {{1e9}, {1e9}, {2e9}};
  for (std::uint32_t i = 0; i < 2; ++i) flows.add(std::vector<std::uint32_t>{i, 2}, {1e9}, {0});
  const Quotient pruned = quotient(flows);
  EXPECT_EQ(pruned.link_class, (std::vector<std::uint32_t>{
                                   ~0U, ~0U, ~0U}));  // no link is shared by more than it bears
  EXPECT_EQ(pruned.example, std::vector<std::uint32_t>{~0U});
  EXPECT_EQ(pruned.classes.capacity, std::vector<Bandwidth>{{1e9}});
  const Quotient whole = quotient(flows, false);
  EXPECT_EQ(whole.link_class, (std::vector<std::uint32_t>{0, 0, 1}));
  EXPECT_EQ(whole.example, (std::vector<std::uint32_t>{0, 2}));
  EXPECT_EQ(whole.classes.links,
            (std::vector<std::uint32_t>{0, 1, 1}));  // one NIC, the uplink twice
}

/// The flows in another order, the links under other numbers.
FlowSet relabelled(const FlowSet& flows, const std::vector<std::uint32_t>& flow_order,
                   const std::vector<std::uint32_t>& link_name) {
  FlowSet other;
  other.capacity.resize(flows.capacity.size());
  for (std::size_t l = 0; l < flows.capacity.size(); ++l)
    other.capacity[link_name[l]] = flows.capacity[l];
  for (const std::uint32_t i : flow_order) {
    std::vector<std::uint32_t> route;
    for (const std::uint32_t link : flows.route(i)) route.push_back(link_name[link]);
    other.add(route, flows.bytes[i], flows.latency[i], flows.start[i], flows.colour[i]);
  }
  return other;
}

std::vector<std::uint32_t> shuffled(std::size_t size, std::uint64_t seed) {
  std::vector<std::uint32_t> order(size);
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, {}, [seed](std::uint32_t i) { return splitmix(seed ^ i); });
  return order;
}

TEST(Quotient, names_do_not_matter) {
  SyntheticClos fabric(small(16, 2));
  fabric.degrade_nic(3, 20e9);
  const FlowSet flows = mixed_traffic(fabric, 16, 0, false);
  const FlowTimes times = simulate_flows(flows);
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    const auto order = shuffled(flows.size(), seed);
    const FlowTimes other =
        simulate_flows(relabelled(flows, order, shuffled(flows.capacity.size(), seed + 100)));
    EXPECT_EQ(other.classes, times.classes);
    std::vector<double> expected;
    for (const std::uint32_t i : order) expected.push_back(times.finish[i].value);
    expect_alike(values(other.finish), expected, 1e-14, "relabelled");
  }
}

TEST(Quotient, the_same_input_gives_the_same_bytes) {
  const FlowSet flows = SyntheticClos(small(24, 3)).rings(4, 1e9);
  const FlowTimes first = simulate_flows(flows);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(values(simulate_flows(flows).finish), values(first.finish));
}

TEST(Quotient, many_flows_by_actors_end_as_few_do_by_callbacks) {
  // More than a thousand flows change hands inside run_flows; nobody may notice.
  const FlowSet flows = mixed_traffic(SyntheticClos(small(16, 2)), 16, 3e-3, false);
  const auto singly = in_child([&] { return values(run_flows_singly(flows, Solver::lazy_tap)); });
  const auto in_groups =
      in_child([&] { return values(run_flows_in_groups(flows, Solver::lazy_tap)); });
  EXPECT_EQ(in_groups, singly);
}

TEST(Quotient, more_classes_than_can_be_simulated_are_refused) {
  FlowSet flows;
  flows.capacity = {{1e9}};
  for (int i = 0; i < 25'001; ++i) flows.add(std::vector<std::uint32_t>{0}, {1e6 + i}, {0});
  try {
    simulate_flows(flows);
    ADD_FAILURE() << "no exception";
  } catch (const RunFailed& error) {
    EXPECT_TRUE(std::string(error.what()).starts_with("25001 flows fall into 25001 classes"))
        << error.what();
  }
}

TEST(Quotient, a_chain_of_all_the_flows_there_may_be_is_not_too_deep) {
  // Every flow meets the next, over five links of its own: SimGrid recurses 100,000 levels. 1 GB/s
  // for two: 2 s.
  FlowSet flows;
  flows.capacity.assign(5 * 25'000 + 1, Bandwidth{1e9});
  for (std::uint32_t i = 0; i < 25'000; ++i) {
    flows.add(std::vector{5 * i, 5 * i + 1, 5 * i + 2, 5 * i + 3, 5 * i + 4, 5 * i + 5}, {1e9},
              {0});
  }
  EXPECT_EQ(simulate_flows(flows, Aggregate::no).finish[10'000], Seconds{2.0});
}

}  // namespace
}  // namespace qianka
