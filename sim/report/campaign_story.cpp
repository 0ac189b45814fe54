// SPDX-License-Identifier: Apache-2.0
#include "sim/report/campaign_story.hpp"

#include "sim/language/language.hpp"
#include "sim/metrics/accounting.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/sparkline.hpp"
#include "sim/report/table.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::size_t first_weeks = 8, last_weeks = 4;
constexpr int bar_width = 40;
// Below this nothing is left but the step under way at the end.
constexpr double negligible = 5e-6;

std::string bar(double share) {
  const auto cells = static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * bar_width));
  return std::string(cells, '#');
}

}  // namespace

std::vector<Loss> losses(const CampaignSummary& campaign) {
  const double wall = std::max(campaign.wall.value, 1e-9);
  std::map<std::string, Loss> by_component;
  for (const RestartRecord& stop : campaign.restarts) {
    Loss& loss = by_component[stop.component];
    loss.what = stop.component;
    loss.down += stop.down.value / wall, loss.work += stop.lost.value / wall;
  }
  std::vector<Loss> all;
  for (auto& [component, loss] : by_component) all.push_back(std::move(loss));
  const auto share = [&](AccountKind kind) {
    return to_seconds(campaign.account_ns[static_cast<std::size_t>(kind)]).value / wall;
  };
  // Time down that no failure's record has: growing back, a standstill before the fabric failed.
  double unrecorded = to_seconds(time_down(campaign)).value / wall;
  for (const Loss& loss : all) unrecorded -= loss.down;
  all.push_back({.what = tr("other time down"), .down = unrecorded});
  all.push_back({.what = tr("checkpoints"), .down = share(AccountKind::checkpoint_stall)});
  all.push_back({.what = tr("degraded"), .down = share(AccountKind::degraded)});
  double told = campaign.goodput;
  for (const Loss& loss : all) told += loss.all();
  // The step under way at the end, and what was lost at a speed below the healthy cluster's.
  all.push_back({.what = tr("rest"), .work = 1 - told});
  std::erase_if(all, [](const Loss& loss) { return std::abs(loss.all()) < negligible; });
  std::ranges::stable_sort(all, std::ranges::greater{}, &Loss::all);
  return all;
}

std::string waterfall_text(const CampaignSummary& campaign) {
  TextTable table{.columns = {{tr("from 100 % to goodput")},
                              {tr("time", "down"), Align::right},
                              {tr("lost work"), Align::right},
                              {tr("left"), Align::right}}};
  double left = 1;
  for (const Loss& loss : losses(campaign)) {
    left -= loss.all();
    table.rows.push_back(
        {loss.what, percent(loss.down, 2), percent(loss.work, 2), percent(left, 2)});
  }
  table.rows.push_back({tr("goodput"), "", "", percent(campaign.goodput, 2)});
  return render(table);
}

std::string weeks_text(const CampaignSummary& campaign) {
  const Nanoseconds wall = campaign.wall_ns;
  if (wall < 2 * a_week) return "";
  TextTable table{.columns = {{tr("week"), Align::right}, {tr("trained"), Align::right}, {""}}};
  const auto weeks = static_cast<std::int64_t>((wall + a_week - 1) / a_week);
  std::vector<double> shares;
  for (std::int64_t week = 0; week < weeks; ++week) {
    const auto at = static_cast<std::size_t>(week);
    const Nanoseconds trained =
        at < campaign.trained_by_week_ns.size() ? campaign.trained_by_week_ns[at] : 0;
    const Nanoseconds length = std::min(a_week, wall - week * a_week);
    const double share = static_cast<double>(trained) / static_cast<double>(length);
    shares.push_back(share);
    table.rows.push_back({fmt::format("{}", week + 1), percent(share, 1), bar(share)});
  }
  leave_out_middle(table, first_weeks, last_weeks);
  const auto [least, most] = std::ranges::minmax(shares);
  return render(table) + paragraph(say("week by week, {} to {}: {}", percent(least, 1),
                                       percent(most, 1), sparkline(shares)));
}

}  // namespace qianka
