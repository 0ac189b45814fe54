// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/fabric_faults_format.hpp"

#include "sim/language/language.hpp"

#include <fmt/format.h>

namespace qianka {
namespace {

void check_what(const FabricFault& fault, const Value& map, Reader& reader) {
  const Entry* link = map.find("link");
  const Entry* device = map.find("device");
  if ((link == nullptr) == (device == nullptr)) {
    reader.error(map.at,
                 say("a fault of the fabric needs either 'link' or 'device', but has {}",
                     link == nullptr ? "neither" : "both"),
                 tr("a link is told by the two devices it joins: 'link: [leaf0, pod0.spine1]'"));
  }
  if (link != nullptr && fault.link.size() != 2) {
    reader.error(link->at, say("a link joins two devices, not {}", fault.link.size()),
                 tr("for example 'link: [leaf0, pod0.spine1]'"));
  }
  if (const Entry* cables = map.find("cables"); cables != nullptr && device != nullptr)
    reader.error(cables->at, tr("'cables' goes with 'link'"), tr("a device has all its cables"));
}

void check_times(const FabricFault& fault, const Value& map, Reader& reader) {
  const Entry* every = map.find("every");
  const Entry* mtbf = map.find("mtbf");
  if (mtbf != nullptr && !fault.lasts)
    reader.error(mtbf->at, tr("'mtbf' needs 'for'"),
                 tr("say how long each time lasts: 'for: 20 s'"));
  if (mtbf != nullptr && every != nullptr)
    reader.error(mtbf->at, tr("'mtbf' and 'every' are two answers to one question"),
                 tr("'every' for beginnings at known times, 'mtbf' for drawn ones"));
  if (const Entry* alike = map.find("alike"); alike != nullptr && mtbf == nullptr)
    reader.error(alike->at, tr("'alike' goes with 'mtbf'"),
                 tr("a fault at a known time strikes one link"));
  if (every == nullptr) return;
  if (!fault.lasts) {
    reader.error(every->at, tr("'every' needs 'for'"),
                 tr("say how long each time lasts: 'for: 20 s'"));
  } else if (fault.every && *fault.every <= *fault.lasts) {
    reader.error(every->at, tr("the next time comes before this one is over"),
                 tr("'every' counts from one beginning to the next and must be more than 'for'"));
  }
}

const Table<FabricFault>& event_table() {
  static const Table<FabricFault> table = [] {
    using F = FabricFault;
    Table<F> t("fabric fault",
               "One thing that goes wrong in the fabric; the job runs on as well as it can.");
    t.add("link", &F::link, text_list(),
          "The two devices that the link joins, as 'qianka show route' names them: "
          "[leaf0, pod0.spine1]. Both directions.")
        .default_is("");
    t.add("device", &F::device, free_text(),
          "In place of a link: all links of a switch or a NIC: leaf3, pod0.spine1, node2.nic0.");
    t.add("cables", &F::cables, whole(),
          "How many of the cables between the two; all when left out.");
    t.add("rate", &F::rate, fraction({0, true, 1}), "Share of the rate that is left; 0 is down.");
    t.add("at", &F::at, time_of(), "When it begins, from the start of the run.");
    t.add("for", &F::lasts, time_of(positive), "How long it lasts; to the end when left out.");
    t.add("every", &F::every, time_of(positive),
          "It flaps: from one beginning to the next; once when left out.");
    t.add("mtbf", &F::mtbf, time_of(positive),
          "It flaps at times that are drawn (exponential, by the seed): mean time from one end to "
          "the next beginning, of one link; none before `at`. A run of one step has none of them.");
    t.add("alike", &F::alike, whole({1, true, 1e7}),
          "With `mtbf`: links of a class that this one stands for. It flaps for all of them, so "
          "many times as often, one at a time; 1 when left out.");
    t.then([](FabricFault& fault, const Value& map, Reader& reader) {
      check_what(fault, map, reader);
      check_times(fault, map, reader);
    });
    return t;
  }();
  return table;
}

void check_number(const FabricFaults& faults, const Value& map, Reader& reader) {
  if (faults.events.size() <= most_fabric_faults) return;
  reader.error(
      map.find("events")->at,
      say("{} faults of the fabric, but {} are the most", faults.events.size(), most_fabric_faults),
      tr("a device stands for all its links, and 'every' for many times"));
}

}  // namespace

const Table<FabricFaults>& fabric_faults_table() {
  static const Table<FabricFaults> table = [] {
    using F = FabricFaults;
    Table<F> t("fabric faults",
               "What happens to links and switches during the run, and how transfers take it.",
               {.events = {}, .timeout = {30}});
    t.list("events", &F::events, event_table(), "What happens when.");
    t.add("timeout", &F::timeout, time_of(),
          "Cards that cannot reach each other try for so long; then the job fails.")
        .cited(
            "NCCL environment variables: NCCL_IB_TIMEOUT 20 (4.096 us x 2^20 = 4.3 s) and "
            "NCCL_IB_RETRY_CNT 7: 30 s");
    t.add("reroute", &F::reroute, time_of(),
          "Training stands still so long whenever links go or come back: until routes are found "
          "anew and lost packets sent again.");
    t.add("nic_failover", &F::nic_failover, yes_no(),
          "A card whose NIC or leaf is gone uses the NIC of a neighbour, over the links inside the "
          "node if it must; otherwise it is cut off.");
    t.then(check_number);
    return t;
  }();
  return table;
}

void place_fabric_faults(FabricFaults& faults, const std::string& path, const Reader& reader) {
  for (std::size_t i = 0; i < faults.events.size(); ++i) {
    const std::string at = fmt::format("{}.events.{}", path, i);
    faults.events[i].where =
        reader.position(at + (faults.events[i].device.empty() ? ".link" : ".device"));
  }
}

void write_fabric_faults(const FabricFaults& faults, const std::string& path, Written& out) {
  if (faults.events.empty()) return;
  fabric_faults_table().write(faults, path, out);
}

}  // namespace qianka
