// SPDX-License-Identifier: Apache-2.0
#include "sim/study/explain_parts.hpp"

#include "sim/language/said.hpp"
#include "sim/units/format.hpp"

#include <algorithm>

namespace qianka {
namespace {

/// The slowest of those that begin so; null when there is none.
const CollectiveRecord* slowest(const StepSummary& step, std::string_view begins) {
  const CollectiveRecord* found = nullptr;
  for (const CollectiveRecord& record : step.collectives)
    if (record.name.starts_with(begins) && (found == nullptr || record.time > found->time))
      found = &record;
  return found;
}

/// "8 ports of 200 Gb/s a node", by the link that binds.
std::string links_of(const NodeSpec& node, const std::string& link) {
  if (link.find("nic") != std::string::npos)
    return node.nic.rate ? say("{} of {:.6g} Gb/s a node", counted(node.nics, "port"),
                               node.nic.rate->value * 8e-9)
                         : tr("the ports of the nodes");
  if (link.find(".card") == std::string::npos) return tr("the switches of the fabric");
  if (node.scale_up == ScaleUp::pcie) return tr("the slots of the cards");
  return node.accelerator.scale_up
             ? say("scale-up links of {} a card", format_bandwidth(*node.accelerator.scale_up))
             : tr("scale-up links");
}

void add_record(const Scenario& scenario, const CollectiveRecord* record, ExplainedPart& part) {
  if (record == nullptr || record->bottleneck.empty()) return;
  part.over = said([&] { return links_of(scenario.cluster.node, record->bottleneck); });
  part.bound_by = record->bottleneck;
}

}  // namespace

std::vector<ExplainedPart> parts_of(const Scenario& scenario, const StepSummary& step,
                                    const std::optional<Breakdown>& whole) {
  const Breakdown& b = step.breakdown;
  const Breakdown& all = whole ? *whole : b;
  std::vector<ExplainedPart> parts{{said("computation"), b.compute},
                                   {said("recomputation"), b.recompute},
                                   {said("the pipeline bubble"), b.pipeline_bubble},
                                   {said("the optimizer"), b.optimizer},
                                   {said("the host"), b.host},
                                   {said("jitter between cards"), b.jitter}};
  const auto communication = [&](Said what, Seconds exposed, std::optional<Seconds> taken,
                                 std::string_view begins) {
    ExplainedPart part{std::move(what), exposed, taken};
    add_record(scenario, slowest(step, begins), part);
    parts.push_back(std::move(part));
  };
  communication(said("tensor-parallel communication"), b.tensor_comm, all.tensor_comm, "tensor ");
  communication(said("context-parallel communication"), b.context_comm, {}, "context ");
  communication(said("expert-parallel communication"), b.expert_comm, all.expert_comm, "expert ");
  communication(said("pipeline transfers"), b.pipeline_comm, {}, "pipeline ");
  const CollectiveRecord* gradients = nullptr;
  for (const CollectiveRecord& record : step.collectives)
    if (record.name.ends_with(", all gradients")) gradients = &record;
  communication(said("the exchange of gradients and parameters"), b.data_comm, {}, "data ");
  if (gradients != nullptr) {
    add_record(scenario, gradients, parts.back());
    parts.back().taken = std::max(gradients->time, b.data_comm);
  }
  std::erase_if(parts, [](const ExplainedPart& part) {
    return part.exposed.value == 0 && part.taken.value_or(Seconds{0}).value == 0;
  });
  std::ranges::stable_sort(parts, std::ranges::greater{},
                           [](const ExplainedPart& part) { return part.exposed; });
  return parts;
}

}  // namespace qianka
