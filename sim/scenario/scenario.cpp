// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/scenario.hpp"

#include "sim/input/merge.hpp"
#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/any_layout.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/scenario/checks.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/scenario_format.hpp"

#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

const std::optional<FlopRate>& published_peak(const Accelerator& accelerator, Precision precision) {
  const PeakRates& peak = accelerator.peak;
  switch (precision) {
    case Precision::fp32:
      return peak.fp32;
    case Precision::tf32:
      return peak.tf32;
    case Precision::fp16:
      return peak.fp16;
    case Precision::bf16:
      return peak.bf16;
    case Precision::fp8:
      return peak.fp8;
  }
  throw Bug("a precision without a peak");
}

/// FNV-1a, 64 bit: not against forgery, only to tell runs apart.
std::string hash_text(const std::map<std::string, std::string>& values) {
  std::uint64_t hash = 14695981039346656037ULL;
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    hash = (hash ^ 0xFFU) * 1099511628211ULL;  // a byte that no text holds parts one from the next
  };
  for (const auto& [path, value] : values) {
    add(path);
    add(value);
  }
  return fmt::format("{:016x}", hash);
}

/// Everything a run depends on, in one form whatever the file looked like: names and words to
/// people are left out, and so are reductions in switches, which `qianka collective` alone knows.
std::string digest_of(const ScenarioText& scenario) {
  Written out;
  scenario_table().write(scenario, "", out);
  std::erase_if(out.values, [](const auto& entry) {
    const std::string& path = entry.first;
    return path == "question" || path.ends_with(".name") || path.ends_with("reduction") ||
           path.starts_with("faults.");
  });
  write_faults(scenario.faults, "faults", out);
  return hash_text(out.values);
}

void apply(const std::vector<Override>& overrides, Value& root, std::vector<Diagnostic>& problems) {
  for (const Override& change : overrides) {
    const std::string name = fmt::format("--set {}={}", change.path, change.value);
    if (auto value = read_yaml_value(change.value, name, problems)) {
      set_path(root, change.path, std::move(*value), {name, 0, 0}, problems);
    }
  }
}

/// A single step is over before anything later than its start.
void check_fabric_times(const Scenario& scenario, Reader& reader) {
  const Job& job = scenario.job;
  if (job.train_for || job.tokens || job.steps) return;
  for (const FabricFault& fault : scenario.faults.fabric.events) {
    if (fault.at.value > 0)
      reader.error(fault.where, tr("the run is a single step, which is over before this happens"),
                   tr("say how long it trains (job.train_for: 1 day), or let it begin at 0 s"));
  }
}

enum class Sizes { checked, as_written };

Scenario build(const std::string& text, const std::string& name,
               const std::vector<Override>& overrides, Sizes sizes = Sizes::checked) {
  std::vector<Diagnostic> problems;
  std::optional<Value> root = read_yaml(text, name, problems);
  if (!root) throw InputError(problems);
  apply(overrides, *root, problems);

  Reader reader(catalogue_loader());
  reader.root = &scenario_table().info();
  reader.file = name;
  reader.problems() = std::move(problems);
  ScenarioText scenario = scenario_table().read(*root, reader);
  const std::filesystem::path file(name);
  scenario.faults = faults_from(scenario.faults_text, file.parent_path().string(), reader);
  check_fabric_times(scenario, reader);
  if (!reader.problems().empty()) throw InputError(reader.problems());

  scenario.name = file.stem().string();
  choose_nodes(scenario, reader);
  if (sizes == Sizes::checked) {
    const std::vector<Diagnostic> impossible = infeasibilities(scenario, reader);
    if (!impossible.empty()) {
      const bool unknown =
          !published_peak(scenario.cluster.node.accelerator, scenario.job.precision);
      throw InfeasibleInput(impossible, unknown);
    }
  }
  scenario.digest = digest_of(scenario);
  scenario.provenance = provenance_of(reader.figures());
  return scenario;
}

Scenario load(const std::filesystem::path& file, const std::vector<Override>& overrides,
              Sizes sizes) {
  std::vector<Diagnostic> problems;
  const std::string text = read_file(file, {file.string(), 0, 0}, problems);
  if (!problems.empty()) throw InputError(problems);
  return build(text, file.string(), overrides, sizes);
}

}  // namespace

Scenario load_scenario(const std::filesystem::path& file, const std::vector<Override>& overrides) {
  return load(file, overrides, Sizes::checked);
}

Scenario load_with_any_layout(const std::filesystem::path& file,
                              const std::vector<Override>& overrides) {
  return load(file, overrides, Sizes::as_written);
}

Scenario parse_with_any_layout(const std::string& text, const std::string& name,
                               const std::vector<Override>& overrides) {
  return build(text, name, overrides, Sizes::as_written);
}

Scenario parse_scenario(const std::string& text, const std::string& name,
                        const std::vector<Override>& overrides) {
  return build(text, name, overrides);
}

int chunks_on_card(const Parallel& parallel) {
  return parallel.schedule == Schedule::dualpipe ? 2 : parallel.interleave;
}

int stage_holders(const Parallel& parallel) {
  return parallel.schedule == Schedule::dualpipe ? 2 * parallel.data : parallel.data;
}

int shard_replicas(const Parallel& parallel) {
  return parallel.shard_group == 0 ? stage_holders(parallel) : parallel.shard_group;
}

int cards(const Parallel& parallel) {
  return parallel.tensor * parallel.context * parallel.pipeline * parallel.data;
}

void refuse_unknown(const std::string& who, const std::string& what) {
  Infeasible error(say("this run needs the {} of {}, which is unknown", tr(what), who));
  error.unknown = true;
  throw error;
}

FlopRate peak_rate(const Accelerator& accelerator, Precision precision) {
  return needed(published_peak(accelerator, precision), accelerator.name,
                say("{} peak", name_of(precision_names, precision)));
}

}  // namespace qianka
