// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/output_file.hpp"

#include "sim/language/language.hpp"
#include "sim/units/require.hpp"

#include <fstream>

namespace qianka {

void write_output(const std::filesystem::path& file, const std::string& text) {
  const auto folder = file.parent_path();
  std::error_code failed;  // told by the file
  if (!folder.empty()) std::filesystem::create_directories(folder, failed);
  std::ofstream out(file, std::ios::binary);
  out << text << std::flush;
  if (!out) throw RunFailed(say("cannot write '{}'", file.string()));
}

}  // namespace qianka
