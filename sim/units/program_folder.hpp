// SPDX-License-Identifier: Apache-2.0
// Where the running program lies: what it needs is looked for as seen from there, so that an
// installed tree, and a build, can be moved and hold no path of the machine that built them.
#pragma once
#include <filesystem>
#include <system_error>

namespace qianka {

/// The folder of the executable; empty where the system does not tell (no /proc).
inline std::filesystem::path program_folder() {
  std::error_code unknown;
  return std::filesystem::read_symlink("/proc/self/exe", unknown).parent_path();
}

}  // namespace qianka
