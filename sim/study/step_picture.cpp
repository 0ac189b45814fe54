// SPDX-License-Identifier: Apache-2.0
#include "sim/study/step_picture.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::size_t most_operations = 30'000;

/// The class of replicas that the critical path is in most of the time.
int critical_replica(const StepTimeline& timeline) {
  std::map<int, double> time;
  for (const std::uint32_t i : timeline.critical_path)
    time[timeline.operations[i].replica] += timeline.operations[i].duration().value;
  time.erase(-1);
  const auto longest = std::ranges::max_element(
      time, {}, [](const std::pair<const int, double>& entry) { return entry.second; });
  return longest == time.end() ? 0 : longest->first;
}

/// All stages, or so many evenly spread ones that the picture does not grow too large.
std::set<int> stages_shown(const StepTimeline& timeline, std::size_t operations) {
  std::set<int> shown;
  const auto stages = static_cast<std::size_t>(timeline.stages);
  const std::size_t most = std::max<std::size_t>(
      2, operations <= most_operations ? stages : stages * most_operations / operations);
  for (std::size_t i = 0; i < std::min(most, stages); ++i)
    shown.insert(static_cast<int>(most >= stages ? i : i * (stages - 1) / (most - 1)));
  return shown;
}

Json parts_json(const PassParts& parts) {
  Json json;
  for (const auto& [name, time] : named_parts(parts))
    if (time.value > 0) json[name] = rounded(time.value);
  return json;
}

/// Where the operation stands: its stage, or below all of them what all wait for.
int row_of(const TimelineOperation& operation, const StepTimeline& timeline) {
  return operation.lane == Lane::everyone ? timeline.stages : operation.stage;
}

}  // namespace

Json step_picture(const StepTimeline& timeline) {
  const int replica = critical_replica(timeline);
  std::vector<std::uint32_t> chosen;
  for (std::uint32_t i = 0; i < timeline.operations.size(); ++i) {
    const int of = timeline.operations[i].replica;
    if ((of == replica || of < 0) && timeline.operations[i].duration().value > 0)
      chosen.push_back(i);
  }
  const std::set<int> shown = stages_shown(timeline, chosen.size());
  std::erase_if(chosen, [&](std::uint32_t i) {
    const TimelineOperation& operation = timeline.operations[i];
    return operation.lane != Lane::everyone && !shown.contains(operation.stage);
  });
  Json json{{"time_s", rounded(timeline.time.value)},
            {"stages", timeline.stages},
            {"stages_shown", shown},
            {"replica", replica},
            {"works", Json::array()},
            {"lanes", Json::array()}};
  for (int i = 0; i < works; ++i) json["works"].push_back(work_name(static_cast<Work>(i)));
  for (int i = 0; i < lanes; ++i) json["lanes"].push_back(lane_name(static_cast<Lane>(i)));
  std::map<std::uint32_t, std::size_t> parts, place;  // by number in the timeline
  Json columns, all_parts = Json::array(), path = Json::array();
  const auto column = [&](const char* name) -> Json& { return columns[name] = Json::array(); };
  for (const char* name : {"work", "lane", "stage", "start_s", "duration_s", "micro_batch", "chunk",
                           "critical", "bytes", "part"})
    column(name);
  for (const std::uint32_t i : chosen) {
    const TimelineOperation& one = timeline.operations[i];
    place.emplace(i, place.size());
    int part = -1;
    if (one.parts != TimelineOperation::none) {
      const auto [known, added] = parts.try_emplace(one.parts, parts.size());
      if (added) all_parts.push_back(parts_json(timeline.parts[one.parts]));
      part = static_cast<int>(known->second);
    }
    columns["work"].push_back(static_cast<int>(one.work));
    columns["lane"].push_back(static_cast<int>(one.lane));
    columns["stage"].push_back(row_of(one, timeline));
    columns["start_s"].push_back(rounded(one.start.value));
    columns["duration_s"].push_back(rounded(one.duration().value));
    columns["micro_batch"].push_back(one.micro_batch);
    columns["chunk"].push_back(timeline.chunks > 1 ? one.chunk : -1);
    columns["critical"].push_back(one.critical ? 1 : 0);
    columns["bytes"].push_back(std::llround(one.bytes.value));
    columns["part"].push_back(part);
  }
  for (const std::uint32_t i : timeline.critical_path)
    if (const auto known = place.find(i); known != place.end()) path.push_back(known->second);
  json.update(columns);
  json["parts"] = std::move(all_parts);
  json["critical_path"] = std::move(path);
  return json;
}

}  // namespace qianka
