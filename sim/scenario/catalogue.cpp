// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/catalogue.hpp"

#include "sim/input/merge.hpp"
#include "sim/input/spelling.hpp"
#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/catalogue_format.hpp"
#include "sim/scenario/faults_format.hpp"
#include "sim/scenario/recovery_format.hpp"
#include "sim/units/program_folder.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

struct Shelf {
  std::string_view kind, folder, plural;
  const char* none;  // said of a name that no entry has
};

constexpr std::array shelves{
    Shelf{"cluster", "topologies", "topologies", marked("no cluster '{}'")},
    Shelf{"accelerator", "topologies/parts", "parts", marked("no accelerator '{}'")},
    Shelf{"nic", "topologies/parts", "parts", marked("no nic '{}'")},
    Shelf{"switch", "topologies/parts", "parts", marked("no switch '{}'")},
    Shelf{"optic", "topologies/parts", "parts", marked("no optic '{}'")},
    Shelf{"storage", "topologies/parts", "parts", marked("no storage '{}'")},
    Shelf{"model", "scenarios/models", "models", marked("no model '{}'")},
    Shelf{"stack", "scenarios/stacks", "stacks", marked("no stack '{}'")},
    Shelf{"faults", "scenarios/faults", "faults", marked("no set of faults '{}'")},
    Shelf{"library", "scenarios/libraries", "libraries", marked("no library '{}'")},
    Shelf{"recovery", "scenarios/policies", "policies", marked("no policy '{}'")},
};

const Shelf* find_shelf(std::string_view kind) {
  const auto* const found = std::ranges::find(shelves, kind, &Shelf::kind);
  return found == shelves.end() ? nullptr : found;
}

const Shelf& shelf_of(std::string_view kind) {
  const Shelf* shelf = find_shelf(kind);
  require(shelf != nullptr, "the kind is one of catalogue_kinds()");
  return *shelf;
}

/// Ids are file names; nothing that could lead elsewhere.
bool is_id(std::string_view id) {
  return !id.empty() && id[0] != '.' && id.find_first_of("/\\") == std::string_view::npos;
}

/// A file of the user's own, named by its path as seen from the file that names it; from the
/// command line, as seen from here.
std::filesystem::path own_file(const Value& name) {
  const std::filesystem::path path(name.text);
  return name.at.line == 0 ? path : std::filesystem::path(name.at.file).parent_path() / path;
}

/// Several kinds lie on one shelf: a part says in `kind` what it is.
bool holds_kind(const Shelf& shelf) { return shelf.plural == "parts"; }

std::vector<std::string> ids_in(const Shelf& shelf) {
  std::vector<std::string> ids;
  std::error_code error;
  for (std::filesystem::directory_iterator at(data_directory() / shelf.folder, error), end;
       !error && at != end; at.increment(error)) {
    if (at->path().extension() == ".yaml") ids.push_back(at->path().stem().string());
  }
  std::ranges::sort(ids);
  return ids;
}

std::string file_of(const Shelf& shelf, const std::string& id) {
  return fmt::format("{}/{}.yaml", shelf.folder, id);
}

/// The file as it stands, its sources attached. Messages name it as seen from the data directory,
/// so that they are the same on every machine.
std::optional<Value> read_entry(const std::filesystem::path& folder, const std::string& file,
                                std::vector<Diagnostic>& problems) {
  const std::size_t before = problems.size();
  const std::string text = read_file(folder / file, {file, 0, 0}, problems);
  if (problems.size() > before) return std::nullopt;
  std::optional<Value> value = read_yaml(text, file, problems);
  if (value) attach_sources(*value, problems);
  return value;
}

/// Takes the key `kind` out of a part; a diagnostic when it is not the kind that is due.
bool take_kind(Value& part, const std::string& due, const Value& name, Reader& reader) {
  const Entry* kind = part.find("kind");
  const std::string found = kind == nullptr ? "" : kind->value.text;
  const SourcePos at = kind == nullptr ? part.at : kind->value.at;
  part.erase("kind");
  if (found == due) return true;
  if (find_shelf(found) == nullptr || !holds_kind(shelf_of(found))) {
    reader.error(
        at, say("a part's 'kind' cannot be '{}'", found),
        suggestion(found, {"accelerator", "nic", "switch", "optic", "storage"}, tr("choices are")));
  } else {
    reader.error(name.at,
                 say("'{}' is of kind {}, but the kind due here is {}", name.text, found, due),
                 say("'qianka list {}' shows all", shelf_of(due).plural));
  }
  return false;
}

std::optional<Value> load_entry(const std::string& kind, const Value& name, Reader& reader) {
  const Shelf& shelf = shelf_of(kind);
  std::error_code ignored;
  const bool own = names_file(name.text);
  const std::string file =
      own ? own_file(name).lexically_normal().string() : file_of(shelf, name.text);
  if (own && !std::filesystem::is_regular_file(file, ignored)) {
    reader.error(name.at, say("no file '{}'", file),
                 tr("a path is as seen from the folder of the file that names it"));
    return std::nullopt;
  }
  if (!own && (!is_id(name.text) || !std::filesystem::exists(data_directory() / file, ignored))) {
    const std::string near = did_you_mean(name.text, ids_in(shelf));
    reader.error(name.at, fmt::format(fmt::runtime(tr(shelf.none)), name.text),
                 near.empty() ? say("'qianka list {}' shows all", shelf.plural) : near);
    return std::nullopt;
  }
  std::optional<Value> value =
      read_entry(own ? std::filesystem::path() : data_directory(), file, reader.problems());
  if (value && holds_kind(shelf) && !take_kind(*value, kind, name, reader)) return std::nullopt;
  return value;
}

Value name_value(const std::string& id) {
  Value name;
  name.kind = Value::Kind::scalar;
  name.text = id;
  name.at = {id, 0, 0};
  return name;
}

/// One entry through its table, as a scenario would name it.
template <class T>
T read_value(const Value& name, const Table<T>& table, Reader& reader) {
  T thing = table.defaults();
  if (const std::optional<Resolved> found = reader.resolve(table.info().name, name)) {
    thing = table.read(found->map, reader);
    thing.id = found->id;
    if (thing.name.empty()) thing.name = thing.id;
  }
  return thing;
}

template <class T>
T read_named(const std::string& id, const Table<T>& table, Reader& reader) {
  return read_value(name_value(id), table, reader);
}

template <class T>
T load_named(const std::string& id, const Table<T>& table) {
  Reader reader(catalogue_loader());
  T thing = read_named(id, table, reader);
  if (!reader.problems().empty()) throw InputError(reader.problems());
  return thing;
}

/// Reads an entry of any kind, for what the reader learns by it.
void visit_entry(const std::string& kind, const std::string& id, Reader& reader) {
  if (kind == "cluster") read_named(id, cluster_table(), reader);
  if (kind == "accelerator") read_named(id, accelerator_table(), reader);
  if (kind == "nic") read_named(id, nic_table(), reader);
  if (kind == "switch") read_named(id, switch_table(), reader);
  if (kind == "optic") read_named(id, optic_table(), reader);
  if (kind == "storage") read_named(id, storage_table(), reader);
  if (kind == "model") read_named(id, model_table(), reader);
  if (kind == "stack") read_named(id, stack_table(), reader);
  if (kind == "faults") read_named(id, faults_table(), reader);
  if (kind == "library") read_named(id, library_table(), reader);
  if (kind == "recovery") read_named(id, recovery_table(), reader);
}

/// Of an installed program; else what a build notes beside the program (tests lie a folder deeper).
std::filesystem::path shipped_data() {
  const std::filesystem::path program = program_folder();
  const std::filesystem::path installed = (program / QIANKA_INSTALLED_DATA).lexically_normal();
  std::error_code none;
  if (std::filesystem::is_directory(installed / "topologies", none)) return installed;
  for (const auto& note : {program / "data-directory", program / "../data-directory"}) {
    std::string folder;
    if (std::ifstream in{note}; std::getline(in, folder)) return folder;
  }
  return installed;  // it is not there: whoever reads it says so
}

}  // namespace

std::filesystem::path data_directory() {
  const char* const set = std::getenv("QIANKA_DATA");
  if (set != nullptr && *set != '\0') return set;
  static const std::filesystem::path shipped = shipped_data();
  return shipped;
}

const std::vector<std::string>& catalogue_kinds() {
  static const std::vector<std::string> kinds = [] {
    std::vector<std::string> names;
    names.reserve(shelves.size());
    for (const Shelf& shelf : shelves) names.emplace_back(shelf.kind);
    return names;
  }();
  return kinds;
}

std::vector<CatalogueEntry> list_catalogue(const std::string& kind) {
  const Shelf& shelf = shelf_of(kind);
  std::vector<CatalogueEntry> entries;
  for (const std::string& id : ids_in(shelf)) {
    std::vector<Diagnostic> ignored;
    const std::optional<Value> value = read_entry(data_directory(), file_of(shelf, id), ignored);
    if (!value) continue;
    const Entry* own_kind = value->find("kind");
    if (holds_kind(shelf) && (own_kind == nullptr || own_kind->value.text != kind)) continue;
    const Entry* name = value->find("name");
    entries.push_back({kind, id, name == nullptr ? id : name->value.text, file_of(shelf, id), {}});
    if (const Entry* aliases = value->find("aliases")) {
      for (const Value& alias : aliases->value.items) entries.back().aliases.push_back(alias.text);
    }
  }
  return entries;
}

std::vector<SourcedValue> catalogue_figures(const std::string& kind, const std::string& id) {
  Reader reader(catalogue_loader());
  visit_entry(kind, id, reader);
  if (!reader.problems().empty()) throw InputError(reader.problems());
  return provenance_of(reader.figures());
}

ClusterSpec load_cluster(const std::string& id, const std::vector<Override>& overrides) {
  Reader reader(catalogue_loader());
  Value name = name_value(id);
  for (const Override& change : overrides) {
    const std::string by = fmt::format("--set {}={}", change.path, change.value);
    if (auto value = read_yaml_value(change.value, by, reader.problems()))
      set_path(name, change.path, std::move(*value), {by, 0, 0}, reader.problems());
  }
  ClusterSpec cluster = read_value(name, cluster_table(), reader);
  if (!reader.problems().empty()) throw InputError(reader.problems());
  return cluster;
}
Accelerator load_accelerator(const std::string& id) { return load_named(id, accelerator_table()); }
Nic load_nic(const std::string& id) { return load_named(id, nic_table()); }
ModelSpec load_model(const std::string& id) { return load_named(id, model_table()); }
StackSpec load_stack(const std::string& id) { return load_named(id, stack_table()); }
LibrarySpec load_library(const std::string& id) { return load_named(id, library_table()); }

std::optional<LibrarySpec> library_of_vendor(const std::string& vendor) {
  for (const CatalogueEntry& entry : list_catalogue("library")) {
    LibrarySpec library = load_library(entry.id);
    if (std::ranges::find(library.vendors, vendor) != library.vendors.end()) return library;
  }
  return std::nullopt;
}

Recovery load_policy(const std::string& id) { return load_named(id, recovery_table()); }

Faults load_faults(const std::string& id) {
  Reader reader(catalogue_loader());
  const FaultsText text = read_named(id, faults_table(), reader);
  Faults faults = faults_from(text, (data_directory() / "scenarios/faults").string(), reader);
  if (!reader.problems().empty()) throw InputError(reader.problems());
  return faults;
}

std::vector<Diagnostic> check_catalogue(const CatalogueEntry& entry) {
  Reader reader(catalogue_loader());
  visit_entry(entry.kind, entry.id, reader);
  std::vector<Diagnostic> problems = reader.problems();
  for (const Figure& figure : reader.figures()) {
    const bool needs_source = figure.numeric && !figure.is_default && figure.source.empty();
    if (needs_source) {
      problems.push_back({figure.at, say("'{}' has no source", figure.path),
                          tr("name it in 'sources', or write 'unknown'")});
    }
  }
  return sorted(std::move(problems));
}

Reader::Loader catalogue_loader() { return load_entry; }

std::vector<SourcedValue> provenance_of(const std::vector<Figure>& figures) {
  std::vector<SourcedValue> values;
  for (const Figure& figure : figures) {
    std::string source = figure.source.empty() ? "scenario" : figure.source;
    if (figure.is_default) source = figure.source.empty() ? "default" : "default: " + figure.source;
    const bool has_line = figure.at.line > 0 && !figure.is_default;
    values.push_back({figure.path, figure.value, std::move(source),
                      has_line            ? fmt::format("{}:{}", figure.at.file, figure.at.line)
                      : figure.is_default ? ""
                                          : figure.at.file});
  }
  return values;
}

}  // namespace qianka
