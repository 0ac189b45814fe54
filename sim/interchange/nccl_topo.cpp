// SPDX-License-Identifier: Apache-2.0
// NCCL topology XML: what the file declares, beside what the catalogue knows of the same parts.
#include "sim/interchange/nccl_machine.hpp"
#include "sim/interchange/node_draft.hpp"
#include "sim/interchange/readers.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

namespace qianka {
namespace {

/// A slot of the generation before or after differs by 2; what NCCL counts on and what is measured
/// differ by 1.2 at most.
constexpr double slot_tolerance = 1.5;
constexpr double rate_tolerance = 1.01;

bool differ(Bandwidth a, Bandwidth b, double tolerance) {
  return a.value > b.value * tolerance || b.value > a.value * tolerance;
}

class NcclImport {
 public:
  NcclImport(const SourceText& source, const ImportRequest& request)
      : request_(request), known_(known_devices()) {
    machine_ = read_machine(source, known_, result_.warnings, result_.details);
    draft_.kind = "nccl-topo";
    draft_.file = source.short_name();
  }

  Imported read() {
    name_accelerator();
    count_hosts();
    join_cards();
    compare_slots();
    switches();
    adapters();
    write_node(draft_, request_, machine_.gpus.front().pci.at, result_);
    return std::move(result_);
  }

 private:
  void warn(const SourcePos& at, std::string message, std::string hint) {
    result_.warnings.push_back({at, std::move(message), std::move(hint)});
  }
  /// True when the file's figure is to be written over the catalogue's.
  bool file_wins() const { return request_.trust == Trust::file || !card_; }
  std::string trusted() const {
    return request_.trust == Trust::file ? tr("the file's holds; --trust catalogue takes the other")
                                         : tr("the catalogue's holds, as --trust catalogue asks");
  }
  std::string gpu_name(const TopoGpu& gpu) const { return fmt::format("GPU {}", gpu.number); }

  void name_accelerator();
  void count_hosts();
  void join_cards();
  void compare_links(const LinkPlane& plane);
  void compare_slots();
  void switches();
  void adapters();
  std::vector<const TopoNic*> compute_nics();
  void name_nic(const TopoNic& nic);

  const ImportRequest& request_;
  KnownDevices known_;
  TopoMachine machine_;
  NodeDraft draft_;
  Imported result_;
  std::optional<Accelerator> card_;
};

void NcclImport::name_accelerator() {
  const TopoGpu& first = machine_.gpus.front();
  for (const TopoGpu& gpu : machine_.gpus)
    if (gpu.pci.id != first.pci.id)
      warn(gpu.pci.at,
           say("{} is PCI {}, {} is PCI {}", gpu_name(gpu), gpu.pci.id, gpu_name(first),
               first.pci.id),
           tr("all cards of a node are alike here: the first one's kind is written"));
  const KnownDevice* found = find_device(known_.accelerators, first.pci.id, first.pci.device_class);
  draft_.accelerator = request_.gpu.empty() && found != nullptr ? found->part : request_.gpu;
  if (!request_.gpu.empty() && found != nullptr && found->part != request_.gpu)
    warn(first.pci.at,
         say("{} is {} ({}), not {}", gpu_name(first), found->part, first.pci.id, request_.gpu),
         tr("--gpu holds"));
  if (request_.gpu.empty() && found != nullptr && !found->remark.empty())
    warn(first.pci.at, say("{} is entered as {}", first.pci.id, found->part), found->remark);
  if (!draft_.accelerator.empty()) {
    card_ = load_accelerator(draft_.accelerator);
    return;
  }
  draft_.accelerator_name =
      first.pci.id.empty() ? "accelerator that the file does not name" : "PCI " + first.pci.id;
  warn(first.pci.at,
       first.pci.id.empty() ? tr("the file does not say which accelerator this is")
                            : say("no part of the catalogue is PCI {}", first.pci.id),
       tr("say it: --gpu h100-sxm5-80gb; 'qianka list parts' shows all"));
}

/// One dump may hold the hosts of one NVLink domain: then the domain is the node.
void NcclImport::count_hosts() {
  const auto cards = static_cast<int>(machine_.gpus.size());
  draft_.cards = cards;
  if (machine_.hosts == 1) return;
  draft_.notes.push_back(
      fmt::format("One scale-up domain over {} hosts, entered as one node.", machine_.hosts));
  warn(machine_.gpus.front().pci.at,
       say("the file holds {} hosts with {} cards in all", machine_.hosts, cards),
       tr("they are written as one node, the scale-up domain"));
}

void NcclImport::join_cards() {
  const std::size_t cards = machine_.gpus.size();
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < cards; ++i) places.emplace(machine_.gpus[i].pci.busid, i);
  std::vector<int> to_switch(cards, 0);
  std::vector<std::vector<int>> between(cards, std::vector<int>(cards, 0));
  std::set<std::string> told;
  for (std::size_t i = 0; i < cards; ++i) {
    for (const TopoLink& link : machine_.gpus[i].links) {
      const auto card = places.find(link.target);
      const bool to_card = link.target_class.starts_with("0x03") ||
                           link.target_class.starts_with("0x12") ||
                           (link.target_class.empty() && card != places.end());
      if (link.target_class.starts_with("0x068001")) {
        result_.details.push_back(say("{}: links to the processor", to_text(link.at)));
      } else if (!to_card) {
        to_switch[i] += link.count;  // an NVSwitch, or "fffffff:ff:ff.0" where it cannot be seen
      } else if (card == places.end()) {
        if (told.insert(link.target).second)
          warn(link.at, say("links to {}, which is not in the file", excerpt(link.target)),
               tr("was the dump made where not all cards are visible? They do not count"));
      } else if (card->second == i) {
        warn(link.at, say("links of {} to itself", gpu_name(machine_.gpus[i])),
             tr("they do not count"));
      } else {
        between[i][card->second] += link.count;
      }
    }
  }
  const LinkPlane plane = plane_of(to_switch, between);
  draft_.shape = plane.shape;
  draft_.joints = plane.joints;
  for (const int odd : plane.odd) {
    const TopoGpu& gpu = machine_.gpus[static_cast<std::size_t>(odd)];
    warn(gpu.pci.at,
         odd_card_text(plane, odd, gpu_name(gpu),
                       gpu.sm == 0 ? marked("xGMI link") : marked("NVLink")),
         tr("a link that is down, or a card that lost its row; the usual number is written"));
  }
  compare_links(plane);
}

/// The NVLink plane of a skeleton is the catalogue's; that of a dump is compared with it.
void NcclImport::compare_links(const LinkPlane& plane) {
  const TopoGpu& first = machine_.gpus.front();
  const bool has_scale_up = card_ && card_->scale_up && machine_.gpus.size() > 1;
  if (!machine_.full) {
    if (!has_scale_up) return;
    const bool plug_in = draft_.accelerator.find("pcie") != std::string::npos;
    const bool amd = card_->vendor == "AMD";
    draft_.shape = plug_in ? PlaneShape::none : amd ? PlaneShape::mesh : PlaneShape::crossbar;
    draft_.notes.push_back("The links between the cards are the catalogue's: the file has none.");
    return;
  }
  if (plane.shape == PlaneShape::none) {
    if (has_scale_up)
      warn(first.pci.at,
           say("no links between the cards, but {} has {} of them", draft_.accelerator,
               format_bandwidth(*card_->scale_up)),
           tr("written as PCIe; a dump made where NVLink is switched off looks so"));
    return;
  }
  if (first.sm == 0) return;  // of AMD's links the file does not say the rate
  const NvlinkGeneration& generation = nvlink_of(known_, first.sm);
  const Bandwidth declared = generation.link * plane.links;
  result_.facts.push_back(say("{} NVLinks a card: {} nominal, of which NCCL counts on {}",
                              plane.links, format_bandwidth(declared),
                              format_bandwidth(generation.usable * plane.links)));
  if (card_ && card_->scale_up && !differ(declared, *card_->scale_up, rate_tolerance)) return;
  if (card_ && card_->scale_up)
    warn(first.pci.at,
         say("{} has {} NVLinks, {} in all, but {} has {}", gpu_name(first), plane.links,
             format_bandwidth(declared), draft_.accelerator, format_bandwidth(*card_->scale_up)),
         trusted());
  if (file_wins() || !card_->scale_up) draft_.scale_up = declared;
}

/// The slot of the cards, as declared and as known.
void NcclImport::compare_slots() {
  std::optional<Bandwidth> declared;
  const TopoGpu* where = nullptr;
  std::size_t silent = 0;
  for (const TopoGpu& gpu : machine_.gpus) {
    if (!gpu.pci.slot) ++silent;
    if (!gpu.pci.slot || (declared && gpu.pci.slot->value >= declared->value)) continue;
    declared = gpu.pci.slot;
    where = &gpu;
  }
  if (silent > 0)
    warn(machine_.gpus.front().pci.at,
         say("{} of {} cards declare no PCIe speed", silent, machine_.gpus.size()),
         card_ ? tr("the catalogue's holds") : tr("it is left out"));
  if (!declared) return;
  if (card_ && card_->pcie && !differ(*declared, *card_->pcie, slot_tolerance)) return;
  if (card_ && card_->pcie)
    warn(where->pci.at,
         say("{} declares a slot of {}, {} usable, but {} has {}", gpu_name(*where),
             where->pci.speed_words, format_bandwidth(*declared), draft_.accelerator,
             format_bandwidth(*card_->pcie)),
         trusted());
  if (file_wins() || !card_->pcie) draft_.pcie = declared;
}

/// Cards that share a branch below a processor share its uplink.
void NcclImport::switches() {
  std::map<int, int> below;
  for (const TopoGpu& gpu : machine_.gpus) ++below[gpu.root];
  int most = 0;
  for (const auto& [root, cards] : below) most = std::max(most, cards);
  draft_.cards_per_switch = most;
  if (draft_.shape != PlaneShape::none && draft_.shape != PlaneShape::pairs) return;
  if (machine_.cpus.size() < 2) return;
  const TopoCpu& cpu = machine_.cpus.front();
  draft_.host_bridge = cpu_link(known_, cpu.vendor, cpu.family, cpu.model);
}

/// Those that share a PCIe branch with a card carry the training; where none does, all of them. Of
/// several rates the highest counts.
std::vector<const TopoNic*> NcclImport::compute_nics() {
  std::set<int> branches;
  for (const TopoGpu& gpu : machine_.gpus) branches.insert(gpu.root);
  std::vector<const TopoNic*> near, all;
  for (const TopoNic& nic : machine_.nics) {
    all.push_back(&nic);
    if (branches.contains(nic.root)) near.push_back(&nic);
  }
  std::vector<const TopoNic*> chosen = near.empty() ? all : near;
  Bandwidth fastest{0};
  for (const TopoNic* nic : chosen) fastest = std::max(fastest, nic->rate.value_or(Bandwidth{0}));
  std::erase_if(chosen, [&](const TopoNic* nic) { return nic->rate && *nic->rate < fastest; });
  for (const TopoNic* nic : all)
    if (std::ranges::find(chosen, nic) == chosen.end())
      result_.details.push_back(
          say("{}: {} is no port of the compute network: slower, or below no switch of a "
              "card",
              to_text(nic->at), excerpt(nic->name)));
  if (chosen.size() < all.size())
    result_.facts.push_back(say(
        "{} of {} network ports are below a switch with a card and among the fastest: these are "
        "the compute network; -v tells the others",
        chosen.size(), all.size()));
  return chosen;
}

void NcclImport::adapters() {
  const std::vector<const TopoNic*> nics = compute_nics();
  draft_.nics = static_cast<int>(nics.size());
  if (nics.empty()) {
    warn(machine_.gpus.front().pci.at, tr("there is no network adapter in this file"),
         tr("written with nics: 0"));
    return;
  }
  name_nic(*nics.front());
}

void NcclImport::name_nic(const TopoNic& nic) {
  const KnownDevice* found = find_device(known_.nics, nic.pci.id, nic.pci.device_class);
  draft_.nic = request_.nic.empty() && found != nullptr ? found->part : request_.nic;
  draft_.nic_name = nic.pci.id.empty() ? nic.name : "PCI " + nic.pci.id;
  if (draft_.nic.empty()) {
    draft_.nic_rate = nic.rate;
    return;
  }
  const std::optional<Bandwidth> rate = load_nic(draft_.nic).rate;
  if (!nic.rate || (rate && !differ(*nic.rate, *rate, rate_tolerance))) return;
  if (rate)
    warn(nic.at,
         say("{} declares {}, but {} has {} a port", excerpt(nic.name), format_bandwidth(*nic.rate),
             draft_.nic, format_bandwidth(*rate)),
         trusted());
  if (request_.trust == Trust::file || !rate) draft_.nic_rate = nic.rate;
}

}  // namespace

Imported read_nccl_topo(const SourceText& source, const ImportRequest& request) {
  check_names(request);
  return NcclImport(source, request).read();
}

}  // namespace qianka
