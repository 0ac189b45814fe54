// SPDX-License-Identifier: Apache-2.0
#include "sim/report/bill_report.hpp"

#include "sim/language/language.hpp"
#include "sim/report/piece_names.hpp"
#include "sim/report/table.hpp"
#include "sim/scenario/names.hpp"
#include "sim/units/format.hpp"

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

std::string gigabits_text(Bandwidth rate) {
  return fmt::format("{:.6g} Gb/s", rate.value * 8 / 1e9);
}

std::string price_text(double value, Currency currency) {
  return fmt::format("{} {}", format_count(static_cast<std::int64_t>(std::llround(value))),
                     name_of(currency_names, currency));
}

std::string names_text(const std::vector<std::string>& pieces) {
  std::vector<std::string> names;
  for (const std::string& piece : pieces) names.push_back(piece_name(piece));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string prices_text(const Bill& bill) {
  std::string sums;
  for (const BillTotal& total : bill.prices)
    sums += (sums.empty() ? "" : tr(" and ")) + price_text(total.value, total.currency);
  if (sums.empty()) return tr("\n  list prices: the catalogue has none of these parts\n");
  std::string text = say("\n  list prices: {} for {} of {} pieces", sums, format_count(bill.priced),
                         format_count(bill.pieces));
  if (!bill.without_price.empty()) text += say(", without: {}", names_text(bill.without_price));
  for (const BillItem& item : bill.items)
    if (item.price)
      text += fmt::format("\n    {}: {}, {}", item.part, item.price->date, item.price->source);
  return text + "\n";
}

std::string items_table(const Bill& bill) {
  TextTable table{.columns = {{tr("what")},
                              {tr("count"), Align::right},
                              {tr("power each"), Align::right},
                              {tr("power"), Align::right},
                              {tr("price each"), Align::right},
                              {tr("part")}}};
  for (const BillItem& item : bill.items) {
    const double count = static_cast<double>(item.count);
    table.rows.push_back(
        {piece_name(item.what), format_count(item.count),
         item.each ? format_power(*item.each) : tr("unknown"),
         item.each ? format_power(Power{item.each->value * count}) : tr("unknown"),
         item.price ? price_text(item.price->value, item.price->currency) : tr("unknown"),
         item.part});
  }
  return render(table);
}

std::string tiers_table(const Bill& bill) {
  TextTable table{.columns = {{tr("tier")},
                              {tr("switches"), Align::right},
                              {tr("ports used"), Align::right},
                              {tr("ports"), Align::right},
                              {tr("down"), Align::right},
                              {tr("up"), Align::right},
                              {tr("oversubscription"), Align::right}}};
  for (const BillTier& tier : bill.tiers)
    table.rows.push_back(
        {way_name(tier.name), format_count(tier.switches), format_count(tier.ports_used),
         tier.ports ? format_count(*tier.ports) : tr("unknown"), format_bandwidth(tier.down),
         tier.up.value > 0 ? format_bandwidth(tier.up) : "-",
         tier.oversubscription ? fmt::format("{:.3g}:1", *tier.oversubscription) : "-"});
  return render(table);
}

std::string cables_table(const Bill& bill) {
  TextTable table{.columns = {{tr("cables")},
                              {tr("count"), Align::right},
                              {tr("rate"), Align::right},
                              {tr("length")},
                              {tr("delay"), Align::right},
                              {tr("optical modules"), Align::right}}};
  for (const BillCables& kind : bill.cables)
    table.rows.push_back(
        {way_name(kind.between), format_count(kind.count), gigabits_text(kind.rate),
         std::string(name_of(cable_length_names, kind.length)),
         kind.delay ? format_time(*kind.delay) : tr("unknown"), format_count(kind.modules)});
  return render(table);
}

std::string blast_table(const Bill& bill) {
  TextTable table{.columns = {{tr("when one fails")},
                              {tr("there are"), Align::right},
                              {tr("cards lost"), Align::right},
                              {tr("cards touched"), Align::right}}};
  for (const BlastRadius& blast : bill.blast)
    table.rows.push_back({piece_name(blast.what), format_count(blast.of),
                          format_count(blast.cards_lost), format_count(blast.cards_touched)});
  return render(table);
}

Json price_json(const Price& price) {
  return {{"value", rounded(price.value)},
          {"currency", name_of(currency_names, price.currency)},
          {"date", price.date},
          {"source", price.source}};
}

}  // namespace

std::string bill_text(const Bill& bill) {
  std::string text = fmt::format("{}: {}, {}\n\n", bill.cluster, counted(bill.nodes, "node"),
                                 counted(bill.cards, "card"));
  text += items_table(bill) + "\n";
  if (!bill.tiers.empty()) text += tiers_table(bill) + "\n" + cables_table(bill) + "\n";
  text += say("  power: {}", format_power(bill.power));
  if (!bill.without_power.empty()) text += say(", without: {}", names_text(bill.without_power));
  text += prices_text(bill);
  if (bill.injection.value > 0)
    text += say(
        "  bisection: {} of the {} that half of the NICs send ({})\n"
        "  diameter: {} cables between the NICs farthest apart\n"
        "  path diversity: at least {} without a common cable from the first node to any other\n",
        format_bandwidth(bill.bisection), format_bandwidth(bill.injection),
        format_percent(bill.bisection / bill.injection), bill.diameter,
        counted(bill.disjoint_paths, "way"));
  return text + "\n" + blast_table(bill);
}

Json bill_json(const Bill& bill) {
  Json items = Json::array(), tiers = Json::array(), cables = Json::array(), blast = Json::array();
  Json prices = Json::array();
  for (const BillItem& item : bill.items)
    items.push_back({{"what", item.what},
                     {"part", item.part},
                     {"count", item.count},
                     {"power_w", item.each ? rounded(item.each->value) : Json()},
                     {"list_price", item.price ? price_json(*item.price) : Json()}});
  for (const BillTotal& total : bill.prices)
    prices.push_back(
        {{"currency", name_of(currency_names, total.currency)}, {"value", rounded(total.value)}});
  for (const BillTier& tier : bill.tiers)
    tiers.push_back(
        {{"name", tier.name},
         {"switches", tier.switches},
         {"ports_used", tier.ports_used},
         {"ports", tier.ports ? Json(*tier.ports) : Json()},
         {"down_bytes_per_s", rounded(tier.down.value)},
         {"up_bytes_per_s", rounded(tier.up.value)},
         {"oversubscription", tier.oversubscription ? rounded(*tier.oversubscription) : Json()}});
  for (const BillCables& kind : bill.cables)
    cables.push_back({{"between", kind.between},
                      {"count", kind.count},
                      {"rate_bytes_per_s", rounded(kind.rate.value)},
                      {"delay_s", kind.delay ? rounded(kind.delay->value) : Json()},
                      {"length", name_of(cable_length_names, kind.length)},
                      {"optical_modules", kind.modules}});
  for (const BlastRadius& one : bill.blast)
    blast.push_back({{"what", one.what},
                     {"count", one.of},
                     {"cards_lost", one.cards_lost},
                     {"cards_touched", one.cards_touched}});
  return {{"cluster", bill.cluster},
          {"nodes", bill.nodes},
          {"cards", bill.cards},
          {"items", std::move(items)},
          {"tiers", std::move(tiers)},
          {"cables", std::move(cables)},
          {"power_w", rounded(bill.power.value)},
          {"without_power", bill.without_power},
          {"list_prices", std::move(prices)},
          {"pieces", bill.pieces},
          {"pieces_priced", bill.priced},
          {"without_price", bill.without_price},
          {"bisection_bytes_per_s", rounded(bill.bisection.value)},
          {"half_injection_bytes_per_s", rounded(bill.injection.value)},
          {"diameter", bill.diameter},
          {"disjoint_paths", bill.disjoint_paths},
          {"blast_radius", std::move(blast)}};
}

}  // namespace qianka
