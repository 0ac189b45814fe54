// SPDX-License-Identifier: Apache-2.0
// The keys of a cost model's file.
#include "sim/input/fields.hpp"
#include "sim/input/scalars.hpp"
#include "sim/input/spelling.hpp"
#include "sim/input/yaml.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/storage_format.hpp"
#include "sim/study/costs.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace qianka {
namespace {

Table<Sourced> sourced(const char* name, Range range) {
  Table<Sourced> t(name, "A figure and who says so.");
  t.figure("value", &Sourced::value, number(range), "The figure.");
  t.add("source", &Sourced::source, free_text(), "Who says so, or 'assumption'.").required();
  return t;
}
const Table<Sourced>& amount_table() {
  static const Table<Sourced> table = sourced("sourced figure", not_negative);
  return table;
}
const Table<Sourced>& share_table() {
  static const Table<Sourced> table = sourced("sourced share", positive_share);
  return table;
}
const Table<Sourced>& factor_table() {
  static const Table<Sourced> table = sourced("sourced factor", {1, true});
  return table;
}

/// The card's id is one of the catalogue.
template <class T>
void check_part(T& priced, const Value& map, Reader& reader) {
  std::vector<std::string> ids;
  for (const CatalogueEntry& entry : list_catalogue("accelerator")) ids.push_back(entry.id);
  if (std::ranges::find(ids, priced.part) != ids.end()) return;
  const Entry* part = map.find("part");
  reader.error(part == nullptr ? map.at : part->value.at,
               fmt::format("no accelerator '{}'", priced.part),
               suggestion(priced.part, ids, "'qianka list parts' names them:"));
}

const Table<PartPrice>& part_price_table() {
  static const Table<PartPrice> table = [] {
    using P = PartPrice;
    Table<P> t("price of a part", "In place of the price in the part's own file.");
    t.add("part", &P::part, free_text(), "Its id in the catalogue.").required();
    t.section("price", &P::price, price_table(), "What one costs.");
    t.add("export", &P::export_status, free_text(), "Who may buy it, and since when.");
    t.then(check_part<PartPrice>);
    return t;
  }();
  return table;
}

const Table<Rent>& rent_table() {
  static const Table<Rent> table = [] {
    Table<Rent> t("rent", "What a provider asks for.");
    t.add("part", &Rent::part, free_text(), "The card's id in the catalogue.").required();
    t.add("card_hour", &Rent::card_hour, number(positive), "Of one card.").required();
    t.add("date", &Rent::date, free_text(), "When, as in 2024-04.").required();
    t.add("source", &Rent::source, free_text(), "Who asks for it.").required();
    t.then(check_part<Rent>);
    return t;
  }();
  return table;
}

const Table<CostModel>& cost_table() {
  static const Table<CostModel> table = [] {
    using C = CostModel;
    Table<C> t("cost model", "What machines, power and people cost. What is left out is unknown.");
    t.add("name", &C::name, free_text(), "In reports.").required();
    t.add("notes", &C::notes, free_text(), "For readers.");
    t.add("currency", &C::currency, choice<Currency>(currency_names), "Of all amounts.");
    const auto &s = amount_table(), &share = share_table();
    t.section("dollar", &C::dollar, s, "One US dollar.");
    t.section("years", &C::years, s, "What is bought is written off over so many.");
    t.section("usage", &C::usage, share, "Share of that time in which the cluster trains.");
    t.section("electricity", &C::electricity, s, "A kWh.");
    t.section("pue", &C::pue, factor_table(), "Power of the hall over that of its machines.");
    t.section("server_per_card", &C::server_per_card, s, "A server without cards, by card.");
    t.section("network_per_card", &C::network_per_card, s, "NICs, switches, cables, by card.");
    t.section("storage_per_card", &C::storage_per_card, s, "Storage, by card.");
    t.section("staff_per_card_year", &C::staff_per_card_year, s, "People, by card and year.");
    t.section("server_power_per_card", &C::server_power_per_card, s,
              "Rated power of all in a server but its cards, by card, in W.");
    t.section("communication_power", &C::communication_power, share,
              "Of a card that waits for data: share of its rated power.");
    t.section("idle_power", &C::idle_power, share, "Of an idle card: share of its rated power.");
    t.list("prices", &C::prices, part_price_table(), "In place of the catalogue's.");
    t.list("rents", &C::rents, rent_table(), "What a card is rented for.");
    return t;
  }();
  return table;
}

}  // namespace

const TableInfo& cost_format() { return cost_table().info(); }

CostModel read_cost_model(const std::string& text, const std::string& name) {
  return read_document(cost_table(), text, name);
}

}  // namespace qianka
