// SPDX-License-Identifier: Apache-2.0
// The bodies of Table<S>: scalars, and reading and writing a whole table. Included by fields.hpp
// only.
#pragma once
#include "sim/input/fields.hpp"

#include <optional>
#include <type_traits>

namespace qianka {

/// True when the member is an optional T rather than a T.
template <class T, class Member, class S>
constexpr bool is_optional =
    std::is_same_v<std::remove_cvref_t<std::invoke_result_t<Member, S&>>, std::optional<T>>;

template <class T>
void write_scalar(const T& value, const Scalar<T>& scalar, const std::string& path, Written& out) {
  out.values[path] = (out.exact ? scalar.exact : scalar.shown)(value);
}

template <class T>
void write_scalar(const std::optional<T>& value, const Scalar<T>& scalar, const std::string& path,
                  Written& out) {
  if (value) write_scalar(*value, scalar, path, out);
}

template <class S>
template <class Member, class T>
Table<S>& Table<S>::add_scalar(std::string key, Member member, Scalar<T> scalar, std::string doc,
                               bool may_be_unknown) {
  FieldInfo field = scalar_field(std::move(key), scalar.info, std::move(doc));
  field.may_be_unknown = may_be_unknown;
  Binding binding;
  binding.read = [=](const Value& value, S& into, Reader& reader) {
    if (may_be_unknown && reads_unknown(value, reader)) {
      // An optional T: `add` and `figure` differ in nothing else.
      if constexpr (is_optional<T, Member, S>) std::invoke(member, into) = std::nullopt;
    } else if (auto read = scalar.read(value, scalar.info, reader)) {
      std::invoke(member, into) = std::move(*read);
    }
  };
  binding.write = [=](const S& from, const std::string& path, Written& out) {
    write_scalar(std::invoke(member, from), scalar, path, out);
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
