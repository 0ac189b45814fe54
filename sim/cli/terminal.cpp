// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/terminal.hpp"

#include "sim/language/language.hpp"

#include <array>
#include <cstdlib>

#include <fmt/color.h>
#include <fmt/format.h>
#include <unistd.h>

namespace qianka {
namespace {

bool is_set(const char* variable) {
  const char* const value = std::getenv(variable);
  return value != nullptr && *value != '\0';
}

std::string_view next_line(std::string_view text) { return text.substr(0, text.find('\n')); }

/// What introduces an indented part: "Memory: 53 GiB of 80 GiB …", "Options:".
bool is_heading(std::string_view line, std::string_view rest) {
  return !line.empty() && line.front() != ' ' && line.front() != '#' && rest.starts_with("  ");
}

std::string painted_heading(std::string_view line) {
  const std::string_view bad = tr("does not fit");
  const std::size_t at = line.find(bad);
  if (at == std::string_view::npos)
    return fmt::format("{}", fmt::styled(line, fmt::emphasis::bold));
  return fmt::format("{}{}{}", fmt::styled(line.substr(0, at), fmt::emphasis::bold),
                     fmt::styled(bad, fmt::fg(fmt::terminal_color::red) | fmt::emphasis::bold),
                     line.substr(at + bad.size()));
}

struct Severity {
  const char* word;
  fmt::terminal_color colour;
};
constexpr std::array severities{Severity{marked("error: "), fmt::terminal_color::red},
                                Severity{marked("warning: "), fmt::terminal_color::yellow},
                                Severity{marked("caution: "), fmt::terminal_color::yellow},
                                Severity{marked("note: "), fmt::terminal_color::yellow},
                                Severity{marked("hint: "), fmt::terminal_color::cyan}};

/// The word begins the line, or stands behind the place: "file.yaml:3:1: error: …".
bool leads(std::string_view before) {
  return before.find_first_not_of(' ') == std::string_view::npos || before.ends_with(": ");
}

std::string painted_message(std::string_view line) {
  for (const Severity& severity : severities) {
    const std::string_view word = tr(severity.word);
    const std::size_t at = line.find(word);
    if (at == std::string_view::npos || !leads(line.substr(0, at))) continue;
    return fmt::format("{}{}{}", line.substr(0, at),
                       fmt::styled(word, fmt::fg(severity.colour) | fmt::emphasis::bold),
                       line.substr(at + word.size()));
  }
  return std::string(line);
}

}  // namespace

void choose_colour(std::string_view when) {
  if (when == "always") {
    unsetenv("NO_COLOR");
    setenv("CLICOLOR_FORCE", "1", 1);
  } else if (when == "never") {
    unsetenv("CLICOLOR_FORCE");
    setenv("NO_COLOR", "1", 1);
  }
}

bool coloured(int descriptor) {
  if (is_set("NO_COLOR")) return false;
  if (is_set("CLICOLOR_FORCE") && std::string_view(std::getenv("CLICOLOR_FORCE")) != "0")
    return true;
  return isatty(descriptor) != 0 && is_set("TERM") &&
         std::string_view(std::getenv("TERM")) != "dumb";
}

std::string with_headings(std::string_view report) {
  if (report.empty() || std::string_view("{[<").find(report.front()) != std::string_view::npos)
    return std::string(report);
  std::string text;
  while (!report.empty()) {
    const std::string_view line = next_line(report);
    const bool ends = line.size() < report.size();
    report.remove_prefix(line.size() + (ends ? 1 : 0));
    text += is_heading(line, report) ? painted_heading(line) : std::string(line);
    if (ends) text += '\n';
  }
  return text;
}

std::string with_severity(std::string_view message) {
  std::string text;
  while (!message.empty()) {
    const std::string_view line = next_line(message);
    const bool ends = line.size() < message.size();
    message.remove_prefix(line.size() + (ends ? 1 : 0));
    text += painted_message(line);
    if (ends) text += '\n';
  }
  return text;
}

}  // namespace qianka
