// SPDX-License-Identifier: Apache-2.0
// The pages of documentation are run: their commands, their scenarios, the reports and tables they
// show. docs/README.md, "How these pages are run", is the convention. With QIANKA_ACCEPT=1 what is
// generated in the pages becomes what the program prints today.
#include "sim/report/html_report.hpp"
#include "support/pages.hpp"
#include "support/spawn.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

namespace fs = std::filesystem;
using nlohmann::ordered_json;

/// Tests run from the root, so that reports name scenarios as the pages do.
class Docs : public testing::Test {
 protected:
  Docs() { fs::current_path(QIANKA_SOURCE_DIR); }
};

void expect_none(const std::vector<std::string>& complaints) {
  if (!complaints.empty()) ADD_FAILURE() << fmt::format("{}", fmt::join(complaints, "\n"));
}

/// What a line of the shell asks of qianka; nothing when it asks for something else.
std::vector<std::string> arguments_of(const std::string& line) {
  std::vector<std::string> words = shell_words(line);
  if (words.size() > 2 && words[0] == "./dev" && words[1] == "run") {
    words.erase(words.begin());
    return words;
  }
  if (words.empty() || words[0] != "qianka") return {};
  words.erase(words.begin());
  return words;
}

/// Where npm is missing there is no page to put a report into, and no command that makes one.
bool wants_report(const std::vector<std::string>& arguments) {
  return std::ranges::find(arguments, "--report") != arguments.end();
}

/// Each page is a test of its own: pages are slow, and two cores run two of them.
/// Commands are run in a folder that looks like the root, so that what they write is not left in
/// it.
class DocsOfPage : public Docs, public testing::WithParamInterface<std::string> {
 protected:
  DocsOfPage() {
    std::string pattern = fs::temp_directory_path() / "qianka-docs-page-XXXXXX";
    folder_ = mkdtemp(pattern.data());
    for (const auto& entry : fs::directory_iterator(QIANKA_SOURCE_DIR)) {
      const std::string name = entry.path().filename().string();
      if (name != "build" && !name.starts_with('.'))
        fs::create_symlink(entry.path(), folder_ / name);
    }
  }
  ~DocsOfPage() override {
    fs::current_path(QIANKA_SOURCE_DIR);
    fs::remove_all(folder_);  // links, not what they lead to
  }
  const fs::path& folder() const { return folder_; }

 private:
  fs::path folder_;
};

std::string as_test_name(const testing::TestParamInfo<std::string>& path) {
  return std::regex_replace(path.param, std::regex("[^A-Za-z0-9]+"), "_");
}

/// The commands of a page, each with the block that shows it first.
std::vector<std::pair<Block, std::string>> commands_to_run(const Page& page) {
  std::set<std::vector<std::string>> known{{}};
  std::vector<std::pair<Block, std::string>> commands;
  for (const Block& block : blocks_of(page, "sh")) {
    for (const std::string& line : block.lines) {
      if (known.insert(arguments_of(line)).second) commands.emplace_back(block, line);
    }
  }
  return commands;
}

/// Pages with commands; a translation shows its original's.
std::vector<std::string> pages_with_commands() {
  fs::current_path(QIANKA_SOURCE_DIR);
  std::vector<std::string> paths;
  for (const Page& page : pages()) {
    const bool translated = page.path.ends_with(".zh-CN.md") || page.path.ends_with(".zh.md");
    if (!translated && !commands_to_run(page).empty()) paths.push_back(page.path);
  }
  return paths;
}

TEST_P(DocsOfPage, every_command_runs) {
  const Page page = read_page(GetParam());
#ifdef __SANITIZE_ADDRESS__
  if (page.path != "README.md") GTEST_SKIP() << "the release build runs them";
#endif
  fs::current_path(folder());
  for (const auto& [block, line] : commands_to_run(page)) {
    const auto arguments = arguments_of(line);
    if (wants_report(arguments) && !report_page()) continue;
    const Spawned ended = spawn(arguments);
    EXPECT_EQ(ended.code, 0) << page.path << ":" << block.line << ": " << line << "\n" << ended.err;
    const bool into_file = std::ranges::find(arguments, "-o") != arguments.end();
    EXPECT_TRUE(into_file || !ended.out.empty()) << page.path << ":" << block.line << ": " << line;
  }
}

INSTANTIATE_TEST_SUITE_P(Docs, DocsOfPage, testing::ValuesIn(pages_with_commands()), as_test_name);

TEST_F(Docs, pages_with_commands_are_found) { EXPECT_GT(pages_with_commands().size(), 10U); }

TEST_F(Docs, every_dev_command_is_one) {
  const std::string dev = read_page("dev").text;
  for (const Page& page : pages()) {
    for (const Block& block : blocks_of(page, "sh")) {
      for (const std::string& line : block.lines) {
        const auto words = shell_words(line);
        if (words.size() < 2 || words[0] != "./dev") continue;
        EXPECT_NE(dev.find("\n./dev " + words[1]), std::string::npos)
            << page.path << ": './dev help' does not list '" << words[1] << "'";
      }
    }
  }
}

/// The sections of a scenario, by the key at the beginning of their first line.
std::map<std::string, std::string> sections_of(const std::vector<std::string>& lines) {
  std::map<std::string, std::string> sections;
  std::string key;
  for (const std::string& line : lines) {
    const std::size_t colon = line.find(':');
    if (colon != std::string::npos && line.find_first_of(" #") > colon) key = line.substr(0, colon);
    if (!key.empty()) sections[key] += line + "\n";
  }
  return sections;
}

TEST_F(Docs, every_scenario_passes_check) {
  const auto base = sections_of(lines_of(read_page("scenarios/01-one-gpu.yaml").text));
  const std::string file =
      (fs::temp_directory_path() / fmt::format("qianka-docs-{}.yaml", getpid())).string();
  for (const Page& page : pages()) {
    for (const Block& block : blocks_of(page, "yaml")) {
      auto sections = sections_of(block.lines);
      sections.insert(base.begin(), base.end());
      std::ofstream out(file);
      for (const auto& [key, text] : sections) out << text;
      out.close();
      const Spawned ended = spawn({"check", file});
      EXPECT_EQ(ended.code, 0) << page.path << ":" << block.line << "\n" << ended.err;
    }
  }
  fs::remove(file);
}

// ---- What is generated
// ---------------------------------------------------------------------------

/// One row of the table of published figures: scenario | source | published | and what we make of
/// it.
struct Published {
  std::string scenario, source;
  double figure = 0;
  std::string unit;
};

Published published_in(const std::vector<std::string>& cells) {
  static const std::regex number(R"(([\d.]+) (s|TFLOP/s|% MFU))");
  static const std::regex link(R"(\[(.*)\]\(.*\))");
  std::smatch match, name;
  EXPECT_TRUE(std::regex_match(cells.at(2), match, number)) << cells.at(2);
  EXPECT_TRUE(std::regex_match(cells.at(0), name, link)) << cells.at(0);
  if (match.empty() || name.empty()) return {};
  return {name[1], cells.at(1), std::stod(match[1]), match[2]};
}

/// The same figure of a run.
double figure_in(const ordered_json& run, const std::string& unit) {
  const ordered_json& step = run["step"];
  if (unit == "s") return step["time_s"];
  if (unit == "% MFU") return 100 * step["mfu"].get<double>();
  return step["hardware_flops"].get<double>() / step["time_s"].get<double>() /
         run["cluster"]["cards"].get<double>() * 1e-12;
}

/// Error of the step time, whatever is published: a rate that is too high is a step too short.
std::string signed_error(double ours, const Published& published) {
  const double ratio = published.unit == "s" ? ours / published.figure : published.figure / ours;
  return fmt::format("{:+.1f} %", 100 * (ratio - 1));
}

/// The body of docs/validation.md's table as it should be today.
std::vector<std::string> published_rows(const std::vector<std::string>& rows) {
  std::vector<std::string> arguments{"run", "--json"};
  std::vector<Published> published;
  for (const std::string& row : rows) {
    published.push_back(published_in(cells_of(row)));
    arguments.push_back(published.back().scenario);
  }
  const Spawned ended = spawn(arguments);
  EXPECT_EQ(ended.code, 0) << ended.err;
  const ordered_json runs = ordered_json::parse(ended.out);
  std::vector<std::string> today;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto cells = cells_of(rows[i]);
    const double ours = figure_in(runs.at(i), published[i].unit);
    const int decimals = ours < 10 ? 2 : 1;
    today.push_back(fmt::format("| {} | {} | {} | {:.{}f} | {} |", cells[0], cells[1], cells[2],
                                ours, decimals, signed_error(ours, published[i])));
  }
  return today;
}

/// README's rows: | source | runs | mean error | largest error |, from the table in validation.md.
std::vector<std::string> accuracy_rows(const std::vector<std::string>& rows,
                                       const std::vector<std::string>& published) {
  std::vector<std::string> today;
  for (const std::string& row : rows) {
    const std::string source = cells_of(row).at(0);
    double sum = 0, largest = 0;
    int runs = 0;
    for (const std::string& line : published) {
      const auto cells = cells_of(line);
      if (cells.at(1) != source) continue;
      const double error = std::stod(cells.at(4));
      sum += std::abs(error), ++runs;
      if (std::abs(error) > std::abs(largest)) largest = error;
    }
    EXPECT_GT(runs, 0) << "docs/validation.md has no row from '" << source << "'";
    today.push_back(fmt::format("| {} | {} | {:.1f} % | {:+.1f} % |", source, runs,
                                sum / std::max(1, runs), largest));
  }
  return today;
}

/// What commands print; two languages show the same reports.
using Reports = std::map<std::string, std::vector<std::string>>;

const std::vector<std::string>& lines_printed_by(const std::string& command, Reports& known) {
  const auto [report, fresh] = known.try_emplace(command);
  if (fresh) {
    const Spawned ended = spawn(arguments_of(command));
    EXPECT_EQ(ended.code, 0) << command << "\n" << ended.err;
    report->second = lines_of(ended.out);
  }
  return report->second;
}

std::vector<std::string> report_lines(const std::string& command, const std::string& sections,
                                      Reports& known) {
  std::vector<std::string> lines{"```text"};
  for (const std::string& line : excerpt(lines_printed_by(command, known), sections))
    lines.push_back(line);
  lines.emplace_back("```");
  return lines;
}

/// Built without msgfmt the program speaks English only.
bool has_catalogue() { return std::system("command -v msgfmt >/dev/null 2>&1") == 0; }

/// A page with its generated parts as they should be today.
std::string page_of_today(const Page& page, const std::vector<std::string>& published,
                          Reports& known) {
  static const std::regex report(R"(<!-- report of (.*?)(?:; sections: (.*))? -->)");
  static const std::regex table(R"(<!-- table of (.*) -->)");
  std::string text;
  const auto lines = lines_of(page.text);
  for (std::size_t i = 0; i < lines.size();) {
    std::smatch match;
    text += lines[i] + "\n";
    const std::string marker = lines[i++];
    if (marker.rfind("<!-- ", 0) != 0 || marker == "<!-- end -->") continue;
    std::vector<std::string> body;
    while (i < lines.size() && lines[i] != "<!-- end -->") body.push_back(lines[i++]);
    if (body.size() > 2 && (marker == "<!-- published -->" || marker == "<!-- accuracy -->")) {
      const std::vector<std::string> rows(body.begin() + 2,
                                          body.end());  // below the two of the head
      const auto today =
          marker == "<!-- published -->" ? published : accuracy_rows(rows, published);
      std::copy(today.begin(), today.end(), body.begin() + 2);
    } else if (marker.find(" --lang zh ") != std::string::npos && !has_catalogue()) {
      // Its report would be in English; it stays as it stands.
    } else if (std::regex_match(marker, match, report)) {
      body = report_lines(match[1], match[2], known);
    } else if (std::regex_match(marker, match, table)) {
      body = lines_printed_by(match[1], known);
    }
    for (const std::string& line : body) text += line + "\n";
  }
  return text;
}

TEST_F(Docs, what_is_generated_is_what_is_printed_today) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "thirty runs of a thousand cards and more: the release build does it";
#endif
  const auto published =
      published_rows(rows_below("<!-- published -->", read_page("docs/validation.md")));
  Reports known;
  for (const Page& page : pages()) {
    const std::string today = page_of_today(page, published, known);
    if (std::getenv("QIANKA_ACCEPT") != nullptr && today != page.text) {
      std::ofstream(page.path) << today;
      continue;
    }
    const auto is = lines_of(page.text), should_be = lines_of(today);
    for (std::size_t i = 0; i < std::max(is.size(), should_be.size()); ++i) {
      const std::string line = i < is.size() ? is[i] : "",
                        right = i < should_be.size() ? should_be[i] : "";
      if (line == right) continue;
      ADD_FAILURE() << page.path << ":" << i + 1 << ": stands: " << line << "\n  today: " << right
                    << "\n  if it should have changed: QIANKA_ACCEPT=1 ./dev test -R Docs";
      break;
    }
  }
}

// ---- What must agree
// -----------------------------------------------------------------------------

std::vector<std::string> commands_of(const Page& page) {
  std::vector<std::string> commands;
  for (const Block& block : blocks_of(page, "sh")) {
    for (const std::string& line : block.lines) commands.push_back(without_comment(line));
  }
  return commands;
}

std::vector<std::size_t> heading_levels(const Page& page) {
  std::vector<std::size_t> levels;
  for (const std::string& heading : headings_of(page)) levels.push_back(heading.find(' '));
  return levels;
}

TEST_F(Docs, translations_have_the_same_commands_headings_and_figures) {
  for (const Page& page : pages()) {
    const std::string other = translation_of(page.path);
    if (other.empty()) continue;
    ASSERT_TRUE(fs::exists(other)) << page.path << " lacks " << other;
    const Page translated = read_page(other);
    EXPECT_EQ(commands_of(page), commands_of(translated)) << other;
    EXPECT_EQ(heading_levels(page), heading_levels(translated)) << other;
    EXPECT_EQ(figures_of(page), figures_of(translated)) << other;
  }
}

std::vector<std::string> links_of(const Page& page) {
  static const std::regex link(R"(\]\(([^)\s]+)\))");
  const std::string text = without_blocks(page);
  std::vector<std::string> links;
  for (std::sregex_iterator match(text.begin(), text.end(), link), end; match != end; ++match)
    links.push_back(match->str(1));
  return links;
}

/// What a page links to, whichever language it is in; not itself, and no section of a page.
std::set<std::string> pages_linked_from(const Page& page) {
  static const std::regex language(R"((\.zh-CN|\.zh|\.en|-zh)(\.\w+)$)");
  const std::string own =
      std::regex_replace(fs::path(page.path).filename().string(), language, "$2");
  std::set<std::string> linked;
  for (const std::string& target : links_of(page)) {
    const std::string file = target.substr(0, target.find('#'));
    const std::string plain = std::regex_replace(file, language, "$2");
    if (!plain.empty() && plain != own) linked.insert(plain);
  }
  return linked;
}

TEST_F(Docs, translations_link_to_the_same_pages) {
  std::size_t found = 0;
  for (const Page& page : pages()) {
    std::string other = translation_of(page.path);
    if (other.empty()) other = fs::path(page.path).replace_extension(".zh-CN.md").string();
    if (!fs::exists(other)) continue;
    ++found;
    EXPECT_EQ(pages_linked_from(page), pages_linked_from(read_page(other))) << other;
  }
  EXPECT_GT(found, 5U);
}

TEST_F(Docs, links_lead_somewhere) {
  std::vector<std::string> complaints;
  for (const Page& page : pages()) {
    for (const std::string& target : links_of(page)) {
      if (target.rfind("http", 0) == 0) continue;
      const std::string file = target.substr(0, target.find('#'));
      const fs::path path =
          file.empty() ? fs::path(page.path) : fs::path(page.path).parent_path() / file;
      if (!fs::exists(path)) {
        complaints.push_back(fmt::format("{}: no {}", page.path, path.lexically_normal().string()));
      } else if (target.find('#') != std::string::npos &&
                 !anchors_of(read_page(path.string()))
                      .contains(target.substr(target.find('#') + 1))) {
        complaints.push_back(fmt::format("{}: no heading for {}", page.path, target));
      }
    }
  }
  expect_none(complaints);
}

TEST_F(Docs, sections_named_in_the_code_exist) {
  static const std::regex reference(R"re((docs/[\w-]+\.md), \\?"([^"\\]+)\\?")re");
  std::vector<std::string> complaints;
  std::size_t found = 0;
  for (const auto& entry : fs::recursive_directory_iterator("sim")) {
    if (!entry.is_regular_file()) continue;
    const std::string text = read_page(entry.path().string()).text;
    for (std::sregex_iterator match(text.begin(), text.end(), reference), end; match != end;
         ++match) {
      ++found;
      const auto headings = headings_of(read_page(match->str(1)));
      if (std::ranges::count(headings, "## " + match->str(2)) != 1) {
        complaints.push_back(fmt::format("{}: {} has no section \"{}\"", entry.path().string(),
                                         match->str(1), match->str(2)));
      }
    }
  }
  expect_none(complaints);
  EXPECT_GT(found, 3U);
}

/// The map `may_include` of tests/architecture_test.cpp.
std::map<std::string, std::set<std::string>> enforced_modules() {
  const std::string code = read_page("tests/architecture_test.cpp").text;
  const std::size_t begin = code.find("may_include{"), end = code.find("\n};", begin);
  const std::string table = code.substr(begin, end - begin);
  static const std::regex row(R"re(\{"(\w+)",\s*\{([^}]*)\}\})re"), name(R"re("(\w+)")re");
  std::map<std::string, std::set<std::string>> modules;
  for (std::sregex_iterator match(table.begin(), table.end(), row), last; match != last; ++match) {
    auto& others = modules[match->str(1)];
    const std::string list = match->str(2);
    for (std::sregex_iterator each(list.begin(), list.end(), name); each != last; ++each) {
      others.insert(each->str(1));
    }
  }
  return modules;
}

TEST_F(Docs, the_module_table_is_the_one_that_is_enforced) {
  static const std::regex name(R"(`(\w+)`)");
  std::map<std::string, std::set<std::string>> written;
  for (const std::string& row : rows_below("| module |", read_page("docs/architecture.md"))) {
    const auto cells = cells_of(row);
    auto& others = written[cells.at(0).substr(1, cells.at(0).size() - 2)];
    const std::string list = cells.at(2);
    for (std::sregex_iterator each(list.begin(), list.end(), name), last; each != last; ++each) {
      others.insert(each->str(1));
    }
  }
  EXPECT_EQ(written, enforced_modules());
}

TEST_F(Docs, small_scenarios_open_with_question_answer_and_reason) {
  static const std::regex numbered(R"((.*/)?\d\d-[^/]*\.yaml)");
  for (const auto& entry : fs::recursive_directory_iterator("scenarios")) {
    const std::string path = entry.path().string();
    if (!std::regex_match(path, numbered)) continue;
    const auto lines = lines_of(read_page(path).text);
    ASSERT_GT(lines.size(), 4U) << path;
    EXPECT_EQ(lines[0].rfind("# yaml-language-server: $schema=", 0), 0U) << path;
    EXPECT_NE(lines[1].find("? Expected: "), std::string::npos)
        << path << ": question, then answer";
    for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(lines[i].rfind("# ", 0), 0U) << path;
    EXPECT_NE(lines[4].rfind("#", 0), 0U) << path << ": three lines";
  }
}

}  // namespace
}  // namespace qianka
