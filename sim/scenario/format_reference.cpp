// SPDX-License-Identifier: Apache-2.0
// docs/scenario-format.md and the JSON Schema, from the tables that parse.
#include "sim/input/reference.hpp"
#include "sim/scenario/catalogue_format.hpp"
#include "sim/scenario/recovery_format.hpp"
#include "sim/scenario/scenario_format.hpp"
#include "sim/units/parse_quantity.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

constexpr std::string_view introduction = R"md(# The scenario format

Written by `qianka schema --markdown` from the tables that parse; do not edit. `qianka check FILE` says what is wrong
in a file, with line and column; `qianka schema` prints a JSON Schema for [editors](editors.md).

A scenario joins a cluster, a job, checkpoints, faults and recovery:

```yaml
question: How much of 54 days do 16,384 H100s spend training?
cluster: {use: llama3-roce-24k, nodes: 2048, spares: 64}
job:
  model: llama3-405b
  stack: megatron-core
  precision: bf16
  sequence: 8192
  global_batch: 2048
  parallel:
    tensor: 8
    pipeline: 16
    data: 128
    interleave: 8
    layers_per_stage: embedding-counts
    sharding: zero-2
    sequence_parallel: true
  train_for: 54 days          # or: tokens: 15.6T, or: steps: 100
checkpoint: {every: 10 min, mode: async, to: shared-storage}
faults: {use: llama3-table-5}
recovery: {detect: 30s, restart: 8 min, spares: warm}
seed: 42
```

## Things with a name

Clusters, parts, models, stacks, fault presets and recovery policies lie in the catalogue. Each can be given by its name
(`model: llama3-405b`), by its name with what differs (`{use: llama3-405b, layers: 64}`), or in place, with all its
keys. What differs is laid over key by key, however deep:

```yaml
cluster:
  use: dgx-a100-superpod
  node: {accelerator: {memory_reported: 40 GiB}, nic: {use: connectx-6-hdr, efficiency: 0.9}}
job:
  model: {layers: 24, hidden: 2048, heads: 16, vocabulary: 51200, sequence: 2048}
  stack: megatron-core
  global_batch: 64
  parallel: {tensor: 8, data: 4}
```

`--set job.parallel.tensor=4` lays a value over the file; nothing behind the `=` takes a key away; an entry of a list
has its number as a key, from 0.

| kind | file of `<name>` |
| --- | --- |
| cluster | `topologies/<name>.yaml` |
| accelerator, nic, switch, optic, storage | `topologies/parts/<name>.yaml`, which says in `kind:` what it is |
| model, stack, faults | `scenarios/models/`, `scenarios/stacks/`, `scenarios/faults/<name>.yaml` |
| recovery | `scenarios/policies/<name>.yaml` |

A name that ends in `.yaml` is the path of a file of your own, as seen from the file that names it; such a file may
build on another by `use:`, and `qianka calibrate` writes some.

Those folders are looked for in `$QIANKA_DATA`, in `share/qianka` where the program is installed, or else in the source
tree. A file there has `sources:`, a map from the path of a figure, or its beginning, to the reason why it is believed;
the longest beginning wins, `"*"` is for the rest. A figure that is published nowhere is `unknown`; a run that needs it
says so.

## Values

A quantity has a unit, with or without a space before it; case matters. 0 needs none.

| quantity | units | example |
| --- | --- | --- |
)md";

constexpr std::string_view rules = R"md(
`Gbps` are bits and `GBps` are bytes. A fraction is a bare number or percent. Whole numbers are decimal, without
separators (`51200`, `1e3`; not `51,200`, `010` or `8.0`). What is quoted is text. `true` and `false` are the only
truths. A key that is given twice, an unknown key, an anchor, an alias and a tag are errors.
)md";

std::string units_table() {
  std::string text;
  for (const Dimension dimension :
       {Dimension::time, Dimension::bytes, Dimension::bandwidth, Dimension::flop_rate,
        Dimension::power, Dimension::tokens, Dimension::node_rate}) {
    text += fmt::format("| {} | `{}` | `{}` |\n", dimension_name(dimension),
                        fmt::join(unit_names(dimension), "` `"), example_of(dimension));
  }
  return text;
}

}  // namespace

std::string reference_markdown() {
  return std::string(introduction) + units_table() + std::string(rules) +
         reference_of(scenario_table().info());
}

std::string json_schema() { return schema_of(scenario_table().info()); }

std::string json_schema_of(const std::vector<std::string>& kinds, const std::string& title) {
  const std::array tables{
      &cluster_table().info(), &accelerator_table().info(), &nic_table().info(),
      &switch_table().info(),  &optic_table().info(),       &storage_table().info(),
      &model_table().info(),   &stack_table().info(),       &faults_table().info(),
      &library_table().info(), &recovery_table().info()};
  std::vector<const TableInfo*> chosen;
  for (const std::string& kind : kinds) {
    const auto* const found = std::ranges::find(tables, kind, &TableInfo::name);
    require(found != tables.end(), "the kind is one of catalogue_kinds()");
    chosen.push_back(*found);
  }
  return schema_of_entry(chosen, title);
}

}  // namespace qianka
