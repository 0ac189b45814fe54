// SPDX-License-Identifier: Apache-2.0
// What files of other tools leave unsaid, from topologies/interchange/known.yaml.
#pragma once
#include "sim/units/quantity.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

/// A PCI id, "10de:2330", and the part of the catalogue that it is.
struct KnownDevice {
  std::string id, part;
  std::string device_class;  // how its class must begin; "" = any
  std::string remark;
};

/// NVLink of compute capability `from` and later, up to the next entry.
struct NvlinkGeneration {
  int from = 0;         // 90: sm_90
  Bandwidth link{0};    // one link, one direction, nominal
  Bandwidth usable{0};  // what NCCL counts on
  int most = 0;         // links that a card has
};

struct PcieGeneration {
  double transfers = 0;  // GT/s
  Bandwidth lane{0};     // what NCCL counts on
};

struct CpuLink {
  std::string vendor;
  int family = 0, model = 0;  // 0 = any; the model and later ones
  Bandwidth rate{0};
};

struct KnownTokenizer {
  std::string name;  // or a part of the path of its files
  int tokens = 0;
};

/// InfiniBand by the word of its speed.
struct InfinibandSpeed {
  std::string name;  // "NDR"
  Bandwidth lane{0};
};

struct KnownDevices {
  std::vector<KnownDevice> accelerators, nics;
  std::vector<NvlinkGeneration> nvlinks;
  std::vector<PcieGeneration> pcie;
  std::vector<CpuLink> cpus;
  std::vector<KnownTokenizer> tokenizers;
  std::vector<InfinibandSpeed> infiniband;
  std::vector<KnownDevice> switches;  // id: a word of its description
};

/// Throws InputError when the file is not there or not right.
KnownDevices known_devices();

const KnownDevice* find_device(const std::vector<KnownDevice>& devices, std::string_view id,
                               std::string_view device_class);
/// The generation of a compute capability; the first when it is 0 or older than all.
const NvlinkGeneration& nvlink_of(const KnownDevices& known, int sm);
/// "16 GT/s", "32.0 GT/s PCIe", "Gen5" as NCCL reads it: by its number; nothing when it has none.
std::optional<Bandwidth> pcie_lane(const KnownDevices& known, std::string_view speed);
std::optional<Bandwidth> cpu_link(const KnownDevices& known, std::string_view vendor, int family,
                                  int model);

/// "NDR"; nothing for a word that is none of them.
std::optional<Bandwidth> infiniband_lane(const KnownDevices& known, std::string_view speed);
/// The switch whose word stands in a description; "" when none does.
std::string switch_in(const KnownDevices& known, std::string_view description);

}  // namespace qianka
