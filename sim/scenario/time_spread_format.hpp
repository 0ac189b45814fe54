// SPDX-License-Identifier: Apache-2.0
// How a file writes a time that varies: '30 s', a map with a median or a mean, or a list of such
// maps, each with its share.
#pragma once
#include "sim/input/fields.hpp"
#include "sim/scenario/time_spread.hpp"

#include <optional>
#include <string>
#include <utility>

namespace qianka {

const Table<TimeCase>& time_case_table();

std::optional<TimeSpread> read_spread(const Value& value, Reader& reader);
void write_spread(const TimeSpread& spread, const std::string& path, Written& out);
FieldInfo spread_field(std::string key, std::string doc);

/// A key of a table whose value is a spread.
template <class S, class Member>
Table<S>& add_spread(Table<S>& table, std::string key, Member member, std::string doc) {
  return table.add(
      spread_field(std::move(key), std::move(doc)),
      {.read =
           [member](const Value& value, S& into, Reader& reader) {
             if (auto spread = read_spread(value, reader))
               std::invoke(member, into) = std::move(*spread);
           },
       .write = [member](const S& from, const std::string& path,
                         Written& out) { write_spread(std::invoke(member, from), path, out); },
       .absent = {}});
}

}  // namespace qianka
