// SPDX-License-Identifier: Apache-2.0
#include "sim/study/replicas.hpp"

#include "sim/language/language.hpp"
#include "sim/metrics/accounting.hpp"
#include "sim/units/require.hpp"

namespace qianka {
namespace {

constexpr double seconds_per_hour = 3600;

}  // namespace

ReplicaFigures run_replicas(const RunWeeks& run, const Scenario& scenario, int seeds) {
  require(seeds > 0, "replicas are of a seed at least");
  ReplicaFigures figures;
  Scenario replica = scenario;
  for (int i = 0; i < seeds; ++i) {
    replica.seed = scenario.seed + static_cast<std::uint64_t>(i);
    const CampaignSummary weeks = run(replica);
    figures.goodput.push_back(weeks.goodput);
    figures.ettr.push_back(weeks.ettr);
    figures.end_to_end_mfu.push_back(weeks.end_to_end_mfu);
    figures.failures.push_back(static_cast<double>(weeks.failures));
    figures.lost_hours.push_back(weeks.lost_work.value / seconds_per_hour);
    figures.down_hours.push_back(to_seconds(time_down(weeks)).value / seconds_per_hour);
  }
  return figures;
}

std::vector<NamedSpread> spreads_of(const ReplicaFigures& figures) {
  const auto share = [](const char* key, const char* title, const std::vector<double>& values) {
    return NamedSpread{key, title, true, spread_of_shares(values), &values};
  };
  const auto amount = [](const char* key, const char* title, const std::vector<double>& values) {
    return NamedSpread{key, title, false, spread_of(values), &values};
  };
  return {share("goodput", "goodput", figures.goodput),
          share("ettr", "ETTR", figures.ettr),
          share("end_to_end_mfu", marked("end-to-end MFU"), figures.end_to_end_mfu),
          amount("failures", marked("failures"), figures.failures),
          amount("lost_work_h", marked("work lost, hours"), figures.lost_hours),
          amount("down_h", marked("down, hours"), figures.down_hours)};
}

}  // namespace qianka
