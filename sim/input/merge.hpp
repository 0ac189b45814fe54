// SPDX-License-Identifier: Apache-2.0
// Values laid over values: a named thing with overrides in place, and `--set`. What was written
// where stays known: a merged value keeps the position, and the source, of the one that won.
#pragma once
#include "sim/input/value.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace qianka {

/// Maps merge key by key; anything else in `over` replaces what is below. A map over a name
/// ("h100-sxm5-80gb") amends the thing named: the name becomes the map's `use`.
void override_with(Value& below, const Value& over);

/// Lays `value` at a dotted path ("job.parallel.tensor", "faults.classes.0.count"), making maps on
/// the way; null removes the key. A name on the way is amended as above. `at` is the position of
/// keys made.
void set_path(Value& root, const std::string& path, Value value, const SourcePos& at,
              std::vector<Diagnostic>& problems);

/// Takes the map `sources` out of a catalogue file: key path or its beginning -> citation, "*" for
/// the rest; the longest beginning wins. A list counts as its entries: "classes.shape". Every
/// scalar that has no source yet gets its own.
void attach_sources(Value& file, std::vector<Diagnostic>& problems);

}  // namespace qianka
