// SPDX-License-Identifier: Apache-2.0
#include "sim/study/compare_report.hpp"

#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/table.hpp"
#include "sim/scenario/names.hpp"
#include "sim/study/compare_costs.hpp"
#include "sim/study/fleet_report.hpp"
#include "sim/study/layout_overrides.hpp"
#include "sim/study/replicas_report.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <functional>

#include <fmt/format.h>

namespace qianka {
namespace {

/// "0.612 [0.540, 0.694]"; of something that is the same on both sides, the value alone.
std::string interval_text(const RatioInterval& ratio) {
  if (ratio.low == ratio.high) return fmt::format("{:.3f}", ratio.value);
  if (!std::isfinite(ratio.high)) return tr("unknown: a run kept nothing");
  return fmt::format("{:.3f} [{:.3f}, {:.3f}]", ratio.value, ratio.low, ratio.high);
}

/// The first thing a comparison says: what it may be trusted for.
std::string trust(const ComparisonResult& result) {
  struct Known {
    int measured = 0, asked = 0, rows = 0;
  };
  std::vector<std::pair<std::string, Known>> cards;
  for (const SideResult& side : result.sides) {
    const std::string& name = side.scenario.cluster.node.accelerator.name;
    auto known = std::ranges::find(cards, name, &std::pair<std::string, Known>::first);
    if (known == cards.end()) known = cards.insert(cards.end(), {name, {}});
    known->second.measured = side.error.largest_job, known->second.rows = side.error.rows;
    known->second.asked = std::max(known->second.asked, side.summary.cards);
  }
  std::string text;
  for (const auto& [name, known] : cards) {
    text += name + ": ";
    text += known.rows == 0 ? tr("known from data sheets only; ")
                            : say("calibrated up to {} cards{}; ", format_count(known.measured),
                                  known.asked > known.measured ? tr(", extrapolated beyond") : "");
  }
  return text + tr("software porting effort is not modelled.");
}

std::string job_text(const ComparisonResult& result) {
  const Job& job = result.sides.front().scenario.job;
  return say("{}, {}, {} sequences of {} tokens a step", job.model.name,
             name_of(precision_names, job.precision), format_count(job.global_batch),
             format_count(job.sequence));
}

using Cell = std::function<std::string(const SideResult&)>;

/// One row for each figure, one column for each side.
TextTable side_by_side(const ComparisonResult& result,
                       const std::vector<std::pair<std::string, Cell>>& rows) {
  TextTable table;
  table.columns.push_back({""});
  for (std::size_t i = 0; i < result.sides.size(); ++i)
    table.columns.push_back({side_letter(i), Align::right});
  for (const auto& [name, cell] : rows) {
    std::vector<std::string> line{name};
    for (const SideResult& side : result.sides) line.push_back(cell(side));
    table.rows.push_back(std::move(line));
  }
  return table;
}

std::string sides_text(const ComparisonResult& result) {
  TextTable table{
      .columns = {{""}, {tr("title", "scenario")}, {tr("cluster")}, {tr("stack")}, {tr("layout")}}};
  for (std::size_t i = 0; i < result.sides.size(); ++i) {
    const SideResult& side = result.sides[i];
    table.rows.push_back({side_letter(i), side.name, side.summary.cluster,
                          side.scenario.job.stack.id, layout_text(side.scenario.job.parallel)});
  }
  return render(table);
}

std::string figures_text(const ComparisonResult& result) {
  std::vector<std::pair<std::string, Cell>> rows{
      {tr("cards"), [](const SideResult& s) { return format_count(s.summary.cards); }},
      {tr("title", "step"), [](const SideResult& s) { return format_time(s.summary.step.time); }},
      {tr("tokens/s"),
       [](const SideResult& s) {
         return format_count(
             std::llround(s.summary.step.tokens_per_second_per_card * s.summary.cards));
       }},
      {tr("tokens/s per card"),
       [](const SideResult& s) {
         return format_number(s.summary.step.tokens_per_second_per_card, 1);
       }},
      {"MFU", [](const SideResult& s) { return percent(s.summary.step.mfu, 2); }},
      {tr("parallel efficiency"),
       [](const SideResult& s) { return percent(s.summary.parallel_efficiency.value, 2); }},
      {tr("memory of a card"), [](const SideResult& s) {
         return say("{} of {}", format_bytes(s.summary.memory.per_card),
                    format_bytes(s.summary.memory.capacity));
       }}};
  if (result.seeds > 0) {
    rows.push_back({tr("goodput"), [](const SideResult& s) {
                      return percent(spread_of(s.weeks->goodput).mean, 2);
                    }});
    rows.push_back({tr("end-to-end MFU"), [](const SideResult& s) {
                      return percent(spread_of(s.weeks->end_to_end_mfu).mean, 2);
                    }});
    rows.push_back({tr("failures"), [](const SideResult& s) {
                      return format_number(spread_of(s.weeks->failures).mean, 1);
                    }});
  }
  const SideResult& first = result.sides.front();
  if (const std::optional<double> tokens = first.scenario.job.tokens)
    rows.push_back(
        {say("days for {} tokens", format_large(*tokens)), [tokens](const SideResult& s) {
           const double cards = s.summary.cards + s.summary.spares * s.scenario.cluster.node.cards;
           return format_number(*tokens / (s.rate * cards) / 86400, 1);
         }});
  rows.push_back(
      {tr("model error, sigma"), [](const SideResult& s) { return percent(s.error.sigma, 1); }});
  return render(side_by_side(result, rows));
}

std::string effective_text(const ComparisonResult& result) {
  const SideResult& first = result.sides.front();
  const std::string unit = first.scenario.cluster.node.accelerator.name;
  std::string text = say("\nEffective cards: one card of each side in cards of A ({})\n", unit);
  std::vector<std::pair<std::string, Cell>> rows{
      {tr("a step"), [](const SideResult& s) { return interval_text(s.step_rate); }}};
  for (std::size_t k = 0; k < result.sizes.size(); ++k)
    rows.push_back(
        {say("a step at {} cards", format_count(result.sizes[k])), [k](const SideResult& s) {
           const auto& ratio = s.sizes[k].ratio;
           return ratio ? interval_text(*ratio) : std::string("-");
         }});
  if (result.seeds > 0)
    rows.push_back(
        {tr("end to end"), [](const SideResult& s) { return interval_text(s.end_to_end); }});
  return text + render(side_by_side(result, rows));
}

/// Throughput at n cards over n / n0 of that at n0.
std::string linearity(const SideResult& side, const ComparisonResult& result, std::size_t k,
                      std::optional<double> SizePoint::*scaling) {
  const auto base = static_cast<std::size_t>(std::ranges::find(result.sizes, result.common_size) -
                                             result.sizes.begin());
  const std::optional<double>&at = side.sizes[k].*scaling, &from = side.sizes[base].*scaling;
  return at && from ? percent(*at / *from, 1) : "-";
}

/// With the layout of the whole size; each size's own may do better.
std::string refused_sizes(const ComparisonResult& result) {
  std::string text;
  for (std::size_t i = 0; i < result.sides.size(); ++i)
    for (const SizePoint& point : result.sides[i].sizes)
      if (!point.weak)
        text += paragraph(say("{} at {} cards, layout kept: {}", side_letter(i),
                              format_count(point.cards), point.weak_refusal));
  return text;
}

std::string scaling_text(const ComparisonResult& result) {
  if (result.common_size == 0)
    return tr("\nLinearity: there is no number of cards that all sides run at with their "
              "layout\n") +
           refused_sizes(result);
  std::string text = say(
      "\nLinearity against {} cards, weak (batch grows with the replicas) and strong (it stays)\n",
      format_count(result.common_size));
  TextTable table{.columns = {{tr("cards"), Align::right}}};
  for (std::size_t i = 0; i < result.sides.size(); ++i) {
    table.columns.push_back({side_letter(i) + tr(" weak"), Align::right});
    table.columns.push_back({side_letter(i) + tr(" strong"), Align::right});
  }
  for (std::size_t k = 0; k < result.sizes.size(); ++k) {
    std::vector<std::string> row{format_count(result.sizes[k])};
    for (const SideResult& side : result.sides) {
      row.push_back(linearity(side, result, k, &SizePoint::weak));
      row.push_back(linearity(side, result, k, &SizePoint::strong));
    }
    table.rows.push_back(std::move(row));
  }
  return text + render(table) + refused_sizes(result);
}

/// Card-hours for 10^9 tokens, in hundredths, each the difference of two rounded levels: the
/// printed parts add up to the printed whole.
std::string gap_text(const ComparisonResult& result) {
  constexpr double card_hours = 1e9 / 3600, unit = 0.01;
  std::string text =
      tr("\nWhere the difference comes from: card-hours for 10^9 tokens, end to end, each part "
         "really\nexchanged and simulated\n");
  std::vector<Said> names;
  for (const SideResult& side : result.sides)
    for (const GapPart& part : side.gap.parts)
      if (std::ranges::find(names, part.what) == names.end()) names.push_back(part.what);
  // Reliability comes last, whatever stood together before it.
  std::ranges::stable_partition(names, [](const Said& n) { return n != said("reliability"); });
  TextTable table{.columns = {{""}}};
  for (std::size_t i = 1; i < result.sides.size(); ++i)
    table.columns.push_back({side_letter(i) + " - A", Align::right});
  for (const Said& name : names) table.rows.push_back({name});
  table.rows.insert(table.rows.begin(), {"A"});
  table.rows.push_back({tr("the other side")});
  for (std::size_t i = 1; i < result.sides.size(); ++i) {
    const Gap& gap = result.sides[i].gap;
    double level = gap.from * card_hours;
    std::int64_t before = std::llround(level / unit);
    table.rows.front().push_back(fixed_point(before, 2));
    for (std::size_t row = 0; row < names.size(); ++row) {
      const auto part = std::ranges::find(gap.parts, names[row], &GapPart::what);
      if (part == gap.parts.end()) {
        table.rows[row + 1].push_back("");
        continue;
      }
      level += part->cost * card_hours;
      const std::int64_t now = std::llround(level / unit);
      table.rows[row + 1].push_back((now >= before ? "+" : "-") +
                                    fixed_point(std::abs(now - before), 2));
      before = now;
    }
    table.rows.back().push_back(fixed_point(before, 2));
  }
  return text + render(table);
}

std::string faults_text(const ComparisonResult& result) {
  std::string text;
  for (std::size_t i = 0; i < result.sides.size(); ++i) {
    const SideResult& side = result.sides[i];
    if (!side.assumed) continue;
    text += say(
        "\nFailures of {}: nobody has published counts; assumptions, and {} against A under each\n",
        side.assumed->whose, side_letter(i));
    TextTable table{.columns = {{say("rates of {}", side.assumed->whose)},
                                {tr("its goodput"), Align::right},
                                {say("a card of {} in cards of A", side_letter(i)), Align::right}}};
    for (const FaultCase& one : side.assumed->cases)
      table.rows.push_back({one.name, percent(one.goodput.mean, 2), interval_text(one.rate)});
    text += render(table);
    text += paragraph(
        side.assumed->break_even
            ? say("The order of the two turns at about {:.1f} times equal rates.",
                  *side.assumed->break_even)
            : std::string(tr("No rate between 1/64 and 64 times equal turns the order.")));
  }
  return text;
}

std::string undecided_words(const std::string& side, const std::string& interval, bool weeks) {
  return weeks
             ? say("No ranking of {} and A: the interval of their ratio end to end, {}, holds 1.",
                   side, interval)
             : say("No ranking of {} and A: the interval of their ratio by the step, {}, holds 1.",
                   side, interval);
}

/// The interval stands behind the ratio, where other languages may have a word between them.
std::string worth_words(const std::string& side, const RatioInterval& ratio, bool weeks) {
  const std::string all = interval_text(ratio);
  const std::size_t end = std::min(all.find(" ["), all.size());
  const auto value = all.substr(0, end), range = all.substr(end);
  return weeks ? say("A card of {} gives end to end {}{} of a card of A.", side, value, range)
               : say("A card of {} gives by the step {}{} of a card of A.", side, value, range);
}

std::vector<std::string> verdicts(const ComparisonResult& result) {
  std::vector<std::string> text;
  for (std::size_t i = 1; i < result.sides.size(); ++i) {
    const SideResult& side = result.sides[i];
    const RatioInterval& ratio = side.end_to_end;
    if (ratio.low == 1 && ratio.high == 1) {
      text.push_back(say("{} and A are the same, card for card.", side_letter(i)));
    } else if (ratio.undecided()) {
      text.push_back(undecided_words(side_letter(i), interval_text(ratio), result.seeds > 0));
    } else {
      text.push_back(worth_words(side_letter(i), ratio, result.seeds > 0));
    }
  }
  return text;
}

Json ratio_json(const RatioInterval& ratio) {
  return {{"value", rounded(ratio.value)},
          {"low", rounded(ratio.low)},
          {"high", rounded(ratio.high)},
          {"undecided", ratio.undecided()}};
}

Json optional_json(const std::optional<double>& value) {
  return value ? rounded(*value) : Json(nullptr);
}

Json sizes_json(const SideResult& side) {
  Json sizes = Json::array();
  for (std::size_t k = 0; k < side.sizes.size(); ++k) {
    const SizePoint& point = side.sizes[k];
    sizes.push_back({{"cards", point.cards},
                     {"weak_tokens_per_second_per_card", optional_json(point.weak)},
                     {"strong_tokens_per_second_per_card", optional_json(point.strong)},
                     {"weak_refusal", point.weak_refusal},
                     {"strong_refusal", point.strong_refusal},
                     {"ratio", point.ratio ? ratio_json(*point.ratio) : Json(nullptr)}});
  }
  return sizes;
}

Json gap_json(const Gap& gap) {
  Json parts = Json::array();
  for (const GapPart& part : gap.parts)
    parts.push_back({{"what", part.what}, {"card_s_per_token", rounded(part.cost)}});
  return {{"from_card_s_per_token", rounded(gap.from)},
          {"to_card_s_per_token", rounded(gap.to)},
          {"parts", std::move(parts)}};
}

Json side_json(const SideResult& side, bool weeks) {
  Json json{{"name", side.name},
            {"cluster", side.scenario.cluster.id},
            {"accelerator", side.scenario.cluster.node.accelerator.id},
            {"stack", side.scenario.job.stack.id},
            {"layout", layout_text(side.scenario.job.parallel)},
            {"model_error",
             {{"sigma", rounded(side.error.sigma)},
              {"rows", side.error.rows},
              {"largest_job", side.error.largest_job},
              {"basis", side.error.basis}}},
            {"cards", side.summary.cards},
            {"step_s", rounded(side.summary.step.time.value)},
            {"tokens_per_second_per_card", rounded(side.summary.step.tokens_per_second_per_card)},
            {"mfu", rounded(side.summary.step.mfu)},
            {"parallel_efficiency", rounded(side.summary.parallel_efficiency.value)},
            {"memory_bytes", rounded(side.summary.memory.per_card.value)},
            {"capacity_bytes", rounded(side.summary.memory.capacity.value)},
            {"tokens_per_second_per_card_kept", rounded(side.rate)},
            {"step_ratio", ratio_json(side.step_rate)},
            {"end_to_end_ratio", ratio_json(side.end_to_end)},
            {"sizes", sizes_json(side)},
            {"gap", gap_json(side.gap)}};
  if (!weeks) return json;
  json["goodput"] = spread_json(spread_of_shares(side.weeks->goodput));
  json["end_to_end_mfu"] = spread_json(spread_of_shares(side.weeks->end_to_end_mfu));
  json["failures"] = spread_json(spread_of(side.weeks->failures));
  if (!side.assumed) return json;
  json["assumed_faults"] = {{"whose", side.assumed->whose},
                            {"cases", Json::array()},
                            {"break_even", optional_json(side.assumed->break_even)}};
  for (const FaultCase& one : side.assumed->cases)
    json["assumed_faults"]["cases"].push_back({{"name", one.name},
                                               {"goodput", spread_json(one.goodput)},
                                               {"ratio", ratio_json(one.rate)}});
  return json;
}

}  // namespace

std::string compare_text(const ComparisonResult& result, const CostModel* costs) {
  std::string text = paragraph(trust(result), 0) + "\n" + job_text(result) + "\n" +
                     sides_text(result) + "\n" + figures_text(result) + effective_text(result) +
                     scaling_text(result) + gap_text(result) + faults_text(result);
  if (costs != nullptr) text += costs_text(result, *costs);
  if (result.fleet) text += fleet_text(*result.fleet);
  text += tr("\nVerdict\n");
  for (const std::string& verdict : verdicts(result)) text += paragraph(verdict);
  text += tr("\nIntervals hold the ratio with 95 %: model errors as measured");
  text += result.seeds > 0 ? say(", and the luck of {}.\n", counted(result.seeds, "seed"))
                           : tr(". No weeks: no failures, no checkpoints (--days N gives some).\n");
  for (const SideResult& side : result.sides)
    text += paragraph(say("{}.", side.error.basis.text()));
  for (const Said& remark : result.remarks) text += paragraph(say("{}.", remark.text()));
  return text;
}

Json compare_json(const ComparisonResult& result, const CostModel* costs) {
  Json json{{"trust", trust(result)},   {"model", result.sides.front().scenario.job.model.name},
            {"job", job_text(result)},  {"seeds", result.seeds},
            {"sizes", result.sizes},    {"common_size", result.common_size},
            {"sides", Json::array()},   {"verdict", verdicts(result)},
            {"remarks", result.remarks}};
  for (const SideResult& side : result.sides) {
    json["sides"].push_back(side_json(side, result.seeds > 0));
    if (costs != nullptr)
      json["sides"].back()["costs"] = costs_json(side, result.sides.front(), *costs);
  }
  if (result.fleet) json["fleet"] = fleet_json(*result.fleet);
  return json;
}

}  // namespace qianka
