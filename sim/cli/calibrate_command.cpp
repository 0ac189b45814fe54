// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/commands.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/output_file.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/language/language.hpp"
#include "sim/report/json.hpp"
#include "sim/study/calibration.hpp"
#include "sim/study/calibration_report.hpp"
#include "sim/units/require.hpp"

#include <filesystem>
#include <system_error>

namespace qianka {
namespace {

/// The files' paths as written.
std::vector<std::string> write(const std::vector<CalibratedFile>& files,
                               const std::filesystem::path& folder) {
  std::vector<std::string> paths;
  for (const CalibratedFile& file : files) {
    paths.push_back((folder / file.name).string());
    write_output(paths.back(), file.text);
  }
  return paths;
}

std::string outlook(const std::vector<CalibratedFile>& files) {
  std::string text;
  for (const CalibratedFile& file : files)
    text += say("\n-o DIR would write DIR/{}:\n\n{}", file.name, file.text);
  return text;
}

}  // namespace

int calibrate_command(const CalibrateOptions& options) {
  require_data();
  const bool writes = !options.folder.empty();
  const Calibration calibration =
      calibrate(options.cluster, options.files, writes ? options.folder : ".");
  const std::vector<std::string> paths =
      writes ? write(calibration.written, options.folder) : std::vector<std::string>{};
  if (options.json) {
    Json json = calibration_json(calibration);
    json["written"] = paths;
    print(json_text(json));
    return exit_ok;
  }
  std::string text = calibration_text(calibration);
  if (!writes) text += outlook(calibration.written);
  for (const std::string& path : paths)
    text += say("{}written: {}\n", path == paths.front() ? "\n" : "", path);
  print(text);
  return exit_ok;
}

}  // namespace qianka
