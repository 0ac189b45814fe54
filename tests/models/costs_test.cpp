// SPDX-License-Identifier: Apache-2.0
// Money and energy by hand.
#include "sim/study/costs.hpp"

#include "sim/scenario/catalogue.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

constexpr const char* file = R"(
name: By hand
currency: CNY
dollar: {value: 7, source: test}
years: {value: 4, source: test}
usage: {value: 0.5, source: test}
electricity: {value: 0.5, source: test}
pue: {value: 1.25, source: test}
server_per_card: {value: 17532, source: test}
staff_per_card_year: {value: 876.6, source: test}
server_power_per_card: {value: 300, source: test}
communication_power: {value: 0.5, source: test}
idle_power: {value: 0.25, source: test}
prices:
  - part: h100-sxm5-80gb
    price: {value: 25000, currency: USD, date: 2024-01, source: test}
)";

Scenario one_node() {
  Scenario scenario;
  scenario.cluster = load_cluster("dgx-h100-rail");
  scenario.cluster.nodes = 1;
  return scenario;
}

/// Half of a step computes, a quarter waits for data.
StepSummary half_busy() {
  StepSummary step;
  step.time = Seconds{1};
  step.breakdown.compute = Seconds{0.5};
  step.breakdown.tensor_comm = Seconds{0.25};
  step.tokens_per_second_per_card = 1000;
  return step;
}

double cost_of(const CardHour& hour, const std::string& what) {
  for (const CardHour::Item& item : hour.items)
    if (item.what.text() == what) return item.cost;
  ADD_FAILURE() << "no item " << what;
  return 0;
}

TEST(Costs, a_card_hour_by_hand) {
  const CostModel model = read_cost_model(file, "costs.yaml");
  const CardHour hour = card_hour(model, one_node(), half_busy(), 1);
  // 25,000 USD at 7 over 4 years of 8,766 hours, half of them used.
  EXPECT_DOUBLE_EQ(cost_of(hour, "card"), 25000 * 7 / (4 * 8766 * 0.5));
  EXPECT_DOUBLE_EQ(cost_of(hour, "server"), 1);
  // Paid all year, used for half of it.
  EXPECT_DOUBLE_EQ(cost_of(hour, "staff"), 0.2);
  EXPECT_DOUBLE_EQ(hour.per_price, 1 / (4 * 8766 * 0.5));
  EXPECT_EQ(hour.unknown, (std::vector{said("network"), said("storage")}));

  const Scenario scenario = one_node();
  const double rated = scenario.cluster.node.accelerator.power->value;
  const double watts = (0.5 * rated + 0.25 * 0.5 * rated + 0.25 * 0.25 * rated + 300) * 1.25;
  EXPECT_DOUBLE_EQ(rated_power(model, scenario.cluster.node.accelerator)->value,
                   (rated + 300) * 1.25);
  EXPECT_NEAR(cost_of(hour, "power and cooling"), watts / 1000 * 0.5, 1e-12);
}

TEST(Costs, energy_goes_by_phase_and_grows_with_what_is_lost) {
  const CostModel model = read_cost_model(file, "costs.yaml");
  const std::optional<Energy> whole = energy_of(model, one_node(), half_busy(), 1);
  const std::optional<Energy> half = energy_of(model, one_node(), half_busy(), 0.5);
  ASSERT_TRUE(whole && half);
  EXPECT_FALSE(whole->most);
  // 10^12 tokens at 1,000 a second and card: so many seconds of a card.
  const double hours = 1e12 / 1000 / 3600;
  const CardHour hour = card_hour(model, one_node(), half_busy(), 1);
  EXPECT_NEAR(whole->total(), cost_of(hour, "power and cooling") / 0.5 * hours,
              1e-9 * whole->total());
  EXPECT_NEAR(half->compute, whole->compute, 1e-9 * whole->compute)
      << "the same tokens are computed";
  EXPECT_GT(half->idle, whole->idle);
}

TEST(Costs, what_is_unknown_is_named_and_never_zero) {
  const CostModel model = read_cost_model("name: Nothing\n", "costs.yaml");
  const CardHour hour = card_hour(model, one_node(), half_busy(), 1);
  EXPECT_TRUE(hour.items.empty());
  EXPECT_GE(hour.unknown.size(), 3U);
  EXPECT_TRUE(energy_of(model, one_node(), half_busy(), 1)->most) << "rated power stands for it";
  EXPECT_THROW(read_cost_model("name: x\npue: {value: 0.5, source: y}\n", "c.yaml"), InputError);
  EXPECT_THROW(read_cost_model("name: x\nusage: {value: 3, source: y}\n", "c.yaml"), InputError);
  EXPECT_THROW(read_cost_model(
                   "name: x\nrents: [{part: h20-96bg, card_hour: 9, date: d, source: s}]\n", "c"),
               InputError);
  EXPECT_EQ(uncounted_power(model),
            (std::vector<std::string>{"servers", "switches and modules", "storage", "cooling"}));
  EXPECT_THROW(read_cost_model("name: x\npuee: {value: 1, source: y}\n", "costs.yaml"), InputError);
}

}  // namespace
}  // namespace qianka
