// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/together.hpp"

#include "sim/engine/child.hpp"
#include "sim/engine/engine.hpp"
#include "sim/engine/executor.hpp"
#include "sim/engine/pass_collectives.hpp"
#include "sim/engine/raw_bytes.hpp"
#include "sim/engine/step_flows.hpp"
#include "sim/units/require.hpp"
#include "sim/workload/step_program.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <tuple>
#include <utility>

namespace qianka {
namespace {

/// Jobs go on until each has done so many steps: the first begins with all others', later ones meet
/// them wherever these are by then.
constexpr int steps_each = 4;
constexpr std::size_t most_meeting_points = 6;

/// One job that does its step again and again.
class Repeated {
 public:
  Repeated(const Program& program, Engine& engine, std::function<void()> step_done)
      : program_(program), engine_(engine), step_done_(std::move(step_done)) {}

  void begin() {
    began_ = engine_.now();
    executor_ = std::make_unique<Executor>(
        program_, Executor::World{
                      .now = [this] { return engine_.now(); },
                      .after = [this](std::uint32_t op,
                                      Seconds delay) { engine_.after(delay, part_ends(op)); },
                      .start_flow =
                          [this](std::uint32_t op, std::uint32_t index) {
                            const ProgramFlow& flow = program_.flows[index];
                            engine_.start_flow(flow.route, flow.bytes, flow.latency, part_ends(op));
                          }});
    executor_->start();
  }

  const std::vector<Seconds>& steps() const { return steps_; }
  /// RunFailed when operations wait for each other.
  void check() const {
    if (!executor_->done()) static_cast<void>(executor_->spans());
  }

 private:
  std::function<void()> part_ends(std::uint32_t op) {
    return [this, op] {
      executor_->part_ended(op);
      if (!executor_->done()) return;
      steps_.push_back(engine_.now() - began_);
      step_done_();
    };
  }

  const Program& program_;
  Engine& engine_;
  std::function<void()> step_done_;
  std::unique_ptr<Executor> executor_;
  Seconds began_{0};
  std::vector<Seconds> steps_;
};

/// What one job came to; crosses the pipe as bytes.
struct Measured {
  Seconds mean;
  int steps;
};

std::vector<Measured> run_all(const std::vector<Program>& programs) {
  Engine engine(programs.front().link_capacity);
  std::vector<std::unique_ptr<Repeated>> jobs;
  const auto all_done = [&] {
    return std::ranges::all_of(
        jobs, [](const auto& job) { return std::ssize(job->steps()) >= steps_each; });
  };
  std::vector<Measured> measured(programs.size());
  bool over = false;
  const auto finish = [&] {
    over = true;
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      Seconds sum{0};
      for (const Seconds step : jobs[i]->steps()) sum += step;
      const auto count = static_cast<int>(jobs[i]->steps().size());
      measured[i] = {sum / count, count};
    }
  };
  for (std::size_t i = 0; i < programs.size(); ++i) {
    // The next step begins from a timer: what has just ended may still be on its way out.
    jobs.push_back(std::make_unique<Repeated>(programs[i], engine, [&, i] {
      if (!over && all_done()) finish();
      if (!over) engine.after({0}, [&, i] { jobs[i]->begin(); });
    }));
  }
  for (const auto& job : jobs) job->begin();
  engine.run();
  for (const auto& job : jobs) job->check();
  require(over, "jobs end their steps");
  return measured;
}

class Jobs {
 public:
  Jobs(std::span<const Scenario> jobs, JobPlacement how, std::uint64_t seed)
      : jobs_(jobs), topology_(common(jobs, how)), placements_(place_jobs(jobs, how, seed)) {
    for (std::size_t i = 0; i < jobs.size(); ++i) {
      PassCollectives collectives(jobs[i], topology_, placements_[i]);
      plans_.push_back(plan_step(jobs[i].job, jobs[i].cluster.node.accelerator,
                                 [&](CommGroup group, CollectiveKind kind, Bytes size) {
                                   return collectives.time(group, kind, size);
                                 }));
    }
  }

  std::vector<Measured> measure(std::span<const std::size_t> which) const {
    std::vector<PlacedJob> placed;
    for (const std::size_t i : which) placed.push_back({&jobs_[i], &placements_[i]});
    const auto steps = reduce_together(placed, topology_);
    std::vector<Program> programs;
    for (std::size_t k = 0; k < which.size(); ++k)
      programs.push_back(build_step_program(plans_[which[k]], steps[k].network));
    return from_bytes<Measured>(run_in_child([&] { return to_bytes(run_all(programs)); }));
  }

  /// Links that flows of more than one job cross.
  std::vector<MeetingPoint> meeting() const {
    std::vector<std::vector<double>> loads;
    for (std::size_t i = 0; i < jobs_.size(); ++i) loads.push_back(loads_of(i));
    std::map<std::tuple<double, LinkKind, std::vector<double>>, MeetingPoint> alike;
    for (std::size_t link = 0; link < topology_.links().size(); ++link) {
      std::vector<double> of_jobs;
      double sum = 0;
      for (const auto& job : loads) of_jobs.push_back(std::round(job[link] * 1e6) / 1e6);
      for (const double load : of_jobs) sum += load;
      if (std::ranges::count_if(of_jobs, [](double load) { return load > 0; }) < 2) continue;
      auto& point = alike.try_emplace({-sum, topology_.links()[link].kind, of_jobs}).first->second;
      if (point.links++ == 0)
        point.link = topology_.link_name(LinkId{static_cast<std::uint32_t>(link)});
      point.loads = of_jobs;
    }
    std::vector<MeetingPoint> points;
    for (auto& [key, point] : alike)
      if (points.size() < most_meeting_points) points.push_back(std::move(point));
    return points;
  }

 private:
  static Topology common(std::span<const Scenario> jobs, JobPlacement how) {
    ClusterSpec cluster = jobs.front().cluster;
    cluster.nodes = nodes_for(jobs, how), cluster.spares = 0;
    return build_topology(cluster);
  }

  std::vector<double> loads_of(std::size_t job) const {
    const AllFlows all = collect_flows(jobs_[job], topology_, placements_[job]);
    std::vector<double> load(all.set.capacity.size(), 0);
    for (std::size_t flow = 0; flow < all.set.size(); ++flow) {
      double rate = std::numeric_limits<double>::infinity();
      for (const std::uint32_t link : all.set.route(flow))
        rate = std::min(rate, all.set.capacity[link].value);
      for (const std::uint32_t link : all.set.route(flow))
        load[link] += rate / all.set.capacity[link].value;
    }
    return load;
  }

  std::span<const Scenario> jobs_;
  Topology topology_;
  std::vector<Placement> placements_;
  std::vector<StepPlan> plans_;
};

}  // namespace

JobsSummary run_together(std::span<const Scenario> scenarios, JobPlacement how,
                         std::uint64_t seed) {
  const Jobs jobs(scenarios, how, seed);
  JobsSummary summary;
  summary.cluster = scenarios.front().cluster.name;
  summary.nodes = nodes_for(scenarios, how), summary.seed = seed;
  for (const auto& [name, value] : job_placement_names)
    if (value == how) summary.placement = name;
  std::vector<std::size_t> everybody;
  for (std::size_t i = 0; i < scenarios.size(); ++i) everybody.push_back(i);
  const auto together = jobs.measure(everybody);
  for (const std::size_t i : everybody) {
    const Measured alone = jobs.measure(std::span(&i, 1)).front();
    summary.jobs.push_back({.name = scenarios[i].name,
                            .cards = cards(scenarios[i].job.parallel),
                            .alone = alone.mean,
                            .together = together[i].mean,
                            .steps = together[i].steps});
  }
  summary.meeting = jobs.meeting();
  return summary;
}

}  // namespace qianka
