// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/stack_spec.hpp"

namespace qianka {

std::optional<double> realised_factor(const StackSpec& stack, const std::string& accelerator) {
  std::optional<double> factor;
  std::size_t longest = 0;
  for (const auto& [name, value] : stack.realised) {
    if (!accelerator.starts_with(name) || name.size() < longest) continue;
    longest = name.size(), factor = value;
  }
  return factor;
}

}  // namespace qianka
