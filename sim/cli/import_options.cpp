// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/import_options.hpp"

#include "sim/cli/declare.hpp"
#include "sim/interchange/export.hpp"
#include "sim/language/language.hpp"

#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

namespace qianka {
namespace {

/// "nccl-topo (NCCL topology XML), topo-matrix (…), …"
std::string kinds_text() {
  std::string text;
  for (const ImportKind& kind : import_kinds())
    text +=
        fmt::format("{}{}: {}", text.empty() ? "" : "; ", kind.name, tr(std::string(kind.what)));
  return text;
}

}  // namespace

void add_import_options(CLI::App& command, ImportOptions& options) {
  ImportRequest& request = options.request;
  const auto name = [&](const char* option, std::string& into, const char* type,
                        std::string_view what) {
    command.add_option(option, into, sentence(what))->type_name(type);
  };
  const auto count = [&](const char* option, std::optional<int>& into, std::string_view what) {
    command.add_option(option, into, sentence(what))
        ->check(CLI::Range(1, 1'000'000'000).description(""))
        ->type_name("N");
  };
  command.add_option("KIND", options.kind, sentence(kinds_text()))->required()->type_name("");
  command.add_option("FILE", options.file, sentence("The file."))->required()->type_name("");
  name("-o,--output", options.output, "OUT", "Write to this file instead of standard output.");
  name("--gpu", request.gpu, "ID",
       "The accelerator, as 'qianka list parts' names it, where the file does not say it.");
  name("--nic", request.nic, "ID", "The network adapter, likewise.");
  name(
      "--cluster", request.cluster, "ID",
      "A cluster of the catalogue. Of a node's file: whose fabric and storage the result has. Of a "
      "job's file: where it runs.");
  name("--node", request.node, "ID",
       "Of a fabric's file: the cluster of the catalogue whose nodes and storage the result has.");
  name("--rate", options.rate, "RATE",
       "Of a fabric's file: the rate of links that do not say theirs, as in 400Gbps.");
  count("--nodes", request.nodes, "Nodes there are, or that the job uses.");
  count("--cards", request.cards, "Cards that the job uses (its world size).");
  count("--sequence", request.sequence, "Tokens of a training sequence.");
  count("--vocabulary", request.vocabulary, "Tokens there are, padding included.");
  command
      .add_option("--set", options.sets,
                  sentence("Of a script: what a variable of its environment, or an argument by its "
                           "number, would hold, as in TP=8 or 12=8. May be given several times."))
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command
      .add_option("--trust", options.trust,
                  sentence("Whose figure holds where the file and the catalogue differ: file, "
                           "which is the default, or catalogue."))
      ->type_name("WHOSE")
      ->check(CLI::IsMember({"file", "catalogue"}).description(""));
  command.add_flag("-v,--verbose", options.verbose,
                   sentence("Also tell what in the file was passed over."));
}

void add_export_options(CLI::App& command, ExportOptions& options) {
  std::string kinds;
  for (const ExportKind& kind : export_kinds())
    kinds +=
        fmt::format("{}{}: {}", kinds.empty() ? "" : "; ", kind.name, tr(std::string(kind.what)));
  command.add_option("KIND", options.kind, sentence(kinds))->required()->type_name("");
  command
      .add_option("CLUSTER", options.cluster,
                  sentence("As 'qianka list topologies' names it, or a file of your own."))
      ->required()
      ->type_name("");
  command
      .add_option("-o,--output", options.output,
                  sentence("Write to this file instead of standard output."))
      ->type_name("OUT");
  command.add_option("--nodes", options.nodes, sentence("So many nodes instead of the cluster's."))
      ->check(CLI::Range(1, 10'000'000).description(""))
      ->type_name("N");
}

}  // namespace qianka
