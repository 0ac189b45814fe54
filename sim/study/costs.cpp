// SPDX-License-Identifier: Apache-2.0
#include "sim/study/costs.hpp"

#include "sim/language/said.hpp"

#include <algorithm>

namespace qianka {
namespace {

constexpr double hours_per_year = 8766;  // 365.25 days
constexpr double seconds_per_hour = 3600, trillion = 1e12, watts_per_kilowatt = 1000;

std::optional<Price> price_of(const CostModel& model, const Accelerator& card) {
  for (const PartPrice& known : model.prices)
    if (known.part == card.id) return known.price;
  return card.price;
}

/// In the model's currency; nothing when the rate of exchange is unknown.
std::optional<double> converted(const CostModel& model, const Price& price) {
  if (price.currency == model.currency) return price.value;
  if (!model.dollar.value || *model.dollar.value == 0) return {};
  return model.currency == Currency::usd ? price.value / *model.dollar.value
                                         : price.value * *model.dollar.value;
}

struct PowerShares {
  double compute = 0, communication = 0, idle = 0;  // of the wall clock of all cards
};
PowerShares shares_of_wall(const StepSummary& step, double kept) {
  const Breakdown& b = step.breakdown;
  const double whole = step.time.value;
  const Seconds busy = b.compute + b.recompute + b.optimizer;
  const Seconds waits =
      b.tensor_comm + b.context_comm + b.expert_comm + b.pipeline_comm + b.data_comm;
  PowerShares shares{kept * busy.value / whole, kept * waits.value / whole, 0};
  shares.idle = std::max(0.0, 1 - shares.compute - shares.communication);
  return shares;
}

/// A card's mean power by phase, in watts; what is rated stands for what is unknown.
struct MeanPower {
  double compute = 0, communication = 0, idle = 0;
  bool most = false;
};
MeanPower mean_power(const CostModel& model, const Scenario& scenario, const StepSummary& step,
                     double kept) {
  const PowerShares shares = shares_of_wall(step, kept);
  const double rated = scenario.cluster.node.accelerator.power->value;
  const double others = model.server_power_per_card.value.value_or(0);
  const double hall = model.pue.value.value_or(1);
  return {
      shares.compute * (rated + others) * hall,
      shares.communication * (rated * model.communication_power.value.value_or(1) + others) * hall,
      shares.idle * (rated * model.idle_power.value.value_or(1) + others) * hall,
      !model.communication_power.value || !model.idle_power.value};
}

void add_capital(CardHour& hour, const CostModel& model, const Accelerator& card) {
  const std::optional<double> years = model.years.value;
  if (!years || *years == 0) {
    hour.unknown.push_back(said("years of depreciation: nothing bought is counted"));
    return;
  }
  const double hours = *years * hours_per_year * model.usage.value.value_or(1);
  hour.per_price = 1 / hours;
  const auto add = [&](const char* what, const Sourced& price) {
    if (price.value) {
      hour.items.push_back({said(what), *price.value / hours, price.source});
    } else {
      hour.unknown.push_back(said(what));
    }
  };
  const std::optional<Price> price = price_of(model, card);
  const std::optional<double> value = price ? converted(model, *price) : std::nullopt;
  hour.card_price = value;
  if (value) {
    hour.items.push_back({said([] { return tr("title", "card"); }), *value / hours,
                          price->date + ", " + price->source});
  } else {
    hour.unknown.push_back(
        price ? said("card: its price is in another currency, dollar: is unknown")
              : said([&] { return say("card: no price of {} is known", card.id); }));
  }
  add(marked("server"), model.server_per_card);
  add(marked("network"), model.network_per_card);
  add(marked("storage"), model.storage_per_card);
}

}  // namespace

CardHour card_hour(const CostModel& model, const Scenario& scenario, const StepSummary& step,
                   double kept) {
  const Accelerator& card = scenario.cluster.node.accelerator;
  CardHour hour;
  add_capital(hour, model, card);
  if (!card.power) {
    hour.unknown.push_back(said([&] { return say("power: that of {} is unknown", card.id); }));
  } else if (!model.electricity.value) {
    hour.unknown.push_back(said("power: electricity is unknown"));
  } else {
    const MeanPower power = mean_power(model, scenario, step, kept);
    const double watts = power.compute + power.communication + power.idle;
    hour.items.push_back({said("power and cooling"),
                          watts / watts_per_kilowatt * *model.electricity.value,
                          model.electricity.source});
    if (!model.pue.value) hour.unknown.push_back(said("cooling: pue is unknown"));
  }
  if (model.staff_per_card_year.value) {
    // People are paid while the cluster does not train.
    const double hours = hours_per_year * model.usage.value.value_or(1);
    hour.items.push_back({said("staff"), *model.staff_per_card_year.value / hours,
                          model.staff_per_card_year.source});
  } else {
    hour.unknown.push_back(said("staff"));
  }
  for (const CardHour::Item& item : hour.items) hour.total += item.cost;
  const auto rent = std::ranges::find(model.rents, card.id, &Rent::part);
  if (rent != model.rents.end())
    hour.rent = rent->card_hour, hour.rent_source = rent->date + ", " + rent->source;
  return hour;
}

std::optional<Energy> energy_of(const CostModel& model, const Scenario& scenario,
                                const StepSummary& step, double kept) {
  if (!scenario.cluster.node.accelerator.power) return {};
  const MeanPower power = mean_power(model, scenario, step, kept);
  const double rate = step.tokens_per_second_per_card * kept;
  const auto kilowatt_hours = [&](double watts) {
    return watts / watts_per_kilowatt * trillion / rate / seconds_per_hour;
  };
  return Energy{kilowatt_hours(power.compute), kilowatt_hours(power.communication),
                kilowatt_hours(power.idle), power.most};
}

std::optional<Power> rated_power(const CostModel& model, const Accelerator& card) {
  if (!card.power) return {};
  return Power{(card.power->value + model.server_power_per_card.value.value_or(0)) *
               model.pue.value.value_or(1)};
}

std::vector<std::string> uncounted_power(const CostModel& model) {
  std::vector<std::string> uncounted{tr("switches and modules"), tr("storage")};
  if (!model.server_power_per_card.value) uncounted.insert(uncounted.begin(), tr("servers"));
  if (!model.pue.value) uncounted.emplace_back(tr("cooling"));
  return uncounted;
}

double money_per_trillion(double card_hour, double rate) {
  return card_hour * trillion / rate / seconds_per_hour;
}

}  // namespace qianka
