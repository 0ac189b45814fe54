// SPDX-License-Identifier: Apache-2.0
// Devices and what joins them, as a file of another tool names them, and how they become a cluster:
// who is a node and who is a switch, which nodes are alike, which ports are their network adapters.
#pragma once
#include "sim/interchange/import.hpp"
#include "sim/interchange/known_devices.hpp"
#include "sim/units/quantity.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

/// part_of_node: cards, crossbars and the like; other_host: storage, management.
enum class DraftRole { unknown, node, fabric_switch, part_of_node, other_host };

struct DraftDevice {
  std::string name;
  SourcePos at;
  DraftRole role = DraftRole::unknown;
  std::string part = {};  // id of the catalogue; "" = not known
};

/// One end of a link. Links of a node with equal ports are one adapter; without a port each has an
/// adapter of its own.
struct DraftEnd {
  std::size_t device = 0;
  std::string port = {};
};

struct DraftLink {
  DraftEnd a = {}, b = {};
  std::optional<Bandwidth> rate = {};  // of one cable, one direction
  std::optional<Seconds> latency = {};
  int count = 1;
  SourcePos at = {};
};

class FabricDraft {
 public:
  std::string kind, file;          // "graphml", "net.xml": for the first line
  std::string adapter;             // what reports call the NIC, "InfiniBand 4xNDR"
  std::vector<std::string> notes;  // sentences

  /// The device of this name, new if there is none. "node3.nic0" and the like are a port of node3:
  /// the role is then known.
  DraftEnd end(std::string_view name, const SourcePos& at);
  /// The device as it is called, whatever the name looks like.
  std::size_t device(std::string_view name, const SourcePos& at);
  void join(DraftLink link) { links.push_back(std::move(link)); }
  bool has(std::string_view name) const { return numbers_.contains(std::string(name)); }
  /// Drops the other devices, and the links that lose an end.
  void keep_only(const std::vector<bool>& kept);
  /// The links of each device, by number.
  std::vector<std::vector<std::size_t>> links_of_devices() const;

  std::vector<DraftDevice> devices;
  std::vector<DraftLink> links;

 private:
  std::map<std::string, std::size_t> numbers_;
};

/// What a word like "leaf", "server", "tor", "gpu" says of a device; unknown for others.
DraftRole role_of_word(std::string_view word);
/// By the words of a text, the last known one; "dgx-leaf-03" is a switch.
DraftRole role_of_text(std::string_view text);

/// Decides every role, and throws InputError when nothing is left to be a node. Nodes that are
/// joined to nodes get a switch of their own for it; without any node one hangs below each switch.
void settle_roles(FabricDraft& draft, Imported& imported);

/// Leaves out what cannot be written: parts of nodes, nodes unlike the most, what no way leads to.
void keep_what_is_alike(FabricDraft& draft, Imported& imported);

/// Settles, keeps and writes: completes `imported`.
void write_fabric(FabricDraft draft, const ImportRequest& request, Imported& imported);

/// The adapters of each node, in order: which links begin there. A link without a port and a count
/// of n begins at n of them.
struct DraftPort {
  std::size_t link = 0;  // index in links
  bool at_a = false;     // the node is its end a
  int cables = 1;        // of the link's count
};
using DraftPorts = std::vector<std::vector<DraftPort>>;  // by adapter
DraftPorts ports_of(const FabricDraft& draft, std::size_t node,
                    const std::vector<std::size_t>& links);

/// "400Gbps", "400G", "100GbE", "4xNDR"; nothing when it is none of them.
std::optional<Bandwidth> link_rate(std::string_view text, const KnownDevices& known);

}  // namespace qianka
