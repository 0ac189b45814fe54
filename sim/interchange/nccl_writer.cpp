// SPDX-License-Identifier: Apache-2.0
// A node as an NCCL topology file, for NCCL_TOPO_FILE: what read_nccl_topo() makes the same node
// of. Bus ids are made up, in the order of the devices.
#include "sim/interchange/export.hpp"
#include "sim/interchange/known_devices.hpp"
#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr double equal_within = 1e-6;
constexpr std::string_view bridge = "0x060400", to_card = "0x030200", to_switch = "0x068000";

bool about(double a, double b) { return std::abs(a - b) <= equal_within * std::max(a, b); }

const KnownDevice* of_part(const std::vector<KnownDevice>& devices, const std::string& part) {
  const auto found = std::ranges::find(devices, part, &KnownDevice::part);
  return found == devices.end() ? nullptr : &*found;
}

struct Slot {
  double transfers = 0;
  int width = 0;
};

/// The slot that carries so much by NCCL's table, or the nearest of 16 lanes.
Slot slot_of(const KnownDevices& known, Bandwidth rate) {
  for (const int width : {16, 8, 4, 32, 2, 1})
    for (const PcieGeneration& generation : known.pcie)
      if (about(generation.lane.value * width, rate.value)) return {generation.transfers, width};
  constexpr int lanes = 16;
  const auto distance = [&](const PcieGeneration& generation) {
    return std::abs(std::log(generation.lane.value * lanes / rate.value));
  };
  return {std::ranges::min_element(known.pcie, {}, distance)->transfers, lanes};
}

struct NvlinkPlane {
  int sm = 0, links = 0;
};

/// The generation whose links add up to the rate; the one that then has all its links, or else the
/// newest.
NvlinkPlane plane_of_rate(const KnownDevices& known, Bandwidth rate) {
  NvlinkPlane best;
  for (const NvlinkGeneration& generation : known.nvlinks) {
    const double links = rate.value / generation.link.value;
    const int whole = static_cast<int>(std::lround(links));
    if (!about(links, whole) || whole < 1 || whole > generation.most) continue;
    if (whole == generation.most) return {generation.from, whole};
    best = {generation.from, whole};
  }
  return best;
}

class NcclWriter {
 public:
  explicit NcclWriter(const ClusterSpec& cluster)
      : node_(cluster.node), known_(known_devices()), cards_(node_.cards) {}

  std::string write() {
    describe_card();
    describe_nic();
    const int below = std::max(1, node_.cards_per_pcie_switch);
    const int branches = (cards_ + below - 1) / below;
    const int processors = branches > 1 ? 2 : 1;
    out_ = fmt::format("<system version=\"{}\">\n", amd_ ? 2 : 1);
    for (int cpu = 0; cpu < processors; ++cpu) {
      open_processor(cpu);
      for (int branch = cpu * branches / processors; branch < (cpu + 1) * branches / processors;
           ++branch)
        write_branch(branch, branches, below);
      out_ += "  </cpu>\n";
    }
    return out_ + "</system>\n";
  }

 private:
  void describe_card();
  void describe_nic();
  void open_processor(int cpu);
  void write_branch(int branch, int branches, int below);
  void write_card(int card);
  void write_links(int card);
  void write_nic(int nic);
  std::string bus(int branch, int slot) const {
    return fmt::format("0000:{:02x}:{:02x}.0", (branch + 1) & 0xff, slot);
  }
  std::string card_bus(int card) const {
    const int below = std::max(1, node_.cards_per_pcie_switch);
    return bus(card / below, 1 + card % below);
  }
  std::string device(std::string_view id, std::string_view device_class, const std::string& busid,
                     const std::optional<Bandwidth>& slot) const;

  const NodeSpec& node_;
  KnownDevices known_;
  int cards_;
  std::string card_id_, nic_id_, nic_class_ = "0x020000";
  bool amd_ = false;
  NvlinkPlane plane_;
  std::string out_;
};

void NcclWriter::describe_card() {
  const Accelerator& card = node_.accelerator;
  const KnownDevice* found = of_part(known_.accelerators, card.id);
  if (found == nullptr)
    throw Infeasible(
        say("NCCL's topology names a card by its PCI id, and topologies/interchange/known.yaml has "
            "none for {}",
            card.id.empty() ? card.name : card.id));
  card_id_ = found->id;
  amd_ = found->id.starts_with("1002:");
  if (node_.scale_up == ScaleUp::pcie || !card.scale_up || amd_) return;
  plane_ = plane_of_rate(known_, *card.scale_up);
  if (plane_.links == 0)
    throw Infeasible(
        say("{} GB/s of scale-up are no whole number of NVLinks", card.scale_up->value / 1e9));
}

void NcclWriter::describe_nic() {
  const KnownDevice* found = of_part(known_.nics, node_.nic.id);
  if (found == nullptr) return;
  nic_id_ = found->id;
  if (!found->device_class.empty()) nic_class_ = found->device_class + "00";
}

void NcclWriter::open_processor(int cpu) {
  CpuLink model{"GenuineIntel", 6, 143, {}};
  if (node_.host_bridge)
    for (const CpuLink& link : known_.cpus)
      if (about(link.rate.value, node_.host_bridge->value)) model = link;
  out_ += fmt::format(
      "  <cpu numaid=\"{}\" affinity=\"\" arch=\"x86_64\" vendor=\"{}\" familyid=\"{}\" "
      "modelid=\"{}\">\n",
      cpu, model.vendor, model.family == 0 ? 6 : model.family, model.model);
}

std::string NcclWriter::device(std::string_view id, std::string_view device_class,
                               const std::string& busid,
                               const std::optional<Bandwidth>& slot) const {
  std::string text = fmt::format("<pci busid=\"{}\" class=\"{}\"", busid, device_class);
  if (const std::size_t colon = id.find(':'); colon != std::string_view::npos)
    text +=
        fmt::format(" vendor=\"0x{}\" device=\"0x{}\"", id.substr(0, colon), id.substr(colon + 1));
  if (!slot) return text + " link_speed=\"\" link_width=\"0\">";
  const Slot fits = slot_of(known_, *slot);
  return text + fmt::format(" link_speed=\"{:.1f} GT/s PCIe\" link_width=\"{}\">", fits.transfers,
                            fits.width);
}

void NcclWriter::write_branch(int branch, int branches, int below) {
  out_ += "    " + device("", bridge, bus(branch, 0), node_.accelerator.pcie) + "\n";
  for (int card = branch * below; card < std::min((branch + 1) * below, cards_); ++card)
    write_card(card);
  for (int nic = branch * node_.nics / branches; nic < (branch + 1) * node_.nics / branches; ++nic)
    write_nic(nic);
  out_ += "    </pci>\n";
}

void NcclWriter::write_card(int card) {
  out_ += "      " +
          device(card_id_, amd_ ? "0x120000" : to_card, card_bus(card), node_.accelerator.pcie);
  const std::string processor = amd_ ? "gcn=\"gfx942\"" : fmt::format("sm=\"{}\"", plane_.sm);
  out_ +=
      fmt::format("\n        <gpu dev=\"{}\" {} rank=\"{}\" gdr=\"1\">\n", card, processor, card);
  write_links(card);
  out_ += "        </gpu>\n      </pci>\n";
}

void NcclWriter::write_links(int card) {
  const auto link = [&](const std::string& target, int count, std::string_view target_class) {
    if (count < 1) return;
    out_ += fmt::format("          <{} target=\"{}\" count=\"{}\" tclass=\"{}\"/>\n",
                        amd_ ? "xgmi" : "nvlink", target, count, target_class);
  };
  if (node_.scale_up == ScaleUp::pcie || !node_.accelerator.scale_up) return;
  if (node_.scale_up == ScaleUp::crossbar && !amd_)
    return link("fffffff:ff:ff.0", plane_.links, to_switch);
  const std::string_view other_class = amd_ ? "0x120000" : to_card;
  if (node_.scale_up == ScaleUp::listed) {
    for (const CardLink& one : node_.links) {
      if (one.from == card) link(card_bus(one.to), one.count, other_class);
      if (one.to == card) link(card_bus(one.from), one.count, other_class);
    }
    return;
  }
  const int links = amd_ ? cards_ - 1 : plane_.links;
  for (int i = 1; i < cards_; ++i)  // what does not divide goes to the next neighbours
    link(card_bus((card + i) % cards_), links / (cards_ - 1) + (i <= links % (cards_ - 1) ? 1 : 0),
         other_class);
}

void NcclWriter::write_nic(int nic) {
  const int branch = 0x80 + nic;
  const double megabits = node_.nic.rate ? node_.nic.rate->value * 8 / 1e6 : 0;
  out_ += "      " + device(nic_id_, nic_class_, bus(branch, 0), node_.accelerator.pcie);
  if (nic_id_.empty() && !node_.nic.rate) {  // an adapter that nobody described
    out_ += "</pci>\n";
    return;
  }
  const bool named = nic_id_.empty() && !node_.nic.name.empty() && node_.nics == 1;
  out_ += fmt::format(
      "\n        <nic>\n          <net name=\"{}\" dev=\"{}\" speed=\"{}\" port=\"1\" "
      "latency=\"0\" guid=\"0x{:x}\" maxconn=\"131072\" gdr=\"1\"/>\n        </nic>\n"
      "      </pci>\n",
      named ? node_.nic.name : fmt::format("mlx5_{}", nic), nic, std::llround(megabits), nic + 1);
}

}  // namespace

std::string nccl_topology_text(const ClusterSpec& cluster) { return NcclWriter(cluster).write(); }

}  // namespace qianka
