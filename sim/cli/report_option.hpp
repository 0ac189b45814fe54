// SPDX-License-Identifier: Apache-2.0
// `--report FILE.html` of several commands: the result as a page, beside what is printed.
#pragma once
#include "sim/report/json.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace qianka {

struct ReportOption {
  std::string file;                      // "" = none is asked for
  std::function<std::string()> command;  // that makes the result again
};

void add_report(CLI::App& command, ReportOption& option);

/// A text that went into the result.
struct ReportInput {
  std::string file, text;
};

/// A page that is being asked for. Made before the work, so that a page that cannot be is told
/// first.
class ReportWriter {
 public:
  /// UsageError when a report is asked for and this build has none.
  explicit ReportWriter(const ReportOption& option);
  [[nodiscard]] bool wanted() const { return !option_.file.empty(); }
  /// What went in, for the reader.
  void add_input(const std::filesystem::path& file);
  void add_input(ReportInput input) { inputs_.push_back(std::move(input)); }
  /// `kind` is the command; `result` makes what its --json prints, in the current language, and is
  /// asked in each; `extras` is what only pictures need, in names that the page translates.
  void write(const std::string& kind, const std::function<Json()>& result,
             const Json& extras = Json::object()) const;

 private:
  const ReportOption& option_;
  std::string page_;
  std::vector<ReportInput> inputs_;
  std::string language_;  // in which the page opens: "en" or "zh"
};

}  // namespace qianka
