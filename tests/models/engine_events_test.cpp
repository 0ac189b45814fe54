// SPDX-License-Identifier: Apache-2.0
// Timers, flows and callbacks of an Engine: what happens when, in which order, and what happens
// when it goes wrong.
#include "sim/engine/engine.hpp"
#include "sim/units/require.hpp"
#include "support/in_child.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <malloc.h>

namespace qianka {
namespace {

using Route = std::vector<std::uint32_t>;

/// What `scenario` notes with an engine over links of 1 GB/s, after run().
std::vector<double> notes(const std::function<void(Engine&, std::vector<double>&)>& scenario) {
  return in_child([&] {
    const std::vector<Bandwidth> links(4, Bandwidth{1e9});
    Engine engine(links);
    std::vector<double> noted;
    scenario(engine, noted);
    engine.run();
    return noted;
  });
}

using Notes = std::vector<double>;

TEST(EngineEvents, timers_alone_keep_the_engine_running) {
  EXPECT_EQ(notes([](Engine& engine, Notes& noted) {
              engine.at({2.0}, [&] { noted.push_back(engine.now().value); });
              engine.at({1.0}, [&] {
                noted.push_back(engine.now().value);
                engine.after({0.25}, [&] { noted.push_back(engine.now().value); });
              });
            }),
            (Notes{1.0, 1.25, 2.0}));
}

TEST(EngineEvents, timers_of_one_instant_fire_in_the_order_they_were_set) {
  EXPECT_EQ(notes([](Engine& engine, Notes& noted) {
              for (int i = 0; i < 100; ++i) engine.at({1.0}, [&noted, i] { noted.push_back(i); });
              engine.at({1.0}, [&] { engine.after({0}, [&noted] { noted.push_back(101); }); });
              engine.at({1.0}, [&] { noted.push_back(100); });
            }),
            [] {
              Notes upwards(102);
              for (std::size_t i = 0; i < upwards.size(); ++i) upwards[i] = static_cast<double>(i);
              return upwards;
            }());
}

TEST(EngineEvents, flows_of_one_instant_end_in_the_order_they_started_after_the_timers) {
  EXPECT_EQ(notes([](Engine& engine, Notes& noted) {
              for (std::uint32_t i = 0; i < 4; ++i) {
                engine.start_flow(Route{3 - i}, {1e9}, {0}, [&noted, i] { noted.push_back(i); });
              }
              engine.at({1.0}, [&] { noted.push_back(-1); });
            }),
            (Notes{-1, 0, 1, 2, 3}));
}

TEST(EngineEvents, the_past_is_now) {
  EXPECT_EQ(notes([](Engine& engine, Notes& noted) {
              engine.at({5.0},
                        [&] { engine.at({1.0}, [&] { noted.push_back(engine.now().value); }); });
            }),
            (Notes{5.0}));
}

TEST(EngineEvents, a_cancelled_timer_does_not_fire) {
  EXPECT_EQ(notes([](Engine& engine, Notes& noted) {
              const auto later = engine.at({2.0}, [&] { noted.push_back(2); });
              engine.at({1.0}, [&engine, &noted, later] {
                noted.push_back(1);
                engine.cancel(later);
                engine.cancel(later);  // and once more does no harm
              });
            }),
            (Notes{1}));
}

TEST(EngineEvents, cancelling_what_has_fired_leaves_its_successor_alone) {
  // The second timer takes the slot of the first; the old id must not find it.
  EXPECT_EQ(notes([](Engine& engine, Notes& noted) {
              const auto first = engine.at({1.0}, [&] { noted.push_back(1); });
              engine.at({2.0}, [&engine, &noted, first] {
                engine.after({1.0}, [&] { noted.push_back(3); });
                engine.cancel(first);
              });
            }),
            (Notes{1, 3}));
}

TEST(EngineEvents, the_run_ends_with_the_last_event) {
  // Not with the cancelled timers of day 100 and of second 4, nor with the milestones that go
  // beyond the flow.
  const auto end = in_child([] {
    const std::vector<Bandwidth> links{{1e9}};
    Engine engine(links);
    engine.cancel(engine.at({8.64e6}, [] {}));
    const auto later = engine.at({4.0}, [] {});
    engine.at({2.0}, [&engine, later] { engine.cancel(later); });
    engine.start_flow(Route{0}, {3e9}, {0}, [] {});
    engine.run();
    return Notes{engine.now().value};
  });
  EXPECT_EQ(end, Notes{3.0});
}

TEST(EngineEvents, an_engine_without_events_returns) {
  EXPECT_EQ(notes([](Engine&, Notes&) {}), Notes{});
}

TEST(EngineEvents, flows_start_from_callbacks_of_flows_and_timers) {
  // 1 GB at 1 GB/s from second 1; the next from its end, 1 us away.
  EXPECT_EQ(notes([](Engine& engine, Notes& noted) {
              engine.at({1.0}, [&] {
                engine.start_flow(Route{0}, {1e9}, {0}, [&] {
                  noted.push_back(engine.now().value);
                  engine.start_flow(Route{0, 1}, {1e9}, {1e-6},
                                    [&] { noted.push_back(engine.now().value); });
                });
              });
            }),
            (Notes{2.0, 2.0 + 1e-6 + 1.0}));
}

TEST(EngineEvents, a_cancelled_flow_gives_way_at_once) {
  // Two of 1 GB share 1 GB/s; one is cancelled at 0.5 s. The other has 0.75 GB left and all of the
  // link: 1.25 s.
  EXPECT_EQ(notes([](Engine& engine, Notes& noted) {
              engine.start_flow(Route{0}, {1e9}, {0}, [&] { noted.push_back(engine.now().value); });
              const auto other =
                  engine.start_flow(Route{0}, {1e9}, {0}, [&] { noted.push_back(-1); });
              engine.at({0.5}, [&engine, other] { engine.cancel_flow(other); });
            }),
            (Notes{1.25}));
}

TEST(EngineEvents, a_flow_cancelled_before_the_run_never_was) {
  EXPECT_EQ(
      notes([](Engine& engine, Notes& noted) {
        engine.start_flow(Route{0}, {1e9}, {0}, [&] { noted.push_back(engine.now().value); });
        engine.cancel_flow(engine.start_flow(Route{0}, {1e9}, {0}, [&] { noted.push_back(-1); }));
        engine.cancel_flow(engine.start_flow(Route{}, {1e9}, {0.1}, [&] { noted.push_back(-2); }));
      }),
      (Notes{1.0}));
}

TEST(EngineEvents, a_flow_cancelled_by_another_that_ends_in_the_same_instant_is_not_done) {
  EXPECT_EQ(notes([](Engine& engine, Notes& noted) {
              auto second = std::make_shared<Engine::FlowId>();
              engine.start_flow(Route{0}, {1e9}, {0}, [&engine, &noted, second] {
                noted.push_back(1);
                engine.cancel_flow(*second);
              });
              *second = engine.start_flow(Route{1}, {1e9}, {0}, [&] { noted.push_back(2); });
            }),
            (Notes{1}));
}

TEST(EngineEvents, an_exception_in_a_callback_leaves_run) {
  const auto run_and_fail = [](bool in_flow) {
    return in_child([in_flow] {
      const std::vector<Bandwidth> links{{1e9}};
      Engine engine(links);
      const auto fail = [] { throw RunFailed("the node pool is empty"); };
      if (in_flow) {
        engine.start_flow(Route{0}, {1e6}, {0}, fail);
      } else {
        engine.at({1e-3}, fail);
      }
      bool later = false;
      engine.start_flow(Route{0}, {1e9}, {0}, [&] { later = true; });
      engine.at({0.5}, [&] { later = true; });
      try {
        engine.run();
      } catch (const RunFailed& error) {
        require(!later, "the run went on");
        throw RunFailed(std::string("caught: ") + error.what());
      }
      return Notes{};
    });
  };
  for (const bool in_flow : {true, false}) {
    try {
      run_and_fail(in_flow);
      ADD_FAILURE() << "no exception";
    } catch (const RunFailed& error) {
      EXPECT_STREQ(error.what(), "caught: the node pool is empty");
    }
  }
}

TEST(EngineEvents, an_engine_that_never_ran_can_go) {
  EXPECT_EQ(in_child([] {
              const std::vector<Bandwidth> links{{1e9}};
              Engine engine(links);
              engine.start_flow(Route{0}, {1e9}, {0}, [] {});
              engine.at({1.0}, [] {});
              return Notes{1};
            }),
            Notes{1});
}

TEST(EngineEvents, memory_does_not_grow_with_the_flows_that_were) {
  const auto grown = in_child([] {
    const std::vector<Bandwidth> links{{1e9}};
    Engine engine(links);
    const auto in_use = [] { return static_cast<double>(mallinfo2().uordblks); };
    int left = 50'000;
    double early = 0;
    std::function<void()> next = [&] {
      if (left == 45'000) early = in_use();
      if (--left > 0) engine.start_flow(Route{0}, {1e3}, {1e-6}, next);
    };
    next();
    engine.run();
    return Notes{in_use() - early};
  });
  EXPECT_LT(grown[0], 10'000);  // bytes, after 45,000 flows
}

TEST(EngineEvents, requests_that_make_no_sense_are_our_bugs) {
  const auto refused = [](const std::function<void(Engine&)>& request) {
    EXPECT_THROW(notes([&](Engine& engine, Notes&) { request(engine); }), Bug);
  };
  refused([](Engine& engine) { engine.at({std::numeric_limits<double>::infinity()}, [] {}); });
  refused([](Engine& engine) { engine.at({std::numeric_limits<double>::quiet_NaN()}, [] {}); });
  refused([](Engine& engine) { engine.start_flow(Route{0}, {-1}, {0}, [] {}); });
  refused([](Engine& engine) { engine.start_flow(Route{0}, {1}, {-1}, [] {}); });
  refused([](Engine& engine) { engine.start_flow(Route{4}, {1}, {0}, [] {}); });
  EXPECT_THROW(in_child([]() -> Notes {
                 const std::vector<Bandwidth> links{{0.0}};
                 Engine engine(links);
                 return {};
               }),
               Bug);
}

}  // namespace
}  // namespace qianka
