// SPDX-License-Identifier: Apache-2.0
// What is known by name: topologies/<id>.yaml, topologies/parts/<id>.yaml,
// scenarios/{models,stacks,faults,libraries,policies}/<id>.yaml. A name that ends in .yaml is the
// path of a file of the user's own.
#pragma once
#include "sim/input/reader.hpp"
#include "sim/scenario/library_spec.hpp"
#include "sim/scenario/scenario.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

/// Where topologies/ and scenarios/ lie: $QIANKA_DATA, share/qianka if installed, the source tree.
std::filesystem::path data_directory();

/// "cluster", "accelerator", "nic", "switch", "optic", "storage", "model", "stack", "faults",
/// "library", "recovery".
const std::vector<std::string>& catalogue_kinds();

struct CatalogueEntry {
  std::string kind, id, name;
  std::string file;                  // below the data directory
  std::vector<std::string> aliases;  // what published tables call it
};

/// All entries of a kind, sorted by id. Files that cannot be read are left out; check_catalogue
/// tells.
std::vector<CatalogueEntry> list_catalogue(const std::string& kind);

/// Every figure of one entry, those of the parts it uses included, each with its source: for
/// `show`. Throws InputError when there is no such entry ("no model 'lama3-405b'", "did you mean
/// 'llama3-405b'?").
std::vector<SourcedValue> catalogue_figures(const std::string& kind, const std::string& id);

/// The overrides are laid over it, their paths as seen from the cluster: "fabric.routing".
ClusterSpec load_cluster(const std::string& id, const std::vector<Override>& overrides = {});
Accelerator load_accelerator(const std::string& id);
Nic load_nic(const std::string& id);
ModelSpec load_model(const std::string& id);
StackSpec load_stack(const std::string& id);
LibrarySpec load_library(const std::string& id);
/// The library that serves the cards of this vendor; nothing when the catalogue has none.
std::optional<LibrarySpec> library_of_vendor(const std::string& vendor);
Faults load_faults(const std::string& id);
Recovery load_policy(const std::string& id);

/// What is wrong with one catalogue file, figures without a source included; empty when all is
/// well.
std::vector<Diagnostic> check_catalogue(const CatalogueEntry& entry);

/// How a reader finds what is named.
Reader::Loader catalogue_loader();

/// Figures as reports want them: "scenario" for what the user wrote, "default" for what nobody did.
std::vector<SourcedValue> provenance_of(const std::vector<Figure>& figures);

}  // namespace qianka
