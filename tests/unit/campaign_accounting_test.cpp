// SPDX-License-Identifier: Apache-2.0
#include "sim/metrics/accounting.hpp"
#include "sim/units/require.hpp"

#include <gtest/gtest.h>

namespace qianka {
namespace {

TEST(Accounting, accounts_have_the_names_of_the_json) {
  EXPECT_STREQ(account_name(AccountKind::productive), "productive");
  EXPECT_STREQ(account_name(AccountKind::checkpoint_stall), "checkpoint_stall");
  EXPECT_STREQ(account_name(AccountKind::degraded), "degraded");
}

TEST(Accounting, times_are_rounded_to_the_nanosecond) {
  EXPECT_EQ(to_nanoseconds(Seconds{0}), 0);
  EXPECT_EQ(to_nanoseconds(Seconds{1.4999999994}), 1'499'999'999);
  EXPECT_EQ(to_nanoseconds(Seconds{54 * 86400.0}), 54 * a_day);
  EXPECT_EQ(to_nanoseconds(Seconds{1e300}), longest_span);
  EXPECT_THROW(to_nanoseconds(Seconds{-1}), Bug);
  EXPECT_EQ(to_seconds(1'500'000'000), Seconds{1.5});
}

TEST(Accounting, a_span_is_scaled_without_overflow) {
  EXPECT_EQ(scaled(10, 2, 3), 6);
  EXPECT_EQ(scaled(longest_span, 1'000'000, 1'000'000), longest_span);
  EXPECT_EQ(scaled(longest_span, never, 1), longest_span);
}

TEST(Accounting, node_time_does_not_overflow) {
  // 100,000 nodes for 54 days are 4.7e20 ns, fifty times what 64 bits hold.
  CampaignSummary ledger;
  charge_job(ledger, AccountKind::productive, 54 * a_day, 100'000);
  charge_pool(ledger, 54 * a_day, {.idle = 1000, .in_repair = 24});
  ledger.wall_ns = 54 * a_day;
  ledger.all_node_ns = static_cast<NodeNanoseconds>(54 * a_day) * 101'024;
  EXPECT_NO_THROW(check_sums(ledger));
}

TEST(Accounting, a_nanosecond_too_many_is_found) {
  CampaignSummary ledger;
  charge_part(ledger, RecoveryPart::load, 10, 4);
  ledger.wall_ns = 10;
  ledger.all_node_ns = 40;
  EXPECT_NO_THROW(check_sums(ledger));
  charge_pool(ledger, 1, {.idle = 1});
  EXPECT_THROW(check_sums(ledger), Bug);
  ledger.all_node_ns = 41;
  EXPECT_NO_THROW(check_sums(ledger));
  ledger.wall_ns = 11;
  EXPECT_THROW(check_sums(ledger), Bug);
}

TEST(Accounting, time_down_that_no_part_of_a_recovery_took_is_found) {
  CampaignSummary ledger;
  charge_part(ledger, RecoveryPart::groups, 10, 4);
  ledger.wall_ns = 10;
  ledger.all_node_ns = 40;
  EXPECT_NO_THROW(check_sums(ledger));
  EXPECT_EQ(ledger.account_ns[static_cast<int>(AccountKind::restart)], 10);
  ledger.recovery_ns[static_cast<int>(RecoveryPart::groups)] = 9;
  EXPECT_THROW(check_sums(ledger), Bug);
}

}  // namespace
}  // namespace qianka
