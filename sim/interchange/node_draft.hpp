// SPDX-License-Identifier: Apache-2.0
// A cluster of one kind of node, as far as a file of another tool describes it, and how it is
// written: with parts of the catalogue, and the figures that differ from them.
#pragma once
#include "sim/interchange/import.hpp"
#include "sim/interchange/link_plane.hpp"
#include "sim/units/quantity.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

struct NodeDraft {
  std::string kind, file;        // "nccl-topo", "dump.xml": for the first line
  std::string accelerator, nic;  // ids of the catalogue; "" = not known
  std::string accelerator_name;  // what reports call an unknown one
  std::string nic_name;
  std::optional<Bandwidth> scale_up, pcie, nic_rate;  // where the catalogue's do not hold
  int cards = 0, nodes = 1;
  PlaneShape shape = PlaneShape::none;   // none: PCIe
  std::vector<LinkPlane::Joint> joints;  // of a hybrid cube mesh
  int cards_per_switch = 0;              // 0: not said
  std::optional<Bandwidth> host_bridge;
  std::optional<int> nics;
  std::vector<std::string> notes;  // sentences
};

/// Completes `imported`: the file, what was found, what the user still has to say.
void write_node(const NodeDraft& draft, const ImportRequest& request, const SourcePos& at,
                Imported& imported);

/// InputError when a name of the request is not of the catalogue.
void check_names(const ImportRequest& request);

}  // namespace qianka
