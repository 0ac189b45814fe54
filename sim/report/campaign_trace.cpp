// SPDX-License-Identifier: Apache-2.0
#include "sim/report/campaign_trace.hpp"

#include "sim/report/step_trace.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::int64_t process = 0;
constexpr TraceTrack states{process, 1}, faults{process, 2}, failures{process, 3},
    fabric{process, 4};
constexpr std::int64_t microsecond = 1000;  // doubles hold a run of years in these

class CampaignWriter {
 public:
  CampaignWriter(const Summary& summary, const JobLog& log,
                 const std::optional<TraceFile::Window>& window)
      : summary_(summary),
        weeks_(*summary.campaign),
        log_(log),
        file_(weeks_.wall, window, microsecond) {}

  TraceFile write() {
    file_.name_process(process, "job " + summary_.scenario, 0);
    file_.name_track(states, "state of the job");
    file_.name_track(faults, "faults");
    file_.name_track(failures, "failures, until training goes on");
    file_.name_track(fabric, "fabric");
    job();
    for (const RestartRecord& failure : weeks_.restarts) struck(failure);
    spells();
    return std::move(file_);
  }

 private:
  void job() {
    std::size_t began = 0;  // what follows in the same state is one slice
    for (std::size_t i = 0; i < log_.size(); ++i) {
      counters(i);
      if (i + 1 < log_.size() && log_[i + 1].state == log_[began].state) continue;
      const Seconds end = i + 1 < log_.size() ? log_[i + 1].at : weeks_.wall;
      const JobMoment& first = log_[began];
      if (first.state != "over")
        file_.slice(states, first.state, "state", first.at, end, {{"steps_before", first.steps}});
      began = i + 1;
    }
  }

  void counters(std::size_t i) {
    const JobMoment& now = log_[i];
    const JobMoment* before = i > 0 ? &log_[i - 1] : nullptr;
    if (before == nullptr || before->in_job != now.in_job || before->idle != now.idle)
      file_.counter(process, "live nodes", now.at,
                    {{"in the job", now.in_job}, {"idle", now.idle}});
    if (before == nullptr || before->in_repair != now.in_repair ||
        before->elsewhere != now.elsewhere)
      file_.counter(process, "other nodes", now.at,
                    {{"in repair", now.in_repair}, {"elsewhere", now.elsewhere}});
    const bool ends = i + 1 == log_.size();
    if (before != nullptr && before->steps == now.steps && !ends) return;
    file_.sample(process, "steps", now.at, {{"done", now.steps}});
    const double useful = static_cast<double>(now.steps) * summary_.step.time.value;
    if (now.at.value > 0)
      file_.sample(process, "goodput so far", now.at,
                   {{"%", rounded(100 * useful / now.at.value)}});
  }

  void struck(const RestartRecord& failure) {
    const std::string name = failure.component + ": " + failure.cause;
    Json args = {{"component", failure.component},
                 {"cause", failure.cause},
                 {"node", failure.node},
                 {"lost_s", rounded(failure.lost.value)},
                 {"down_s", rounded(failure.down.value)}};
    file_.instant(faults, name, "fault", failure.at, args);
    const Seconds back = failure.at + failure.down;
    if (!file_.slice(failures, name, "fault", failure.at, back, std::move(args))) return;
    resumes(failure.at, back);
  }

  /// An arrow from a failure to the training that goes on after it.
  void resumes(Seconds at, Seconds back) {
    const auto close = [&](const JobMoment& moment) {  // sums of clocks
      return moment.state == "training" && std::abs((moment.at - back).value) < 1e-6;
    };
    const auto later = std::ranges::lower_bound(log_, back - Seconds{1e-6}, {}, &JobMoment::at);
    const auto training =
        std::find_if(later, later + std::min<std::ptrdiff_t>(4, log_.end() - later), close);
    if (training == log_.end() || !close(*training)) return;
    const auto next = std::find_if(training, log_.end(),
                                   [](const JobMoment& m) { return m.state != "training"; });
    const Seconds end = next == log_.end() ? weeks_.wall : next->at;
    file_.arrow("back", {failures, at, back, true}, {states, training->at, end});
  }

  void spells() {
    for (std::size_t i = 0; i < weeks_.fabric.size(); ++i) {
      const FabricSpell& spell = weeks_.fabric[i];
      const Seconds end = i + 1 < weeks_.fabric.size() ? weeks_.fabric[i + 1].at : weeks_.wall;
      file_.slice(fabric, name_of(spell), "fabric", spell.at, end,
                  {{"step_s", rounded(spell.step.value)}});
      if (spell.state != 0)
        file_.instant(faults, "fabric: " + name_of(spell), "fault", spell.at, Json::object());
    }
  }

  std::string name_of(const FabricSpell& spell) const {
    require(summary_.fabric.has_value(), "what happens to the fabric is summed up");
    const auto& known = summary_.fabric->states;
    const auto found = std::ranges::find(known, spell.state, &FabricRecord::state);
    return found == known.end() ? "unknown" : found->what.in(Language::en);
  }

  const Summary& summary_;
  const CampaignSummary& weeks_;
  const JobLog& log_;
  TraceFile file_;
};

}  // namespace

std::string campaign_trace(const Summary& summary, const JobLog& log,
                           const std::optional<TraceFile::Window>& window) {
  require(summary.campaign.has_value(), "weeks have a campaign");
  const TraceFile file = CampaignWriter(summary, log, window).write();
  Json header = {{"displayTimeUnit", "ms"}};
  header.update(trace_header(summary));
  return file.text(header);
}

}  // namespace qianka
