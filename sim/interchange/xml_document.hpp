// SPDX-License-Identifier: Apache-2.0
// XML as a tree of elements, each with its place. The only user of pugixml.
#pragma once
#include "sim/interchange/source_text.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qianka {

struct XmlElement {
  std::string name;
  SourcePos at;
  std::vector<std::pair<std::string, std::string>> attributes;
  std::vector<XmlElement> children;
  std::string text;  // of its own, white space at the ends removed

  /// Nothing said is "".
  [[nodiscard]] std::string_view attribute(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const;
};

/// The outermost element. What stands around it is warned of. Throws InputError when it is no XML,
/// or nested too deep.
XmlElement read_xml(const SourceText& source, std::vector<Diagnostic>& warnings);

}  // namespace qianka
