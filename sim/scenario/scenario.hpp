// SPDX-License-Identifier: Apache-2.0
// What the user asked for, checked: a cluster, a job on it, and what may happen to it. Value
// structs only; the keys, units and defaults of the file format are in
// scenario/scenario_format.cpp, which also prints the reference.
#pragma once
#include "sim/scenario/campaign_spec.hpp"
#include "sim/scenario/cluster_spec.hpp"
#include "sim/scenario/job_spec.hpp"
#include "sim/scenario/model_spec.hpp"
#include "sim/scenario/stack_spec.hpp"
#include "sim/units/require.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// How the step is simulated. The defaults are right; tests turn them off one by one.
struct StepOptions {
  bool fold = true;               // simulate one replica of each class
  bool exact_contention = false;  // every class of flows, whatever it costs
};

/// A figure that came from the catalogue or the file, with where it was written and why it is
/// believed.
struct SourcedValue {
  std::string path;    // job.model.layers, cluster.node.accelerator.peak.bf16, …
  std::string value;   // as written
  std::string source;  // citation; "scenario" for what the user wrote
  std::string where;   // file:line
};

struct Scenario {
  std::string name;  // file name without extension
  std::string question;
  std::string digest;  // of the merged values, hexadecimal; equal digests mean equal runs
  ClusterSpec cluster;
  Job job;
  Checkpoint checkpoint;
  Faults faults;
  Recovery recovery;
  StepOptions step;
  std::uint64_t seed = 1;
  std::vector<SourcedValue> provenance;
};

/// One `--set path=value`.
struct Override {
  std::string path, value;
};

/// Reads, merges and checks one file. Throws InputError with every diagnostic, sorted by position;
/// Infeasible (exit 3) when the sizes are each right but cannot go together.
Scenario load_scenario(const std::filesystem::path& file,
                       const std::vector<Override>& overrides = {});
/// The same from text, for tests; `name` stands for the file in messages.
Scenario parse_scenario(const std::string& text, const std::string& name = "scenario.yaml",
                        const std::vector<Override>& overrides = {});

/// Dense peak of the job's accelerator at its precision. Infeasible when unknown.
FlopRate peak_rate(const Accelerator& accelerator, Precision precision);

/// Infeasible, and unknown: "this run needs the <what> of <who>, which is unknown". `what` is
/// translated here; `who` is a name, of a part or in the user's words already.
[[noreturn]] void refuse_unknown(const std::string& who, const std::string& what);

/// The value, or what refuse_unknown() throws.
template <class T>
const T& needed(const std::optional<T>& value, const std::string& who, const std::string& what) {
  if (!value) refuse_unknown(who, what);
  return *value;
}

}  // namespace qianka
