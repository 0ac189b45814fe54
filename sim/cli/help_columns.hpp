// SPDX-License-Identifier: Apache-2.0
// The columns of a help where a label is Chinese. CLI11 fills them up by bytes; a terminal shows
// three bytes of Chinese in two columns.
#pragma once
#include "sim/units/utf8.hpp"

#include <string>

#include <CLI/CLI.hpp>

namespace qianka {

class HelpColumns : public CLI::Formatter {
 public:
  std::string make_option(const CLI::Option* option, bool positional) const override {
    std::string text = CLI::Formatter::make_option(option, positional);
    const std::string names = make_option_name(option, positional) + make_option_opts(option);
    const std::size_t end = 2 + names.size();  // it is set in by two
    const std::size_t hidden = names.size() - static_cast<std::size_t>(display_width(names));
    if (end < text.size() && text[end] == ' ') text.insert(end, hidden, ' ');
    return text;
  }
};

}  // namespace qianka
