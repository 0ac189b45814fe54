// SPDX-License-Identifier: Apache-2.0
#include "sim/study/run_extras.hpp"

#include "sim/engine/contention.hpp"
#include "sim/language/language.hpp"
#include "sim/metrics/campaign_curve.hpp"
#include "sim/study/fabric_picture.hpp"
#include "sim/study/step_picture.hpp"
#include "sim/timeline.hpp"
#include "sim/topology/topology.hpp"
#include "sim/workload/layout.hpp"
#include "sim/workload/memory.hpp"

#include <cmath>
#include <utility>

namespace qianka {
namespace {

Json fabric_extra(const Scenario& scenario) {
  const Topology topology = build_topology(scenario.cluster);
  const Placement placement(scenario.job, topology.cards_per_node());
  return fabric_picture(topology, find_link_loads(scenario, topology, placement));
}

Json memory_extra(const Scenario& scenario) {
  Json stages = Json::array();
  for (const Bytes bytes : memory_by_stage(scenario.job))
    stages.push_back(std::llround(bytes.value));
  return stages;
}

/// A column for each figure: shorter than an object for each point.
Json curve_extra(const CampaignCurve& curve) {
  Json at = Json::array(), steps = Json::array(), checkpoints = Json::array(),
       trained = Json::array(), recomputed = Json::array(), stalled = Json::array(),
       down = Json::array();
  const auto seconds = [](std::int64_t ns) { return rounded(static_cast<double>(ns) / 1e9); };
  for (const JobMoment& point : curve.points) {
    at.push_back(rounded(point.at.value)), steps.push_back(point.steps);
    checkpoints.push_back(point.checkpoints), trained.push_back(seconds(point.trained_ns));
    recomputed.push_back(seconds(point.recomputed_ns));
    stalled.push_back(seconds(point.stalled_ns)), down.push_back(seconds(point.down_ns));
  }
  return {{"at_s", std::move(at)},
          {"steps", std::move(steps)},
          {"checkpoints", std::move(checkpoints)},
          {"trained_s", std::move(trained)},
          {"recomputed_s", std::move(recomputed)},
          {"stalled_s", std::move(stalled)},
          {"down_s", std::move(down)}};
}

}  // namespace

Json run_extras(const Scenario& scenario, const Results& run) {
  const InEnglish names;  // the page has their Chinese
  Json extras{{"step", step_picture(timeline_of(scenario))},
              {"memory_by_stage_bytes", memory_extra(scenario)},
              {"fabric", fabric_extra(scenario)}};
  if (run.summary.campaign) extras["campaign"] = curve_extra(curve_of(log_of(scenario, run)));
  return extras;
}

}  // namespace qianka
