// SPDX-License-Identifier: Apache-2.0
#include "sim/study/fleet.hpp"

#include "sim/engine/mixed_step.hpp"
#include "sim/engine/workers.hpp"
#include "sim/language/said.hpp"
#include "sim/units/require.hpp"
#include "sim/workload/memory.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::size_t most_simulated = 16;
constexpr std::array<int, 4> tensors{1, 2, 4, 8};
constexpr std::array<int, 3> micro_batches{1, 2, 4};
constexpr std::array<Recompute, 2> recomputes{Recompute::none, Recompute::full};

/// One way to cut the job over all kinds.
struct Cut {
  FleetJob job;
  double estimate = 0;  // slowest stage times passes
};

class Search {
 public:
  explicit Search(const std::vector<Scenario>& sides) : sides_(sides) {}

  std::vector<Cut> cuts() {
    const int batch = sides_.front().job.global_batch;
    for (const int tensor : tensors)
      for (int data = 1; data <= batch; ++data)
        for (const int micro : micro_batches)
          for (const Recompute recompute : recomputes)
            if (batch % (data * micro) == 0)
              add({.tensor = tensor, .data = data, .micro_batch = micro, .recompute = recompute});
    std::ranges::stable_sort(cuts_, {}, &Cut::estimate);
    return std::move(cuts_);
  }

  std::int64_t tried() const { return tried_; }

  /// The whole job as side i would run it.
  Scenario on_side(std::size_t i, const FleetJob& job) const {
    Scenario s = sides_[i];
    StackSpec stack = s.job.stack;
    s.job = sides_.front().job;
    s.job.stack = std::move(stack);
    s.job.train_for.reset(), s.job.tokens.reset(), s.job.steps.reset();
    Parallel shape;
    shape.tensor = job.tensor, shape.data = job.data, shape.micro_batch = job.micro_batch;
    shape.pipeline = std::max(1, static_cast<int>(job.layers_per_stage.size()));
    shape.layer_split = LayerSplit::list, shape.layers_per_stage = job.layers_per_stage;
    shape.sharding = Sharding::zero_1, shape.sequence_parallel = job.tensor > 1;
    shape.recompute = job.recompute;
    s.job.parallel = shape;
    return s;
  }

 private:
  void add(FleetJob job) {
    const int layers = sides_.front().job.model.layers;
    for (const Scenario& side : sides_) {
      const int cards = side.cluster.nodes * side.cluster.node.cards;
      if (job.tensor > side.cluster.node.cards) return;
      job.stages.push_back(cards / (job.tensor * job.data));
    }
    const int pipeline = std::accumulate(job.stages.begin(), job.stages.end(), 0);
    if (pipeline > layers || std::ranges::find(job.stages, 0) != job.stages.end()) return;
    ++tried_;
    std::vector<double> times;
    for (std::size_t i = 0; i < sides_.size(); ++i) times.push_back(time_of_layer(i, job));
    job.layers_per_stage = deal_layers(layers, job.stages, times);
    if (!fits(job)) return;
    double slowest = 0;
    std::size_t stage = 0;
    for (std::size_t i = 0; i < sides_.size(); ++i)
      for (int k = 0; k < job.stages[i]; ++k, ++stage)
        slowest = std::max(slowest, times[i] * job.layers_per_stage[stage]);
    const int passes =
        sides_.front().job.global_batch / (job.data * job.micro_batch) + pipeline - 1;
    cuts_.push_back({std::move(job), slowest * passes});
  }

  double time_of_layer(std::size_t side, const FleetJob& job) {
    const auto key = std::tuple(side, job.tensor, job.micro_batch, job.recompute);
    const auto known = layer_times_.find(key);
    if (known != layer_times_.end()) return known->second;
    FleetJob one = job;
    one.data = 1;
    return layer_times_.emplace(key, layer_time(on_side(side, one)).value).first->second;
  }

  bool fits(const FleetJob& job) const {
    std::size_t stage = 0;
    for (std::size_t i = 0; i < sides_.size(); ++i) {
      const Accelerator& card = sides_[i].cluster.node.accelerator;
      const Bytes capacity = needed(card.memory_reported, card.id, "memory_reported");
      const std::vector<Bytes> bytes = memory_by_stage(on_side(i, job).job);
      for (int k = 0; k < job.stages[i]; ++k, ++stage)
        if (bytes[stage] > capacity) return false;
    }
    return true;
  }

  const std::vector<Scenario>& sides_;
  std::vector<Cut> cuts_;
  std::map<std::tuple<std::size_t, int, int, Recompute>, double> layer_times_;
  std::int64_t tried_ = 0;
};

double step_of(const Search& search, const FleetJob& job) {
  std::vector<Scenario> on;
  for (std::size_t i = 0; i < job.stages.size(); ++i) on.push_back(search.on_side(i, job));
  std::vector<PipelineShare> shares;
  int first = 0;
  for (std::size_t i = 0; i < job.stages.size(); ++i) {
    shares.push_back({&on[i], first, first + job.stages[i]});
    first += job.stages[i];
  }
  return mixed_step_time(shares).value;
}

/// Seconds of each, in their order; 0 where the simulation failed.
std::vector<double> steps_of(const Search& search, const std::vector<FleetJob>& jobs, int workers) {
  const auto texts = run_in_workers(jobs.size(), workers, [&](std::size_t i) {
    return fmt::format("{}", step_of(search, jobs[i]));
  });
  std::vector<double> steps;
  for (const auto& text : texts) {
    double step = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), step);
    steps.push_back(step);
  }
  return steps;
}

}  // namespace

std::vector<int> deal_layers(int layers, const std::vector<int>& stages,
                             const std::vector<double>& layer_time) {
  const int all = std::accumulate(stages.begin(), stages.end(), 0);
  require(layers >= all, "a stage has a layer at least");
  // One layer each, then always to the stage that is the fastest with one more; of equals the
  // first.
  std::vector<int> dealt(static_cast<std::size_t>(all), 1);
  std::vector<double> time;
  for (std::size_t i = 0; i < stages.size(); ++i)
    time.insert(time.end(), static_cast<std::size_t>(stages[i]), layer_time[i]);
  for (int left = layers - all; left > 0; --left) {
    std::size_t best = 0;
    for (std::size_t stage = 1; stage < dealt.size(); ++stage)
      if (time[stage] * (dealt[stage] + 1) < time[best] * (dealt[best] + 1)) best = stage;
    ++dealt[best];
  }
  return dealt;
}

FleetStudy fleet_of(const std::vector<Scenario>& sides, const std::vector<double>& alone,
                    int workers) {
  FleetStudy study;
  study.alone = alone;
  study.separate = std::accumulate(alone.begin(), alone.end(), 0.0);
  Search search(sides);
  std::vector<Cut> cuts;
  study.refusal = refusal_of<Infeasible>([&] { cuts = search.cuts(); });
  if (!study.refusal.empty()) return study;
  study.tried = search.tried();
  if (cuts.empty()) {
    study.refusal = said("no pipeline over all kinds divides and fits in memory");
    return study;
  }
  if (cuts.size() > most_simulated) cuts.resize(most_simulated);
  std::vector<FleetJob> jobs;
  for (Cut& cut : cuts) jobs.push_back(std::move(cut.job));
  const double tokens =
      static_cast<double>(sides.front().job.global_batch) * sides.front().job.sequence;
  const auto timed = [&](FleetJob job, double step) {
    job.step = step, job.tokens_per_second = tokens / step;
    return job;
  };
  const std::vector<double> steps = steps_of(search, jobs, workers);
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (steps[i] == 0) continue;
    ++study.simulated;
    if (!study.one || steps[i] < study.one->step) study.one = timed(jobs[i], steps[i]);
  }
  if (!study.one) {
    study.refusal = said("no pipeline over all kinds could be simulated");
    return study;
  }
  FleetJob even = *study.one;
  even.layers_per_stage = deal_layers(sides.front().job.model.layers, even.stages,
                                      std::vector<double>(sides.size(), 1));
  const double step = steps_of(search, {even}, workers).front();
  if (step > 0) study.even = timed(std::move(even), step);
  return study;
}

}  // namespace qianka
