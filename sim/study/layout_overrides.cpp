// SPDX-License-Identifier: Apache-2.0
#include "sim/study/layout_overrides.hpp"

#include "sim/language/language.hpp"
#include "sim/scenario/names.hpp"
#include "sim/study/tune.hpp"
#include "sim/units/format.hpp"
#include "sim/units/require.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {

std::vector<Override> layout_overrides(const Parallel& p, bool usual_too) {
  std::vector<Override> keys;
  const auto add = [&](const char* key, std::string value) {
    keys.push_back({std::string("job.parallel.") + key, std::move(value)});
  };
  const auto number = [&](const char* key, int value, int usual) {
    if (usual_too || value != usual) add(key, std::to_string(value));
  };
  number("tensor", p.tensor, 0), number("context", p.context, 1);
  number("pipeline", p.pipeline, 0), number("data", p.data, 0), number("expert", p.expert, 1);
  number("micro_batch", p.micro_batch, 0), number("interleave", p.interleave, 1);
  add("layers_per_stage", p.layer_split == LayerSplit::list
                              ? fmt::format("[{}]", fmt::join(p.layers_per_stage, ", "))
                              : std::string(name_of(layer_split_names, p.layer_split)));
  add("sequence_parallel", p.sequence_parallel ? "true" : "false");
  add("recompute", std::string(name_of(recompute_names, p.recompute)));
  number("recompute_every", p.recompute_every, 1);
  add("sharding", std::string(name_of(sharding_names, p.sharding)));
  number("shard_group", p.shard_group, 0);
  return keys;
}

LayoutChoices choices_like(const Scenario& scenario) {
  const Parallel& own = scenario.job.parallel;
  LayoutChoices choices;
  choices.context = {own.context};
  choices.sharding = {Sharding::none, Sharding::zero_1};
  if (own.sharding > Sharding::zero_1) choices.sharding.push_back(own.sharding);
  return choices;
}

Scenario laid_out(const Scenario& scenario, const LayoutChoices& choices, int simulate,
                  int workers) {
  const TuneStudy study =
      tune(scenario, {.choices = choices, .top = 1, .simulate = simulate, .workers = workers});
  if (!study.best.empty()) return with_layout(scenario, study.best.front().parallel);
  const auto most = [](const Refusals& refusals) {
    return std::ranges::max_element(refusals, {}, [](const auto& one) { return one.second; })
        ->first;
  };
  if (!study.too_large.empty())
    throw Infeasible(
        say("no layout fits in memory on {} cards: the most is {}, in {} of {} layouts",
            format_count(study.cards), most(study.too_large).text(),
            format_count(study.too_large.at(most(study.too_large))), format_count(study.layouts)));
  throw Infeasible(say("no layout divides on {} cards{}", format_count(study.cards),
                       study.refused.empty() ? "" : tr(": ") + most(study.refused).text()));
}

std::string layout_text(const Parallel& p) {
  std::string text = fmt::format("TP {} x PP {} x DP {}", p.tensor, p.pipeline, p.data);
  if (p.context > 1) text += fmt::format(" x CP {}", p.context);
  if (p.expert > 1) text += fmt::format(", EP {}", p.expert);
  if (p.interleave > 1) text += say(", interleave {}", p.interleave);
  text += say(", micro {}", p.micro_batch);
  if (p.sharding != Sharding::none)
    text += fmt::format(", {}", name_of(sharding_names, p.sharding));
  return text + say(", recompute {}", name_of(recompute_names, p.recompute));
}

}  // namespace qianka
