// SPDX-License-Identifier: Apache-2.0
#include "sim/study/compare_costs.hpp"

#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/table.hpp"
#include "sim/scenario/names.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

constexpr double megawatt = 1000;  // in kW

struct SideCosts {
  CardHour hour;
  std::optional<Energy> energy;
  double money = 0;  // for 10^12 tokens, of the known items
};

SideCosts costs_of(const SideResult& side, const CostModel& model) {
  SideCosts costs{card_hour(model, side.scenario, side.summary.step, side.kept),
                  energy_of(model, side.scenario, side.summary.step, side.kept), 0};
  costs.money = money_per_trillion(costs.hour.total, side.rate);
  return costs;
}

bool knows_card_price(const SideCosts& costs) { return costs.hour.card_price.has_value(); }

std::string money_text(double value) {
  return std::isfinite(value) ? format_count(std::llround(value)) : tr("without end");
}

std::string energy_text(const SideCosts& costs) {
  if (!costs.energy) return tr("unknown");
  if (!std::isfinite(costs.energy->total())) return tr("without end");
  return fmt::format("{}{}", costs.energy->most ? tr("up to ") : "",
                     format_count(std::llround(costs.energy->total() / megawatt)));
}

std::string energy_shares(const SideCosts& costs) {
  if (!costs.energy) return "-";
  const double all = costs.energy->total();
  return fmt::format("{:.0f} / {:.0f} / {:.0f}", 100 * costs.energy->compute / all,
                     100 * costs.energy->communication / all, 100 * costs.energy->idle / all);
}

/// The price of a card at which a side's tokens cost what A's do; below zero: none. Empty: unknown.
std::optional<double> break_even(const SideResult& side, const SideCosts& costs,
                                 const SideCosts& first) {
  if (!knows_card_price(first) || costs.hour.per_price == 0) return std::nullopt;
  const double without =
      costs.hour.total - costs.hour.card_price.value_or(0) * costs.hour.per_price;
  const double hour = first.money / money_per_trillion(1, side.rate);
  return (hour - without) / costs.hour.per_price;
}

std::string break_even_text(const std::optional<double>& price) {
  if (!price) return "-";
  return *price > 0 ? money_text(*price) : tr("none");
}

/// What the cost model says of exporting this card; empty: nothing.
std::string export_status(const CostModel& model, const SideResult& side) {
  const auto known =
      std::ranges::find(model.prices, side.scenario.cluster.node.accelerator.id, &PartPrice::part);
  return known == model.prices.end() ? std::string() : known->export_status;
}

}  // namespace

std::string costs_text(const ComparisonResult& result, const CostModel& model) {
  const std::string currency(name_of(currency_names, model.currency));
  std::string text = say("\nMoney and energy for 10^12 tokens: {}, in {}\n", model.name, currency);
  std::vector<SideCosts> all;
  for (const SideResult& side : result.sides) all.push_back(costs_of(side, model));
  TextTable table{.columns = {{""}}};
  std::vector<std::string> price{tr("a card")}, hour{tr("a card-hour, known items")},
      money{tr("known items")}, rent{tr("rented")}, energy{tr("MWh, of what is known")},
      phases{tr("of it computing / waiting / idle, %")}, even{tr("a card may cost, to equal A")};
  for (std::size_t i = 0; i < all.size(); ++i) {
    const SideCosts& costs = all[i];
    table.columns.push_back({side_letter(i), Align::right});
    price.push_back(knows_card_price(costs) ? money_text(*costs.hour.card_price) : tr("unknown"));
    hour.push_back(format_number(costs.hour.total, 2));
    money.push_back(knows_card_price(costs) ? money_text(costs.money)
                                            : money_text(costs.money) + tr(" + the cards"));
    rent.push_back(costs.hour.rent
                       ? money_text(money_per_trillion(*costs.hour.rent, result.sides[i].rate))
                       : tr("unknown"));
    energy.push_back(energy_text(costs));
    phases.push_back(energy_shares(costs));
    even.push_back(break_even_text(break_even(result.sides[i], costs, all.front())));
  }
  table.rows = {price, hour, money, rent, energy, phases, even};
  text += render(table);
  text +=
      paragraph(say("power: of the cards and what the costs say of servers and cooling; "
                    "not counted: {}",
                    fmt::join(uncounted_power(model), ", ")));
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const CardHour::Item& item : all[i].hour.items)
      text += paragraph(say("{}: {}, {:.2f} an hour: {}", side_letter(i), item.what.text(),
                            item.cost, item.source));
    if (all[i].hour.rent)
      text += paragraph(say("{}: rent, {:.2f} an hour: {}", side_letter(i), *all[i].hour.rent,
                            all[i].hour.rent_source));
    if (!all[i].hour.unknown.empty())
      text += paragraph(say("{} leaves out what is unknown: {}", side_letter(i),
                            fmt::join(all[i].hour.unknown, "; ")));
    if (const std::string status = export_status(model, result.sides[i]); !status.empty())
      text += paragraph(say("{}: export: {}", side_letter(i), status));
  }
  return text;
}

Json costs_json(const SideResult& side, const SideResult& first, const CostModel& model) {
  const SideCosts costs = costs_of(side, model);
  const std::optional<double> even = break_even(side, costs, costs_of(first, model));
  const auto known = [](const std::optional<double>& value) {
    return value && std::isfinite(*value) ? rounded(*value) : Json(nullptr);
  };
  Json items = Json::array();
  for (const CardHour::Item& item : costs.hour.items)
    items.push_back(
        {{"what", item.what}, {"per_card_hour", rounded(item.cost)}, {"source", item.source}});
  Json json{
      {"model", model.name},
      {"currency", name_of(currency_names, model.currency)},
      {"items", std::move(items)},
      {"unknown", costs.hour.unknown},
      {"per_card_hour", rounded(costs.hour.total)},
      {"per_trillion_tokens", rounded(costs.money)},
      {"rent_per_trillion_tokens",
       costs.hour.rent ? rounded(money_per_trillion(*costs.hour.rent, side.rate)) : Json(nullptr)}};
  json["card_price"] = known(costs.hour.card_price);
  json["card_may_cost"] = known(even);
  json["export"] = export_status(model, side);
  json["rent_source"] = costs.hour.rent_source;
  if (costs.energy)
    json["energy_kwh_per_trillion_tokens"] = {
        {"compute", rounded(costs.energy->compute)},
        {"communication", rounded(costs.energy->communication)},
        {"idle", rounded(costs.energy->idle)},
        {"rated_for_unknown", costs.energy->most}};
  json["uncounted_power"] = uncounted_power(model);
  return json;
}

}  // namespace qianka
