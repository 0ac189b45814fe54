// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/declare.hpp"
#include "sim/language/language.hpp"

namespace qianka {

void add_collective(CLI::App& app, CollectiveOptions& options) {
  CLI::App* command = add_command(
      app, "collective", "Time a collective at several sizes, as nccl-tests does.",
      "  qianka collective all-reduce --on dgx-h100-rail --cards 64 --sizes 1KiB:8GiB\n"
      "  qianka collective all-to-all --on h800-deepseek --cards 16 --sizes 64MiB --json\n"
      "  qianka collective all-reduce --on dgx-h100-rail --cards 1024 --stride 16 --all-groups\n"
      "  qianka collective p2p --on atlas-900-a2-910b --library none");
  const auto text = [&](const char* name, std::string& into, const char* type,
                        std::string_view what) {
    return command->add_option(name, into, sentence(what))->type_name(type);
  };
  const auto number = [&](const char* name, int& into, std::string_view what) {
    command->add_option(name, into, sentence(what))->type_name("N")->check(CLI::PositiveNumber);
  };
  text("KIND", options.kind, "",
       "all-reduce, all-gather, reduce-scatter, all-to-all, broadcast or p2p.")
      ->required();
  text("--on", options.on, "NAME",
       "The cluster: a topology's name, the beginning of one, or the path of a cluster's file.")
      ->required();
  number("--cards", options.cards, tr("Cards that take part, node by node; left out: one node."));
  text("--sizes", options.sizes, "SIZES",
       "Sizes as nccl-tests counts them: 1KiB:8GiB doubles from the first to the last, 1MB,3MB are "
       "these. Left out: 1KiB:8GiB.");
  text("--algorithm", options.algorithm, "NAME",
       "Use this one instead of what the library would choose; docs/collectives.md lists them.");
  text("--library", options.library, "NAME",
       "What adds its costs and chooses: nccl, hccl, rccl, none (links alone). Left out: by the "
       "vendor of the cards.");
  number("--group", options.group, tr("Cut the cards into groups of so many neighbours."));
  number("--stride", options.stride,
         tr("Groups have one card in every N-th node instead, as data-parallel groups do."));
  add_switch(*command, "--all-groups", options.all_groups,
             "All groups run it at the same moment, not only the first.");
  text("--placement", options.placement, "HOW",
       "packed: nodes as they stand; random: in an order drawn with --seed.")
      ->check(CLI::IsMember({"packed", "random"}));
  command->add_option("--seed", options.seed, sentence("Of a random placement."))->type_name("N");
  command
      ->add_option("--set", options.sets,
                   sentence("Replace one value of the cluster, for example fabric.routing=ecmp. "
                            "May be given several times."))
      ->type_name("PATH=VALUE")
      ->allow_extra_args(false);
  add_switch(*command, "--json", options.json, "Print JSON, with every key of docs/json.md.");
}

}  // namespace qianka
