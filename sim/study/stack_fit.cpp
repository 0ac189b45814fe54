// SPDX-License-Identifier: Apache-2.0
#include "sim/study/stack_fit.hpp"

#include "sim/engine/step_simulation.hpp"
#include "sim/input/diagnostics.hpp"
#include "sim/language/language.hpp"
#include "sim/simulate.hpp"
#include "sim/topology/topology.hpp"
#include "sim/units/format.hpp"
#include "sim/workload/flop_count.hpp"
#include "sim/workload/layout.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace qianka {
namespace {

/// No kernel is twenty times faster, or slower, than its roofline says.
constexpr double least_factor = 0.05, most_factor = 20;

/// A step that is still this many times off after the fit is of another job, or in another unit.
constexpr double still_of_this_job = 2;

/// The scenarios of one stack and accelerator, on the calibrated links.
class Runs {
 public:
  Runs(const std::vector<LinkFigure>& links, const std::vector<const TimedStep*>& steps) {
    for (const TimedStep* step : steps) {
      if (std::ranges::find(known_, step->scenario.get()) != known_.end()) continue;
      known_.push_back(step->scenario.get());
      Scenario scenario = *step->scenario;
      apply_figures(links, scenario.cluster);
      check_feasible(scenario);
      topologies_.push_back(build_topology(scenario.cluster));
      scenarios_.push_back(std::move(scenario));
    }
  }

  [[nodiscard]] int size() const { return static_cast<int>(scenarios_.size()); }
  [[nodiscard]] int number(const TimedStep& step) const {
    return static_cast<int>(std::ranges::find(known_, step.scenario.get()) - known_.begin());
  }

  std::vector<Seconds> times(double factor) {
    std::vector<Seconds> result;
    for (std::size_t i = 0; i < scenarios_.size(); ++i) {
      Scenario& scenario = scenarios_[i];
      scenario.job.stack.realised[scenario.cluster.node.accelerator.id] = factor;
      const Placement placement(scenario.job, topologies_[i].cards_per_node());
      result.push_back(simulate_step(scenario, topologies_[i], placement, false).time);
    }
    return result;
  }

 private:
  std::vector<const Scenario*> known_;
  std::vector<Scenario> scenarios_;
  std::vector<Topology> topologies_;
};

/// A wrong unit would otherwise end as a constant.
void require_possible(const std::vector<TimedStep>& steps) {
  std::vector<Diagnostic> problems;
  for (const TimedStep& step : steps) {
    const Job& job = step.scenario->job;
    const FlopRate peak = peak_rate(step.scenario->cluster.node.accelerator, job.precision);
    const Seconds at_peak = count_flops(job).causal / (cards(job.parallel) * peak);
    if (step.time >= at_peak) continue;
    problems.push_back(
        {{step.file, step.line, 1},
         say("step_time_s {} is impossible: the matrix products alone take {} at the cards' peak",
             step.time.value, format_time(at_peak)),
         tr("it is the seconds of one step, of the whole global batch")});
  }
  if (!problems.empty()) throw InputError(sorted(std::move(problems)));
}

/// The fit would otherwise be written down as if it were measured.
void require_explained(const std::vector<StackFit>& fits) {
  std::vector<Diagnostic> problems;
  for (const StackFit& fit : fits) {
    for (const StepFit& one : fit.steps) {
      const double off = one.step->time / one.after;
      if (std::max(off, 1 / off) <= still_of_this_job) continue;
      problems.push_back(
          {{one.step->file, one.step->line, 1},
           say("no speed of kernels between {} and {} times the roofline's explains this step: "
               "measured {}, simulated {} at best",
               1 / most_factor, 1 / least_factor, format_time(one.step->time),
               format_time(one.after)),
           tr("step_time_s is the seconds of one step, of the whole global batch; rows that "
              "contradict each other cannot be fitted together")});
    }
  }
  if (!problems.empty()) throw InputError(sorted(std::move(problems)));
}

StackFit fit_one(const std::vector<LinkFigure>& links, const std::vector<const TimedStep*>& steps) {
  const Scenario& first = *steps.front()->scenario;
  StackFit fit{.stack = first.job.stack.id, .accelerator = first.cluster.node.accelerator.id};
  fit.catalogue = realised_factor(first.job.stack, fit.accelerator);
  Runs runs(links, steps);
  fit.scenarios = runs.size();
  std::vector<Sample> samples;
  for (const TimedStep* step : steps) samples.push_back({step->time.value, runs.number(*step)});
  const auto by_step = [&](double factor) {
    const std::vector<Seconds> times = runs.times(factor);
    std::vector<double> result;
    for (const TimedStep* step : steps)
      result.push_back(times[static_cast<std::size_t>(runs.number(*step))].value);
    return result;
  };
  const double start = fit.catalogue.value_or(1);
  fit.estimate =
      fit_logarithms({{start, least_factor, most_factor}}, samples,
                     [&](const std::vector<double>& values) { return by_step(values[0]); })[0];
  fit.estimate.value = as_written(Dimension::number, fit.estimate.value);
  const std::vector<double> before = by_step(start), after = by_step(fit.estimate.value);
  for (std::size_t i = 0; i < steps.size(); ++i)
    fit.steps.push_back({steps[i], {before[i]}, {after[i]}});
  return fit;
}

}  // namespace

std::vector<StackFit> fit_stacks(const std::vector<LinkFigure>& links,
                                 const std::vector<TimedStep>& steps) {
  require_possible(steps);
  std::map<std::pair<std::string, std::string>, std::vector<const TimedStep*>> groups;
  for (const TimedStep& step : steps) {
    const Scenario& scenario = *step.scenario;
    groups[{scenario.job.stack.id, scenario.cluster.node.accelerator.id}].push_back(&step);
  }
  std::vector<StackFit> fits;
  for (const auto& [key, of] : groups) fits.push_back(fit_one(links, of));
  require_explained(fits);
  return fits;
}

}  // namespace qianka
