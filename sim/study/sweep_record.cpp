// SPDX-License-Identifier: Apache-2.0
#include "sim/study/sweep_record.hpp"

#include "sim/language/language.hpp"
#include "sim/study/sweep_plan.hpp"
#include "sim/units/require.hpp"

#include <nlohmann/json.hpp>

namespace qianka {

using Line = nlohmann::ordered_json;

std::string record_line(const SweepRecord& record, const std::string& digest) {
  Line line{{"sweep", digest}, {"point", record.point}, {"status", record.status}};
  if (!record.ok()) line["reason"] = record.reason;
  for (std::size_t i = 0; i < record.step.size(); ++i) line[step_figures()[i]] = record.step[i];
  if (!record.replicas.empty()) line["first_seed"] = record.first_seed;
  for (std::size_t i = 0; i < record.replicas.size(); ++i)
    line[replica_figures()[i]] = record.replicas[i];
  return line.dump(-1, ' ', false, Line::error_handler_t::replace);
}

std::optional<SweepRecord> read_record(std::string_view text, const std::string& digest) {
  const Line line = Line::parse(text, nullptr, false);
  if (!line.is_object() || !line.contains("status") || !line.contains("point")) return std::nullopt;
  if (line.value("sweep", "") != digest)
    throw RunFailed(tr("a result of another sweep: its scenario, or qianka, has changed since"));
  SweepRecord record{.point = line["point"],
                     .status = line["status"],
                     .reason = line.value("reason", ""),
                     .step = {},
                     .replicas = {},
                     .first_seed = line.value("first_seed", std::uint64_t{1})};
  for (const std::string& figure : step_figures())
    if (line.contains(figure)) record.step.push_back(line[figure]);
  for (const std::string& figure : replica_figures())
    if (line.contains(figure)) record.replicas.push_back(line[figure]);
  return record;
}

}  // namespace qianka
