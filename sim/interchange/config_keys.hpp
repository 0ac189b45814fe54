// SPDX-License-Identifier: Apache-2.0
// Keys of a config.json: each figure has many spellings, and every key that nobody asked for is
// remembered.
#pragma once
#include "sim/interchange/json_value.hpp"

#include <initializer_list>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

using Spellings = std::initializer_list<std::string_view>;

class ConfigKeys {
 public:
  /// `map` must outlive this; `type` is the model's, for messages.
  ConfigKeys(const Value& map, std::string type) : map_(&map), type_(std::move(type)) {}

  /// The first of these keys that has a value other than null; "a.b" looks into a map.
  const Entry* find(Spellings keys);
  /// The same as a whole number from `least`; of a list whose elements are equal, that. Throws
  /// InputError when it is something else.
  std::optional<int> whole(Spellings keys, int least = 1);
  /// InputError naming all spellings and the model's type when none is there.
  int needed(Spellings keys, std::string_view what);
  bool truth(Spellings keys, bool otherwise);
  /// True for a number above zero.
  bool above_zero(Spellings keys);
  std::string text(Spellings keys);

  [[nodiscard]] const Value& map() const { return *map_; }
  /// "line 12: rope_theta", of all that were not asked for.
  [[nodiscard]] std::vector<std::string> unread() const;

 private:
  const Value* map_;
  std::string type_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace qianka
