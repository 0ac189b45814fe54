// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/scenario/scenario_format.hpp"

namespace qianka {

int schema_command(const SchemaOptions& options) {
  std::string text = options.markdown ? reference_markdown() : json_schema();
  if (!text.ends_with('\n')) text += '\n';
  print(text);
  return exit_ok;
}

}  // namespace qianka
