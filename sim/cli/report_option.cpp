// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/report_option.hpp"

#include "sim/cli/declare.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/language/language.hpp"
#include "sim/report/html_report.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/study/sweep_folder.hpp"
#include "sim/units/shell_word.hpp"

#include <fstream>
#include <iterator>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

namespace qianka {
namespace {

/// What comes with qianka is named as it lies there, wherever that is.
std::string name_of(const std::filesystem::path& file) {
  const auto below =
      std::filesystem::absolute(file).lexically_normal().lexically_relative(data_directory());
  return below.empty() || below.begin()->string() == ".." ? file.string() : below.string();
}

/// The command with all that was given but --report itself and what does not touch the result.
std::string command_line(const CLI::App& command) {
  std::string options, files;
  for (const CLI::Option* option : command.get_options()) {
    if (option->count() == 0 || option->check_lname("report") || option->check_lname("json"))
      continue;
    if (option->get_positional()) {
      for (const std::string& word : option->results()) files += " " + shell_word(word);
    } else if (option->get_items_expected_max() == 0) {
      options += " " + option->get_name();
    } else if (option->get_delimiter() != '\0') {
      const std::string separator(1, option->get_delimiter());
      options +=
          fmt::format(" {} {}", option->get_name(),
                      shell_word(fmt::format("{}", fmt::join(option->results(), separator))));
    } else {
      for (const std::string& word : option->results())
        options += fmt::format(" {} {}", option->get_name(), shell_word(word));
    }
  }
  std::string names = command.get_name();
  for (const CLI::App* above = command.get_parent(); above != nullptr; above = above->get_parent())
    names = above->get_name() + " " + names;
  return names + files + options;
}

/// Before the work is done: a result is not to be lost for a wrong name.
void check_place(const std::filesystem::path& file) {
  const std::filesystem::path folder = std::filesystem::absolute(file).parent_path();
  if (std::filesystem::is_directory(file))
    throw UsageError(say("--report: '{}' is a folder", file.string()),
                     tr("name a file in it, for example report.html"));
  std::error_code failed;
  std::filesystem::create_directories(folder, failed);
  if (!std::filesystem::is_directory(folder))
    throw UsageError(say("--report: the folder '{}' cannot be made", folder.string()),
                     tr("name another one"));
  if (access(folder.c_str(), W_OK) != 0)
    throw UsageError(say("--report: the folder '{}' cannot be written to", folder.string()),
                     tr("name another one"));
}

}  // namespace

void add_report(CLI::App& command, ReportOption& option) {
  command
      .add_option("--report", option.file,
                  sentence("Write the result as one HTML page as well, to be opened offline: "
                           "docs/report.md."))
      ->type_name("FILE.html");
  option.command = [&command] { return command_line(command); };
}

ReportWriter::ReportWriter(const ReportOption& option)
    : option_(option), language_(current_language() == Language::zh ? "zh" : "en") {
  if (!wanted()) return;
  std::optional<std::string> page = report_page();
  if (!page)
    throw UsageError(tr("--report: this build has no HTML report"),
                     tr("it is built where npm and its registry can be reached: docs/report.md"));
  page_ = std::move(*page);
  check_place(option.file);
}

void ReportWriter::add_input(const std::filesystem::path& file) {
  if (!wanted()) return;
  std::ifstream in(file, std::ios::binary);
  add_input({name_of(file), {std::istreambuf_iterator<char>(in), {}}});
}

void ReportWriter::write(const std::string& kind, const std::function<Json()>& result,
                         const Json& extras) const {
  if (!wanted()) return;
  Json inputs = Json::array();
  for (const ReportInput& input : inputs_)
    inputs.push_back({{"file", input.file}, {"text", input.text}});
  const BothLanguages both = in_both_languages(result);
  const Json data{{"kind", kind},          {"version", QIANKA_VERSION},
                  {"language", language_}, {"command", option_.command()},
                  {"inputs", inputs},      {"result", both.english},
                  {"zh", both.chinese},    {"extras", extras}};
  write_whole(std::filesystem::absolute(option_.file), html_report(page_, data));
}

}  // namespace qianka
