// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

namespace qianka {

/// One line on standard error that is written over, where somebody watches.
class ProgressLine {
 public:
  void tell(const std::string& text);
  void clear() const;

 private:
  bool shown_ = false;
};

}  // namespace qianka
