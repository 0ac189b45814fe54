// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/export.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

/// Cables that join the same two devices are one link: a zone has one way between neighbours.
struct Bundle {
  double bandwidth = 0, latency = 0;
  bool limits = false;
};

}  // namespace

std::string simgrid_platform_text(const DeviceGraph& graph, const Accelerator& card) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, Bundle> bundles;
  for (const DeviceCable& cable : graph.cables) {
    Bundle& bundle = bundles[{cable.lower, cable.upper}];
    bundle.bandwidth += cable.capacity.value * static_cast<double>(cable.count);
    bundle.latency = std::max(bundle.latency, cable.latency.value);
    bundle.limits = bundle.limits || cable.rate.value > 0;
  }
  const FlopRate peak = card.peak.bf16   ? *card.peak.bf16
                        : card.peak.fp16 ? *card.peak.fp16
                                         : card.peak.fp32.value_or(FlopRate{1});
  std::string text =
      "<?xml version='1.0'?>\n"
      "<!DOCTYPE platform SYSTEM \"https://simgrid.org/simgrid.dtd\">\n"
      "<platform version=\"4.1\">\n"
      "  <zone id=\"cluster\" routing=\"Dijkstra\">\n";
  for (const Device& device : graph.devices) {
    if (device.kind == DeviceKind::card) {
      text += fmt::format("    <host id=\"{}\" speed=\"{}f\"/>\n", device.name, peak.value);
    } else {
      text += fmt::format("    <router id=\"{}\"/>\n", device.name);
    }
  }
  std::string routes;
  for (const auto& [ends, bundle] : bundles) {
    const std::string& from = graph.devices[ends.first].name;
    const std::string& to = graph.devices[ends.second].name;
    const std::string id = from + "--" + to;
    if (bundle.limits) {
      text += fmt::format(
          "    <link id=\"{}\" bandwidth=\"{}Bps\" latency=\"{}s\" sharing_policy=\"SPLITDUPLEX\"/>"
          "\n",
          id, bundle.bandwidth, bundle.latency);
    } else {  // what never limits still has to be a link
      text += fmt::format(
          "    <link id=\"{}\" bandwidth=\"1e18Bps\" latency=\"0s\" sharing_policy=\"FATPIPE\"/>\n",
          id);
    }
    for (const bool up : {true, false}) {
      const std::string direction =
          bundle.limits ? fmt::format(" direction=\"{}\"", up ? "UP" : "DOWN") : "";
      routes += fmt::format(
          "    <route src=\"{}\" dst=\"{}\" symmetrical=\"NO\"><link_ctn id=\"{}\"{}/></route>\n",
          up ? from : to, up ? to : from, id, direction);
    }
  }
  return text + routes + "  </zone>\n</platform>\n";
}

}  // namespace qianka
