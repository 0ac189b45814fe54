// SPDX-License-Identifier: Apache-2.0
// Private to the engine: values with a slot each. A slot is used again under another generation, so
// that an old id finds nothing. Addresses of values stay.
#pragma once
#include <cstdint>
#include <deque>
#include <vector>

namespace qianka {

template <class T>
class Slots {
 public:
  /// The new id; its highest bit is clear. The value is what the slot's last user left.
  std::uint64_t take() {
    if (free_.empty()) {
      free_.push_back(static_cast<std::uint32_t>(slots_.size()));
      slots_.emplace_back();
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot].taken = true;
    return std::uint64_t{slots_[slot].generation} << 32 | slot;
  }

  T* find(std::uint64_t id) {
    const auto number = static_cast<std::uint32_t>(id);
    if (number >= slots_.size()) return nullptr;
    Slot& slot = slots_[number];
    return slot.taken && slot.generation == id >> 32 ? &slot.value : nullptr;
  }

  void release(std::uint64_t id) {
    const auto number = static_cast<std::uint32_t>(id);
    slots_[number].taken = false;
    slots_[number].generation = (slots_[number].generation + 1) & 0x7fffffffU;
    free_.push_back(number);
  }

  template <class Visit>
  void for_each(Visit visit) {
    for (Slot& slot : slots_) {
      if (slot.taken) visit(slot.value);
    }
  }

 private:
  struct Slot {
    T value{};
    std::uint32_t generation = 0;
    bool taken = false;
  };
  std::deque<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace qianka
