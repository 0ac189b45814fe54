// SPDX-License-Identifier: Apache-2.0
#include "sim/report/jobs_report.hpp"

#include "sim/language/language.hpp"
#include "sim/report/figures.hpp"
#include "sim/report/table.hpp"
#include "sim/units/format.hpp"

namespace qianka {
namespace {

std::string meeting_points(const JobsSummary& summary) {
  if (summary.meeting.empty()) return tr("They meet on no link.\n");
  TextTable table{.columns = {{tr("links"), Align::right}}};
  for (const JobRecord& job : summary.jobs) table.columns.push_back({job.name, Align::right});
  table.columns.push_back({tr("for example")});
  for (const MeetingPoint& point : summary.meeting) {
    std::vector<std::string> row{format_count(point.links)};
    for (const double load : point.loads) row.push_back(percent(load, 0));
    row.push_back(point.link);
    table.rows.push_back(std::move(row));
  }
  return tr("Where they meet: what each job's flows would take alone, of the link's rate\n") +
         render(table);
}

}  // namespace

std::string jobs_text(const JobsSummary& summary) {
  TextTable table{.columns = {{tr("job")},
                              {tr("cards"), Align::right},
                              {tr("step alone"), Align::right},
                              {tr("together"), Align::right},
                              {tr("slower by"), Align::right},
                              {tr("steps"), Align::right}}};
  for (const JobRecord& job : summary.jobs)
    table.rows.push_back({job.name, format_count(job.cards), format_time(job.alone),
                          format_time(job.together), percent(job.slowdown() - 1, 2),
                          format_count(job.steps)});
  return say("qianka {}: {} on {} of {}, placement {}, seed {}\n\n", QIANKA_VERSION,
             counted(std::ssize(summary.jobs), "job"), counted(summary.nodes, "node"),
             summary.cluster, summary.placement, summary.seed) +
         render(table) + "\n" + meeting_points(summary) + "\n" +
         paragraph(
             tr("All begin together and repeat their step until each has done four; a step is "
                "the mean of a job's. What they exchange between replicas and stages shares the "
                "fabric; collectives inside passes meet those of their own job only."),
             0);
}

Json jobs_json(const JobsSummary& summary) {
  Json jobs = Json::array(), meeting = Json::array();
  for (const JobRecord& job : summary.jobs)
    jobs.push_back({{"name", job.name},
                    {"cards", job.cards},
                    {"alone_s", rounded(job.alone.value)},
                    {"together_s", rounded(job.together.value)},
                    {"slowdown", rounded(job.slowdown())},
                    {"steps", job.steps}});
  for (const MeetingPoint& point : summary.meeting) {
    Json loads = Json::array();
    for (const double load : point.loads) loads.push_back(rounded(load));
    meeting.push_back({{"link", point.link}, {"links", point.links}, {"loads", std::move(loads)}});
  }
  return {{"cluster", summary.cluster}, {"nodes", summary.nodes},  {"placement", summary.placement},
          {"seed", summary.seed},       {"jobs", std::move(jobs)}, {"meeting", std::move(meeting)}};
}

}  // namespace qianka
