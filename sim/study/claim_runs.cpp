// SPDX-License-Identifier: Apache-2.0
#include "sim/study/claim_runs.hpp"

#include "sim/engine/workers.hpp"
#include "sim/input/yaml.hpp"
#include "sim/report/bill_report.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/simulate.hpp"
#include "sim/study/replicas.hpp"
#include "sim/weeks.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace qianka {
namespace {

/// A run with those it comes from: the text of a scenario and what is laid over it, first to last.
struct WithOrigin {
  const ClaimRun* origin = nullptr;
  KeyValues set;
};

WithOrigin with_origin(const Claim& claim, const ClaimRun& run, int depth = 0) {
  if (run.from.empty()) return {&run, run.set};
  const auto base = std::ranges::find(claim.runs, run.from, &ClaimRun::name);
  if (base == claim.runs.end() || depth > 8)
    throw InputError({{run.at, fmt::format("no run '{}' to begin from", run.from),
                       "runs of the same claim are meant"}});
  WithOrigin result = with_origin(claim, *base, depth + 1);
  result.set.insert(result.set.end(), run.set.begin(), run.set.end());
  return result;
}

/// What is laid over, inputs put in; what needs an input that is left out is left out.
std::vector<Override> overrides_of(const KeyValues& set, const InputValues& inputs) {
  std::vector<Override> overrides;
  for (const auto& [key, value] : set) {
    const std::string input = input_in(value);
    if (input.empty()) {
      overrides.push_back({key, value});
    } else if (const auto known = inputs.find(input); known != inputs.end()) {
      std::string text = value;
      text.replace(text.find('{'), input.size() + 2, fmt::format("{:.12g}", known->second));
      overrides.push_back({key, text});
    }
  }
  return overrides;
}

Scenario scenario_of(const ClaimRun& origin, const std::vector<Override>& overrides) {
  if (!origin.scenario.empty())
    return load_scenario(data_directory() / "scenarios" / (origin.scenario + ".yaml"), overrides);
  return parse_scenario(origin.text, origin.name + ".yaml", overrides);
}

double mean(const std::vector<double>& values) { return spread_of(values).mean; }

Json weeks_json(const Scenario& scenario, int seeds) {
  PreparedWeeks weeks(scenario);
  const ReplicaFigures all =
      run_replicas([&](const Scenario& one) { return weeks.run(one); }, scenario, seeds);
  const SeedSpread goodput = spread_of(all.goodput);
  return {{"weeks",
           {{"goodput", mean(all.goodput)},
            {"goodput_low", goodput.p5},
            {"goodput_high", goodput.p95},
            {"ettr", mean(all.ettr)},
            {"end_to_end_mfu", mean(all.end_to_end_mfu)},
            {"failures", mean(all.failures)},
            {"lost_hours", mean(all.lost_hours)},
            {"down_hours", mean(all.down_hours)}}}};
}

template <class T>
Json base_value(const std::optional<T>& figure) {
  if constexpr (requires { figure->value; })
    return figure ? Json(figure->value) : Json();
  else
    return figure ? Json(*figure) : Json();
}

Json part_json(const std::string& id) {
  const Accelerator part = load_accelerator(id);
  return {{"id", id},
          {"peak",
           {{"fp32", base_value(part.peak.fp32)},
            {"tf32", base_value(part.peak.tf32)},
            {"fp16", base_value(part.peak.fp16)},
            {"bf16", base_value(part.peak.bf16)},
            {"fp8", base_value(part.peak.fp8)}}},
          {"gemm_efficiency", base_value(part.gemm_efficiency)},
          {"memory", base_value(part.memory)},
          {"memory_bandwidth", base_value(part.memory_bandwidth)},
          {"memory_efficiency", base_value(part.memory_efficiency)},
          {"scale_up", base_value(part.scale_up)},
          {"scale_up_efficiency", base_value(part.scale_up_efficiency)},
          {"pcie", base_value(part.pcie)},
          {"power", base_value(part.power)},
          {"price", base_value(part.price)}};
}

Json model_json(const std::string& id) {
  const ModelSpec model = load_model(id);
  return {{"parameters", parameters(model)}, {"active_parameters", active_parameters(model)}};
}

Json bill_of_run(const ClaimRun& run, const std::vector<Override>& overrides) {
  ClusterSpec cluster = load_cluster(run.bill, overrides);
  cluster.spares = 0;
  return bill_json(bill_of(cluster));
}

Json simulated(const Scenario& scenario, int seeds) {
  return seeds > 0 ? weeks_json(scenario, seeds) : json_report(simulate(scenario).summary);
}

ClaimRunResult refused(std::string why, bool unknown) {
  return {.figures = nullptr, .refusal = std::move(why), .unknown = unknown};
}

}  // namespace

std::string ClaimRuns::ask(const Claim& claim, const ClaimRun& run, const InputValues& inputs) {
  const WithOrigin all = with_origin(claim, run);
  const ClaimRun& origin = *all.origin;
  const std::vector<Override> overrides = overrides_of(all.set, inputs);
  std::string asked =
      fmt::format("{} {} {}", claim.id, run.name, std::max(run.seeds, origin.seeds));
  for (const Override& change : overrides)
    asked += fmt::format(" {}={}", change.path, change.value);
  if (const auto known = keys_.find(asked); known != keys_.end()) return known->second;
  std::string key = asked;
  try {
    if (!origin.part.empty()) {
      key = "part " + origin.part;
      results_.try_emplace(key, ClaimRunResult{part_json(origin.part), ""});
    } else if (!origin.model.empty()) {
      key = "model " + origin.model;
      results_.try_emplace(key, ClaimRunResult{model_json(origin.model), ""});
    } else if (!origin.bill.empty()) {
      results_.try_emplace(key, ClaimRunResult{bill_of_run(origin, overrides), ""});
    } else {
      Request request{&run, scenario_of(origin, overrides), std::max(run.seeds, origin.seeds)};
      key = fmt::format("{} {}", request.scenario.digest, request.seeds);
      if (!results_.contains(key)) waiting_.try_emplace(key, std::move(request));
    }
  } catch (const InputError& error) {
    std::vector<Diagnostic> problems;
    for (const Diagnostic& problem : error.diagnostics)
      problems.push_back(
          {run.at, fmt::format("run '{}': {}: {}", run.name, to_text(problem.at), problem.message),
           problem.hint});
    throw InputError(problems);
  } catch (const Infeasible& error) {
    results_.try_emplace(key, refused(error.what(), error.unknown));
  }
  keys_.emplace(asked, key);
  return key;
}

void ClaimRuns::perform(const Workers& workers) {
  std::vector<std::pair<std::string, const Request*>> work;
  for (const auto& [key, request] : waiting_) work.emplace_back(key, &request);
  const auto texts = run_in_workers(work.size(), workers, [&](std::size_t i) {
    const Request& request = *work[i].second;
    try {
      return Json{{"ran", simulated(request.scenario, request.seeds)}}.dump();
    } catch (const Infeasible& error) {
      return Json{{"refused", error.what()}, {"unknown", error.unknown}}.dump();
    } catch (const RunFailed& error) {
      return Json{{"failed", error.what()}}.dump();
    }
  });
  for (std::size_t i = 0; i < work.size(); ++i) {
    const auto& [key, request] = work[i];
    const Json json =
        texts[i] ? Json::parse(*texts[i]) : Json{{"failed", "the process that simulated it died"}};
    if (json.contains("failed"))
      throw RunFailed(
          fmt::format("run '{}': {}", request->run->name, json["failed"].get<std::string>()));
    ClaimRunResult result = json.contains("ran") ? ClaimRunResult{json["ran"], ""}
                                                 : refused(json["refused"].get<std::string>(),
                                                           json["unknown"].get<bool>());
    result.digest = request->scenario.digest;
    results_.emplace(key, std::move(result));
  }
  waiting_.clear();
}

}  // namespace qianka
