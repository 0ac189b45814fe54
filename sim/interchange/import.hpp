// SPDX-License-Identifier: Apache-2.0
// From files that users already have to files of ours: the kinds of `qianka import`, in a table. A
// reader gets text and gives text: a cluster, a model or a scenario, with what it noticed on the
// way. Any file loads, or the InputError says why not and where.
#pragma once
#include "sim/interchange/part_file.hpp"
#include "sim/interchange/source_text.hpp"
#include "sim/units/quantity.hpp"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace qianka {

/// Whose figure holds when the file and the catalogue differ.
enum class Trust { file, catalogue };

/// What the user adds to a file that does not say it. Names are of the catalogue; "" is not said.
struct ImportRequest {
  std::string gpu, nic;  // the accelerator, the network adapter
  std::string cluster;   // of node files: whose fabric and storage; of jobs: where they run
  std::string node;      // of fabric files: the cluster whose nodes and storage the result has
  std::optional<Bandwidth> rate;  // of links whose rate the file does not say
  std::optional<int> nodes, cards, sequence, vocabulary;
  std::map<std::string, std::string> variables;  // of scripts: what the environment would say
  Trust trust = Trust::file;
};

struct Imported {
  std::string yaml;                  // the file, complete
  std::vector<Diagnostic> warnings;  // what is odd, each at its place
  std::vector<std::string> facts;    // what was found, a line each
  std::vector<std::string> missing;  // what the user still has to say
  std::vector<std::string> details;  // for -v: what was passed over
};

struct ImportKind {
  std::string_view name, what;  // "nccl-topo", "NCCL topology XML"
  PartKind result;
  Imported (*read)(const SourceText& source, const ImportRequest& request);
};

std::span<const ImportKind> import_kinds();

/// Reads the file, and reads back what is to be written. Throws InputError, or InfeasibleInput when
/// the sizes in the file do not go together.
Imported import_file(const ImportKind& kind, const std::string& path, const ImportRequest& request);

}  // namespace qianka
