// SPDX-License-Identifier: Apache-2.0
// What a campaign costs: 54 days of 2,048 nodes, 419 failures or so, a save every ten minutes
// (7,000 of them), with step times known.
#include "bench/meter.hpp"
#include "sim/campaign/campaign_child.hpp"
#include "sim/campaign/fault_source.hpp"
#include "sim/scenario/catalogue.hpp"
#include "support/event_queue.hpp"
#include "support/llama_campaign.hpp"

namespace qianka {
namespace {

void measure(benchmark::State& state, const CampaignInput& input,
             CampaignSummary (*simulate)(const CampaignInput&)) {
  CampaignSummary run;
  Meter meter;
  for (auto unused : state) meter.run([&] { run = simulate(input); });
  meter.report(state, "events_a_s", static_cast<double>(run.failures + run.checkpoints));
  state.counters["failures"] = static_cast<double>(run.failures);
  state.counters["checkpoints"] = static_cast<double>(run.checkpoints);
}

void in_its_child(benchmark::State& state) {
  const LlamaCampaign campaign;
  measure(state, campaign.input, simulate_campaign);
}

void without_engine(benchmark::State& state) {
  const LlamaCampaign campaign;
  measure(state, campaign.input, run_on_queue);
}

/// With everything that a recovery may have: spreads, wrong nodes, a shop, fewer replicas.
void with_a_thin_bench(benchmark::State& state) {
  LlamaCampaign campaign;
  campaign.scenario.recovery =
      load_scenario(QIANKA_SOURCE_DIR "/scenarios/campaign/thin-bench.yaml").recovery;
  measure(state, campaign.input, run_on_queue);
}

/// The faults alone: every shape there is, lemons, bursts and hangs among them.
void faults_of_54_days(benchmark::State& state) {
  const Faults faults = load_faults("default-fleet");
  double count = 0;
  Meter meter;
  for (auto unused : state)
    meter.run([&] {
      FaultSource source(faults, 2048, 1, 64);
      for (count = 0; source.next().at < 54 * a_day; source.pop()) ++count;
    });
  meter.report(state, "faults_a_s", count);
}

BENCHMARK(faults_of_54_days)->Name("campaign/faults")->Unit(benchmark::kMillisecond);
BENCHMARK(in_its_child)
    ->Name("campaign/in_its_child")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK(without_engine)->Name("campaign/without_engine")->Unit(benchmark::kMillisecond);
BENCHMARK(with_a_thin_bench)->Name("campaign/thin_bench")->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace qianka
