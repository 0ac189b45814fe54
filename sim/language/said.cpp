// SPDX-License-Identifier: Apache-2.0
#include "sim/language/said.hpp"

namespace qianka {

Said said(const char* english) {
  return said([&] { return tr(english); });
}

Said first_line(const Said& text) {
  const auto first = [](const std::string& all) { return all.substr(0, all.find('\n')); };
  return {first(text.in(Language::en)), first(text.in(Language::zh))};
}

}  // namespace qianka
