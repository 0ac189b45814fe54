// SPDX-License-Identifier: Apache-2.0
#include "sim/report/campaign_text.hpp"

#include "sim/language/language.hpp"
#include "sim/report/campaign_story.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/table.hpp"
#include "sim/report/terms.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::size_t first_shown = 10, last_shown = 3;
constexpr double ns_per_second = 1e9, ns_per_hour = 3.6e12;

std::string checkpoints(const CampaignSummary& campaign) {
  if (campaign.checkpoint_bytes.value == 0) return tr("none");
  return say("{}, each {}: {} to write, {} of stall, {} to load",
             format_count(campaign.checkpoints), format_bytes(campaign.checkpoint_bytes),
             format_time(campaign.checkpoint_write), format_time(campaign.checkpoint_stall_each),
             format_time(campaign.checkpoint_load));
}

std::string memory_copies(const CampaignSummary& campaign) {
  return say("{}: {} of stall, {} until the peers have it, {} to load, {} from a peer",
             format_count(campaign.memory_copies), format_time(campaign.memory_stall),
             format_time(campaign.memory_copy), format_time(campaign.memory_load),
             format_time(campaign.memory_load_peer));
}

/// "storage 3, memory 40", in the order of the words.
std::string restores(const CampaignSummary& campaign) {
  std::string text;
  for (const auto& [origin, count] : campaign.restores_from) {
    const std::string name = origin == "last_words" ? tr("last words") : origin;
    text += fmt::format("{}{} {}", text.empty() ? "" : ", ", name, format_count(count));
  }
  return text.empty() ? tr("no failure") : text;
}

/// The figures people quote; those that Chinese tenders ask for come together.
std::string figures(const CampaignSummary& campaign) {
  const bool struck = campaign.failures > 0;
  TextTable table{.columns = {{""}, {""}},
                  .rows = {
                      {bilingual("ETTR"), percent(campaign.ettr, 2)},
                      {bilingual(tr("availability")), percent(availability(campaign), 2)},
                      {bilingual("MTBF"), struck ? format_time(campaign.mean_time_between_failures)
                                                 : tr("no failure")},
                      {bilingual(tr("recovery")),
                       struck ? format_time(campaign.mean_recovery) : tr("no failure")},
                      {bilingual(tr("goodput")), percent(campaign.goodput, 2)},
                      {bilingual(tr("end-to-end MFU")), percent(campaign.end_to_end_mfu, 2)},
                      {tr("kept"), say("{}, {} tokens", counted(campaign.steps, "step"),
                                       format_large(campaign.tokens))},
                      {tr("failures"), say("{}; {} of work lost", format_count(campaign.failures),
                                           format_time(campaign.lost_work))},
                      {tr("checkpoints"), checkpoints(campaign)},
                  }};
  if (campaign.memory_copies > 0)
    table.rows.push_back({tr("copies in memory"), memory_copies(campaign)});
  if (campaign.shows_restores) table.rows.push_back({tr("went on from"), restores(campaign)});
  return render(table);
}

/// A key of the accounts as words.
std::string title_of(std::string key) {
  std::ranges::replace(key, '_', ' ');
  return tr(key);
}

// What title_of() translates: account_name() and part_name() of sim/metrics/accounting.cpp.
[[maybe_unused]] constexpr std::array key_words{
    marked("productive"),   marked("recomputed"),  marked("checkpoint stall"), marked("detection"),
    marked("localisation"), marked("waiting"),     marked("restart"),          marked("load"),
    marked("degraded"),     marked("detect"),      marked("remedy"),           marked("localise"),
    marked("take"),         marked("wait"),        marked("schedule"),         marked("cold start"),
    marked("groups"),       marked("reconfigure"), marked("warm up")};

struct Account {
  std::string name;
  double amount;
};

std::string account_table(const char* title, const char* unit, const std::vector<Account>& all) {
  std::vector<double> amounts;
  for (const Account& account : all) amounts.push_back(account.amount);
  const Shares shares = shares_of(amounts);
  TextTable table{.columns = {{title}, {unit, Align::right}, {"%", Align::right}}};
  for (std::size_t row = 0; row <= all.size(); ++row)
    table.rows.push_back({row < all.size() ? all[row].name : tr("total"), shares.amounts[row],
                          shares.percents[row]});
  return render(table);
}

std::string accounts(const CampaignSummary& campaign) {
  std::vector<Account> seconds, card_hours;
  const auto hours = [&](NodeNanoseconds ns) {
    return static_cast<double>(ns) * campaign.cards_per_node / ns_per_hour;
  };
  for (int i = 0; i < account_kinds; ++i) {
    const std::string title = title_of(account_name(static_cast<AccountKind>(i)));
    seconds.push_back({title, static_cast<double>(campaign.account_ns[i]) / ns_per_second});
    card_hours.push_back({title, hours(campaign.card_account_ns[i])});
  }
  card_hours.push_back({tr("idle spare"), hours(campaign.idle_spare_node_ns)});
  card_hours.push_back({tr("in repair"), hours(campaign.in_repair_node_ns)});
  if (campaign.other_job_node_ns > 0)
    card_hours.push_back({tr("other job"), hours(campaign.other_job_node_ns)});
  if (campaign.retired_node_ns > 0)
    card_hours.push_back({tr("retired"), hours(campaign.retired_node_ns)});
  return account_table(tr("where the wall clock goes"), tr("seconds"), seconds) + "\n" +
         account_table(tr("where the card-hours go"), tr("card-hours"), card_hours);
}

/// What the time down went to, where that is more than the accounts say.
std::string recoveries(const CampaignSummary& campaign) {
  std::vector<Account> parts;
  bool more = false;
  for (int i = 0; i < recovery_parts; ++i) {
    const auto part = static_cast<RecoveryPart>(i);
    const std::int64_t ns = campaign.recovery_ns[i];
    if (ns == 0) continue;
    parts.push_back({title_of(part_name(part)), static_cast<double>(ns) / ns_per_second});
    more |= part == RecoveryPart::remedy || part == RecoveryPart::take ||
            part == RecoveryPart::schedule || part == RecoveryPart::groups ||
            part == RecoveryPart::reconfigure || part == RecoveryPart::warm_up;
  }
  return more ? "\n" + account_table(tr("what recoveries consist of"), tr("seconds"), parts) : "";
}

std::string components(const CampaignSummary& campaign) {
  std::vector<std::pair<std::string, std::int64_t>> sorted(campaign.failures_by_component.begin(),
                                                           campaign.failures_by_component.end());
  std::ranges::stable_sort(sorted,
                           [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<double> counts;
  for (const auto& [component, count] : sorted) counts.push_back(static_cast<double>(count));
  const Shares shares = shares_of(counts);
  TextTable table{
      .columns = {{tr("failures by component")}, {tr("count"), Align::right}, {"%", Align::right}}};
  std::int64_t total = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    table.rows.push_back({sorted[i].first, format_count(sorted[i].second), shares.percents[i]});
    total += sorted[i].second;
  }
  table.rows.push_back({tr("total"), format_count(total), shares.percents.back()});
  return render(table);
}

std::string restarts(const std::vector<RestartRecord>& all, bool every) {
  TextTable table{.columns = {{tr("at"), Align::right},
                              {tr("lost"), Align::right},
                              {tr("time", "down"), Align::right},
                              {tr("title", "node"), Align::right},
                              {tr("component")},
                              {tr("cause")}}};
  for (const RestartRecord& stop : all) {
    table.rows.push_back({clock_text(stop.at), format_time(stop.lost), format_time(stop.down),
                          stop.node < 0 ? "-" : fmt::format("{}", stop.node), stop.component,
                          stop.cause});
  }
  if (!every) leave_out_middle(table, first_shown, last_shown);
  return render(table);
}

}  // namespace

std::string campaign_text(const CampaignSummary& campaign, const TextOptions& options) {
  std::string text = say("Campaign: {} of wall clock{}\n", format_time(campaign.wall),
                         campaign.finished ? "" : tr(", not finished"));
  text += figures(campaign) + "\n" + accounts(campaign) + recoveries(campaign);
  if (!campaign.failures_by_component.empty()) text += "\n" + components(campaign);
  text += "\n" + waterfall_text(campaign);
  if (const std::string weeks = weeks_text(campaign); !weeks.empty()) text += "\n" + weeks;
  if (!campaign.restarts.empty()) {
    text += tr("\nStops and restarts\n") + restarts(campaign.restarts, options.every_restart);
  }
  return text;
}

}  // namespace qianka
