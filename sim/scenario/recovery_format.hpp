// SPDX-License-Identifier: Apache-2.0
// The keys of a recovery: of a scenario, or of a policy in scenarios/policies.
#pragma once
#include "sim/input/fields.hpp"
#include "sim/scenario/recovery_spec.hpp"

#include <string>

namespace qianka {

const Table<Recovery>& recovery_table();

/// The key of a table that takes the name of a policy, {use: name, …overrides}, or a map with what
/// differs from what is usual.
template <class S, class Member>
Table<S>& add_recovery(Table<S>& table, std::string key, Member member, std::string doc);

/// Every figure of it by path, for the digest. What came to the format later is left out where it
/// is as usual, so that the digest of a scenario that does not use it stays.
void write_recovery(const Recovery& recovery, const std::string& path, Written& out);

template <class S, class Member>
Table<S>& add_recovery(Table<S>& table, std::string key, Member member, std::string doc) {
  typename Table<S>::Binding binding;
  binding.read = [member](const Value& value, S& into, Reader& reader) {
    const std::optional<Resolved> found = reader.resolve(recovery_table().info().name, value);
    if (!found) return;
    Recovery& recovery = std::invoke(member, into);
    recovery = recovery_table().read(found->map, reader);
    recovery.id = found->id;
  };
  binding.write = [member](const S& from, const std::string& path, Written& out) {
    write_recovery(std::invoke(member, from), path, out);
  };
  binding.absent = [member, key](S& into, Reader& reader) {
    reader.inside_default(
        key, [&] { std::invoke(member, into) = recovery_table().read(empty_map(reader), reader); });
  };
  FieldInfo field = nested_field(std::move(key), FieldInfo::Form::reference,
                                 recovery_table().info(), std::move(doc));
  return table.add(std::move(field), std::move(binding));
}

}  // namespace qianka
