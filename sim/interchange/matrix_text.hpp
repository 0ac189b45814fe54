// SPDX-License-Identifier: Apache-2.0
// The matrix that nvidia-smi topo -m and npu-smi info -t topo print, as it survives copying:
// between other lines, with tabs or spaces, with escape sequences, with cells that ran together.
#pragma once
#include "sim/interchange/source_text.hpp"

#include <string>
#include <vector>

namespace qianka {

struct MatrixCell {
  std::string word;  // "NV18", "PIX", "HCCS"
  SourcePos at;
};

struct MatrixText {
  SourcePos at;                               // of the header
  std::vector<std::string> names;             // of the columns
  std::vector<std::vector<MatrixCell>> rows;  // of each name; empty for an adapter without a row
};

/// A card by its name: GPU0, NPU3, Phy-ID12. Other columns are adapters.
bool is_card_name(std::string_view name);

/// Throws InputError when there is no matrix in the text, or a row does not fit its header.
MatrixText read_matrix(const SourceText& source, std::vector<Diagnostic>& warnings,
                       std::vector<std::string>& details);

}  // namespace qianka
