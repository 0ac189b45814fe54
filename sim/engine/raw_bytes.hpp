// SPDX-License-Identifier: Apache-2.0
// Plain values through the line to a child, which is the same program on the
// same machine.
#pragma once
#include "sim/units/require.hpp"

#include <cstring>
#include <string>
#include <type_traits>
#include <vector>

namespace qianka {

template <class T>
requires std::is_trivially_copyable_v<T> std::string to_bytes(const std::vector<T>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}

template <class T>
requires std::is_trivially_copyable_v<T> std::vector<T> from_bytes(const std::string& bytes) {
  require(bytes.size() % sizeof(T) == 0, "a child's result is cut off");
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

}  // namespace qianka
