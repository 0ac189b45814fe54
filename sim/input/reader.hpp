// SPDX-License-Identifier: Apache-2.0
// The state of one reading: where in the tree it is, what was wrong, which figures were met, and
// how a name becomes the map of a catalogue file. Field tables (fields.hpp) drive it.
#pragma once
#include "sim/input/value.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

struct TableInfo;

/// A scalar that was read, or the default that stood in for it.
struct Figure {
  std::string path;    // job.model.layers
  std::string value;   // as written
  std::string source;  // citation; "" for what the user wrote
  SourcePos at;
  bool numeric = false;
  bool is_default = false;
};

struct Resolved {
  Value map;
  std::string id;  // "nic in place" when it has no name
};

/// True when a name is the path of a file: "calibrated/my-cluster.yaml".
bool names_file(std::string_view name);
/// What stands for it where only a name is wanted: "my-cluster". Other names stay as they are.
std::string id_of_name(const std::string& name);

class Reader {
 public:
  /// The map in the catalogue file of this kind and name, its sources attached. Adds a diagnostic
  /// at the name's position and returns nothing when there is none.
  using Loader =
      std::function<std::optional<Value>(const std::string& kind, const Value& name, Reader&)>;

  explicit Reader(Loader loader) : loader_(std::move(loader)) {}

  void error(const SourcePos& at, std::string message, std::string hint = "");
  std::vector<Diagnostic>& problems() { return problems_; }

  /// Runs `read` one key deeper; `at` is where the key was written.
  void inside(const std::string& key, const SourcePos& at, const std::function<void()>& read);
  /// The same for a key that was not written.
  void inside_default(const std::string& key, const std::function<void()>& read);
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Where the key of a path was written; of its parents when it was left out.
  [[nodiscard]] SourcePos position(std::string path) const;
  /// True when the key itself was written.
  [[nodiscard]] bool written(const std::string& path) const { return positions_.contains(path); }

  /// Remembers a figure at the current path.
  void note(const Value& value, bool numeric);
  /// The same for a default, `key` below the current path.
  void note_default(const std::string& key, const std::string& value, const std::string& source);
  [[nodiscard]] const std::vector<Figure>& figures() const { return figures_; }

  /// A name, {use: name, …overrides} or a whole map, as the whole map.
  std::optional<Resolved> resolve(const std::string& kind, const Value& value);

  /// The table of the whole file, to say where a misplaced key belongs.
  const TableInfo* root = nullptr;
  /// The file that the user named; what is written elsewhere comes from the catalogue.
  std::string file;

 private:
  std::optional<Value> load(const std::string& kind, const Value& name,
                            std::vector<std::string>& chain);

  Loader loader_;
  std::string path_;
  std::vector<Diagnostic> problems_;
  std::vector<Figure> figures_;
  std::map<std::string, SourcePos> positions_;
};

}  // namespace qianka
