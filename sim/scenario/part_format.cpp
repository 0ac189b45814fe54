// SPDX-License-Identifier: Apache-2.0
// The keys of topologies/parts/*.yaml.
#include "sim/scenario/catalogue_format.hpp"
#include "sim/scenario/storage_format.hpp"

namespace qianka {
namespace {

const Table<PeakRates>& peak_table() {
  static const Table<PeakRates> table = [] {
    Table<PeakRates> t("peak",
                       "Dense matrix rate by precision; sparse figures of vendors are halved.");
    t.figure("fp32", &PeakRates::fp32, flop_rate_of(), "32 bit, without tensor units.");
    t.figure("tf32", &PeakRates::tf32, flop_rate_of(), "TF32 or a vendor's like.");
    t.figure("fp16", &PeakRates::fp16, flop_rate_of(), "16 bit, IEEE half.");
    t.figure("bf16", &PeakRates::bf16, flop_rate_of(), "16 bit, bfloat.");
    t.figure("fp8", &PeakRates::fp8, flop_rate_of(), "8 bit floating point.");
    return t;
  }();
  return table;
}

Table<Accelerator> make_accelerator_table() {
  using A = Accelerator;
  Table<A> t("accelerator",
             "One card: what a process trains on. A die of two is two accelerators.");
  add_catalogue_keys(t);
  t.add("vendor", &A::vendor, free_text(), "Who makes it.");
  t.add("country", &A::country, free_text(), "Where the vendor sits, two letters.");
  t.figure("year", &A::year, whole(), "Year of the first shipments.");
  t.section("peak", &A::peak, peak_table(), "Dense peak by precision.");
  t.figure("gemm_efficiency", &A::gemm_efficiency, fraction(positive_share),
           "Best measured large matrix product over peak, 16 bit.");
  t.figure("gemm_efficiency_fp8", &A::gemm_efficiency_fp8, fraction(positive_share),
           "The same with 8 bit.");
  t.figure("attention_efficiency", &A::attention_efficiency, fraction(positive_share),
           "Fused attention kernel over the 16-bit peak, forward and backward.");
  t.figure("compute_units", &A::compute_units, whole(),
           "Streaming multiprocessors or the like; without it no wave quantisation is applied.");
  t.figure("memory", &A::memory, size_of(), "As sold.");
  t.figure("memory_reported", &A::memory_reported, size_of(),
           "What the driver reports: the capacity a job must fit.");
  t.figure("memory_bandwidth", &A::memory_bandwidth, bandwidth_of(), "Nominal.");
  t.figure("memory_efficiency", &A::memory_efficiency, fraction(positive_share),
           "Share of the bandwidth that a streaming kernel reaches.");
  t.figure("scale_up", &A::scale_up, bandwidth_of(),
           "Card to card inside a node: nominal, one direction, all links of the card together.");
  t.figure("scale_up_efficiency", &A::scale_up_efficiency, fraction(positive_share),
           "Measured all-reduce bus bandwidth over nominal.");
  t.figure("scale_up_reduction", &A::scale_up_reduction, fraction(positive_share),
           "Share of `scale_up` that a reduction in the switch between the cards reaches (NVLS); "
           "left out: that switch cannot.");
  t.figure("pcie", &A::pcie, bandwidth_of(), "Host link, usable, one direction.");
  t.figure("power", &A::power, power_of(), "Board power.");
  t.section("price", &A::price, price_table(), "What one costs; left out: unknown.");
  return t;
}

Table<Nic> make_nic_table() {
  Table<Nic> t("nic", "A network adapter, one port of it.");
  add_catalogue_keys(t);
  t.add("vendor", &Nic::vendor, free_text(), "Who makes it.");
  t.figure("rate", &Nic::rate, bandwidth_of(), "Line rate of one port.");
  t.figure("efficiency", &Nic::efficiency, fraction(positive_share),
           "Payload share of the line rate for large messages, measured.");
  t.figure("latency", &Nic::latency, time_of(), "One pass through the adapter.");
  t.figure("power", &Nic::power, power_of(), "Typical, without the optics.");
  t.section("price", &Nic::price, price_table(), "What one costs; left out: unknown.");
  return t;
}

Table<Switch> make_switch_table() {
  Table<Switch> t("switch", "A switch of the fabric.");
  add_catalogue_keys(t);
  t.add("vendor", &Switch::vendor, free_text(), "Who makes it.");
  t.figure("ports", &Switch::ports, whole(), "Ports at `port_rate`.");
  t.figure("port_rate", &Switch::port_rate, bandwidth_of(), "Of one port, one direction.");
  t.figure("latency", &Switch::latency, time_of(), "Port to port.");
  t.figure("reduction", &Switch::reduction, fraction(positive_share),
           "Share of the ports' rate that a reduction in the switch reaches (SHARP); left out: it "
           "cannot.");
  t.figure("power", &Switch::power, power_of(), "Typical, without the optics.");
  t.section("price", &Switch::price, price_table(), "What one costs; left out: unknown.");
  return t;
}

Table<Optic> make_optic_table() {
  Table<Optic> t("optic", "A pluggable module at one end of a cable, for the bill of materials.");
  add_catalogue_keys(t);
  t.figure("rate", &Optic::rate, bandwidth_of(), "Line rate.");
  t.figure("power", &Optic::power, power_of(), "Of one module.");
  t.section("price", &Optic::price, price_table(), "What one costs; left out: unknown.");
  return t;
}

Table<Storage> make_storage_table() {
  Table<Storage> t("storage", "Shared storage: where checkpoints go and come from.");
  add_catalogue_keys(t);
  t.figure("write", &Storage::write, bandwidth_of(), "All clients together, sustained.");
  t.figure("read", &Storage::read, bandwidth_of(), "All clients together, sustained.");
  t.figure("node_write", &Storage::node_write, bandwidth_of(), "What one client node reaches.");
  t.figure("node_read", &Storage::node_read, bandwidth_of(), "What one client node reaches.");
  t.figure("fixed", &Storage::fixed, time_of(),
           "Per save or load whatever its size: opening, metadata, barrier.");
  t.figure("slots", &Storage::slots, whole(),
           "Requests that are served at once, all clients together; left out: no limit.");
  t.figure("request_size", &Storage::request_size, size_of(), "What one request carries.");
  t.figure("request_time", &Storage::request_time, time_of(), "What one request takes.");
  return t;
}

}  // namespace

const Table<Accelerator>& accelerator_table() {
  static const Table<Accelerator> table = make_accelerator_table();
  return table;
}
const Table<Nic>& nic_table() {
  static const Table<Nic> table = make_nic_table();
  return table;
}
const Table<Switch>& switch_table() {
  static const Table<Switch> table = make_switch_table();
  return table;
}
const Table<Optic>& optic_table() {
  static const Table<Optic> table = make_optic_table();
  return table;
}
const Table<Storage>& storage_table() {
  static const Table<Storage> table = make_storage_table();
  return table;
}

}  // namespace qianka
