// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/declare.hpp"

#include "sim/language/language.hpp"
#include "sim/report/table.hpp"

#include <fmt/format.h>

namespace qianka {

std::string sentence(std::string_view text) {
  return fmt::format("{}", fmt::join(wrap(tr(std::string(text)), text_width), "\n"));
}

CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& what,
                      const std::string& examples) {
  CLI::App* command = app.add_subcommand(name, tr(what));
  command->footer(
      fmt::format("{}\n{}\n\n{}", tr("Examples:"), examples,
                  tr("Options of every command (-q, -v, --color, --lang): 'qianka --help'.")));
  command->get_formatter()->column_width(name_width);
  command->get_help_ptr()->group(tr("Options"));  // made before what it inherits
  return command;
}

void add_switch(CLI::App& command, const std::string& names, bool& on, std::string_view text) {
  command.add_flag(names, on, sentence(text))->disable_flag_override();
}

void add_files(CLI::App& command, std::vector<std::string>& files) {
  command
      .add_option("FILE", files,
                  sentence("Scenario files. A name alone means the scenario of that name that "
                           "comes with qianka."))
      ->required()
      ->type_name("");
}

void add_sets(CLI::App& command, std::vector<std::string>& sets) {
  command
      .add_option("--set", sets,
                  sentence("Replace one value of the scenario, as if the file said so. Values have "
                           "units as in the "
                           "file. May be given several times."))
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
}

}  // namespace qianka
