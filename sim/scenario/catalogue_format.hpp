// SPDX-License-Identifier: Apache-2.0
// The field tables of what lies in the catalogue: parts, clusters, models, stacks.
#pragma once
#include "sim/input/fields.hpp"
#include "sim/scenario/cluster_spec.hpp"
#include "sim/scenario/library_spec.hpp"
#include "sim/scenario/model_spec.hpp"
#include "sim/scenario/stack_spec.hpp"

#include <string>
#include <string_view>

namespace qianka {

const Table<Accelerator>& accelerator_table();
const Table<Nic>& nic_table();
const Table<Switch>& switch_table();
const Table<Optic>& optic_table();
const Table<Storage>& storage_table();
const Table<ClusterSpec>& cluster_table();
const Table<ModelSpec>& model_table();
const Table<StackSpec>& stack_table();
const Table<LibrarySpec>& library_table();

/// Keys that every catalogue file may have: name, notes, aliases.
template <class S>
void add_catalogue_keys(Table<S>& table) {
  table.add("name", &S::name, free_text(), "What reports call it; its id when left out.");
  // Read for their form only: notes and aliases mean nothing to a run.
  const Scalar<std::string> note = free_text();
  table.add(scalar_field("notes", note.info, "Anything worth knowing; ignored."),
            {.read = [note](const Value& value, S&,
                            Reader& reader) { note.read(value, note.info, reader); },
             .write = {},
             .absent = {}});
  const Scalar<std::vector<std::string>> names = text_list();
  table.add(scalar_field("aliases", names.info, "Other names of it in published tables; ignored."),
            {.read = [names](const Value& value, S&,
                             Reader& reader) { names.read(value, names.info, reader); },
             .write = {},
             .absent = {}});
}

}  // namespace qianka
