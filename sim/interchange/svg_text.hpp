// SPDX-License-Identifier: Apache-2.0
// What every picture has: its frame, and words in it.
#pragma once
#include <string>

#include <fmt/format.h>

namespace qianka {

inline std::string svg_escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&')
      safe += "&amp;";
    else if (c == '<')
      safe += "&lt;";
    else
      safe += c;
  }
  return safe;
}

inline std::string svg_text(double x, double y, int size, const std::string& text,
                            const char* anchor = "middle", const char* more = "") {
  return fmt::format(
      "<text x=\"{:.1f}\" y=\"{:.1f}\" font-size=\"{}\" text-anchor=\"{}\"{}>{}"
      "</text>\n",
      x, y, size, anchor, more, svg_escaped(text));
}

inline std::string svg_open(double width, double height) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
      "height=\"{1}\" font-family=\"sans-serif\" fill=\"#222\">\n"
      "<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
      width, height);
}

}  // namespace qianka
