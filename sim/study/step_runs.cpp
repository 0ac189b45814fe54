// SPDX-License-Identifier: Apache-2.0
#include "sim/study/step_runs.hpp"

#include "sim/engine/step_simulation.hpp"
#include "sim/engine/workers.hpp"
#include "sim/input/diagnostics.hpp"
#include "sim/language/language.hpp"
#include "sim/topology/topology.hpp"
#include "sim/workload/layout.hpp"
#include "sim/workload/memory.hpp"

#include <map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::pair<std::string, double>> shares(const StepSummary& step) {
  const Breakdown& b = step.breakdown;
  std::vector<std::pair<std::string, double>> result;
  const auto add = [&](const char* name, Seconds part) {
    result.emplace_back(name, part / step.time);
  };
  add("compute", b.compute), add("recompute", b.recompute), add("tensor", b.tensor_comm);
  add("context", b.context_comm), add("expert", b.expert_comm);
  add("bubble", b.pipeline_bubble), add("pipeline", b.pipeline_comm), add("data", b.data_comm);
  add("optimizer", b.optimizer), add("host", b.host), add("jitter", b.jitter);
  return result;
}

void simulate_into(StepOutcome& outcome, const StepRun& run) {
  const Scenario scenario = parse_scenario(run.text, run.name + ".yaml", run.overrides);
  const MemorySummary memory = memory_of(scenario.job, scenario.cluster.node.accelerator);
  outcome.fits = memory.fits, outcome.memory = memory.per_card.value,
  outcome.capacity = memory.capacity.value;
  outcome.facts = step_facts(scenario);
  if (!memory.fits && !run.even_if_too_large) {
    outcome.end = StepOutcome::End::too_large;
    return;
  }
  if (run.memory_only) {
    outcome.end = StepOutcome::End::fits;
    return;
  }
  const Topology topology = build_topology(scenario.cluster);
  const Placement placement(scenario.job, topology.cards_per_node());
  const StepSummary step = simulate_step(scenario, topology, placement, run.details);
  outcome.seconds = step.time.value;
  if (run.details) outcome.breakdown = shares(step);
  outcome.end = StepOutcome::End::ran;
}

/// "no stack 'x' (did you mean 'y'?)" of every diagnostic.
std::string told(const std::vector<Diagnostic>& diagnostics) {
  std::string text;
  for (const Diagnostic& d : diagnostics) {
    text += (text.empty() ? "" : "; ") + d.message;
    if (!d.hint.empty()) text += fmt::format(" ({})", d.hint);
  }
  return text;
}

StepOutcome simulate_one(const StepRun& run) {
  StepOutcome outcome;
  try {
    simulate_into(outcome, run);
  } catch (const InputError& error) {
    outcome.end = StepOutcome::End::not_expressible, outcome.reason = told(error.diagnostics);
  } catch (const InfeasibleInput& error) {
    outcome.end = StepOutcome::End::infeasible, outcome.reason = told(error.diagnostics);
  } catch (const Infeasible& error) {
    outcome.end = StepOutcome::End::infeasible, outcome.reason = error.what();
  } catch (const std::exception& error) {
    outcome.end = StepOutcome::End::failed, outcome.reason = error.what();
  }
  return outcome;
}

/// The numbers of a StepFacts, in one order for writing and reading.
template <class Facts, class Visit>
void each_fact(Facts& f, const Visit& visit) {
  for (auto* fact : {&f.cards, &f.sequences, &f.sequence, &f.layers, &f.hidden, &f.vocabulary,
                     &f.active_parameters, &f.model_flops, &f.hardware_flops, &f.attention_flops,
                     &f.peak_16, &f.peak})
    visit(*fact);
}

std::string packed(const StepOutcome& o) {
  Json facts = Json::array();
  each_fact(o.facts, [&](double fact) { facts.push_back(fact); });
  const Json json = Json::array({static_cast<int>(o.end), o.reason, o.fits, o.memory, o.capacity,
                                 o.seconds, facts, o.breakdown});
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

StepOutcome unpacked(const std::string& text) {
  const Json json = Json::parse(text);
  StepOutcome o;
  o.end = static_cast<StepOutcome::End>(json[0].get<int>());
  o.reason = json[1].get<std::string>(), o.fits = json[2].get<bool>();
  o.memory = json[3].get<double>(), o.capacity = json[4].get<double>();
  o.seconds = json[5].get<double>();
  std::size_t i = 0;
  each_fact(o.facts, [&](double& fact) { fact = json[6][i++].get<double>(); });
  o.breakdown = json[7].get<std::vector<std::pair<std::string, double>>>();
  return o;
}

/// All that the outcome depends on.
std::string key_of(const StepRun& run) {
  std::string key = fmt::format("{:d} {:d} {:d}\n{}", run.even_if_too_large, run.details,
                                run.memory_only, run.text);
  for (const Override& change : run.overrides)
    key += fmt::format("{}={}\n", change.path, change.value);
  return key;
}

}  // namespace

std::vector<StepOutcome> run_steps(const std::vector<StepRun>& runs, const Workers& workers) {
  std::map<std::string, std::size_t> places;
  std::vector<const StepRun*> distinct;
  std::vector<std::size_t> place;
  for (const StepRun& run : runs) {
    const auto [known, added] = places.emplace(key_of(run), distinct.size());
    if (added) distinct.push_back(&run);
    place.push_back(known->second);
  }
  const auto results = run_in_workers(
      distinct.size(), workers, [&](std::size_t i) { return packed(simulate_one(*distinct[i])); });
  std::vector<StepOutcome> outcomes;
  for (const std::size_t at : place) {
    outcomes.push_back(results[at] ? unpacked(*results[at]) : StepOutcome{});
    if (!results[at]) outcomes.back().reason = tr("the process that simulated it died");
  }
  return outcomes;
}

}  // namespace qianka
