// SPDX-License-Identifier: Apache-2.0
// What a campaign costs: 54 days of 2,048 nodes, 419 failures or so, a checkpoint every ten minutes
// (7,000 of them). Goal: 20 ms a run, child and engine included.
#include "sim/campaign/campaign_child.hpp"
#include "sim/campaign/fault_source.hpp"
#include "sim/scenario/catalogue.hpp"
#include "support/event_queue.hpp"
#include "support/llama_campaign.hpp"

#include <benchmark/benchmark.h>

namespace {

void count(benchmark::State& state, const qianka::CampaignSummary& run) {
  state.counters["failures"] = static_cast<double>(run.failures);
  state.counters["checkpoints"] = static_cast<double>(run.checkpoints);
}

void campaign_in_its_child(benchmark::State& state) {
  qianka::LlamaCampaign campaign;
  qianka::CampaignSummary run;
  for (auto _ : state) run = simulate_campaign(campaign.input);
  count(state, run);
}

void campaign_without_engine(benchmark::State& state) {
  qianka::LlamaCampaign campaign;
  qianka::CampaignSummary run;
  for (auto _ : state) run = run_on_queue(campaign.input);
  count(state, run);
}

/// The faults alone: every shape there is, lemons, bursts and hangs among them. Goal: 1 ms.
void faults_of_54_days(benchmark::State& state) {
  const qianka::Faults faults = qianka::load_faults("default-fleet");
  double count = 0;
  for (auto _ : state) {
    qianka::FaultSource source(faults, 2048, 1, 64);
    for (count = 0; source.next().at < 54 * qianka::a_day; source.pop()) ++count;
  }
  state.counters["faults"] = count;
}

/// With everything that a recovery may have: spreads, wrong nodes, a shop, fewer replicas.
void campaign_with_a_thin_bench(benchmark::State& state) {
  qianka::LlamaCampaign campaign;
  campaign.scenario.recovery =
      qianka::load_scenario(QIANKA_SOURCE_DIR "/scenarios/campaign/thin-bench.yaml").recovery;
  qianka::CampaignSummary run;
  for (auto _ : state) run = run_on_queue(campaign.input);
  count(state, run);
}

}  // namespace

BENCHMARK(faults_of_54_days)->Unit(benchmark::kMillisecond);
BENCHMARK(campaign_in_its_child)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(campaign_without_engine)->Unit(benchmark::kMillisecond);
BENCHMARK(campaign_with_a_thin_bench)->Unit(benchmark::kMillisecond);
