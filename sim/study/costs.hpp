// SPDX-License-Identifier: Apache-2.0
// What a card-hour costs, and what a trillion tokens take of money and energy. All of it is input:
// what is not known is left out, and said to be.
#pragma once
#include "sim/language/said.hpp"
#include "sim/metrics/step_summary.hpp"
#include "sim/scenario/scenario.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

struct TableInfo;

/// A figure and who says so; without a value: unknown.
struct Sourced {
  std::optional<double> value;
  std::string source;
};

/// A price of a catalogue part in place of the part's own.
struct PartPrice {
  std::string part;
  Price price;
  std::string export_status;  // "" = nothing is said
};

struct Rent {
  std::string part;
  double card_hour = 0;  // in the file's currency
  std::string date, source;
};

/// scenarios/costs/*.yaml; amounts are in `currency`.
struct CostModel {
  std::string id, name, notes;
  Currency currency = Currency::cny;
  Sourced dollar;       // one USD
  Sourced years;        // over which what is bought is written off, in a straight line
  Sourced usage;        // share of that time in which the cluster trains
  Sourced electricity;  // a kWh
  Sourced pue;          // power of the hall over that of the machines
  Sourced server_per_card, network_per_card, storage_per_card;  // bought beside the card
  Sourced staff_per_card_year;
  Sourced server_power_per_card;            // W, rated, of all that stands beside the cards
  Sourced communication_power, idle_power;  // of a card, as a share of its rated power
  std::vector<PartPrice> prices;
  std::vector<Rent> rents;
};

CostModel read_cost_model(const std::string& text, const std::string& name);
/// What its keys are, for the schema.
const TableInfo& cost_format();

/// Of one card and hour.
struct CardHour {
  struct Item {
    Said what;
    double cost = 0;
    std::string source;
  };
  std::vector<Item> items;    // known ones
  std::vector<Said> unknown;  // "network: unknown"
  double total = 0;           // of the known ones
  std::optional<double> rent;
  std::string rent_source;
  std::optional<double> card_price;  // the part of `items` that the card's price is
  double per_price = 0;              // what each unit of the card's price adds to `total`
};

/// kWh for a trillion tokens, the hall included, by what a card does meanwhile; of what is known.
struct Energy {
  double compute = 0, communication = 0, idle = 0;
  bool most = false;  // the power of a phase is unknown and taken as the rated one

  [[nodiscard]] double total() const { return compute + communication + idle; }
};

/// `kept`: share of the wall clock of all cards that training is; 1 without weeks.
CardHour card_hour(const CostModel& model, const Scenario& scenario, const StepSummary& step,
                   double kept);
/// Nothing when the power of the card is unknown.
std::optional<Energy> energy_of(const CostModel& model, const Scenario& scenario,
                                const StepSummary& step, double kept);

/// Rated power of a card, its share of the server and of the hall; nothing when that of the card is
/// unknown.
std::optional<Power> rated_power(const CostModel& model, const Accelerator& card);
/// What no power here counts: "switches and modules", …
std::vector<std::string> uncounted_power(const CostModel& model);

/// In the model's currency, of the known items; `rate`: tokens kept a second and card.
double money_per_trillion(double card_hour, double rate);

}  // namespace qianka
