// SPDX-License-Identifier: Apache-2.0
// The keys of a cost model's file.
#include "sim/input/fields.hpp"
#include "sim/input/scalars.hpp"
#include "sim/input/yaml.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/storage_format.hpp"
#include "sim/study/costs.hpp"

namespace qianka {
namespace {

const Table<Sourced>& sourced_table() {
  static const Table<Sourced> table = [] {
    Table<Sourced> t("sourced figure", "A figure and who says so.");
    t.figure("value", &Sourced::value, number(not_negative), "The figure.");
    t.add("source", &Sourced::source, free_text(), "Who says so, or 'assumption'.").required();
    return t;
  }();
  return table;
}

const Table<PartPrice>& part_price_table() {
  static const Table<PartPrice> table = [] {
    using P = PartPrice;
    Table<P> t("price of a part", "In place of the price in the part's own file.");
    t.add("part", &P::part, free_text(), "Its id in the catalogue.").required();
    t.section("price", &P::price, price_table(), "What one costs.");
    t.add("export", &P::export_status, free_text(), "Who may buy it, and since when.");
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
    const auto& s = sourced_table();
    t.section("dollar", &C::dollar, s, "One US dollar.");
    t.section("years", &C::years, s, "What is bought is written off over so many.");
    t.section("usage", &C::usage, s, "Share of that time in which the cluster trains.");
    t.section("electricity", &C::electricity, s, "A kWh.");
    t.section("pue", &C::pue, s, "Power of the hall over that of its machines.");
    t.section("server_per_card", &C::server_per_card, s, "A server without cards, by card.");
    t.section("network_per_card", &C::network_per_card, s, "NICs, switches, cables, by card.");
    t.section("storage_per_card", &C::storage_per_card, s, "Storage, by card.");
    t.section("staff_per_card_year", &C::staff_per_card_year, s, "People, by card and year.");
    t.section("communication_power", &C::communication_power, s,
              "Of a card that waits for data: share of its rated power.");
    t.section("idle_power", &C::idle_power, s, "Of an idle card: share of its rated power.");
    t.list("prices", &C::prices, part_price_table(), "In place of the catalogue's.");
    t.list("rents", &C::rents, rent_table(), "What a card is rented for.");
    return t;
  }();
  return table;
}

}  // namespace

CostModel read_cost_model(const std::string& text, const std::string& name) {
  return read_document(cost_table(), text, name);
}

}  // namespace qianka
