// SPDX-License-Identifier: Apache-2.0
#include "sim/study/measured_run.hpp"

#include "sim/units/format.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

struct Test {
  std::string_view name;
  CollectiveKind kind;
};

/// As nccl-tests and HCCL Test call their programs, without what they append.
constexpr std::array tests{Test{"all_reduce", CollectiveKind::all_reduce},
                           Test{"all_gather", CollectiveKind::all_gather},
                           Test{"reduce_scatter", CollectiveKind::reduce_scatter},
                           Test{"alltoall", CollectiveKind::all_to_all},
                           Test{"broadcast", CollectiveKind::broadcast},
                           Test{"sendrecv", CollectiveKind::point_to_point}};

}  // namespace

std::optional<CollectiveKind> collective_of_test(std::string_view test) {
  if (const std::size_t slash = test.rfind('/'); slash != std::string_view::npos)
    test.remove_prefix(slash + 1);
  for (const Test& known : tests) {
    if (!test.starts_with(known.name)) continue;
    const std::string_view rest = test.substr(known.name.size());
    if (rest.empty() || rest.starts_with("_perf") || rest == "_test") return known.kind;
    if (known.kind == CollectiveKind::all_to_all && rest == "v_test") return known.kind;
  }
  return std::nullopt;
}

std::string test_named_in(std::string_view text) {
  std::size_t first = std::string_view::npos;
  std::string_view found;
  for (const Test& known : tests) {
    const std::size_t at = text.find(known.name);
    if (at < first) first = at, found = known.name;
  }
  return std::string(found);
}

std::vector<std::string> known_tests() {
  std::vector<std::string> names;
  for (const Test& known : tests) names.emplace_back(known.name);
  return names;
}

Bandwidth bus_bandwidth(const MeasuredRun& run, const MeasuredPoint& point) {
  return point.bytes / point.time * bus_factor(run.kind, static_cast<int>(run.ranks.size()));
}

std::string place_of(const MeasuredRun& run) {
  std::vector<std::string> hosts;
  for (const RankPlace& rank : run.ranks)
    if (!rank.host.empty() && std::ranges::find(hosts, rank.host) == hosts.end())
      hosts.push_back(rank.host);
  if (hosts.empty()) return counted(run.nodes, "node");
  std::string text = fmt::format("{}", fmt::join(hosts, ", "));
  if (run.nodes > 1 || run.ranks.size() > 4) return text;
  std::vector<int> devices;
  for (const RankPlace& rank : run.ranks) devices.push_back(rank.device);
  return text + fmt::format(" device {}", fmt::join(devices, ", "));
}

}  // namespace qianka
