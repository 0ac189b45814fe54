// SPDX-License-Identifier: Apache-2.0
// The bodies of Table<S>: keys that hold tables of their own. Included by fields.hpp only.
#pragma once
#include "sim/input/fields.hpp"
#include "sim/input/fields_impl.hpp"

#include <optional>

namespace qianka {

template <class S>
template <class Member, class T>
Table<S>& Table<S>::section(std::string key, Member member, const Table<T>& table,
                            std::string doc) {
  FieldInfo field = nested_field(key, FieldInfo::Form::section, table.info(), std::move(doc));
  Binding binding;
  if constexpr (is_optional<T, Member, S>) {
    binding.read = [&table, member](const Value& value, S& into, Reader& reader) {
      std::invoke(member, into) = table.read(value, reader);
    };
    binding.write = [&table, member](const S& from, const std::string& path, Written& out) {
      if (const auto& value = std::invoke(member, from)) table.write(*value, path, out);
    };
  } else {
    binding.read = [&table, member](const Value& value, S& into, Reader& reader) {
      std::invoke(member, into) = table.read(value, reader);
    };
    binding.write = [&table, member](const S& from, const std::string& path, Written& out) {
      table.write(std::invoke(member, from), path, out);
    };
    if (!has_required(table.info())) {
      binding.absent = [&table, member, key](S& into, Reader& reader) {
        reader.inside_default(
            key, [&] { std::invoke(member, into) = table.read(empty_map(reader), reader); });
      };
    }
  }
  return add(std::move(field), std::move(binding));
}

template <class S>
Table<S>& Table<S>::group(std::string key, const Table<S>& table, std::string doc) {
  FieldInfo field = nested_field(key, FieldInfo::Form::section, table.info(), std::move(doc));
  return add(std::move(field),
             {.read = [&table](const Value& value, S& into,
                               Reader& reader) { table.read_into(value, into, reader); },
              .write = [&table](const S& from, const std::string& path,
                                Written& out) { table.write(from, path, out); },
              .absent =
                  [&table, key](S& into, Reader& reader) {
                    reader.inside_default(
                        key, [&] { table.read_into(empty_map(reader), into, reader); });
                  }});
}

template <class S>
template <class Member, class T>
Table<S>& Table<S>::reference(std::string key, Member member, const Table<T>& table,
                              std::string doc) {
  FieldInfo field =
      nested_field(std::move(key), FieldInfo::Form::reference, table.info(), std::move(doc));
  Binding binding;
  binding.read = [&table, member](const Value& value, S& into, Reader& reader) {
    const std::optional<Resolved> found = reader.resolve(table.info().name, value);
    if (!found) return;
    T& part = std::invoke(member, into);
    part = table.read(found->map, reader);
    part.id = found->id;
    if (part.name.empty()) part.name = part.id;
  };
  binding.write = [&table, member](const S& from, const std::string& path, Written& out) {
    const T& part = std::invoke(member, from);
    out.values[below(path, "use")] = part.id;
    table.write(part, path, out);
  };
  return add(std::move(field), std::move(binding));
}

template <class S>
template <class Member, class T>
Table<S>& Table<S>::list(std::string key, Member member, const Table<T>& table, std::string doc) {
  FieldInfo field = nested_field(key, FieldInfo::Form::list, table.info(), std::move(doc));
  Binding binding;
  binding.read = [&table, member, key](const Value& value, S& into, Reader& reader) {
    auto& items = std::invoke(member, into);
    items.clear();
    for (const Value& item : list_items(value, key, reader)) {
      const std::string index = std::to_string(items.size());
      reader.inside(index, item.at, [&] { items.push_back(table.read(item, reader)); });
    }
  };
  binding.write = [&table, member](const S& from, const std::string& path, Written& out) {
    std::size_t index = 0;
    for (const T& item : std::invoke(member, from)) {
      table.write(item, below(path, std::to_string(index++)), out);
    }
  };
  return add(std::move(field), std::move(binding));
}

template <class S>
template <class Member>
Table<S>& Table<S>::numbers(std::string key, Member member, std::string doc) {
  FieldInfo field = scalar_field(std::move(key), {}, std::move(doc));
  field.form = FieldInfo::Form::numbers;
  Binding binding;
  binding.read = [member](const Value& value, S& into, Reader& reader) {
    std::invoke(member, into) = read_numbers(value, reader);
  };
  binding.write = [member](const S& from, const std::string& path, Written& out) {
    for (const auto& [name, value] : std::invoke(member, from)) {
      out.values[below(path, name)] = number().exact(value);
    }
  };
  return add(std::move(field), std::move(binding));
}

}  // namespace qianka
