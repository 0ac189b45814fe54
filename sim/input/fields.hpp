// SPDX-License-Identifier: Apache-2.0
// One table per struct of the format: key, type, unit, range, default and a sentence for each. From
// it come parsing, the hints, the Markdown reference, the JSON Schema and the digest, so they
// cannot disagree.
#pragma once
#include "sim/input/field_info.hpp"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace qianka {

/// S is the struct; `member` below is a pointer to one of its members (or of its base's).
template <class S>
class Table {
 public:
  /// A key with code of its own. `absent` runs when the key was not written.
  struct Binding {
    std::function<void(const Value&, S&, Reader&)> read;
    std::function<void(const S&, const std::string& path, Written&)> write;
    std::function<void(S&, Reader&)> absent;
  };

  Table(std::string name, std::string doc, S defaults = {}) : defaults_(std::move(defaults)) {
    info_.name = std::move(name);
    info_.doc = std::move(doc);
  }

  /// A key of one scalar: a T, whose default is that of the struct, or an optional T, which may be
  /// left out.
  template <class Member, class T>
  Table& add(std::string key, Member member, Scalar<T> scalar, std::string doc) {
    return add_scalar(std::move(key), member, std::move(scalar), std::move(doc), false);
  }
  /// A published figure, an optional T: may be left out, and may be `unknown`.
  template <class Member, class T>
  Table& figure(std::string key, Member member, Scalar<T> scalar, std::string doc) {
    return add_scalar(std::move(key), member, std::move(scalar), std::move(doc), true);
  }
  /// A map of its own struct, T or an optional T; left out, all its defaults hold.
  template <class Member, class T>
  Table& section(std::string key, Member member, const Table<T>& table, std::string doc);
  /// A map whose keys belong to the same struct.
  Table& group(std::string key, const Table<S>& table, std::string doc);
  /// A name from the catalogue, {use: name, …}, or the whole thing in place. T has an id and a
  /// name.
  template <class Member, class T>
  Table& reference(std::string key, Member member, const Table<T>& table, std::string doc);
  /// A list of maps, a vector of T.
  template <class Member, class T>
  Table& list(std::string key, Member member, const Table<T>& table, std::string doc);
  /// Names of anything with a number each.
  template <class Member>
  Table& numbers(std::string key, Member member, std::string doc);
  Table& add(FieldInfo field, Binding binding);

  // These speak of the key added last.
  Table& required() {
    info_.fields.back().required = true;
    info_.fields.back().default_text.clear();
    return *this;
  }
  /// Why its default is what it is.
  Table& cited(std::string source) {
    info_.fields.back().default_source = std::move(source);
    return *this;
  }
  /// What the reference says of its default, when that follows from something else.
  Table& default_is(std::string text) {
    info_.fields.back().derived_default = !text.empty();
    info_.fields.back().default_text = std::move(text);
    return *this;
  }

  /// Runs when all keys are read: what one key says about another.
  Table& then(std::function<void(S&, const Value&, Reader&)> finish) {
    finish_ = std::move(finish);
    return *this;
  }

  [[nodiscard]] S read(const Value& map, Reader& reader) const {
    S result = defaults_;
    read_into(map, result, reader);
    return result;
  }
  void read_into(const Value& map, S& into, Reader& reader) const;
  /// Every value by path; what is left out of the digest is left out here.
  void write(const S& from, const std::string& path, Written& out) const;

  [[nodiscard]] const TableInfo& info() const { return info_; }
  [[nodiscard]] const S& defaults() const { return defaults_; }

 private:
  template <class Member, class T>
  Table& add_scalar(std::string key, Member member, Scalar<T> scalar, std::string doc,
                    bool may_be_unknown);

  S defaults_;
  TableInfo info_;
  std::vector<Binding> bindings_;
  std::function<void(S&, const Value&, Reader&)> finish_;
};

}  // namespace qianka

#include "sim/input/fields_impl.hpp"
#include "sim/input/fields_nested.hpp"
