// SPDX-License-Identifier: Apache-2.0
#include "sim/study/layout_space.hpp"

#include "sim/language/said.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/checks.hpp"
#include "sim/scenario/names.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

std::vector<int> divisors(int number) {
  std::vector<int> found;
  for (int i = 1; i <= number; ++i)
    if (number % i == 0) found.push_back(i);
  return found;
}

/// The values asked for, whether they divide or not (what does not is refused, and told); or the
/// divisors of `number`.
std::vector<int> values_or_divisors(const std::vector<int>& asked, int number) {
  return asked.empty() ? divisors(number) : asked;
}

/// One kind of reason whatever the figures in it: "layers 96 is not a multiple of pipeline 5 x
/// interleave 2 = 10 chunks" becomes "layers is not a multiple of pipeline x interleave".
std::string without_figures(const std::string& text) {
  std::string words;
  bool product = false;  // what stands behind "=", with its unit
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digit = [&](std::size_t at) {
      return at < text.size() && std::isdigit(static_cast<unsigned char>(text[at])) != 0;
    };
    const bool figure = digit(i) || (text[i] == ',' && i > 0 && digit(i - 1) && digit(i + 1));
    if (text[i] == '=') product = true;
    const auto here = [&](std::string_view mark) {
      return text.compare(i, mark.size(), mark) == 0;
    };
    if ((text[i] == ',' && !figure) || here(";") || here(" is ") || here("，") || here("；"))
      product = false;
    if (figure || product) {
      while (!words.empty() && words.back() == ' ') words.pop_back();
      continue;
    }
    if (text[i] != ' ' || !words.empty()) words += text[i];
  }
  return words;
}

/// Sorted, each value once.
template <class T>
void unrepeated(std::vector<T>& list) {
  std::ranges::sort(list);
  list.erase(std::unique(list.begin(), list.end()), list.end());
}

template <class T>
void add_if_new(std::vector<T>& list, T value) {
  if (std::ranges::find(list, value) == list.end()) list.push_back(value);
}

}  // namespace

LayoutSpace::LayoutSpace(const Scenario& scenario, LayoutChoices choices, int domain_cards)
    : scenario_(scenario),
      choices_(std::move(choices)),
      cards_(scenario.cluster.nodes * scenario.cluster.node.cards),
      reader_(catalogue_loader()) {
  for (auto* list : {&choices_.tensor, &choices_.context, &choices_.pipeline, &choices_.data,
                     &choices_.expert, &choices_.micro_batch, &choices_.interleave})
    unrepeated(*list);
  unrepeated(choices_.sharding), unrepeated(choices_.recompute);
  unrepeated(choices_.layers_per_stage);
  probe_.cluster = scenario.cluster, probe_.job = scenario.job;
  for (const int tensor : dividing(choices_.tensor, "tensor", cards_)) {
    if (choices_.tensor.empty() && tensor > domain_cards) continue;
    const int left = cards_ / tensor;
    for (const int context : dividing(choices_.context, "context", left))
      for (const int pipeline : dividing(choices_.pipeline, "pipeline", left / context))
        shapes_of(tensor, context, pipeline);
  }
}

std::vector<int> LayoutSpace::dividing(const std::vector<int>& asked, const char* what, int cards) {
  std::vector<int> values = values_or_divisors(asked, cards);
  std::erase_if(values, [&](int value) {
    if (cards % value == 0) return false;
    ++refused_[said(
        [&] { return say("cards are not a multiple of {}, with the groups before it", what); })];
    return true;
  });
  return values;
}

void LayoutSpace::shapes_of(int tensor, int context, int pipeline) {
  const int data = cards_ / (tensor * context * pipeline);
  if (!choices_.data.empty() && std::ranges::find(choices_.data, data) == choices_.data.end())
    return;
  const int experts = scenario_.job.model.experts ? scenario_.job.model.experts->experts : 1;
  for (const int expert : values_or_divisors(choices_.expert, experts)) {
    Parallel shape = scenario_.job.parallel;
    shape.tensor = tensor, shape.context = context, shape.pipeline = pipeline, shape.data = data;
    shape.expert = expert, shape.micro_batch = 1, shape.interleave = 1;
    add_shape(shape);
  }
}

void LayoutSpace::add_shape(Parallel shape) {
  // A split that is checked later: which there may be depends on the interleaving.
  Parallel probe = shape;
  probe.layer_split = LayerSplit::embedding_counts, probe.shard_group = 0;
  probe.recompute_modules = {};
  if (const Said reason = refusal(probe); !reason.empty())
    ++refused_[reason];
  else
    shapes_.push_back(std::move(shape));
}

/// Against the probe, in the current language.
std::string LayoutSpace::reason() const {
  const auto found = infeasibilities(probe_, reader_);
  return found.empty() ? "" : without_figures(found.front().message);
}

Said LayoutSpace::refusal(const Parallel& parallel) const {
  probe_.job.parallel = parallel;
  const std::string here = reason();
  if (here.empty()) return {};
  const auto known = reasons_.find(here);
  if (known != reasons_.end()) return known->second;
  return reasons_.emplace(here, said([&] { return reason(); })).first->second;
}

std::vector<int> LayoutSpace::chunks(const Parallel& shape) const {
  if (!choices_.interleave.empty()) return choices_.interleave;
  std::vector<int> all{1};
  if (shape.pipeline == 1 || shape.schedule != Schedule::one_f_one_b) return all;
  const int layers = scenario_.job.model.layers;
  for (int v = 2; v * shape.pipeline <= layers + 2; ++v)
    if (layers % (v * shape.pipeline) == 0 || (layers + 2) % (v * shape.pipeline) == 0)
      all.push_back(v);
  add_if_new(all, scenario_.job.parallel.interleave);
  return all;
}

std::vector<Sharding> LayoutSpace::shardings(const Parallel& shape) const {
  if (!choices_.sharding.empty()) return choices_.sharding;
  if (stage_holders(shape) * shape.context == 1) return {Sharding::none};
  return {Sharding::none, Sharding::zero_1, Sharding::zero_2, Sharding::zero_3};
}

std::vector<Recompute> LayoutSpace::recomputes() const {
  if (!choices_.recompute.empty()) return choices_.recompute;
  std::vector<Recompute> all{Recompute::none};
  if (!selective_is_none(scenario_.job)) all.push_back(Recompute::selective);
  add_if_new(all, scenario_.job.parallel.recompute);
  add_if_new(all, Recompute::full);
  return all;
}

std::vector<bool> LayoutSpace::sequence_parallels(int tensor) const {
  const Parallel& written = scenario_.job.parallel;
  // A job on one card of a tensor group says nothing of what its software could do on several.
  if (tensor > 1 && written.tensor == 1 && !written.sequence_parallel) return {false, true};
  return {tensor > 1 && written.sequence_parallel};
}

std::vector<LayerSplit> LayoutSpace::splits(const Parallel& shape) const {
  const Parallel& written = scenario_.job.parallel;
  if (!choices_.layers_per_stage.empty()) return choices_.layers_per_stage;
  const int chunks = shape.pipeline * shape.interleave, layers = scenario_.job.model.layers;
  std::vector<LayerSplit> all{LayerSplit::even};
  if (layers % chunks != 0 && (shape.interleave == 1 || (layers + 2) % chunks == 0))
    all = {LayerSplit::embedding_counts};
  if (written.layer_split != LayerSplit::list || shape.pipeline == written.pipeline)
    add_if_new(all, written.layer_split);
  return all;
}

std::vector<Parallel> LayoutSpace::layouts(const Parallel& shape, Refusals& refused) const {
  std::vector<Parallel> all;
  const int share = scenario_.job.global_batch / shape.data;
  Parallel layout = shape;
  for (const int interleave : chunks(shape)) {
    layout.interleave = interleave;
    for (const LayerSplit split : splits(layout))
      for (const int micro_batch : values_or_divisors(choices_.micro_batch, share))
        for (const bool sequence_parallel : sequence_parallels(shape.tensor)) {
          layout.layer_split = split, layout.layers_per_stage = shape.layers_per_stage;
          layout.micro_batch = micro_batch, layout.sequence_parallel = sequence_parallel;
          if (split != LayerSplit::list) layout.layers_per_stage.clear();
          // Nothing that is left can make the checks refuse it, but what only the scenario may ask.
          layout.sharding = Sharding::none, layout.recompute = Recompute::none;
          layout.recompute_modules = {}, layout.shard_group = 0;
          if (const Said reason = refusal(layout); !reason.empty())
            ++refused[reason];
          else
            add_states(layout, all, refused);
        }
  }
  return all;
}

void LayoutSpace::add_states(const Parallel& cut, std::vector<Parallel>& all,
                             Refusals& refused) const {
  const Parallel& written = scenario_.job.parallel;
  const bool grouped = written.shard_group > 0 && cut.data % written.shard_group == 0;
  for (const Recompute recompute : recomputes())
    for (const Sharding sharding : shardings(cut)) {
      Parallel layout = cut;
      layout.recompute = recompute, layout.sharding = sharding;
      const bool parts = recompute == Recompute::none || recompute == Recompute::selective;
      if (parts) layout.recompute_modules = written.recompute_modules;
      layout.recompute_every = recompute == written.recompute ? written.recompute_every : 1;
      if (grouped && sharding != Sharding::none) layout.shard_group = written.shard_group;
      const bool to_check = layout.recompute_modules.any() || layout.shard_group > 0;
      if (const Said reason = to_check ? refusal(layout) : Said(); !reason.empty())
        ++refused[reason];
      else
        all.push_back(layout);
    }
}

bool selective_is_none(const Job& job) {
  return job.stack.attention == AttentionKernel::fused && !job.model.latent_kv;
}

bool steps_as_zero_1(const Job& job) {
  const Parallel& p = job.parallel;
  if (p.sharding == Sharding::zero_2) return true;
  // With a pipeline the weights stay where they are, and parameters come as they do with overlap.
  return p.sharding == Sharding::zero_3 && p.pipeline > 1 && job.stack.parameter_overlap &&
         job.stack.parameter_exchange == ParameterExchange::all_gather;
}

std::string layout_words(const Parallel& p) {
  std::string words;
  const auto add = [&](const char* name, int value) {
    if (value > 1) words += fmt::format("{}{} {}", words.empty() ? "" : " x ", name, value);
  };
  add("tensor", p.tensor), add("context", p.context), add("pipeline", p.pipeline);
  add("data", p.data);
  if (words.empty()) words = tr("one card");
  if (p.expert > 1) words += say(", expert {}", p.expert);
  words += say(", micro batch {}", p.micro_batch);
  if (p.interleave > 1) words += say(", interleave {}", p.interleave);
  if (p.layer_split == LayerSplit::embedding_counts) words += tr(", embedding counts");
  if (p.layer_split == LayerSplit::list) words += tr(", layers as listed");
  if (p.sequence_parallel && p.tensor > 1) words += tr(", sequence parallel");
  if (p.recompute != Recompute::none)
    words += say(", recompute {}", name_of(recompute_names, p.recompute));
  if (p.recompute_every > 1) words += say(" every {}", p.recompute_every);
  if (p.sharding != Sharding::none) words += say(", {}", name_of(sharding_names, p.sharding));
  if (p.shard_group > 0) words += say(" in groups of {}", p.shard_group);
  return words;
}

bool same_layout(const Job& job, const Parallel& a, const Parallel& b) {
  const auto recompute = [&](const Parallel& p) {
    const bool none = p.recompute == Recompute::selective && selective_is_none(job);
    return none ? Recompute::none : p.recompute;
  };
  const auto sharding = [](const Parallel& p) {
    const bool alone = stage_holders(p) * p.context == 1;
    return alone && p.sharding != Sharding::zero_3 ? Sharding::none : p.sharding;
  };
  const auto key = [&](const Parallel& p) {
    return std::tuple(p.tensor, p.context, p.pipeline, p.data, p.expert, p.micro_batch,
                      p.interleave, p.layer_split, p.layers_per_stage, p.schedule, sharding(p),
                      p.sequence_parallel && p.tensor > 1, recompute(p), p.recompute_every,
                      p.offload_layers);
  };
  return key(a) == key(b);
}

}  // namespace qianka
