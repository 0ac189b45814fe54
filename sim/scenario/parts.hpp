// SPDX-License-Identifier: Apache-2.0
// What a cluster is made of. A figure that is published nowhere is `unknown` in the file and an
// empty optional here; a run that needs it says so (needed()). Every figure's source stands in the
// part's file.
#pragma once
#include "sim/units/quantity.hpp"

#include <optional>
#include <string>
#include <vector>

namespace qianka {

enum class Precision { fp32, tf32, fp16, bf16, fp8 };

enum class Currency { usd, cny };

/// What a part was offered or sold for: one of many prices, at a date, from a source.
struct Price {
  double value = 0;  // of one
  Currency currency = Currency::usd;
  std::string date, source;
};

/// Dense peak by precision; vendor tables that count 2:4 sparsity are halved in the files.
struct PeakRates {
  std::optional<FlopRate> fp32, tf32, fp16, bf16, fp8;
};

struct Accelerator {
  std::string id, name, vendor, country;
  std::optional<int> year;
  PeakRates peak;
  std::optional<double> gemm_efficiency;      // best measured large GEMM over peak, 16 bit
  std::optional<double> gemm_efficiency_fp8;  // the same, FP8
  std::optional<double>
      attention_efficiency;          // fused attention kernel over 16-bit peak, forward + backward
  std::optional<int> compute_units;  // SMs or the like; without it no wave quantisation is applied
  std::optional<Bytes> memory;       // as sold
  std::optional<Bytes> memory_reported;  // what the driver reports: the capacity a job must fit
  std::optional<Bandwidth> memory_bandwidth;  // nominal
  std::optional<double> memory_efficiency;    // share of it a streaming kernel reaches
  std::optional<Bandwidth> scale_up;  // nominal, one direction, all links of the card together
  std::optional<double> scale_up_efficiency;  // measured all-reduce busbw over nominal
  std::optional<double> scale_up_reduction =
      {};                         // of scale_up, when the switch between the cards reduces (NVLS)
  std::optional<Bandwidth> pcie;  // usable, one direction
  std::optional<Power> power;
  std::optional<Price> price;
};

struct Nic {
  std::string id, name, vendor;
  std::optional<Bandwidth> rate;  // line rate of one port
  std::optional<double>
      efficiency;  // payload share of the line rate (headers, protocol), measured large messages
  std::optional<Seconds> latency;  // one pass through the adapter
  std::optional<Power> power;
  std::optional<Price> price;
};

struct Switch {
  std::string id, name, vendor;
  std::optional<int> ports;
  std::optional<Bandwidth> port_rate;    // one direction
  std::optional<Seconds> latency;        // port to port
  std::optional<double> reduction = {};  // of port_rate, when the switch reduces (SHARP)
  std::optional<Power> power;
  std::optional<Price> price;
};

/// A pluggable module at one end of a cable; read for the bill of materials.
struct Optic {
  std::string id, name;
  std::optional<Bandwidth> rate;
  std::optional<Power> power;
  std::optional<Price> price;
};

struct Storage {
  std::string id, name;
  std::optional<Bandwidth> write, read;            // aggregate, sustained
  std::optional<Bandwidth> node_write, node_read;  // what one client node reaches
  std::optional<Seconds> fixed;                    // per save or load: opening, metadata, barrier
  // Requests that are served at once, all clients together, what one carries and how long it takes.
  std::optional<int> slots = {};
  std::optional<Bytes> request_size = {};
  std::optional<Seconds> request_time = {};
};

}  // namespace qianka
