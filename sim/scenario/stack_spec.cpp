// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/stack_spec.hpp"

namespace qianka {

std::optional<double> of_accelerator(const std::map<std::string, double>& by_name,
                                     const std::string& accelerator) {
  std::optional<double> found;
  std::size_t longest = 0;
  for (const auto& [name, value] : by_name) {
    if (!accelerator.starts_with(name) || name.size() < longest) continue;
    longest = name.size(), found = value;
  }
  return found;
}

std::optional<double> realised_factor(const StackSpec& stack, const std::string& accelerator) {
  return of_accelerator(stack.realised, accelerator);
}

}  // namespace qianka
