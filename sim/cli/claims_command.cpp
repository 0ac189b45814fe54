// SPDX-License-Identifier: Apache-2.0
#include "sim/cli/declare.hpp"
#include "sim/cli/outcome.hpp"
#include "sim/cli/output_file.hpp"
#include "sim/cli/progress_line.hpp"
#include "sim/cli/report_option.hpp"
#include "sim/cli/scenario_files.hpp"
#include "sim/cli/study_files.hpp"
#include "sim/input/spelling.hpp"
#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/study/claim_report.hpp"

#include <algorithm>
#include <filesystem>
#include <memory>

#include <fmt/format.h>

namespace qianka {
namespace {

namespace fs = std::filesystem;

struct ClaimsOptions {
  std::vector<std::string> ids;
  std::string language, pages;
  bool json = false, markdown = false;
  int jobs = 0;
  ReportOption report;
};

std::vector<std::string> claim_ids() {
  std::vector<std::string> ids;
  for (const auto& entry : fs::directory_iterator(data_directory() / "scenarios" / "claims"))
    if (entry.path().extension() == ".yaml") ids.push_back(entry.path().stem().string());
  std::ranges::sort(ids);
  return ids;
}

/// Those asked for, or all; whatever is wrong in any of them is told at once.
std::vector<Claim> read_claims(const std::vector<std::string>& asked) {
  const std::vector<std::string> known = claim_ids();
  std::vector<Claim> claims;
  std::vector<Diagnostic> problems;
  for (const std::string& id : asked.empty() ? known : asked) {
    if (std::ranges::find(known, id) == known.end())
      throw UsageError(say("no claim '{}'", id), suggestion(id, known, tr("claims are")));
    const std::string file = fmt::format("scenarios/claims/{}.yaml", id);
    try {
      claims.push_back(read_claim(study_file("", file.c_str()), file));
      claims.back().id = id;
    } catch (const InputError& error) {
      problems.insert(problems.end(), error.diagnostics.begin(), error.diagnostics.end());
    }
  }
  if (!problems.empty()) throw InputError(problems);
  return claims;
}

int claims_command(const ClaimsOptions& options) {
  require_data();
  ReportWriter report(options.report);
  const std::vector<Claim> claims = read_claims(options.ids);
  const bool chinese =
      options.language.empty() ? current_language() == Language::zh : options.language == "zh";
  const ClaimLanguage language = chinese ? ClaimLanguage::zh : ClaimLanguage::en;
  const InEnglish below;  // claims keep their own words in both languages
  ProgressLine line;
  const std::vector<ClaimResult> results =
      judge_claims(claims, {study_workers(options.jobs),
                            [&](std::size_t done, std::size_t all) { line.tell(done, all); }});
  line.clear();
  report.write("claims", [&] {
    const bool in_chinese = current_language() == Language::zh;
    return claims_json(results, in_chinese ? ClaimLanguage::zh : ClaimLanguage::en);
  });
  if (!options.pages.empty()) {
    write_output(fs::path(options.pages) / "claims.md",
                 claims_markdown(results, ClaimLanguage::en));
    write_output(fs::path(options.pages) / "claims.zh-CN.md",
                 claims_markdown(results, ClaimLanguage::zh));
  } else if (options.json) {
    print(json_text(claims_json(results, ClaimLanguage::en)));
  } else if (options.markdown) {
    print(claims_markdown(results, language));
  } else if (results.size() == 1) {
    print_report(claim_text(results.front(), language));
  } else {
    print_report(claims_text(results, language));
  }
  return exit_ok;
}

}  // namespace

Run add_claims(CLI::App& app) {
  auto options = std::make_shared<ClaimsOptions>();
  CLI::App* command =
      add_command(app, "claims", "Judge what the industry says of its machines, row by row.",
                  "  qianka claims\n"
                  "  qianka claims c09 --lang zh\n"
                  "  qianka claims c16 --json");
  command->add_option("ID", options->ids, sentence("Claims, all when left out: c01, c07a."))
      ->type_name("");
  command->add_option("--lang", options->language, sentence("Language of the words: en or zh."))
      ->type_name("LANGUAGE")
      ->check(CLI::IsMember({"en", "zh"}));
  add_report(*command, options->report);
  add_switch(*command, "--json", options->json, "Print JSON, with every key of docs/json.md.");
  add_switch(*command, "--markdown", options->markdown, "Print the page of documentation.");
  command
      ->add_option("--pages", options->pages,
                   sentence("Write the page in both languages into this folder."))
      ->type_name("DIR");
  command
      ->add_option("--jobs", options->jobs,
                   sentence("Processes to use; left out: one for each processor. The result does "
                            "not depend on it."))
      ->type_name("N")
      ->check(CLI::PositiveNumber);
  return [options] { return claims_command(*options); };
}

}  // namespace qianka
