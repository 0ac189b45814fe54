// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/show_options.hpp"

namespace qianka {

void add_show_options(CLI::App& command, ShowOptions& options,
                      const std::function<std::string(std::string_view)>& sentence) {
  command
      .add_option("KIND", options.kind,
                  sentence("topology, part, model, stack, faults or scenario. A topology is also "
                           "built: its hosts and "
                           "links by kind, latencies, and bill of materials. bom: what a topology "
                           "needs, tier by tier, and what is lost when a piece fails."))
      ->required()
      ->type_name("");
  command
      .add_option("NAME", options.name,
                  sentence("Name as 'qianka list' prints it; for a scenario or a bom also a file."))
      ->required()
      ->type_name("");
  const auto add_switch = [&](const char* name, bool& on, std::string_view what) {
    command.add_flag(name, on, sentence(what))->disable_flag_override();
  };
  add_switch("--dot", options.dot,
             "Print the topology for Graphviz, one of each kind written out.");
  add_switch("--json", options.json, "Print the values as JSON.");
  command.add_option("--nodes", options.nodes, sentence("Of a bom: so many nodes."))
      ->check(CLI::Range(1, 10'000'000).description(""))
      ->type_name("N");
}

}  // namespace qianka
