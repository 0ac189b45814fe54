// SPDX-License-Identifier: Apache-2.0
#include "sim/report/json.hpp"
#include "support/json_keys.hpp"
#include "support/sample_summary.hpp"

#include <fstream>
#include <iterator>
#include <set>

#include <gtest/gtest.h>

namespace qianka {
namespace {

const std::vector<SourcedValue> sources{{"seed", "42", "scenario", "my.yaml:9"}};

std::set<std::string> keys_of(const Json& json) {
  std::set<std::string> keys;
  collect_keys(json, "", keys);
  // How often each component failed: its names depend on the run.
  std::erase_if(keys, [](const std::string& key) {
    return key.starts_with("campaign.failures_by_component.");
  });
  keys.insert("campaign.failures_by_component.<component>");
  return keys;
}

TEST(JsonReport, every_key_is_documented_and_every_documented_key_is_there) {
  std::set<std::string> documented = documented_keys("run");
  documented.erase("campaign");  // parts that may be missing, with a line of their own
  documented.erase("fabric");
  documented.erase("sources");
  EXPECT_EQ(keys_of(json_report(sample_summary(), sources)), documented);
}

TEST(JsonReport, parts_that_do_not_apply_are_left_out) {
  Summary summary = sample_summary();
  summary.campaign.reset();
  const Json json = json_report(summary);
  EXPECT_FALSE(json.contains("campaign"));
  EXPECT_FALSE(json.contains("sources"));
}

TEST(JsonReport, accounts_add_up_in_seconds_and_exactly_in_nanoseconds) {
  Summary summary = sample_summary();
  CampaignSummary& campaign = *summary.campaign;
  // 54 days, of which 1 ns went to each account but the first.
  campaign.wall_ns = 54LL * 86'400 * 1'000'000'000;
  std::fill(std::begin(campaign.account_ns), std::end(campaign.account_ns), 1);
  campaign.account_ns[0] = campaign.wall_ns - 8;
  const Json json = json_report(summary)["campaign"];
  EXPECT_EQ(json["accounting_s"]["productive"].dump(), "4665599.999999992");
  EXPECT_EQ(json["accounting_s"]["load"].dump(), "1e-09");
  double seconds = 0;
  for (const auto& part : json["accounting_s"]) seconds += part.get<double>();
  EXPECT_NEAR(seconds, json["wall_s"].get<double>(), 1e-6);
  std::int64_t ns = 0;
  for (const auto& part : json["accounting_ns"]) ns += part.get<std::int64_t>();
  EXPECT_EQ(ns, json["wall_ns"].get<std::int64_t>());
}

TEST(JsonReport, card_hours_of_a_large_cluster_add_up) {
  // 2,112 nodes x 8 cards x 54 days = 21,897,216 card-hours; the node-nanoseconds do not fit in 64
  // bits.
  Summary summary = sample_summary();
  CampaignSummary& campaign = *summary.campaign;
  const NodeNanoseconds wall = 54LL * 86'400 * 1'000'000'000;
  std::fill(std::begin(campaign.card_account_ns), std::end(campaign.card_account_ns), 0);
  campaign.card_account_ns[0] = 2048 * wall;
  campaign.idle_spare_node_ns = 60 * wall;
  campaign.in_repair_node_ns = 4 * wall;
  campaign.all_node_ns = 2112 * wall;
  const Json json = json_report(summary)["campaign"];
  EXPECT_EQ(json["all_card_hours"].get<double>(), 21'897'216.0);
  double hours = 0;
  for (const auto& part : json["accounting_card_hours"]) hours += part.get<double>();
  EXPECT_EQ(hours, 21'897'216.0);
}

TEST(JsonReport, numbers_have_nine_digits_and_counts_are_integers) {
  const Json json = json_report(sample_summary());
  EXPECT_EQ(json["step"]["tokens_per_s_per_card"].dump(), "97.5238095");
  EXPECT_EQ(json["step"]["model_flops"].dump(), "4.1239e+20");
  EXPECT_EQ(json["memory"]["per_card_bytes"].dump(), "64424509440");
  EXPECT_EQ(json["campaign"]["tokens"].dump(), "2719744");
  EXPECT_EQ(json["campaign"]["failures"].dump(), "2");
  EXPECT_EQ(rounded(1.0 / 3).dump(), "0.333333333");
  EXPECT_EQ(rounded(std::numeric_limits<double>::infinity()).dump(), "null");
}

TEST(JsonReport, text_that_is_no_utf_8_does_not_stop_it) {
  EXPECT_EQ(json_text(Json{{"name", "a\xff"}}), "{\n  \"name\": \"a\xef\xbf\xbd\"\n}\n");
}

}  // namespace
}  // namespace qianka
