// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/known_devices.hpp"

#include "sim/input/yaml.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace qianka {
namespace {

struct About {
  std::string accelerators, nics, nvlinks, pcie, cpus, tokenizers, infiniband, switches;
};

struct KnownFile : KnownDevices {
  About about;
};

Table<KnownDevice> device_table() {
  Table<KnownDevice> t("known device", "A PCI id and the part that it is.");
  t.add("id", &KnownDevice::id, free_text(), "vendor:device.").required();
  t.add("part", &KnownDevice::part, free_text(), "Of the catalogue.").required();
  t.add("class", &KnownDevice::device_class, free_text(), "How its PCI class begins.");
  t.add("remark", &KnownDevice::remark, free_text(), "What differs.");
  return t;
}

Table<NvlinkGeneration> nvlink_table() {
  Table<NvlinkGeneration> t("nvlink generation", "NVLink from a compute capability on.");
  t.add("from", &NvlinkGeneration::from, whole(), "Compute capability, 90 for 9.0.").required();
  t.add("link", &NvlinkGeneration::link, bandwidth_of(), "One link, one direction.").required();
  t.add("usable", &NvlinkGeneration::usable, bandwidth_of(), "What NCCL counts on.").required();
  t.add("most", &NvlinkGeneration::most, whole(), "Links of a card.").required();
  return t;
}

Table<PcieGeneration> pcie_table() {
  Table<PcieGeneration> t("pcie generation", "PCI Express.");
  t.add("transfers", &PcieGeneration::transfers, number(positive), "GT/s.").required();
  t.add("lane", &PcieGeneration::lane, bandwidth_of(), "One lane, usable.").required();
  return t;
}

Table<CpuLink> cpu_table() {
  Table<CpuLink> t("cpu link", "Between two processors.");
  t.add("vendor", &CpuLink::vendor, free_text(), "As CPUID has it.").required();
  t.add("family", &CpuLink::family, whole(not_negative), "0 is any.");
  t.add("model", &CpuLink::model, whole(not_negative), "This one and later ones.");
  t.add("rate", &CpuLink::rate, bandwidth_of(), "One direction.").required();
  return t;
}

Table<KnownTokenizer> tokenizer_table() {
  Table<KnownTokenizer> t("tokenizer", "What launch scripts call it, and its size.");
  t.add("name", &KnownTokenizer::name, free_text(), "Its name.").required();
  t.add("tokens", &KnownTokenizer::tokens, whole(), "Tokens it knows.").required();
  return t;
}

Table<InfinibandSpeed> infiniband_table() {
  Table<InfinibandSpeed> t("infiniband speed", "InfiniBand by the word of its speed.");
  t.add("name", &InfinibandSpeed::name, free_text(), "As tools print it.").required();
  t.add("lane", &InfinibandSpeed::lane, bandwidth_of(), "One lane, one direction.").required();
  return t;
}

Table<About> about_table() {
  Table<About> t("about", "Where the figures are from.");
  t.add("accelerators", &About::accelerators, free_text(), "Source.").required();
  t.add("nics", &About::nics, free_text(), "Source.").required();
  t.add("nvlinks", &About::nvlinks, free_text(), "Source.").required();
  t.add("pcie", &About::pcie, free_text(), "Source.").required();
  t.add("cpus", &About::cpus, free_text(), "Source.").required();
  t.add("tokenizers", &About::tokenizers, free_text(), "Source.").required();
  t.add("infiniband", &About::infiniband, free_text(), "Source.").required();
  t.add("switches", &About::switches, free_text(), "Source.").required();
  return t;
}

}  // namespace

KnownDevices known_devices() {
  const auto devices = device_table();
  const auto nvlinks = nvlink_table();
  const auto pcie = pcie_table();
  const auto cpus = cpu_table();
  const auto tokenizers = tokenizer_table();
  const auto infiniband = infiniband_table();
  const auto about = about_table();
  Table<KnownFile> file("known devices", "What files of other tools leave unsaid.");
  file.section("about", &KnownFile::about, about, "Sources.").required();
  file.list("accelerators", &KnownFile::accelerators, devices, "Cards.");
  file.list("nics", &KnownFile::nics, devices, "Network adapters.");
  file.list("nvlinks", &KnownFile::nvlinks, nvlinks, "NVLink.").required();
  file.list("pcie", &KnownFile::pcie, pcie, "PCI Express.");
  file.list("cpus", &KnownFile::cpus, cpus, "Processors.");
  file.list("tokenizers", &KnownFile::tokenizers, tokenizers, "Tokenizers.");
  file.list("infiniband", &KnownFile::infiniband, infiniband, "InfiniBand.");
  file.list("switches", &KnownFile::switches, devices, "Switches.");
  const std::string name = "topologies/interchange/known.yaml";
  std::vector<Diagnostic> problems;
  const std::string text = read_file(data_directory() / name, {name, 0, 0}, problems);
  if (!problems.empty()) throw InputError(problems);
  KnownDevices known = read_document(file, text, name);
  require(!known.nvlinks.empty(), "known.yaml names at least one generation of NVLink");
  return known;
}

const KnownDevice* find_device(const std::vector<KnownDevice>& devices, std::string_view id,
                               std::string_view device_class) {
  const auto fits = [&](const KnownDevice& device) {
    return device.id == id && device_class.starts_with(device.device_class);
  };
  const auto found = std::ranges::find_if(devices, fits);
  return found == devices.end() ? nullptr : &*found;
}

const NvlinkGeneration& nvlink_of(const KnownDevices& known, int sm) {
  const NvlinkGeneration* best = &known.nvlinks.front();
  for (const NvlinkGeneration& generation : known.nvlinks)
    if (generation.from <= sm) best = &generation;
  return *best;
}

std::optional<Bandwidth> pcie_lane(const KnownDevices& known, std::string_view speed) {
  const std::string text(speed);
  const double transfers = std::strtod(text.c_str(), nullptr);
  for (const PcieGeneration& generation : known.pcie)
    if (std::abs(generation.transfers - transfers) < 0.01) return generation.lane;
  return std::nullopt;
}

std::optional<Bandwidth> infiniband_lane(const KnownDevices& known, std::string_view speed) {
  const auto found = std::ranges::find(known.infiniband, speed, &InfinibandSpeed::name);
  return found == known.infiniband.end() ? std::nullopt : std::optional(found->lane);
}

std::string switch_in(const KnownDevices& known, std::string_view description) {
  for (const KnownDevice& device : known.switches)
    if (description.find(device.id) != std::string_view::npos) return device.part;
  return "";
}

std::optional<Bandwidth> cpu_link(const KnownDevices& known, std::string_view vendor, int family,
                                  int model) {
  std::optional<Bandwidth> rate;
  for (const CpuLink& link : known.cpus) {
    const bool fits =
        link.vendor == vendor && (link.family == 0 || link.family == family) && link.model <= model;
    if (fits) rate = link.rate;
  }
  return rate;
}

}  // namespace qianka
