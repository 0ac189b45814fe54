// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/checkpoint_plan.hpp"

#include "sim/campaign/oracles.hpp"
#include "sim/campaign/replica.hpp"
#include "sim/language/language.hpp"
#include "sim/metrics/accounting.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

namespace qianka {
namespace {

// How much is simulated: failures for one point of the curve, those while looking for the valley,
// and the most replicas and saves for either.
constexpr double failures_a_point = 4000, failures_coarse = 1000;
constexpr int most_replicas = 64;
constexpr double most_saves = 3e5;
constexpr int half_the_points = 4;  // of the curve, beside the middle
// More than the noise of coarse replicas.
constexpr double clearly_less = 0.98;
constexpr double half_the_floor = 0.5;  // in the logarithm of the interval

struct Outcome {
  double goodput = 0, ettr = 0;  // means over the replicas
  double failures = 0, wall = 0, down = 0;
};

class Search {
 public:
  explicit Search(const CampaignInput& input)
      : scenario_(*input.scenario), input_(input), answer_(input.step_time) {
    input_.scenario = &scenario_;
    input_.step_time = [this](const ClusterState& state) {
      const auto known = steps_.find(state);
      return known != steps_.end() ? known->second
                                   : steps_.emplace(state, answer_(state)).first->second;
    };
    const Job& job = scenario_.job;
    own_length_ = job.train_for ? *job.train_for : input.ideal_step * steps_of(job);
    // A list of events is as long as it is.
    const auto& events = scenario_.faults.fabric.events;
    drawn_flaps_ = std::ranges::any_of(events, [](const auto& e) { return e.mtbf.has_value(); });
    fixed_ = !scenario_.faults.replay.empty() || !events.empty();
    scenario_.job.train_for = own_length_;
    scenario_.job.steps.reset(), scenario_.job.tokens.reset();
  }
  Search(const Search&) = delete;
  Search& operator=(const Search&) = delete;

  CheckpointPlan run();

 private:
  double steps_of(const Job& job) const {
    if (job.steps) return static_cast<double>(*job.steps);
    require(job.tokens.has_value(), "a campaign runs for a time, for steps or for tokens");
    return *job.tokens / input_.tokens_per_step;
  }
  Seconds one_step() const { return input_.ideal_step; }
  Seconds in_range(Seconds every) const {
    return std::clamp(every, one_step(), std::max(one_step(), own_length_));
  }
  Seconds whole(Seconds every) const {
    return one_step() * std::max(1.0, std::round(in_range(every) / one_step()));
  }

  void look_for_failures();
  void choose_size(double failures, Seconds every);
  Outcome outcome(Seconds every);
  double cost(Seconds every) { return 1 / std::max(1e-9, outcome(every).goodput); }
  PlanPoint point(std::string name, Seconds every);
  Seconds valley(Seconds guess);
  Seconds floor_of(Seconds middle, std::vector<PlanPoint>& curve);

  Scenario scenario_;
  CampaignInput input_;
  std::function<Seconds(const ClusterState&)> answer_;
  std::map<ClusterState, Seconds> steps_;
  Seconds own_length_;
  bool fixed_ = false;
  bool drawn_flaps_ = false;
  int replicas_ = 1;
  Seconds between_{0}, recovery_{0};
  std::map<double, Outcome> known_;  // by interval, of the present size
};

Outcome Search::outcome(Seconds every) {
  every = whole(every);
  if (const auto known = known_.find(every.value); known != known_.end()) return known->second;
  save_every(scenario_.checkpoint, every);
  Outcome sum;
  const std::uint64_t first = scenario_.seed;
  for (int i = 0; i < replicas_; ++i) {
    scenario_.seed = first + static_cast<std::uint64_t>(i);
    const CampaignSummary run = run_replica(input_);
    sum.goodput += run.goodput / replicas_, sum.ettr += run.ettr / replicas_;
    sum.failures += static_cast<double>(run.failures), sum.wall += run.wall.value;
    sum.down += to_seconds(time_down(run)).value;
  }
  scenario_.seed = first;
  known_.emplace(every.value, sum);
  return sum;
}

PlanPoint Search::point(std::string name, Seconds every) {
  const Outcome found = outcome(every);
  return {std::move(name), whole(every), found.goodput, found.ettr};
}

/// Saves hourly, and longer and longer, until there are failures to count.
void Search::look_for_failures() {
  const Seconds longest = to_seconds(longest_span);
  for (Seconds length = own_length_;; length = length * 8) {
    scenario_.job.train_for = std::min(length, longest);
    known_.clear();
    const Outcome found = outcome(Seconds{3600});
    if (found.failures > 0) {
      between_ = Seconds{found.wall / found.failures};
      recovery_ = Seconds{found.down / found.failures};
    }
    if (found.failures >= 100 || fixed_ || length >= longest) break;
  }
  if (between_.value <= 0)
    throw Infeasible(
        tr("how often to save depends on how often the job fails, and here nothing fails\n"
           "  hint: give it faults, for example 'faults: llama3-table-5'"));
}

/// So many failures, in runs as long as the job's unless that takes too many of them.
void Search::choose_size(double failures, Seconds every) {
  known_.clear();
  const double saves = between_ / every + 10;
  failures = std::min(failures, std::max(failures / 20, most_saves / saves));
  const double in_own = own_length_ / between_;
  const bool replayed_only = fixed_ && !drawn_flaps_ && scenario_.faults.classes.empty() &&
                             scenario_.faults.job_per_day <= 0;
  replicas_ = replayed_only ? 1
                            : static_cast<int>(std::clamp(std::ceil(failures / in_own), 2.0,
                                                          static_cast<double>(most_replicas)));
  const bool enough = in_own * replicas_ >= failures;
  scenario_.job.train_for = enough || fixed_ ? own_length_ : between_ * (failures / replicas_);
}

/// In powers of two, the interval of least cost.
Seconds Search::valley(Seconds guess) {
  Seconds best = in_range(guess);
  double least = cost(best);
  for (const double factor : {2.0, 0.5}) {
    for (Seconds every = best * factor; every == in_range(every); every = every * factor) {
      const double now = cost(every);
      if (now >= least) break;
      least = now, best = every;
    }
  }
  return best;
}

/// The lowest point of a parabola through the costs, in x = ln(every / middle) / half_the_floor;
/// the x are symmetric, so odd moments vanish. A floor that does not curve up: its lowest end.
Seconds Search::floor_of(Seconds middle, std::vector<PlanPoint>& curve) {
  curve.clear();
  double n = 0, s2 = 0, s4 = 0, sy = 0, sxy = 0, sxxy = 0;
  for (int i = -half_the_points; i <= half_the_points; ++i) {
    const double x = static_cast<double>(i) / half_the_points;
    const PlanPoint found = point("", middle * std::exp(x * half_the_floor));
    const double y = 1 / std::max(1e-9, found.goodput);
    ++n, s2 += x * x, s4 += x * x * x * x, sy += y, sxy += x * y, sxxy += x * x * y;
    if (curve.empty() || curve.back().every < found.every) curve.push_back(found);
  }
  const auto highest = std::ranges::max_element(curve, {}, &PlanPoint::goodput);
  const double b = sxy / s2, c = (n * sxxy - s2 * sy) / (n * s4 - s2 * s2);
  if (curve.size() < 5 || c <= 0) return highest->every;
  return middle * std::exp(std::clamp(-b / (2 * c), -1.0, 1.0) * half_the_floor);
}

CheckpointPlan Search::run() {
  const Seconds present = scenario_.checkpoint.every_steps
                              ? one_step() * static_cast<double>(*scenario_.checkpoint.every_steps)
                              : scenario_.checkpoint.every;
  const bool has_present = !scenario_.checkpoint.automatic.value_or(false);
  const bool waits = scenario_.checkpoint.mode == CheckpointMode::synchronous;
  // An async save that is due before the last one is written waits: a kink in the valley's floor.
  std::optional<Seconds> kink;
  if (!waits) kink = input_.checkpoint.write + one_step() / 2;
  CheckpointPlan plan;
  plan.stall = waits ? input_.checkpoint.write : input_.checkpoint.stall;
  look_for_failures();
  FailureModel model{.between_failures = between_, .save = plan.stall, .recovery = recovery_};
  const Seconds guess = std::max(optimal_interval_young(model), one_step());
  choose_size(failures_coarse, in_range(guess));
  // Young's valley is not the lowest where few versions are kept and wrong results are found late.
  Seconds start = guess;
  for (const Seconds other : {between_ / 10, present}) {
    if (other.value > 0 && cost(in_range(other)) < clearly_less * cost(in_range(start)))
      start = other;
  }
  Seconds middle = valley(start);
  choose_size(failures_a_point, middle);
  constexpr int most_moves = 4;
  for (int moves = 0; moves < most_moves; ++moves) {
    const Seconds found = in_range(floor_of(middle, plan.curve));
    const bool stays = std::abs(std::log(found / middle)) < half_the_floor / 4;
    middle = found;
    if (stays) break;
  }
  if (kink && outcome(*kink).goodput > outcome(middle).goodput) middle = *kink;
  plan.best = point("simulated", middle);
  const Outcome found = outcome(middle);
  if (found.failures > 0) {
    model.between_failures = {found.wall / found.failures};
    model.recovery = {found.down / found.failures};
  }
  plan.rules = {point("Young 1974", optimal_interval_young(model)),
                point("Daly 2006", optimal_interval_daly(model)),
                point("MTTI / 10", model.between_failures / 10)};
  if (has_present && present.value > 0) plan.rules.push_back(point("as written", present));
  plan.between_failures = model.between_failures, plan.recovery = model.recovery;
  plan.replicas = replicas_, plan.length = *scenario_.job.train_for;
  plan.failures = std::llround(found.failures);
  plan.replayed = fixed_ && replicas_ == 1;
  return plan;
}

}  // namespace

void save_every(Checkpoint& checkpoint, Seconds every) {
  checkpoint.every = every;
  checkpoint.every_steps.reset();
  checkpoint.automatic.reset();
}

CheckpointPlan plan_checkpoints(const CampaignInput& input) {
  if (input.scenario->checkpoint.mode == CheckpointMode::none)
    throw Infeasible(
        tr("there is no interval to choose: nothing is saved\n"
           "  hint: 'checkpoint: {mode: async, every: auto}'"));
  return Search(input).run();
}

}  // namespace qianka
