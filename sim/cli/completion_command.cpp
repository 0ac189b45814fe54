// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/completion.hpp"
#include "sim/cli/declare.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/output_file.hpp"
#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>

namespace qianka {
namespace {

struct ManOptions {
  std::string command, folder;
};

std::vector<std::string> page_names(const DeclaredCommands& commands) {
  std::vector<std::string> names{""};
  names.insert(names.end(), commands.front().subcommands.begin(),
               commands.front().subcommands.end());
  return names;
}

int man_command(const ManOptions& options, const DeclaredCommands& commands) {
  const std::vector<std::string> names = page_names(commands);
  if (std::ranges::find(names, options.command) == names.end())
    throw UsageError(say("unknown command '{}'", options.command),
                     suggestion(options.command, commands.front().subcommands, tr("commands are")));
  if (options.folder.empty()) {
    print(man_page(commands, options.command));
    return exit_ok;
  }
  for (const std::string& name : names) {
    if (!options.command.empty() && name != options.command) continue;
    write_output(std::filesystem::path(options.folder) / man_file(name), man_page(commands, name));
  }
  return exit_ok;
}

}  // namespace

Run add_completion(CLI::App& app) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = add_command(
      app, "completion", "Print what makes a shell complete commands, options and names.",
      "  source <(qianka completion bash)\n"
      "  qianka completion zsh > ~/.zsh/completions/_qianka\n"
      "  qianka completion fish > ~/.config/fish/completions/qianka.fish");
  command->add_option("SHELL", *shell, sentence("Which shell: bash, zsh or fish."))
      ->required()
      ->type_name("")
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  return [shell, &app] {
    const DeclaredCommands commands = declared_commands(app);
    print(*shell == "bash"  ? bash_completion(commands)
          : *shell == "zsh" ? zsh_completion(commands)
                            : fish_completion(commands));
    return static_cast<int>(exit_ok);
  };
}

Run add_man(CLI::App& app) {
  auto options = std::make_shared<ManOptions>();
  CLI::App* command = add_command(app, "man", "Print a manual page, made from the same help.",
                                  "  qianka man run | man -l -\n"
                                  "  qianka man -o share/man/man1");
  command
      ->add_option("COMMAND", options->command,
                   sentence("Of this command; left out: of qianka, or with -o of all."))
      ->type_name("");
  command
      ->add_option("-o,--output", options->folder,
                   sentence("Write qianka.1, qianka-run.1, … into this folder."))
      ->type_name("DIR");
  return [options, &app] { return man_command(*options, declared_commands(app)); };
}

}  // namespace qianka
