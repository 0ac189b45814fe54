// SPDX-License-Identifier: Apache-2.0
// Identities are types as well: an index into the vector that owns the thing, never a pointer or a
// name.
#pragma once
#include <cstddef>
#include <cstdint>

namespace qianka {

enum class CardId : std::uint32_t {};  // an accelerator of the cluster, node-major
enum class NodeId : std::uint32_t {};
enum class LinkId : std::uint32_t {};  // one direction of one cable, port or bus

template <class Id>
requires(sizeof(Id) == 4) constexpr std::size_t index_of(Id id) {
  return static_cast<std::size_t>(id);
}

}  // namespace qianka
