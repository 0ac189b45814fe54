// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/show_options.hpp"

#include "sim/cli/declare.hpp"

namespace qianka {

void add_show_options(CLI::App& command, ShowOptions& options) {
  command
      .add_option(
          "KIND", options.kind,
          sentence("topology, part, model, stack, faults, library or scenario. A topology is "
                   "also built: its hosts and links by kind, latencies, and bill of "
                   "materials. bom: what a topology needs, tier by tier, and what is lost "
                   "when a piece fails. route: the links from one card to another. "
                   "contention: which transfers of a scenario's step meet on which links."))
      ->required()
      ->type_name("");
  command
      .add_option("NAME", options.name,
                  sentence("Name as 'qianka list' prints it; for a scenario, a topology or "
                           "a bom also a file."))
      ->required()
      ->type_name("");
  command.add_option("TO", options.to, sentence("Of a route: the other card."))->type_name("");
  command
      .add_option("--on", options.on,
                  sentence("Of a route: the cluster or scenario it is on, by name or file."))
      ->type_name("NAME");
  command
      .add_option("--flows", options.flows,
                  sentence("Of a route: print the ways of so many flows (4)."))
      ->type_name("N")
      ->check(CLI::Range(1, 1000));
  command
      .add_option("--down", options.down,
                  sentence("Of a route: as if this device were down, or this link, LEAF,SPINE; may "
                           "be given again."))
      ->type_name("NAME")
      ->allow_extra_args(false);
  command.add_option("--nodes", options.nodes, sentence("Of a bom: so many nodes."))
      ->check(CLI::Range(1, 10'000'000).description(""))
      ->type_name("N");
  add_switch(command, "--dot", options.dot,
             "Print the topology for Graphviz, one of each kind written out.");
  add_switch(command, "--json", options.json, "Print the values as JSON.");
}

}  // namespace qianka
