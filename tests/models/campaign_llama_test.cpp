// SPDX-License-Identifier: Apache-2.0
// The published run: 419 unexpected stops in 54 days (Llama 3 405B, Table 5), ETTR above 0.90.
#include "support/event_queue.hpp"
#include "support/llama_campaign.hpp"

#include <cmath>
#include <map>

#include <gtest/gtest.h>

namespace qianka {
namespace {

TEST(LlamaCampaign, the_stops_of_100_seeds_are_419_and_poisson) {
  // Mean 419, standard error sqrt(419 / 100) = 2.05; variance 419, standard error 14 %.
  // Seeds 1..100.
  LlamaCampaign campaign;
  double sum = 0, squares = 0, ettr = 0;
  std::map<std::string, double> by_component;
  for (campaign.scenario.seed = 1; campaign.scenario.seed <= 100; ++campaign.scenario.seed) {
    const CampaignSummary run = run_on_queue(campaign.input);
    const auto failures = static_cast<double>(run.failures);
    sum += failures, squares += failures * failures;
    ettr += run.ettr / 100;
    for (const auto& [component, count] : run.failures_by_component) {
      by_component[component] += static_cast<double>(count) / 100;
    }
  }
  const double mean = sum / 100, variance = (squares - sum * mean) / 99;
  EXPECT_NEAR(mean, 419, 5);
  EXPECT_NEAR(variance / 419, 1, 0.3);
  EXPECT_GT(ettr, 0.90);
  // The mix of causes, each within three standard errors.
  // Table 5 of the paper, its causes put together by component.
  for (const auto& [component, count] : std::map<std::string, double>{{"gpu", 190},
                                                                      {"hbm", 72},
                                                                      {"software", 63},
                                                                      {"link", 35},
                                                                      {"host", 40},
                                                                      {"nic", 7},
                                                                      {"sdc", 6},
                                                                      {"storage", 3},
                                                                      {"power", 3}}) {
    EXPECT_NEAR(by_component[component], count, 3 * std::sqrt(count / 100)) << component;
  }
}

TEST(LlamaCampaign, a_loss_of_18_minutes_a_stop_is_an_ettr_of_090) {
  // 54 days / 419 = 3.09 h between stops; 10 % of it is 18.6 min (reliability.md 1.2). Without
  // saves to pay for and without work lost, 15 min down cost 15 / 185.6 = 8.1 %.
  LlamaCampaign campaign;
  campaign.scenario.checkpoint.every = Seconds{6};
  campaign.input.checkpoint = {};
  campaign.scenario.recovery = {.restart = Seconds{15 * 60}};
  campaign.input.step_time = [](const ClusterState&) { return Seconds{6}; };
  const CampaignSummary run = run_on_queue(campaign.input);
  // A stop within another's recovery costs only what is left; 7 % of recoveries are struck.
  EXPECT_NEAR(run.ettr, std::exp(-15 / 185.6), 0.01);
  EXPECT_GT(run.ettr, 0.90);
}

}  // namespace
}  // namespace qianka
