// SPDX-License-Identifier: Apache-2.0
// What the user asked for, checked: a cluster, a job on it, and what may happen to it. Value structs only; the
// keys, units and defaults of the file format are in scenario/format.cpp, which also prints the reference.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/scenario/cluster_spec.hpp"
#include "sim/scenario/model_spec.hpp"
#include "sim/scenario/stack_spec.hpp"
#include "sim/units/require.hpp"

namespace qianka {

enum class Sharding { none, zero_1, zero_2 };
enum class Recompute { none, selective, full };
enum class LayerSplit { even, embedding_counts, list };

struct Parallel {
  int tensor = 1, context = 1, pipeline = 1, data = 1, expert = 1;
  int micro_batch = 1, interleave = 1;
  LayerSplit layer_split = LayerSplit::even;
  std::vector<int> layers_per_stage;  // with LayerSplit::list: one entry a stage, in pipeline order
  Sharding sharding = Sharding::none;
  bool sequence_parallel = false;
  Recompute recompute = Recompute::none;
};

struct Job {
  ModelSpec model;
  StackSpec stack;
  Precision precision = Precision::bf16;
  int sequence = 0;
  int global_batch = 0;  // sequences per step
  Parallel parallel;
  // At most one of the three; none = a single step is all that is asked.
  std::optional<Seconds> train_for;  // wall clock
  std::optional<double> tokens;
  std::optional<std::int64_t> steps;
};

enum class CheckpointMode { none, synchronous, asynchronous };

struct Checkpoint {
  CheckpointMode mode = CheckpointMode::none;
  Seconds every{0};        // useful training time between two saves
  // Overrides of what the simulation finds from bytes, fabric and storage:
  std::optional<Seconds> save_time, load_time, stall;
};

enum class Distribution { exponential, weibull, lognormal };

/// One class of failure. Strikes any of the job's nodes; rates are per node and day of wall clock, repaired time
/// included, as operators publish them.
struct FaultClass {
  std::string component;          // gpu, hbm, nvlink, nic, link, leaf, host, power, storage, software, …
  std::string cause;              // as the source names it
  double per_node_day = 0;        // mean rate
  Distribution distribution = Distribution::exponential;
  double shape = 1;               // Weibull k, or lognormal sigma
  bool evicts_node = true;        // the node leaves the job for repair; otherwise a restart in place heals it
};

struct ReplayedFault {
  Seconds at;
  std::string component;
  int node = 0;                   // place in the job, whichever node holds it by then; -1 = no node
  std::string kind;
  bool evicts_node = true;        // as in FaultClass
};

struct Faults {
  std::string id, name;
  std::vector<FaultClass> classes;
  std::vector<ReplayedFault> replay;
  double job_per_day = 0;         // failures that do not scale with nodes (user code, dependencies)
};

enum class Spares { none, warm, cold };

struct Recovery {
  Seconds detect{0}, localise{0};
  Seconds restart{0};             // with a warm spare or in place: reschedule, start processes, join groups, warm up
  Seconds cold_start{0};          // added when the spare must boot first
  Spares spares = Spares::warm;
  Seconds repair_median{0};       // lognormal; 0 = repaired at once when no spare is wanted
  double repair_sigma = 0;        // of ln(time)
};

/// How the step is simulated. The defaults are right; tests turn them off one by one.
struct StepOptions {
  bool fold = true;               // simulate one replica of each class
  bool exact_contention = false;  // every class of flows, whatever it costs
};

/// A figure that came from the catalogue or the file, with where it was written and why it is believed.
struct SourcedValue {
  std::string path;    // job.model.layers, cluster.node.accelerator.peak.bf16, …
  std::string value;   // as written
  std::string source;  // citation; "scenario" for what the user wrote
  std::string where;   // file:line
};

struct Scenario {
  std::string name;       // file name without extension
  std::string question;
  std::string digest;     // of the merged values, hexadecimal; equal digests mean equal runs
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
Scenario load_scenario(const std::filesystem::path& file, const std::vector<Override>& overrides = {});
/// The same from text, for tests; `name` stands for the file in messages.
Scenario parse_scenario(const std::string& text, const std::string& name = "scenario.yaml",
                        const std::vector<Override>& overrides = {});

/// Total cards of the job: tensor x context x pipeline x data.
int cards(const Parallel& parallel);
/// Dense peak of the job's accelerator at its precision. Infeasible when unknown.
FlopRate peak_rate(const Accelerator& accelerator, Precision precision);

/// The value, or Infeasible "this run needs the <what> of <who>, which is unknown".
template <class T>
const T& needed(const std::optional<T>& value, const std::string& who, const std::string& what) {
  if (!value) throw Infeasible("this run needs the " + what + " of " + who + ", which is unknown");
  return *value;
}

}  // namespace qianka
