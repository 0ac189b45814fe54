// SPDX-License-Identifier: Apache-2.0
// Steps of a campaign are found beforehand by several processes: nothing of it shows.
#include "sim/report/json.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/simulate.hpp"
#include "sim/timeline.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

TEST(Workers, of_a_run_do_not_show) {
  // Nodes on spares; fewer replicas and slow nodes; a fabric that breaks.
  for (const char* name : {"06-failure-and-restart", "campaign/thin-bench", "fabric/tor-down"}) {
    const Scenario scenario =
        load_scenario(std::string(QIANKA_SOURCE_DIR "/scenarios/") + name + ".yaml");
    const Results alone = simulate(scenario, 1), shared = simulate(scenario, 3);
    EXPECT_EQ(json_text(json_report(alone.summary)), json_text(json_report(shared.summary)))
        << name;
    ASSERT_TRUE(alone.summary.campaign) << name;
    EXPECT_FALSE(alone.steps.empty()) << name;
    for (const auto& [state, step] : alone.steps)  // found beforehand may be some more
      EXPECT_EQ(step, shared.steps.at(state)) << name;
    EXPECT_EQ(log_of(scenario, alone).size(), log_of(scenario, shared).size()) << name;
  }
}

}  // namespace
}  // namespace qianka
