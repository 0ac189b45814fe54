// SPDX-License-Identifier: Apache-2.0
#include "sim/study/tuned_file.hpp"

#include "sim/input/merge.hpp"
#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/study/layout_overrides.hpp"

#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

/// What the search leaves as it is stays as it was written.
constexpr std::array searched{
    "tensor",     "context",         "pipeline",          "data",
    "expert",     "micro_batch",     "interleave",        "layers_per_stage",
    "recompute",  "recompute_every", "sequence_parallel", "sharding",
    "shard_group"};

/// Maps key by key below one another, down to where they are small.
void write_block(const Value& map, int depth, std::string& text) {
  constexpr int blocks = 3;
  for (const Entry& entry : map.entries) {
    const bool open = entry.value.kind == Value::Kind::map && depth + 1 < blocks &&
                      !entry.value.entries.empty() && entry.value.find("use") == nullptr;
    const std::string indent(static_cast<std::size_t>(2 * depth), ' ');
    const std::string& words = entry.value.text;
    const bool plain = entry.value.kind != Value::Kind::scalar || entry.value.quoted ||
                       words.find_first_of(":#'\"{}[],&*") == std::string::npos;
    if (open) {
      text += fmt::format("{}{}:\n", indent, entry.key);
      write_block(entry.value, depth + 1, text);
    } else {
      text += fmt::format("{}{}: {}\n", indent, entry.key,
                          plain ? flow_text(entry.value) : yaml_quoted(words));
    }
  }
}

}  // namespace

std::string tuned_text(const std::filesystem::path& file, const std::vector<Override>& overrides,
                       const Parallel& parallel, const std::string& name) {
  const InEnglish in_a_file;
  std::vector<Diagnostic> problems;
  const std::string before = read_file(file, {file.string(), 0, 0}, problems);
  std::optional<Value> root;
  if (problems.empty()) root = read_yaml(before, file.string(), problems);
  if (!root) throw InputError(problems);
  const auto lay = [&](const Override& change) {
    if (auto value = read_yaml_value(change.value, change.path, problems))
      set_path(*root, change.path, std::move(*value), {change.path, 0, 0}, problems);
  };
  for (const Override& change : overrides) lay(change);
  for (const char* key : searched)
    if (Entry* job = root->find("job"); job != nullptr)
      if (Entry* written = job->value.find("parallel"); written != nullptr)
        written->value.erase(key);
  for (const Override& change : layout_overrides(parallel, false)) lay(change);
  if (!problems.empty()) throw InputError(problems);
  std::string text =
      fmt::format("# {} with the layout that `qianka tune` found to be the fastest.\n",
                  file.filename().string());
  write_block(*root, 0, text);
  static_cast<void>(parse_scenario(text, name));  // else nobody could run it
  return text;
}

}  // namespace qianka
