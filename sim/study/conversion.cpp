// SPDX-License-Identifier: Apache-2.0
#include "sim/study/conversion.hpp"

#include "sim/language/language.hpp"
#include "sim/workload/flop_count.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include <fmt/format.h>

namespace qianka {
namespace {

/// 72 B s L h^2: three passes of the 12 h^2 weights of a GPT layer, two FLOPs each.
double gpt(const StepFacts& f) {
  return 72 * f.sequences * f.sequence * f.layers * f.hidden * f.hidden;
}

double tokens(const StepFacts& f) { return f.sequences * f.sequence; }

struct Formula {
  std::string_view name;
  double (*flops)(const StepFacts&);
};

const std::array formulas{
    // Narayanan et al. 2021 (arXiv:2104.04473), equation 3: with full recomputation.
    Formula{"sc21-hardware",
            [](const StepFacts& f) {
              return gpt(f) * 4 / 3 *
                     (1 + f.sequence / (6 * f.hidden) + f.vocabulary / (16 * f.layers * f.hidden));
            }},
    // Korthikanti et al. 2022 (arXiv:2205.05198), appendix A.
    Formula{"korthikanti-model",
            [](const StepFacts& f) {
              return gpt(f) *
                     (1 + f.sequence / (6 * f.hidden) + f.vocabulary / (12 * f.layers * f.hidden));
            }},
    Formula{"korthikanti-hardware",
            [](const StepFacts& f) {
              return gpt(f) *
                     (1 + f.sequence / (3 * f.hidden) + f.vocabulary / (12 * f.layers * f.hidden));
            }},
    Formula{"model", [](const StepFacts& f) { return f.model_flops; }},
    Formula{"model-causal",
            [](const StepFacts& f) { return f.model_flops - f.attention_flops / 2; }},
    Formula{"hardware", [](const StepFacts& f) { return f.hardware_flops; }},
    Formula{"6nd", [](const StepFacts& f) { return 6 * f.active_parameters * tokens(f); }},
    Formula{"8nd", [](const StepFacts& f) { return 8 * f.active_parameters * tokens(f); }},
    // PaLM, nanoGPT, torchtitan.
    Formula{
        "6nd-attention",
        [](const StepFacts& f) { return 6 * f.active_parameters * tokens(f) + f.attention_flops; }},
};

/// "312 TFLOPS" in FLOP/s.
std::optional<double> peak_in(const std::string& text) {
  double teraflops = 0;
  try {
    teraflops = std::stod(text);
  } catch (const std::exception&) {
    return std::nullopt;
  }
  return teraflops > 0 ? std::optional(teraflops * 1e12) : std::nullopt;
}

double denominator(const Rule* rule, const StepFacts& facts) {
  if (rule != nullptr && rule->peak == "precision") return facts.peak;
  if (rule != nullptr && !rule->peak.empty()) return peak_in(rule->peak).value_or(0);
  return facts.peak_16;
}

/// Units that need no formula: seconds of a step as a function of the printed value.
struct PlainUnit {
  std::string_view name;
  double (*seconds)(double value, const StepFacts&);
  std::string_view how;
  bool of_a_step = false;  // the value is of the step that the row names
};

const std::array plain_units{
    PlainUnit{"iteration_time_s", [](double v, const StepFacts&) { return v; }, "as printed", true},
    PlainUnit{"iteration_time_ms", [](double v, const StepFacts&) { return v / 1000; },
              "as printed", true},
    PlainUnit{"tokens_per_s_per_gpu",
              [](double v, const StepFacts& f) { return tokens(f) / (v * f.cards); },
              "tokens of a step / (value x cards)"},
    PlainUnit{"tokens_per_s", [](double v, const StepFacts& f) { return tokens(f) / v; },
              "tokens of a step / value"},
    PlainUnit{"samples_per_s", [](double v, const StepFacts& f) { return f.sequences / v; },
              "sequences of a step / value"},
    PlainUnit{"samples_per_s_per_gpu",
              [](double v, const StepFacts& f) { return f.sequences / (v * f.cards); },
              "sequences of a step / (value x cards)"},
    PlainUnit{
        "k_gpu_hours_per_trillion_tokens",
        [](double v, const StepFacts& f) { return v * 1e3 * 3600 * tokens(f) / 1e12 / f.cards; },
        "value x 1,000 x 3,600 s x tokens of a step / (1e12 x cards)"},
};

/// Units of FLOPs: FLOP/s of all cards that the printed value stands for.
struct FlopUnit {
  std::string_view name;
  double (*rate)(double value, double cards, double peak);
  bool needs_peak;
};

const std::array flop_units{
    FlopUnit{"tflops_per_gpu", [](double v, double n, double) { return v * 1e12 * n; }, false},
    FlopUnit{"pflops", [](double v, double, double) { return v * 1e15; }, false},
    FlopUnit{"pflops_total", [](double v, double, double) { return v * 1e15; }, false},
    FlopUnit{"mfu_pct", [](double v, double n, double p) { return v / 100 * n * p; }, true},
    FlopUnit{"hfu_pct", [](double v, double n, double p) { return v / 100 * n * p; }, true},
    FlopUnit{"pct_of_peak", [](double v, double n, double p) { return v / 100 * n * p; }, true},
};

/// A time was measured with the batch that the row names; ours may be rounded to what divides.
double batch_scale(const Measurement& row, const StepFacts& facts, bool of_a_step) {
  const std::optional<int> batch = row.whole("global_batch_seqs");
  return of_a_step && batch && *batch > 0 ? facts.sequences / *batch : 1;
}

MeasuredStep by_flops(const Measurement& row, const FlopUnit& unit, const Rules& rules,
                      const StepFacts& facts) {
  MeasuredStep result;
  const Rule* rule = first_match(rules.formulas, row);
  const std::string name = rule == nullptr || rule->use.empty() ? "model" : rule->use;
  const std::optional<double> flops = flops_by(name, facts);
  const double peak = denominator(rule, facts);
  if (!flops) {
    result.reason = fmt::format("no formula '{}'", name);
  } else if (unit.needs_peak && peak <= 0) {
    result.reason = tr("the peak that the utilisation is of is unknown");
  } else {
    result.seconds = *flops / unit.rate(row.value(), facts.cards, peak);
    result.how = unit.needs_peak ? fmt::format("FLOPs by '{}' / (value x cards x {:.1f} TFLOP/s)",
                                               name, peak / 1e12)
                                 : fmt::format("FLOPs by '{}' / value", name);
  }
  return result;
}

}  // namespace

StepFacts step_facts(const Scenario& scenario) {
  const Job& job = scenario.job;
  const FlopCount flops = count_flops(job);
  const PeakRates& peak = scenario.cluster.node.accelerator.peak;
  StepFacts facts;
  facts.cards = cards(job.parallel);
  facts.sequences = job.global_batch, facts.sequence = job.sequence;
  facts.layers = job.model.layers, facts.hidden = job.model.hidden,
  facts.vocabulary = job.model.vocabulary;
  facts.active_parameters = active_parameters(job.model);
  facts.model_flops = flops.model.value, facts.hardware_flops = flops.hardware.value;
  facts.attention_flops = 12.0 * job.model.heads * job.model.head_size * job.sequence *
                          job.model.layers * tokens(facts);
  if (peak.bf16 || peak.fp16) facts.peak_16 = (peak.bf16 ? *peak.bf16 : *peak.fp16).value;
  facts.peak = peak_rate(scenario.cluster.node.accelerator, job.precision).value;
  return facts;
}

std::optional<double> flops_by(const std::string& formula, const StepFacts& facts) {
  const auto found = std::ranges::find(formulas, formula, &Formula::name);
  return found == formulas.end() ? std::nullopt : std::optional(found->flops(facts));
}

MeasuredStep measured_step(const Measurement& row, const Rules& rules, const StepFacts& facts) {
  const auto plain = std::ranges::find(plain_units, row.unit(), &PlainUnit::name);
  if (plain != plain_units.end())
    return {plain->seconds(row.value(), facts) * batch_scale(row, facts, plain->of_a_step),
            std::string(plain->how), "", 0};
  const auto unit = std::ranges::find(flop_units, row.unit(), &FlopUnit::name);
  MeasuredStep result;
  if (unit == flop_units.end()) {
    result.reason = say("unit '{}' is no time of a step", row.unit());
  } else {
    result = by_flops(row, *unit, rules, facts);
  }
  if (const std::optional<double> derived = row.number("derived_iteration_time_s")) {
    result = {*derived * batch_scale(row, facts, true), "derived_iteration_time_s", "",
              result.seconds};
  }
  return result;
}

}  // namespace qianka
