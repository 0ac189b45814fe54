// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sweep_runner.hpp"

#include "sim/language/language.hpp"
#include "sim/simulate.hpp"
#include "sim/study/replicas.hpp"

#include <algorithm>
#include <csignal>
#include <new>

#include <fmt/format.h>

namespace qianka {
namespace {

std::vector<double> figures_of(const StepSummary& step) {
  return {step.time.value, step.mfu, step.tokens_per_second_per_card};
}

void append(std::vector<std::vector<double>>& all, const ReplicaFigures& more) {
  const std::vector<const std::vector<double>*> figures{&more.goodput,        &more.ettr,
                                                        &more.end_to_end_mfu, &more.failures,
                                                        &more.lost_hours,     &more.down_hours};
  all.resize(figures.size());
  for (std::size_t i = 0; i < figures.size(); ++i)
    all[i].insert(all[i].end(), figures[i]->begin(), figures[i]->end());
}

bool known_well(const SweepSeeds& seeds, const SweepRecord& record) {
  if (seeds.figure.empty()) return true;
  const auto at = std::ranges::find(replica_figures(), seeds.figure) - replica_figures().begin();
  const SeedSpread spread = spread_of(record.replicas[static_cast<std::size_t>(at)]);
  return spread.high - spread.mean <= seeds.half_width;
}

/// Where the scenario lies differs between machines.
std::string without_folder(std::string text, const std::filesystem::path& file) {
  const std::string folder = file.parent_path().string() + "/";
  for (std::size_t at = text.find(folder); folder.size() > 1 && at != std::string::npos;
       at = text.find(folder, at))
    text.erase(at, folder.size());
  return text;
}

}  // namespace

SweepRecord SweepRunner::run(std::size_t number) {
  const InEnglish for_all_machines;  // their languages may differ, a point's record does not
  SweepRecord record{.point = number, .status = "ok", .reason = "", .step = {}, .replicas = {}};
  const auto refused = [&](const char* status, const char* why) {
    record = {.point = number,
              .status = status,
              .reason = without_folder(why, scenario_),
              .step = {},
              .replicas = {}};
  };
  if (plan_.crash_every > 0 && (number + 1) % static_cast<std::size_t>(plan_.crash_every) == 0)
    std::raise(SIGKILL);  // what memory that runs out looks like
  try {
    run_point(record);
  } catch (const Infeasible& problem) {
    refused("infeasible", problem.what());
  } catch (const InputError& problem) {
    refused("invalid", problem.what());
  } catch (const std::bad_alloc&) {
    refused("failed", "out of memory");
  } catch (const std::exception& problem) {
    refused("failed", problem.what());
  }
  return record;
}

void SweepRunner::run_point(SweepRecord& record) {
  const Scenario scenario = load_scenario(scenario_, points_.overrides(record.point));
  const Job& job = scenario.job;
  if (!job.train_for && !job.tokens && !job.steps) {
    record.step = figures_of(simulate(scenario).summary.step);
    return;
  }
  const std::string key = points_.step_key(record.point);
  const bool ready = weeks_ && weeks_key_ == key;
  if (!ready)
    weeks_ = nullptr, weeks_ = std::make_unique<PreparedWeeks>(scenario), weeks_key_ = key;
  try {
    record.step = figures_of(weeks_->step());
    run_seeds(scenario, record);
  } catch (...) {
    if (!ready) weeks_ = nullptr;  // made for what cannot be: the next point's may well be
    throw;
  }
}

void SweepRunner::run_seeds(const Scenario& scenario, SweepRecord& record) {
  record.first_seed = scenario.seed;
  Scenario next = scenario;
  const auto most = static_cast<std::size_t>(plan_.seeds.most.value_or(plan_.seeds.count));
  do {
    next.seed = scenario.seed + record.seeds();
    const auto left = static_cast<int>(most - record.seeds());
    append(record.replicas, run_replicas([&](const Scenario& s) { return weeks_->run(s); }, next,
                                         std::min(plan_.seeds.count, left)));
  } while (record.seeds() < most && !known_well(plan_.seeds, record));
}

namespace {

/// More values of one key than this are not each tried.
constexpr std::size_t most_tried = 200;

/// The values that are tried together: each of the grid, each row, the ends of each range.
std::vector<std::vector<SweepValue>> trials_of(const SweepPlan& plan) {
  std::vector<std::vector<SweepValue>> trials{{}};
  for (const SweepAxis& axis : plan.grid)
    for (std::size_t i = 0; i < std::min(axis.values.size(), most_tried); ++i)
      trials.push_back({axis.values[i]});
  for (std::size_t i = 0; i < std::min(plan.list.size(), most_tried); ++i)
    trials.push_back(plan.list[i]);
  for (const auto* samples : {&plan.latin, &plan.sobol}) {
    if (!*samples) continue;
    for (const SweepRange& range : (*samples)->over)
      for (const double share : {0.0, 1.0})
        trials.push_back({{range.path, value_within(range, share), range.at}});
  }
  return trials;
}

}  // namespace

void check_sweep_values(const SweepPlan& plan, const SweepPoints& points,
                        const std::filesystem::path& scenario) {
  std::vector<Diagnostic> all;
  for (const std::vector<SweepValue>& trial : trials_of(plan)) {
    std::vector<Override> overrides = points.overrides(0);
    std::vector<SweepValue> written = trial.empty() ? plan.set : trial;
    for (const SweepValue& value : trial) {
      std::erase_if(overrides, [&](const Override& one) { return one.path == value.path; });
      overrides.push_back({value.path, value.text});
    }
    try {
      load_scenario(scenario, overrides);
    } catch (const InputError& problems) {
      for (Diagnostic problem : problems.diagnostics) {
        const auto from = std::ranges::find_if(written, [&](const SweepValue& value) {
          return problem.at.file == fmt::format("--set {}={}", value.path, value.text);
        });
        if (from == written.end() && !trial.empty()) continue;  // not what this trial is about
        if (from != written.end()) problem.at = from->at;
        // The first point's own values are trials of their own.
        if (problem.at.file.starts_with("--set ")) continue;
        all.push_back(std::move(problem));
      }
    } catch (const Infeasible&) {  // a result like others
    }
  }
  if (!all.empty()) throw InputError(sorted(std::move(all)));
}

}  // namespace qianka
