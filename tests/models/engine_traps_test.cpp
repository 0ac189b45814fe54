// SPDX-License-Identifier: Apache-2.0
// Each way in which SimGrid 3.32 answers wrongly, or not at all, when it is asked plainly; and that
// we answer right. The halves named raw_… hold what SimGrid does today: when one fails after an
// upgrade, SimGrid was mended, and a workaround of sim/engine/ may go.
#include "sim/engine/engine.hpp"
#include "sim/engine/flow_set.hpp"
#include "sim/engine/simulate_flows.hpp"
#include "sim/units/require.hpp"
#include "support/in_child.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <simgrid/kernel/Timer.hpp>
#include <simgrid/s4u.hpp>
#include <xbt/log.h>

namespace qianka {
namespace {

namespace s4u = simgrid::s4u;
using Route = std::vector<std::uint32_t>;

struct RawLink {
  double capacity;
  double latency = 0;
};
struct RawFlow {
  Route route;
  std::uint64_t bytes;
};

/// SimGrid without our zone, tap and units: a host per flow, and the routes from one host to each
/// of them.
std::vector<double> raw_finish_times(
    const std::vector<std::pair<std::string, std::string>>& settings,
    const std::vector<RawLink>& links, const std::vector<RawFlow>& flows) {
  return in_child([&] {
    xbt_log_control_set("root.thresh:critical");
    s4u::Engine engine("raw");
    for (const auto& [key, value] : settings) s4u::Engine::set_config(key + ":" + value);
    auto* zone = s4u::create_full_zone("zone");
    std::vector<s4u::Link*> all;
    for (const RawLink& link : links) {
      all.push_back(zone->create_link(std::to_string(all.size()), link.capacity)
                        ->set_latency(link.latency)
                        ->seal());
    }
    auto* from = zone->create_host("from", 1.0);
    std::vector<s4u::Host*> to;
    for (const RawFlow& flow : flows) {
      to.push_back(zone->create_host("to" + std::to_string(to.size()), 1.0));
      std::vector<s4u::LinkInRoute> route;
      for (const auto link : flow.route) route.emplace_back(all[link]);
      zone->add_route(from->get_netpoint(), to.back()->get_netpoint(), nullptr, nullptr, route,
                      false);
    }
    zone->seal();
    std::vector<s4u::CommPtr> comms;
    for (std::size_t i = 0; i < flows.size(); ++i) {
      comms.push_back(s4u::Comm::sendto_async(from, to[i], flows[i].bytes));
    }
    engine.run();
    std::vector<double> finish;
    for (const auto& comm : comms) finish.push_back(comm->get_finish_time());
    return finish;
  });
}

/// Our settings, with one changed.
std::vector<std::pair<std::string, std::string>> settings_with(const std::string& key,
                                                               const std::string& value) {
  auto settings = Engine::settings();
  for (auto& setting : settings) {
    if (setting.first == key) setting.second = value;
  }
  return settings;
}

struct OurFlow {
  Route route;
  double bytes;
  double latency = 0;
};

FlowSet flow_set(const std::vector<double>& capacity, const std::vector<OurFlow>& flows) {
  FlowSet set;
  for (const double rate : capacity) set.capacity.push_back({rate});
  for (const OurFlow& flow : flows) set.add(flow.route, {flow.bytes}, {flow.latency});
  return set;
}

std::vector<double> finish_times(const FlowSet& set, Solver solver) {
  return in_child([&] {
    std::vector<double> finish;
    for (const Seconds time : run_flows(set, solver)) finish.push_back(time.value);
    return finish;
  });
}

/// Both ways to drive the solver give exactly this.
void expect_finish(const FlowSet& set, const std::vector<double>& pencil) {
  EXPECT_EQ(finish_times(set, Solver::lazy_tap), pencil) << "lazy_tap";
  EXPECT_EQ(finish_times(set, Solver::full), pencil) << "full";
}

// ---- the default settings
// ----------------------------------------------------------------------------------------

TEST(EngineTraps, a_flow_takes_latency_plus_bytes_over_rate) {
  // 1 GB over 1 GB/s, 1 us away.
  expect_finish(flow_set({1e9}, {{{0}, 1e9, 1e-6}}), {1e-6 + 1.0});
}

TEST(EngineTraps, raw_defaults_add_factors_for_tcp) {
  // 0.97 of the bandwidth, 13.01 times the latency, and 5 % for acknowledgements.
  EXPECT_GT(raw_finish_times({}, {{1e9, 1e-6}}, {{{0}, 1'000'000'000}})[0], 1.03);
}

// ---- the default solver shares wrongly
// ----------------------------------------------------------------------------

TEST(EngineTraps, flows_that_start_together_behind_one_link_do_not_overload_the_next) {
  // Link 0 of 1 GB/s, link 1 of 100 MB/s. The second flow gets link 1, the first the rest of link
  // 0, 900 MB/s: 1 s both.
  expect_finish(flow_set({1e9, 1e8}, {{{0}, 9e8}, {{0, 1}, 1e8}}), {1.0, 1.0});
}

TEST(EngineTraps, raw_lazy_solver_overloads_it) {
  // It never looks at link 1: both get half of link 0, and the second flow runs at 500 MB/s over
  // 100 MB/s.
  const auto finish = raw_finish_times(Engine::settings(), {{1e9, 1e-6}, {1e8}},
                                       {{{0}, 900'000'000}, {{0, 1}, 100'000'000}});
  EXPECT_NEAR(finish[1], 0.2, 1e-3);
  const auto full = raw_finish_times(Engine::settings(Solver::full), {{1e9, 1e-6}, {1e8}},
                                     {{{0}, 900'000'000}, {{0, 1}, 100'000'000}});
  EXPECT_NEAR(full[1], 1.0, 1e-3);
}

// ---- latency is a weight
// ------------------------------------------------------------------------------------------

TEST(EngineTraps, flows_of_unlike_latency_share_alike) {
  // Two of 1 GB on 1 GB/s, 1 us and 3 us away. Alone for 2 us the near one moves 2 kB; then half
  // each. The near one has 1e9 - 2e3 bytes left at 3 us: + 1.999996 s. Then the far one has 2e3
  // bytes left: + 2 us.
  const auto set = flow_set({1e9}, {{{0}, 1e9, 1e-6}, {{0}, 1e9, 3e-6}});
  for (const Solver solver : {Solver::lazy_tap, Solver::full}) {
    const auto finish = finish_times(set, solver);
    EXPECT_NEAR(finish[0], 1.999999, 1e-14);
    EXPECT_NEAR(finish[1], 2.000001, 1e-14);
  }
}

TEST(EngineTraps, raw_sharing_is_by_inverse_latency) {
  // 3 : 1, so the near one is done after 4/3 s.
  const auto finish =
      raw_finish_times(Engine::settings(Solver::full), {{1e9}, {1e15, 1e-6}, {1e15, 3e-6}},
                       {{{0, 1}, 1'000'000'000}, {{0, 2}, 1'000'000'000}});
  EXPECT_NEAR(finish[0], 4.0 / 3, 1e-5);
}

TEST(EngineTraps, a_flow_without_latency_is_nothing_special) {
  // Half each; the 1 us flow misses the first 1 kB.
  const auto set = flow_set({1e9}, {{{0}, 1e9, 0}, {{0}, 1e9, 1e-6}});
  for (const Solver solver : {Solver::lazy_tap, Solver::full}) {
    EXPECT_NEAR(finish_times(set, solver)[0], 1.999999, 1e-14);
    EXPECT_NEAR(finish_times(set, solver)[1], 2.0, 1e-14);
  }
}

// ---- amounts
// ------------------------------------------------------------------------------------------------------

TEST(EngineTraps, a_flow_of_no_bytes_ends_after_its_latency) {
  expect_finish(flow_set({1e9}, {{{0}, 0, 1e-6}, {{0}, 0, 0}, {{}, 1e9, 2e-6}}), {1e-6, 0.0, 2e-6});
}

TEST(EngineTraps, bytes_may_be_fractions) {
  // 1.5 byte at 1 byte/s.
  expect_finish(flow_set({1}, {{{0}, 1.5}}), {1.5});
}

TEST(EngineTraps, raw_bytes_are_whole) {
  EXPECT_EQ(raw_finish_times(Engine::settings(Solver::full), {{1.0}},
                             {{{0}, static_cast<std::uint64_t>(1.5)}})[0],
            1.0);
}

TEST(EngineTraps, a_flow_too_large_to_count_is_refused) {
  EXPECT_THROW(finish_times(flow_set({1e9}, {{{0}, 1e15}}), Solver::lazy_tap), RunFailed);
}

// ---- sharing
// ------------------------------------------------------------------------------------------------------

TEST(EngineTraps, a_dumbbell_is_shared_in_halves) {
  // Flow 1 on link 0, flow 2 on both, flow 3 on link 1, 1 GB each on 1 GB/s.
  expect_finish(flow_set({1e9, 1e9}, {{{0}, 1e9}, {{0, 1}, 1e9}, {{1}, 1e9}}), {2.0, 2.0, 2.0});
}

TEST(EngineTraps, what_one_flow_cannot_use_the_other_gets) {
  // Link 0 of 3 GB/s with three flows: 1 GB/s each. Link 1 of 3 GB/s with one of them and a fourth:
  // that one gets 2 GB/s.
  expect_finish(flow_set({3e9, 3e9}, {{{0, 1}, 1e9}, {{0}, 1e9}, {{0}, 1e9}, {{1}, 2e9}}),
                {1.0, 1.0, 1.0, 1.0});
}

TEST(EngineTraps, a_link_listed_three_times_counts_three_times) {
  // 3 + 1 shares of 1 GB/s: 250 MB/s each. After 4 s both have their 1 GB.
  expect_finish(flow_set({1e9}, {{{0, 0, 0}, 1e9}, {{0}, 1e9}}), {4.0, 4.0});
}

TEST(EngineTraps, two_hundred_thousand_shares_of_one_link_are_still_exact) {
  // As many storage clients as one class of a quotient may have, and a flow beside them: each gets
  // 1 byte/s.
  Route crowd(199'999, 0);
  expect_finish(flow_set({200'000, 1e6}, {{crowd, 10}, {{0, 1}, 20}}),
                {10.0, 10.0 + 10.0 / 200'000});
}

// ---- the clock
// ----------------------------------------------------------------------------------------------------

TEST(EngineTraps, a_child_always_starts_at_0) {
  const auto set = flow_set({1e9}, {{{0}, 45'000}});
  for (int i = 0; i < 2; ++i) expect_finish(set, {45e-6});
}

TEST(EngineTraps, late_clocks_are_coarse) {
  // The same 45 us from day 54 on: the clock has steps of 0.9 ns there. This is why there are
  // children.
  const auto finish = in_child([] {
    const std::vector<Bandwidth> link{{1e9}};
    Engine engine(link);
    const double day_54 = 54 * 86400.0;
    double took = 0;
    engine.at({day_54}, [&] {
      engine.start_flow(Route{0}, {45'000}, {0}, [&] { took = engine.now().value - day_54; });
    });
    engine.run();
    return std::vector{took};
  });
  EXPECT_NE(finish[0], 45e-6);
  EXPECT_NEAR(finish[0], 45e-6, 1e-9);
}

TEST(EngineTraps, events_half_a_nanosecond_apart_are_two) {
  // SimGrid's own resolution of 1 ns would end the second flow with the first, and a slow replica
  // would move a healthy one's events.
  expect_finish(flow_set({1e9, 1e9}, {{{0}, 1e6}, {{1}, 1e6 + 0.5}}), {1e-3, (1e6 + 0.5) / 1e9});
}

TEST(EngineTraps, raw_resolution_is_a_nanosecond) {
  const auto finish = raw_finish_times(settings_with("surf/precision", "1e-9"), {{1e10}, {1e10}},
                                       {{{0}, 10'000'000}, {{1}, 10'000'005}});
  EXPECT_EQ(finish[0], finish[1]);
}

/// Two dates of which the second is passed on the way from the first: now + (date - now) > date, by
/// 2e-12.
constexpr double timer_date = 2056.2;
constexpr double flow_end = 13050.1;

TEST(EngineTraps, the_clock_does_not_pass_the_end_of_a_flow) {
  const auto end = in_child([] {
    const std::vector<Bandwidth> link{{10.0}};
    Engine engine(link);
    double at = -1;
    engine.at({timer_date}, [] {});
    engine.start_flow(Route{0}, {10 * flow_end}, {0}, [&] { at = engine.now().value; });
    engine.run();
    return std::vector{at};
  });
  EXPECT_EQ(end[0], flow_end);
}

TEST(EngineTraps, a_timer_fires_at_its_very_date) {
  const auto dates = in_child([] {
    Engine engine({});
    std::vector<double> at;
    for (const double date : {timer_date, flow_end}) {
      engine.at({date}, [&] { at.push_back(engine.now().value); });
    }
    engine.run();
    return at;
  });
  EXPECT_EQ(dates, (std::vector{timer_date, flow_end}));
}

TEST(EngineTraps, raw_clock_passes_it_and_the_flow_never_ends) {
  const auto end = in_child([] {
    xbt_log_control_set("root.thresh:critical");
    s4u::Engine engine("raw");
    for (const auto& [key, value] : Engine::settings()) s4u::Engine::set_config(key + ":" + value);
    auto* zone = s4u::create_full_zone("zone");
    auto* from = zone->create_host("from", 1.0);
    auto* to = zone->create_host("to", 1.0);
    const s4u::LinkInRoute link(zone->create_link("link", 10.0)->seal());
    zone->add_route(from->get_netpoint(), to->get_netpoint(), nullptr, nullptr, {link}, false);
    zone->seal();
    const auto comm = s4u::Comm::sendto_async(from, to, 130'501);
    simgrid::kernel::timer::Timer::set(timer_date, [] {});
    engine.run();
    const bool ended = comm->get_state() == s4u::Activity::State::FINISHED;
    comm->cancel();
    return std::vector{ended ? 1.0 : 0.0};
  });
  EXPECT_EQ(end[0], 0.0);
}

TEST(EngineTraps, raw_clock_outlives_its_engine) {
  const auto second_starts_at = in_child([] {
    xbt_log_control_set("root.thresh:critical");
    {
      s4u::Engine engine("first");
      simgrid::kernel::timer::Timer::set(5.0, [] {});
      auto* zone = s4u::create_full_zone("zone");
      zone->seal();
      engine.run();
    }
    s4u::Engine engine("second");
    return std::vector{s4u::Engine::get_clock()};
  });
  EXPECT_EQ(second_starts_at[0], 5.0);
}

TEST(EngineTraps, a_second_engine_is_our_bug) {
  EXPECT_THROW(in_child([]() -> std::vector<double> {
                 { Engine first({}); }
                 Engine second({});
                 return {};
               }),
               Bug);
}

}  // namespace
}  // namespace qianka
