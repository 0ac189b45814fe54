// SPDX-License-Identifier: Apache-2.0
// Published bandwidths and latencies of collectives against the simulator. What a row's words mean
// is data (scenarios/validation/collectives.yaml); rows that are no collective of a library are
// listed with the reason, not scored.
#pragma once
#include "sim/study/measurement.hpp"
#include "sim/study/rules.hpp"
#include "sim/study/validation_summary.hpp"
#include "sim/units/quantity.hpp"

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace qianka {

struct CollectiveResult {
  Measurement row;
  std::string skipped;                       // why it is not scored; empty: it is
  std::string cluster, algorithm, protocol;  // what it was compared with
  int ranks = 0, nodes = 0;
  Bytes size{0};
  double measured = 0, predicted = 0;  // in the row's unit
  double error = 0;                    // predicted / measured - 1, of what the row prints
};

struct CollectiveValidation {
  std::vector<CollectiveResult> results;  // in the order of the rows
  ErrorStats large, small;                // scored rows of 16 MiB and more, and below
  std::vector<NamedStats> large_by_accelerator, small_by_accelerator;
  std::vector<NamedStats> large_by_source, small_by_source;
};

/// Throws InputError.
std::vector<Measurement> read_collectives(const std::string& text, const std::string& name);

CollectiveValidation validate_collectives(const std::vector<Measurement>& rows, const Rules& rules);

std::string collectives_text(const CollectiveValidation& all);
/// The tables of docs/validation-collectives.md.
std::string collectives_markdown(const CollectiveValidation& all);
/// One line a row.
std::string collectives_csv(const CollectiveValidation& all);
/// Every key stands in docs/json.md.
nlohmann::ordered_json collectives_json(const CollectiveValidation& all);

}  // namespace qianka
