// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/yaml_writer.hpp"

#include "sim/input/yaml.hpp"
#include "sim/units/require.hpp"
#include "sim/units/utf8.hpp"

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::size_t comment_width = 96;

}  // namespace

void YamlWriter::line(std::string_view words) {
  text_.append(static_cast<std::size_t>(2 * depth_), ' ').append(words).push_back('\n');
}

YamlWriter& YamlWriter::comment(std::string_view words) {
  std::string row = "#";
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find_first_of(" \n", at), words.size());
    if (row.size() + 1 + (end - at) > comment_width && row.size() > 1) {
      line(row);
      row = "#";
    }
    if (end > at) row.append(" ").append(words.substr(at, end - at));
    at = end + 1;
  }
  line(row);
  return *this;
}

YamlWriter& YamlWriter::key(std::string_view name, std::string_view plain) {
  line(fmt::format("{}: {}", name, plain));
  return *this;
}

YamlWriter& YamlWriter::key(std::string_view name, std::int64_t whole) {
  return key(name, std::string_view(std::to_string(whole)));
}

YamlWriter& YamlWriter::key(std::string_view name, bool yes) {
  return key(name, std::string_view(yes ? "true" : "false"));
}

YamlWriter& YamlWriter::text(std::string_view name, std::string_view words) {
  return key(name, std::string_view(yaml_quoted(words)));
}

YamlWriter& YamlWriter::open(std::string_view name) {
  line(fmt::format("{}:", name));
  ++depth_;
  return *this;
}

YamlWriter& YamlWriter::close() {
  require(depth_ > 0, "a map that is closed was opened");
  --depth_;
  return *this;
}

YamlWriter& YamlWriter::item(std::string_view plain) {
  line(fmt::format("- {}", plain));
  return *this;
}

}  // namespace qianka
