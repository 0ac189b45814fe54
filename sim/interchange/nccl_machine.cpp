// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/nccl_machine.hpp"

#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <map>
#include <set>

#include <fmt/format.h>

namespace qianka {
namespace {

/// The rate NCCL takes for a network whose speed is not known: 10 Gbit/s, in Mbit/s.
constexpr int unknown_net_speed = 10000;
constexpr int unknown_lanes = 16;  // NCCL takes 16 for a width of 0, as virtual machines have
constexpr int most_of_a_count = 1'000'000;

const std::vector<std::string>& known_elements() {
  static const std::vector<std::string> names{"system", "cpu", "pci",     "gpu", "nvlink",
                                              "xgmi",   "c2c", "nic",     "net", "gin",
                                              "coll",   "rma", "pcilink", "dev"};
  return names;
}

bool is_gpu_class(std::string_view c) { return c.starts_with("0x03") || c.starts_with("0x12"); }
bool is_nic_class(std::string_view c) { return c.starts_with("0x02"); }
/// Graphics of a management controller: ASPEED, Matrox.
bool is_console(std::string_view vendor) { return vendor == "0x1a03" || vendor == "0x102b"; }

std::string hexadecimal(std::string_view word) {
  return lower_case(word.starts_with("0x") || word.starts_with("0X") ? word.substr(2) : word);
}

class MachineReader {
 public:
  MachineReader(const KnownDevices& known, std::vector<Diagnostic>& warnings,
                std::vector<std::string>& details)
      : known_(known), warnings_(warnings), details_(details) {}

  TopoMachine read(const XmlElement& root) {
    machine_.full = contains(root, "gpu");
    branches(root);
    tell_slow_switches();
    std::set<int> hosts;
    for (const TopoGpu& gpu : machine_.gpus) hosts.insert(gpu.host);
    machine_.hosts = std::max<int>(1, static_cast<int>(hosts.size()));
    return std::move(machine_);
  }

 private:
  /// A number of an attribute; a warning and the fallback when it is none.
  int number(const XmlElement& element, const char* key, int fallback);
  static bool contains(const XmlElement& element, std::string_view name);
  PciDevice pci(const XmlElement& element);
  void branches(const XmlElement& parent);
  void device(const XmlElement& element);
  void gpu(const XmlElement* gpu, PciDevice pci);
  void nic(const XmlElement& nic, const PciDevice& pci);
  void pass_over(const XmlElement& element);
  void tell_slow_switches();

  const KnownDevices& known_;
  std::vector<Diagnostic>& warnings_;
  std::vector<std::string>& details_;
  TopoMachine machine_;
  std::map<std::string, int, std::less<>> hosts_;
  int host_ = 0, root_ = -1, roots_ = 0;
  std::vector<PciDevice> above_;  // the switches over the device that is read
  std::map<std::string, PciDevice> slow_switches_;
};

bool MachineReader::contains(const XmlElement& element, std::string_view name) {
  return element.name == name || std::ranges::any_of(element.children, [&](const XmlElement& c) {
           return contains(c, name);
         });
}

int MachineReader::number(const XmlElement& element, const char* key, int fallback) {
  const std::string_view word = element.attribute(key);
  if (word.empty()) return fallback;
  const bool hex = word.starts_with("0x");
  const std::string_view digits = hex ? word.substr(2) : word;
  int value = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, hex ? 16 : 10);
  if (error == std::errc() && (end == digits.data() + digits.size() || *end == '.')) return value;
  warnings_.push_back(
      {element.at, say("{}=\"{}\" of <{}> is no whole number", key, excerpt(word), element.name),
       say("{} is taken", fallback)});
  return fallback;
}

PciDevice MachineReader::pci(const XmlElement& element) {
  PciDevice device{.at = element.at,
                   .busid = std::string(element.attribute("busid")),
                   .device_class = std::string(element.attribute("class"))};
  const std::string_view vendor = element.attribute("vendor"), id = element.attribute("device");
  if (!vendor.empty() && !id.empty()) device.id = hexadecimal(vendor) + ":" + hexadecimal(id);
  const std::string_view speed = element.attribute("link_speed");
  const int width = number(element, "link_width", 0);
  const std::optional<Bandwidth> lane = pcie_lane(known_, speed);
  if (lane) device.slot = *lane * (width > 0 ? std::min(width, 64) : unknown_lanes);
  device.speed_words = fmt::format("{} x{}", excerpt(speed), width);
  return device;
}

void MachineReader::branches(const XmlElement& parent) {
  for (const XmlElement& element : parent.children) {
    if (element.name == "cpu") {
      const std::string host(element.attribute("host_hash"));
      const int outer = host_;
      host_ = hosts_.try_emplace(host, static_cast<int>(hosts_.size())).first->second;
      machine_.cpus.push_back({element.at, std::string(element.attribute("vendor")),
                               number(element, "familyid", 0), number(element, "modelid", 0)});
      branches(element);
      host_ = outer;
    } else if (element.name == "pci") {
      root_ = roots_++;
      device(element);
      root_ = -1;
    } else if (element.name == "nic") {
      nic(element, {.at = element.at});
    } else if (element.name == "gpu") {  // as some hand-written files have it
      root_ = roots_++;
      gpu(&element, {.at = element.at});
      root_ = -1;
    } else {
      pass_over(element);
    }
  }
}

/// A PCI element: a card, an adapter, or a switch with more below it.
void MachineReader::device(const XmlElement& element) {
  const PciDevice self = pci(element);
  const auto card = std::ranges::find(element.children, "gpu", &XmlElement::name);
  if (card != element.children.end()) {
    gpu(&*card, self);
  } else if (!machine_.full && is_gpu_class(self.device_class) &&
             !is_console(element.attribute("vendor"))) {
    gpu(nullptr, self);
  } else if (is_nic_class(self.device_class) && !contains(element, "net")) {
    machine_.nics.push_back({self, self.at, self.busid, std::nullopt, host_, root_});
  }
  above_.push_back(self);
  for (const XmlElement& child : element.children) {
    if (child.name == "pci") {
      device(child);
    } else if (child.name == "nic") {
      nic(child, self);
    } else if (child.name != "gpu") {
      pass_over(child);
    }
  }
  above_.pop_back();
}

/// A switch whose uplink is slower than a card below it, as hidden bridges of real switches claim.
void MachineReader::tell_slow_switches() {
  if (slow_switches_.empty()) return;
  const auto first = std::ranges::min_element(slow_switches_, [](const auto& a, const auto& b) {
    return a.second.at.line < b.second.at.line;
  });
  const std::size_t more = slow_switches_.size() - 1;
  warnings_.push_back(
      {first->second.at,
       say("the switch {} declares {}, slower than the card below it{}", excerpt(first->first),
           first->second.speed_words, more == 0 ? "" : say(", as do {} more", more)),
       tr("switches often say so of a part inside themselves: it is not used")});
}

void MachineReader::gpu(const XmlElement* element, PciDevice pci) {
  for (const PciDevice& over : above_)
    if (over.slot && pci.slot && over.slot->value < pci.slot->value)
      slow_switches_.emplace(over.busid, over);
  TopoGpu card{.pci = std::move(pci),
               .number = static_cast<int>(machine_.gpus.size()),
               .host = host_,
               .root = root_};
  if (element != nullptr) {
    card.described = true;
    card.pci.at = element->at;
    card.number = number(*element, "dev", card.number);
    const bool amd = element->has("gcn");  // there, sm counts compute units
    card.sm = amd ? 0 : number(*element, "sm", 0);
    for (const XmlElement& child : element->children) {
      if (child.name == "nvlink" || child.name == "xgmi") {
        const int count = number(child, "count", 1);
        if (count < 0 || count > most_of_a_count)
          fail_at(child.at, say("a count of {} links", count), tr("a card has a few"));
        card.links.push_back({child.at, std::string(child.attribute("target")),
                              std::string(child.attribute("tclass")), count});
      } else if (child.name == "c2c") {
        details_.push_back(say("{}: chip-to-chip link to the processor, {} x {} MB/s",
                               to_text(child.at), child.attribute("count"), child.attribute("bw")));
      } else {
        pass_over(child);
      }
    }
  }
  machine_.gpus.push_back(std::move(card));
}

void MachineReader::nic(const XmlElement& element, const PciDevice& pci) {
  for (const XmlElement& net : element.children) {
    if (net.name != "net") {
      if (net.name != "gin" && net.name != "rma") pass_over(net);
      continue;
    }
    TopoNic port{pci, net.at, std::string(net.attribute("name")), std::nullopt, host_, root_};
    int speed = number(net, "speed", unknown_net_speed);
    if (speed <= 0) {
      warnings_.push_back(
          {net.at, say("a speed of {} Mbit/s", speed), tr("NCCL takes 10000, and so do we")});
      speed = unknown_net_speed;
    }
    port.rate = Bandwidth{speed * 1e6 / 8};
    machine_.nics.push_back(std::move(port));
  }
}

void MachineReader::pass_over(const XmlElement& element) {
  if (std::ranges::find(known_elements(), element.name) != known_elements().end()) {
    details_.push_back(
        say("{}: <{}> where it means nothing here", to_text(element.at), element.name));
    return;
  }
  warnings_.push_back({element.at, say("<{}> is no element that NCCL knows", element.name),
                       suggestion(element.name, known_elements(), tr("it knows"))});
}

/// Other XML that people have, and what it is.
struct OtherRoot {
  std::string_view name, what, hint;
};
constexpr std::array other_roots{
    OtherRoot{"graphs", marked("this is a graph of NCCL (NCCL_GRAPH_DUMP_FILE), not a topology"),
              marked("NCCL_TOPO_DUMP_FILE writes the topology")},
    OtherRoot{"topology", marked("this is a topology of hwloc"),
              marked("NCCL_TOPO_DUMP_FILE writes NCCL's")},
    OtherRoot{"nvidia_smi_log", marked("this is the output of nvidia-smi -q -x"),
              marked("'nvidia-smi topo -m' is read by topo-matrix")},
    OtherRoot{"platform", marked("this is a platform of SimGrid"), ""},
    OtherRoot{"graphml", marked("this is GraphML"), marked("'qianka import graphml' reads it")},
};

void check_root(const XmlElement& root, std::vector<Diagnostic>& warnings) {
  if (root.name == "system") {
    const std::string_view version = root.attribute("version");
    if (version != "1" && version != "2")
      warnings.push_back({root.at,
                          version.empty() ? std::string(tr("<system> has no version"))
                                          : say("version {} is new here", excerpt(version)),
                          tr("NCCL writes 1, RCCL 2; read as these")});
    return;
  }
  const auto other = std::ranges::find(other_roots, root.name, &OtherRoot::name);
  if (other != other_roots.end())
    fail_at(root.at, tr(std::string(other->what)), tr(std::string(other->hint)));
  fail_at(root.at, say("the outermost element is <{}>, not <system>", excerpt(root.name)),
          tr("an NCCL topology is written by NCCL_TOPO_DUMP_FILE=file"));
}

}  // namespace

TopoMachine read_machine(const SourceText& source, const KnownDevices& known,
                         std::vector<Diagnostic>& warnings, std::vector<std::string>& details) {
  const XmlElement root = read_xml(source, warnings);
  check_root(root, warnings);
  TopoMachine machine = MachineReader(known, warnings, details).read(root);
  if (machine.gpus.empty())
    fail_at(root.at, tr("there is no GPU in this file"),
            tr("a GPU is a <pci> of class 0x03… or 0x12…, or has a <gpu> in it"));
  return machine;
}

}  // namespace qianka
