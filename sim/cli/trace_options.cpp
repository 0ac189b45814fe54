// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/trace_options.hpp"

#include "sim/cli/declare.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/output_file.hpp"
#include "sim/cli/trace_wish.hpp"
#include "sim/input/gzip.hpp"
#include "sim/language/language.hpp"
#include "sim/report/campaign_trace.hpp"
#include "sim/report/step_trace.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/timeline.hpp"
#include "sim/units/format.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>

#include <fmt/format.h>

namespace qianka {
namespace {

namespace fs = std::filesystem;

// Viewers in a browser fail at some hundred megabytes (docs/traces.md, "Sizes"): a slice, with its
// counters, arrows and launch, takes about 550 bytes.
constexpr std::int64_t most_slices_of_a_file = 360'000;
constexpr std::int64_t most_slices_of_all = 5'000'000;

class TraceFolder {
 public:
  explicit TraceFolder(const TraceOptions& options)
      : folder_(options.folder), gzip_(options.gzip) {}

  /// Files of other ranks would be read as of this run: they are somebody's, and refused. What
  /// overviews an earlier run left goes, as this one may write none.
  void begin(const std::vector<int>& ranks) const {
    std::set<std::string> ours;
    for (const int rank : ranks) ours.insert(name_of(rank));
    std::error_code absent;
    for (const auto& entry : fs::directory_iterator(folder_, absent)) {
      const std::string name = entry.path().filename().string();
      if (entry.is_regular_file() && name.starts_with("rank-") && !ours.contains(name))
        throw UsageError(
            say("--trace: '{}' holds {} of another trace", folder_.string(), name),
            tr("name a folder of its own: programs read all files of a folder as one run"));
    }
    for (const char* name : {"ranks", "campaign"})
      for (const char* end : {".json", ".json.gz"})
        fs::remove(folder_ / "overview" / (std::string(name) + end), absent);
  }

  std::string name_of(int rank) const { return fmt::format("rank-{}{}", rank, ending()); }
  std::string overview(const char* name) const {
    return fmt::format("overview/{}{}", name, ending());
  }

  void write(const std::string& name, std::string text) const {
    write_output(folder_ / name, gzip_ ? zipped(std::move(text)) : text);
  }

 private:
  const char* ending() const { return gzip_ ? ".json.gz" : ".json"; }

  fs::path folder_;
  bool gzip_;
};

/// Of all that are to be drawn. Throws UsageError when they are too many.
std::int64_t checked_slices(const TraceOf& what, const std::vector<int>& ranks) {
  std::int64_t all = 0;
  for (const int rank : ranks) {
    const std::int64_t here = slices_at_most(what, rank);
    all += here;
    if (here > most_slices_of_a_file)
      throw UsageError(
          say("--trace: the file of rank {} would have up to {} slices; viewers open {}", rank,
              format_count(here), format_count(most_slices_of_a_file)),
          say("cut it: --trace-window '0 s..{}'",
              format_time(what.timeline->time * (0.5 * static_cast<double>(most_slices_of_a_file) /
                                                 static_cast<double>(here)))));
    if (all > most_slices_of_all)
      throw UsageError(say("--trace-ranks: {} files would have more than {} slices",
                           format_count(static_cast<std::int64_t>(ranks.size())),
                           format_count(most_slices_of_all)),
                       tr("fewer ranks, for example --trace-ranks stages"));
  }
  return all;
}

std::string checked_campaign(const Scenario& scenario, const Results& run,
                             const std::optional<TraceFile::Window>& window) {
  const JobLog log = log_of(scenario, run);
  const auto changes = std::ranges::count_if(log, [&](const JobMoment& moment) {
    return !window || (moment.at >= window->from && moment.at <= window->to);
  });
  if (changes > most_slices_of_a_file)
    throw UsageError(say("--trace: the job changes its state {} times; viewers open {}",
                         format_count(changes), format_count(most_slices_of_a_file)),
                     tr("cut it: --trace-window '0 h..24 h'"));
  return campaign_trace(run.summary, log, window);
}

std::string library_of(const Scenario& scenario) {
  const auto library = library_of_vendor(scenario.cluster.node.accelerator.vendor);
  return library && library->id == "hccl" ? "hccl" : "nccl";
}

}  // namespace

void add_trace_options(CLI::App& command, TraceOptions& options) {
  CLI::Option* folder =
      command
          .add_option("--trace", options.folder,
                      sentence("Write timelines of the step, a file a rank, and of the weeks into "
                               "this folder, for Perfetto, chrome://tracing, HTA and MindStudio "
                               "Insight: docs/traces.md."))
          ->type_name("DIR");
  command
      .add_option("--trace-ranks", options.ranks,
                  sentence("Of --trace: stages (the first rank of each pipeline stage; the "
                           "default), all, or numbers: 0,8,16..23."))
      ->type_name("RANKS")
      ->needs(folder);
  command
      .add_option("--trace-window", options.window,
                  sentence("Of --trace: a part of the weeks, or of the step of a run of one step: "
                           "'10 h..20 h'. Or steps, one after the other: 12..14."))
      ->type_name("FROM..TO")
      ->needs(folder);
  command.add_flag("--trace-gzip", options.gzip, sentence("Of --trace: write .json.gz files."))
      ->needs(folder)
      ->disable_flag_override();
}

void check_traces(const TraceOptions& options, const Scenario& scenario) {
  if (options.folder.empty()) return;
  trace_ranks(options.ranks, cards(scenario.job.parallel));
  trace_window(options.window);
  if (fs::exists(options.folder) && !fs::is_directory(options.folder))
    throw UsageError(say("--trace: '{}' is no folder", options.folder));
}

void write_traces(const TraceOptions& options, const Scenario& scenario, const Results& run) {
  if (options.folder.empty()) return;
  const Summary& summary = run.summary;
  const TraceWindow window = trace_window(options.window);
  const StepTimeline timeline = timeline_of(scenario);
  TraceOf what{.summary = &summary,
               .timeline = &timeline,
               .library = library_of(scenario),
               .first_step = window.first_step,
               .last_step = window.last_step,
               .window = std::nullopt};
  if (!summary.campaign) what.window = window.time;
  if (what.window && what.window->from >= timeline.time)
    throw UsageError(say("--trace-window: the step is over after {}", format_time(timeline.time)),
                     tr("this scenario is of one step; a window of weeks needs job.train_for"));
  if (summary.campaign && window.time && window.time->from >= summary.campaign->wall)
    throw UsageError(
        say("--trace-window: the weeks are over after {}", format_time(summary.campaign->wall)),
        tr("job.train_for says how long they are"));
  std::vector<int> ranks = trace_ranks(options.ranks, cards(scenario.job.parallel));
  if (options.ranks == "stages") ranks = first_of_stages(timeline);
  const std::int64_t slices = checked_slices(what, ranks);
  const TraceFolder folder(options);
  folder.begin(ranks);
  const std::string weeks =
      summary.campaign ? checked_campaign(scenario, run, window.time) : std::string();
  for (const int rank : ranks) folder.write(folder.name_of(rank), rank_trace(what, rank));
  if (slices <= most_slices_of_a_file)
    folder.write(folder.overview("ranks"), ranks_trace(what, ranks));
  if (!weeks.empty()) folder.write(folder.overview("campaign"), weeks);
  remark(say("written: {}: {}", options.folder,
             counted(static_cast<std::int64_t>(ranks.size()), "rank")));
}

}  // namespace qianka
