// SPDX-License-Identifier: Apache-2.0
#include "sim/study/tune.hpp"

#include "sim/engine/step_simulation.hpp"
#include "sim/engine/workers.hpp"
#include "sim/language/said.hpp"
#include "sim/study/step_bound.hpp"
#include "sim/topology/topology.hpp"
#include "sim/units/require.hpp"
#include "sim/workload/layout.hpp"
#include "sim/workload/memory.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

using Json = nlohmann::json;

/// As they cross a pipe.
Json counts(const Refusals& refusals) {
  Json all = Json::array();
  for (const auto& [reason, count] : refusals) all.push_back({reason.both(), count});
  return all;
}

// Layouts simulated before the next look at what is still worth it: a number of its own, so that
// the search does not depend on the workers.
constexpr std::size_t a_round = 8;
// Shapes looked at between two words of progress.
constexpr std::size_t a_batch = 64;

/// A layout that fits, by the places of its shape and of itself in the order of the space.
struct Candidate {
  double bound = 0;
  std::size_t shape = 0, index = 0;
  friend auto operator<=>(const Candidate&, const Candidate&) = default;
};

const std::string& largest_term(const MemorySummary& memory) {
  return std::ranges::max_element(memory.terms, {}, &MemoryTerm::bytes)->name;
}

Json packed(const Breakdown& b) {
  return Json::array({b.compute.value, b.recompute.value, b.tensor_comm.value, b.context_comm.value,
                      b.expert_comm.value, b.pipeline_bubble.value, b.pipeline_comm.value,
                      b.data_comm.value, b.optimizer.value, b.host.value, b.jitter.value});
}

Breakdown unpacked(const Json& json) {
  Breakdown b;
  std::size_t i = 0;
  for (Seconds* part :
       {&b.compute, &b.recompute, &b.tensor_comm, &b.context_comm, &b.expert_comm,
        &b.pipeline_bubble, &b.pipeline_comm, &b.data_comm, &b.optimizer, &b.host, &b.jitter})
    *part = Seconds{json[i++].get<double>()};
  return b;
}

class Search {
 public:
  Search(const Scenario& scenario, const TuneOptions& options)
      : scenario_(scenario),
        options_(options),
        topology_(build_topology(scenario.cluster)),
        limits_(limits_of(scenario, topology_)),
        inside_(topology_),
        space_(scenario, options.choices, limits_.cards_per_domain) {
    const KernelModel kernels(accelerator(), scenario.job);  // refuses what is unknown once, here
  }

  TuneStudy run() {
    study_.cards = scenario_.cluster.nodes * scenario_.cluster.node.cards;
    study_.shapes = std::ssize(space_.shapes());
    study_.refused = space_.refused();
    look_at_all();
    simulate_in_order();
    for (const auto& [time, place] : fastest()) study_.best.push_back(made(candidates_[place]));
    if (options_.simulate == 0)
      for (std::size_t i = 0; i < std::min(wanted(), candidates_.size()); ++i)
        study_.best.push_back(made(candidates_[i]));
    if (space_.refusal(scenario_.job.parallel).empty())
      study_.as_written = {.parallel = scenario_.job.parallel,
                           .memory = memory_of(scenario_.job, accelerator())};
    add_details();
    count_left();
    return std::move(study_);
  }

 private:
  const Accelerator& accelerator() const { return scenario_.cluster.node.accelerator; }
  std::size_t wanted() const { return static_cast<std::size_t>(std::max(1, options_.top)); }
  void tell(const std::string& text) const {
    if (options_.progress) options_.progress(text);
  }

  /// All layouts of one shape: what fits, with its bound; what does not, counted.
  std::string look_at(std::size_t shape) {
    Job job = scenario_.job;
    job.parallel = space_.shapes()[shape];
    LeastTimes least(job, scenario_.cluster.node.scale_up, limits_, inside_);
    const CommTime comm_time = [&](CommGroup group, CollectiveKind kind, Bytes size) {
      return least.collective(group, kind, size);
    };
    Refusals refused;
    std::map<std::string, std::int64_t> too_large;  // by the name of the term
    Json fits = Json::array();
    std::int64_t same = 0;
    const std::vector<Parallel> layouts = space_.layouts(space_.shapes()[shape], refused);
    bool zero_1_fits = false;  // of the layouts that differ in the sharding alone
    for (std::size_t i = 0; i < layouts.size(); ++i) {
      job.parallel = layouts[i];
      if (i == 0 || layouts[i].sharding <= layouts[i - 1].sharding) zero_1_fits = false;
      if (zero_1_fits && steps_as_zero_1(job)) {
        ++same;
        continue;
      }
      const MemorySummary memory = memory_of(job, accelerator());
      if (job.parallel.sharding == Sharding::zero_1) zero_1_fits = memory.fits;
      if (!memory.fits) {
        ++too_large[largest_term(memory)];
        continue;
      }
      const StepPlan plan = plan_step(job, accelerator(), comm_time);
      fits.push_back({i, least_step_time(plan, least).value});
    }
    return Json{{"layouts", layouts.size()},
                {"refused", counts(refused)},
                {"too_large", too_large},
                {"same", same},
                {"fits", fits}}
        .dump();
  }

  void look_at_all() {
    const std::size_t shapes = space_.shapes().size();
    for (std::size_t first = 0; first < shapes; first += a_batch) {
      const std::size_t count = std::min(a_batch, shapes - first);
      const auto results = run_in_workers(count, options_.workers,
                                          [&](std::size_t i) { return look_at(first + i); });
      for (std::size_t i = 0; i < count; ++i) {
        if (!results[i]) throw RunFailed(tr("the layouts of a shape could not be looked at"));
        take(first + i, Json::parse(*results[i]));
      }
      tell(say("{} of {} shapes, {} layouts", first + count, shapes, study_.layouts));
    }
    std::ranges::sort(candidates_);
    study_.fitting = std::ssize(candidates_);
    times_.assign(candidates_.size(), 0);
  }

  void take(std::size_t shape, const Json& found) {
    study_.layouts += found["layouts"].get<std::int64_t>();
    study_.as_zero_1 += found["same"].get<std::int64_t>();
    for (const Json& reason : found["refused"])
      study_.refused[Said(reason[0].get<Said::Both>())] += reason[1].get<std::int64_t>();
    for (const auto& [term, count] : found["too_large"].items())
      study_.too_large[said(term.c_str())] += count.get<std::int64_t>();
    for (const Json& fit : found["fits"])
      candidates_.push_back({fit[1].get<double>(), shape, fit[0].get<std::size_t>()});
  }

  Parallel layout_of(const Candidate& candidate) const {
    Refusals ignored;
    return space_.layouts(space_.shapes()[candidate.shape], ignored)[candidate.index];
  }

  TunedLayout made(const Candidate& candidate) const {
    const Scenario one = with_layout(scenario_, layout_of(candidate));
    return {.parallel = one.job.parallel,
            .bound = Seconds{candidate.bound},
            .memory = memory_of(one.job, accelerator())};
  }

  StepSummary step_of(const Parallel& parallel, bool details) const {
    const Scenario one = with_layout(scenario_, parallel);
    return simulate_step(one, topology_, Placement(one.job, topology_.cards_per_node()), details);
  }

  /// Of what was simulated, as many as are wanted: time and place among the candidates.
  std::vector<std::pair<double, std::size_t>> fastest() const {
    std::vector<std::pair<double, std::size_t>> all;
    for (std::size_t i = 0; i < next_; ++i)
      if (times_[i] > 0) all.emplace_back(times_[i], i);
    std::ranges::sort(all);
    if (all.size() > wanted()) all.resize(wanted());
    return all;
  }

  /// A bound from which on nothing is worth simulating.
  double enough() const {
    const auto best = fastest();
    if (best.empty()) return std::numeric_limits<double>::infinity();
    const double last =
        best.size() < wanted() ? std::numeric_limits<double>::infinity() : best.back().first;
    return options_.within > 0 ? std::min(last, best.front().first * (1 - options_.within)) : last;
  }

  void simulate_in_order() {
    const auto most =
        std::min(candidates_.size(), static_cast<std::size_t>(std::max(0, options_.simulate)));
    for (double limit = enough(); next_ < most && candidates_[next_].bound < limit;
         limit = enough()) {
      std::size_t count = 0;
      while (count < a_round && next_ + count < most && candidates_[next_ + count].bound < limit)
        ++count;
      const auto results = run_in_workers(count, options_.workers, [&](std::size_t i) {
        return Json(step_of(layout_of(candidates_[next_ + i]), false).time.value).dump();
      });
      for (std::size_t i = 0; i < count; ++i) {
        ++(results[i] ? study_.simulated : study_.failed);
        if (!results[i]) continue;
        times_[next_ + i] = Json::parse(*results[i]).get<double>();
        require(times_[next_ + i] >= candidates_[next_ + i].bound,
                "no simulated step is below its bound");
      }
      next_ += count;
      tell(fmt::format("{} simulated", study_.simulated));
    }
  }

  /// Where the time of the listed layouts goes.
  void add_details() {
    std::vector<TunedLayout*> listed;
    if (study_.as_written && study_.as_written->memory.fits) listed.push_back(&*study_.as_written);
    if (options_.simulate > 0)
      for (TunedLayout& layout : study_.best) listed.push_back(&layout);
    const auto results = run_in_workers(listed.size(), options_.workers, [&](std::size_t i) {
      const StepSummary step = step_of(listed[i]->parallel, true);
      return Json::array({step.time.value, step.mfu, packed(step.breakdown)}).dump();
    });
    for (std::size_t i = 0; i < listed.size(); ++i) {
      if (!results[i]) continue;
      const Json json = Json::parse(*results[i]);
      listed[i]->time = Seconds{json[0].get<double>()};
      listed[i]->mfu = json[1].get<double>(), listed[i]->parts = unpacked(json[2]);
    }
  }

  void count_left() {
    const auto best = fastest();
    const double infinity = std::numeric_limits<double>::infinity();
    const double first = best.empty() ? infinity : best.front().first;
    const double last = best.size() < wanted() ? infinity : best.back().first;
    for (std::size_t i = 0; i < candidates_.size() && candidates_[i].bound < last; ++i) {
      if (i < next_ && times_[i] > 0) continue;
      if (study_.left++ == 0) study_.least_left = Seconds{candidates_[i].bound};
      if (candidates_[i].bound < first) ++study_.left_better;
    }
  }

  const Scenario& scenario_;
  const TuneOptions& options_;
  Topology topology_;
  FabricLimits limits_;
  NodeCollectives inside_;
  LayoutSpace space_;
  TuneStudy study_;
  std::vector<Candidate> candidates_;
  std::vector<double> times_;  // of the candidates, as far as they were simulated; 0: failed
  std::size_t next_ = 0;       // the first that was not simulated
};

}  // namespace

TuneStudy tune(const Scenario& scenario, const TuneOptions& options) {
  return Search(scenario, options).run();
}

Scenario with_layout(const Scenario& scenario, const Parallel& parallel) {
  Scenario other = scenario;
  other.job.parallel = parallel;
  return other;
}

std::optional<Scenario> with_best_layout(const Scenario& scenario, const TuneOptions& options) {
  const TuneStudy study = tune(scenario, options);
  if (study.best.empty()) return std::nullopt;
  return with_layout(scenario, study.best.front().parallel);
}

}  // namespace qianka
