// SPDX-License-Identifier: Apache-2.0
#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/report/table.hpp"
#include "sim/study/fit_faults.hpp"
#include "sim/units/parse_quantity.hpp"

#include <string>
#include <vector>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr double seconds_per_day = 86'400;
constexpr int sources_width = 96;

std::string figure(double value) { return fmt::format("{:.3g}", value); }

std::string from_to(const FaultInterval& interval, double factor = 1) {
  return say("{} to {}", figure(interval.low * factor), figure(interval.high * factor));
}

/// Rates count followers as well.
double with_followers(const FaultFit& fit) { return 1 + fit.bursts.share * fit.bursts.followers; }

double per_node_day(const FaultFit& fit) { return seconds_per_day / fit.nodes; }

std::string law_of(const ClassFit& found) {
  return found.prefers_weibull ? fmt::format("weibull {}", figure(found.weibull->shape))
                               : tr("exponential");
}

std::vector<std::string> row_of(const ClassFit& found, double factor) {
  const RenewalFit& chosen = found.chosen();
  std::string name = found.key.component;
  if (found.key.silent) name += tr(", silent");
  if (found.key.slow) name += tr(", slow");
  if (!found.key.evicts_node) name += tr(", node stays");
  std::vector<std::string> row{name,
                               fmt::format("{}", found.events),
                               fmt::format("{}", found.first),
                               figure(chosen.rate * factor),
                               from_to(chosen.rate_interval, factor),
                               law_of(found)};
  if (found.weibull) {
    row.push_back(from_to(found.weibull->shape_interval));
    row.push_back(fmt::format("{:+.1f}", found.weibull->aic() - found.exponential.aic()));
  }
  return row;
}

std::string lemons_text(const FaultFit& fit) {
  const LemonFit& lemons = fit.lemons;
  if (!lemons.enough) return tr("  lemons  too few nodes or events to tell kinds of node apart\n");
  if (lemons.aic_gain <= 0)
    return say("  lemons  none: two kinds of node are worse by {:.1f} of AIC\n", -lemons.aic_gain);
  return say(
      "  lemons  {:.1f} % of nodes ({:.1f} to {:.1f}) at {:.1f} times a healthy one ({:.1f} to "
      "{:.1f}); AIC better by {:.1f}\n",
      100 * lemons.share, 100 * lemons.share_interval.low, 100 * lemons.share_interval.high,
      lemons.factor, lemons.factor_interval.low, lemons.factor_interval.high, lemons.aic_gain);
}

std::string class_yaml(const FaultFit& fit, const ClassFit& found) {
  const double rate = found.chosen().rate * per_node_day(fit) * with_followers(fit);
  std::string text = fmt::format("  - component: {}\n", yaml_quoted(found.key.component));
  if (!found.causes.empty()) text += fmt::format("    cause: {}\n", yaml_quoted(found.causes));
  text += fmt::format("    rate: {:.4e} per node-day\n", rate);
  if (found.prefers_weibull)
    text += fmt::format("    distribution: weibull\n    shape: {:.3f}\n", found.weibull->shape);
  text += fmt::format("    evicts_node: {}\n", found.key.evicts_node);
  if (found.key.silent) text += "    noticed: silent\n";
  if (found.key.slow) {
    text += fmt::format("    slow_to: {:.4g}\n", found.slow_to);
    if (found.duration) text += fmt::format("    duration: {:.6g} s\n", found.duration->value);
  } else if (found.hangs > 0 && !found.key.silent) {
    text += fmt::format("    hangs: {:.4g}\n", static_cast<double>(found.hangs) / found.events);
  }
  return text;
}

std::string sources_yaml(const FaultFit& fit) {
  const InEnglish in_a_file;
  std::string words = fmt::format(
      "fitted by qianka fit-faults to {}: {} events on {} nodes{} in {:.6g} days{}, followers "
      "within {} merged; maximum likelihood, 95 % intervals per node-day:",
      fit.request.name, fit.events, fit.nodes, fit.nodes_assumed ? " (assumed)" : "", fit.days,
      fit.days_assumed ? " (assumed to end with the last event)" : "",
      quantity_text(fit.request.burst.value, Dimension::time));
  for (const ClassFit& found : fit.classes) {
    words +=
        fmt::format(" {} {};", found.key.component,
                    from_to(found.chosen().rate_interval, per_node_day(fit) * with_followers(fit)));
  }
  words.back() = '.';
  std::string text = "sources:\n  \"*\": >-\n";
  for (const std::string& line : wrap(words, sources_width)) text += "    " + line + "\n";
  return text;
}

}  // namespace

std::string fault_fit_text(const FaultFit& fit) {
  std::string text =
      say("{} faults on {} nodes{} in {:.6g} days{}\n", fit.events, fit.nodes,
          fit.nodes_assumed ? tr(" (assumed: the highest number; say --nodes)") : "", fit.days,
          fit.days_assumed ? tr(" (assumed: the log ends with its last fault; say --days)") : "");
  text +=
      say("  bursts  {} faults within {} of another of their class merged into it; beyond chance, "
          "{:.1f} % of first faults have {:.2f} followers\n",
          fit.merged, quantity_text(fit.request.burst.value, Dimension::time),
          100 * fit.bursts.share, fit.bursts.followers);
  text += lemons_text(fit);
  TextTable table{{{tr("component")},
                   {tr("events"), Align::right},
                   {tr("first"), Align::right},
                   {tr("per node-day"), Align::right},
                   {"95 %", Align::right},
                   {tr("law")},
                   {tr("shape 95 %"), Align::right},
                   {"AIC", Align::right}}};
  for (const ClassFit& found : fit.classes) table.rows.push_back(row_of(found, per_node_day(fit)));
  if (fit.job) {
    table.rows.push_back(row_of(*fit.job, seconds_per_day));
    table.rows.back()[0] = tr("job (per day)");
  }
  return text + "\n" + render(table) +
         tr("\nRates are of first faults. AIC: Weibull's less the exponential's; below 0 the "
            "Weibull "
            "is chosen.\n");
}

std::string fault_preset(const FaultFit& fit) {
  std::string text =
      fmt::format("# Written by qianka fit-faults.\nname: {}\n", yaml_quoted(fit.request.name));
  if (fit.bursts.share > 0) {
    text +=
        fmt::format("bursts: {{share: {:.4g}, followers: {:.4g}, within: {}}}\n", fit.bursts.share,
                    fit.bursts.followers, quantity_text(fit.bursts.within.value, Dimension::time));
  }
  if (fit.lemons.aic_gain > 0) {
    text += fmt::format("lemons: {{share: {:.4g}, factor: {:.4g}}}\n", fit.lemons.share,
                        fit.lemons.factor);
  }
  if (fit.job) {
    text += fmt::format("job_per_day: {:.4e}\n", fit.job->chosen().rate * seconds_per_day);
  }
  if (!fit.classes.empty()) text += "classes:\n";
  for (const ClassFit& found : fit.classes) text += class_yaml(fit, found);
  return text + sources_yaml(fit);
}

}  // namespace qianka
