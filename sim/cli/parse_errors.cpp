// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/parse_errors.hpp"

#include "sim/language/language.hpp"

#include <array>
#include <regex>

namespace qianka {
namespace {

/// As in CLI/Error.hpp and CLI/Validators.hpp of CLI11 2; `text` has a {} for each group.
struct Sentence {
  const char* pattern;
  const char* text;
};
constexpr std::array sentences{
    // Before the next: doubles as std::to_string writes them, up to the largest there is.
    Sentence{R"((.+): Value (.*) not in range 0\.000000 to \d{300,}\.\d+)",
             marked("{}: {} is not above zero")},
    Sentence{R"((.+): Value (.*) not in range (-?\d+)(?:\.0+)? to (-?\d+)(?:\.0+)?)",
             marked("{}: {} is not in the range {} to {}")},
    Sentence{R"((.+): Value (.*) not in range (\S+) to (\S+))",
             marked("{}: {} is not in the range {} to {}")},
    Sentence{R"((.+): (.*) not in \{(.*)\})", marked("{}: {} is none of {}")},
    Sentence{R"(Could not convert: (.+) = (.*))", marked("{}: {} cannot be read as such a value")},
    Sentence{R"(The value (.*) is not an allowed value for (.+))",
             marked("the value {} is not allowed for {}")},
    Sentence{R"((.+): (\d+) required (.*) missing)", marked("{}: {} of {} are missing")},
    Sentence{R"((.+): At least (\d+) required but received (\d+))",
             marked("{}: at least {} are needed, {} are given")},
    Sentence{R"((.+): At [Mm]ost (\d+) required but received (\d+))",
             marked("{}: at most {} are taken, {} are given")},
    Sentence{R"(Expected exactly (\d+) arguments to (.+), got (\d+))",
             marked("exactly {} values are due for {}, {} are given")},
    Sentence{R"(Expected at least (\d+) arguments to (.+), got (\d+))",
             marked("at least {} values are due for {}, {} are given")},
    Sentence{R"((.+): too many inputs for a flag)", marked("{} takes no value")},
    Sentence{R"((.+) was given a disallowed flag override)", marked("{} takes no value")},
    Sentence{R"((.+): Should be true/false or a number)", marked("{} takes true or false")},
    Sentence{R"((.+): File does not exist: (.*))", marked("{}: there is no file '{}'")},
    Sentence{R"((.+): File is actually a directory: (.*))", marked("{}: '{}' is a folder")},
    Sentence{R"(A subcommand is required)", marked("a command is missing")},
    Sentence{R"((.+) is required)", marked("{} is missing")},
    Sentence{R"((.+) requires (.+))", marked("{} needs {}")},
    Sentence{R"((.+) excludes (.+))", marked("{} and {} cannot be given together")},
    Sentence{R"(The following arguments? (?:was|were) not expected: (.*))",
             marked("not understood: {}")},
};

/// `text` with the groups of `found` in its {}, which the translation may have put in another
/// order.
std::string filled(const std::string& text, const std::smatch& found) {
  const auto group = [&](std::size_t i) { return found[i].str(); };  // "" beyond the last
  return fmt::format(fmt::runtime(text), group(1), group(2), group(3), group(4));
}

}  // namespace

std::string parse_error_text(const std::string& english) {
  if (current_language() == Language::en) return english;  // as CLI11 says it
  for (const Sentence& sentence : sentences) {
    std::smatch found;
    if (std::regex_match(english, found, std::regex(sentence.pattern)))
      return filled(tr(sentence.text), found);
  }
  return english;
}

}  // namespace qianka
