// SPDX-License-Identifier: Apache-2.0
// The bodies of Table<S>'s templates; included by fields.hpp only.
#pragma once
#include <optional>
#include <type_traits>

#include "sim/input/fields.hpp"

namespace qianka {

/// True when the member is an optional T rather than a T.
template <class T, class Member, class S>
constexpr bool is_optional =
    std::is_same_v<std::remove_cvref_t<std::invoke_result_t<Member, S&>>, std::optional<T>>;

template <class S>
template <class Member, class T>
Table<S>& Table<S>::add_scalar(std::string key, Member member, Scalar<T> scalar, std::string doc,
                               bool may_be_unknown) {
  FieldInfo field = scalar_field(std::move(key), scalar.info, std::move(doc));
  field.may_be_unknown = may_be_unknown;
  Binding binding;
  binding.read = [=](const Value& value, S& into, Reader& reader) {
    if constexpr (is_optional<T, Member, S>) {
      if (may_be_unknown && reads_unknown(value, reader)) {
        std::invoke(member, into) = std::nullopt;
        return;
      }
    }
    if (auto read = scalar.read(value, scalar.info, reader)) {
      std::invoke(member, into) = std::move(*read);
    }
  };
  binding.write = [=](const S& from, const std::string& path, Written& out) {
    const auto& text = out.exact ? scalar.exact : scalar.shown;
    const auto& value = std::invoke(member, from);
    if constexpr (is_optional<T, Member, S>) {
      if (value) out.values[path] = text(*value);
    } else {
      out.values[path] = text(value);
    }
  };
  return add(std::move(field), std::move(binding));
}

template <class S>
Table<S>& Table<S>::add(FieldInfo field, Binding binding) {
  if (binding.write && field.form == FieldInfo::Form::scalar) {
    Written shown{false, {}};
    binding.write(defaults_, field.key, shown);
    field.default_text = shown.values[field.key];
  }
  info_.fields.push_back(std::move(field));
  bindings_.push_back(std::move(binding));
  return *this;
}

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

template <class S>
void Table<S>::read_into(const Value& map, S& into, Reader& reader) const {
  if (!check_keys(info_, map, reader)) return;
  for (std::size_t i = 0; i < bindings_.size(); ++i) {
    const FieldInfo& field = info_.fields[i];
    if (const Entry* entry = map.find(field.key)) {
      reader.inside(field.key, entry->at, [&] { bindings_[i].read(entry->value, into, reader); });
    } else if (bindings_[i].absent) {
      bindings_[i].absent(into, reader);
    } else if (!field.default_text.empty()) {
      reader.note_default(field.key, field.default_text, field.default_source);
    }
  }
  if (finish_) finish_(into, map, reader);
}

template <class S>
void Table<S>::write(const S& from, const std::string& path, Written& out) const {
  for (std::size_t i = 0; i < bindings_.size(); ++i) {
    if (bindings_[i].write) bindings_[i].write(from, below(path, info_.fields[i].key), out);
  }
}

}  // namespace qianka
