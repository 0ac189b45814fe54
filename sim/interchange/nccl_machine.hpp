// SPDX-License-Identifier: Apache-2.0
// What an NCCL topology file says, before anyone compares it with the catalogue: cards, adapters
// and processors, each at its place. Skeletons have PCI devices only; full dumps have all.
#pragma once
#include "sim/interchange/known_devices.hpp"
#include "sim/interchange/xml_document.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// <nvlink>, or <xgmi> of AMD: `count` links to one target.
struct TopoLink {
  SourcePos at;
  std::string target, target_class;
  int count = 0;
};

struct PciDevice {
  SourcePos at;
  std::string busid = {}, device_class = {};
  std::string id = {};  // "10de:2330", "" when the file does not say
  std::optional<Bandwidth> slot =
      {};                        // as declared, by NCCL's table; nothing when speed or width lack
  std::string speed_words = {};  // "16 GT/s x16"
};

struct TopoGpu {
  PciDevice pci;
  int number = 0;  // as the file counts (dev), or in the order met
  int sm = 0;      // compute capability; 0 in a skeleton
  bool described = false;
  int host = 0, root = 0;  // which server; which branch below a processor
  std::vector<TopoLink> links = {};
};

struct TopoNic {
  PciDevice pci;
  SourcePos at;  // of the port
  std::string name;
  std::optional<Bandwidth> rate;
  int host = 0, root = -1;  // -1: right below a processor
};

struct TopoCpu {
  SourcePos at;
  std::string vendor;
  int family = 0, model = 0;
};

struct TopoMachine {
  bool full = false;  // has <gpu> elements
  int hosts = 1;
  std::vector<TopoGpu> gpus;
  std::vector<TopoNic> nics;
  std::vector<TopoCpu> cpus;
};

/// Throws InputError when the XML is something else, or has no card.
TopoMachine read_machine(const SourceText& source, const KnownDevices& known,
                         std::vector<Diagnostic>& warnings, std::vector<std::string>& details);

}  // namespace qianka
