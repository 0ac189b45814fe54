// SPDX-License-Identifier: Apache-2.0
// The tables of docs/architecture.md as a test: which module may include which, which library lives
// where, how long a file may be, and what the top level holds. To change the architecture, change a
// table here and the page in the same commit.
#include <algorithm>
#include <array>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

using Names = std::set<std::string, std::less<>>;

/// Modules that all others may include.
const Names for_all{"language"};

/// Module -> the modules it may include besides itself and those for all. A file right under sim/
/// is a module.
const std::map<std::string, Names, std::less<>> may_include{
    {"language", {}},
    {"units", {}},
    {"input", {"units"}},
    {"scenario", {"units", "input"}},
    {"interchange", {"units", "input", "scenario", "topology"}},
    {"topology", {"units", "input", "scenario"}},
    {"workload", {"units", "scenario", "topology", "metrics"}},
    {"metrics", {"units", "topology"}},
    {"engine", {"units", "scenario", "topology", "workload", "metrics"}},
    {"campaign", {"units", "scenario", "topology", "workload", "metrics", "engine"}},
    {"describe", {"units", "scenario", "metrics", "engine"}},
    {"degraded_steps", {"units", "scenario", "topology", "workload", "metrics", "engine"}},
    {"fabric_states", {"units", "scenario", "topology", "workload", "metrics", "engine"}},
    {"weeks",
     {"units", "scenario", "topology", "workload", "metrics", "engine", "campaign",
      "degraded_steps", "describe", "fabric_states"}},
    {"steps_ahead", {"units", "scenario", "metrics", "engine", "campaign", "fabric_states"}},
    {"simulate",
     {"weeks", "steps_ahead", "units", "input", "scenario", "topology", "workload", "metrics",
      "engine", "campaign", "describe", "fabric_states"}},
    {"timeline",
     {"units", "scenario", "topology", "workload", "metrics", "engine", "campaign", "simulate",
      "weeks", "fabric_states"}},
    {"report", {"units", "scenario", "topology", "metrics"}},
    {"study",
     {"units", "input", "scenario", "topology", "workload", "metrics", "engine", "campaign",
      "simulate", "timeline", "report", "weeks", "describe"}},
    {"cli",
     {"weeks", "units", "input", "scenario", "topology", "workload", "metrics", "engine",
      "campaign", "simulate", "timeline", "report", "study", "interchange"}},
    {"main",
     {"units", "input", "scenario", "topology", "workload", "metrics", "engine", "campaign",
      "simulate", "report", "study", "cli"}},
};

/// How an <include> begins -> its home modules; the longest beginning counts. Headers of the
/// standard library have no dot and no slash, and are everyone's unless they stand here.
const std::map<std::string, Names, std::less<>> library_home{
    {"yaml-cpp/", {"input"}},
    {"zlib.h", {"input"}},
    {"simgrid/", {"engine"}},
    {"xbt/", {"engine"}},
    {"boost/graph/", {"topology", "study"}},  // study: recorded operations wait for one another
    {"boost/property_map/", {"topology"}},
    {"boost/random/", {"workload", "campaign", "study"}},
    {"boost/math/", {"workload", "campaign", "study"}},
    {"CLI/", {"cli", "main"}},
    {"pugixml.hpp", {"interchange"}},
    {"nlohmann/", {"input", "interchange", "study", "report", "cli"}},
    {"muParser.h", {"study"}},
    {"sqlite3.h", {"study"}},
    {"utf8proc.h", {"units"}},
    {"libintl.h", {"language"}},
    {"nlopt.h", {"study"}},
    {"spdlog/", {"engine", "campaign", "simulate", "study", "cli", "main"}},
    {"fmt/",
     {"language", "units", "input", "scenario", "interchange", "topology", "workload", "metrics",
      "engine", "campaign", "describe", "simulate", "report", "study", "cli", "main"}},
    // Processes and pipes: one engine in a process, so runs are children.
    {"sys/", {"engine", "campaign", "simulate", "study", "cli", "main"}},
    {"malloc.h", {"main"}},
    {"unistd.h", {"engine", "campaign", "simulate", "study", "cli", "main"}},
    {"poll.h", {"engine", "campaign", "simulate", "study", "cli", "main"}},
    {"fcntl.h", {"engine", "campaign", "simulate", "study", "cli", "main"}},
    {"iostream", {"cli", "main"}},
    {"random", {}},  // its distributions differ between standard libraries: Boost.Random
};

struct Limit {
  std::string_view extension;
  int lines;
};
constexpr std::array limits{Limit{".hpp", 150}, Limit{".cpp", 400}};
/// Files that may be longer than their limit, and how long.
const std::map<std::string, int, std::less<>> long_files{};

const Names top_level{
    "CMakeLists.txt", "CMakePresets.json", "LICENSE",   "README.md", "README.zh-CN.md", "dev",
    "docs",           "scenarios",         "sim",       "tests",     "topologies",      ".ci",
    ".clang-format",  ".clang-tidy",       ".gitignore"};
const Names not_ours{".git", "build", ".cache", ".vscode", ".idea", "compile_commands.json"};

/// What no file of sim/ says, and who may all the same. Looked for outside comments and literals.
struct Forbidden {
  std::string pattern;
  std::string instead;
  Names except;
};
const std::vector<Forbidden> forbidden{
    {R"(\bnew\b(?!>))",
     "no 'new': values, or make_unique",
     {"engine"}},  // SimGrid owns what we give it
    {R"(^\s*#\s*define\b)", "no macros: a function", {}},
    {R"(\bassert\s*\()", "no assert: require()", {}},
    {R"(\b(std::)?(exit|abort|quick_exit)\s*\()", "the library never exits: throw", {"main"}},
    {R"(\bstd::cout\b)", "standard output belongs to the command line", {"cli", "main"}},
    {R"(\b(std::mt19937|std::random_device|std::\w+_distribution|rand\s*\())",
     "Boost.Random, seeded for its purpose",
     {}},
    {R"(\bsystem_clock\b)", "results do not know the wall clock", {"cli", "main"}},
    // Our code is not indented inside namespaces: a variable at column 1 is a global.
    {R"(^(?!using |typedef |return |const |constexpr |inline const|static const|struct |class |enum |)"
     R"(friend |namespace |template |extern |union |public|private|protected|default|case ))"
     R"([A-Za-z_][\w:<>,*& ]* [a-z_]\w*( = .*|\{.*\})?;$)",
     "no global variables",
     {}},
};

struct SourceFile {
  std::string path;    ///< from the root of the repository: "sim/units/quantity.hpp"
  std::string module;  ///< "units"
  std::vector<std::string> lines;
};

std::filesystem::path root() { return QIANKA_SOURCE_DIR; }

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> split_lines(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::string module_of(const std::string& path) {
  const std::filesystem::path inside = std::filesystem::path(path).lexically_relative("sim");
  return inside.has_parent_path() ? inside.begin()->string() : inside.stem().string();
}

std::vector<SourceFile> source_files(const std::string& folder) {
  std::vector<SourceFile> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(root() / folder)) {
    const std::string extension = entry.path().extension().string();
    if (extension != ".cpp" && extension != ".hpp") continue;
    const std::string path = entry.path().lexically_relative(root()).generic_string();
    files.push_back({path, module_of(path), split_lines(read_text(entry.path()))});
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

/// What is wrong with `module` having this include, in angle brackets or in quotes; "" if nothing.
std::string include_complaint(const std::string& module, const std::string& target, bool angled) {
  if (!angled) {
    if (!target.starts_with("sim/")) return "includes start at the root: \"sim/…\"";
    const std::string other = module_of(target);
    if (other == module || for_all.contains(other) || may_include.at(module).contains(other))
      return "";
    return fmt::format("{} must not include {}", module, other);
  }
  const auto home =
      std::ranges::find_if(library_home.rbegin(), library_home.rend(),
                           [&](const auto& l) { return target.starts_with(l.first); });
  const bool standard = target.find_first_of("./") == std::string::npos;
  if (home == library_home.rend() || (standard && home->first != target)) {
    return standard ? "" : fmt::format("<{}> has no home module in the table", target);
  }
  if (home->second.contains(module)) return "";
  return fmt::format(
      "{} must not include <{}>; it lives in: {}", module, target,
      home->second.empty() ? "nowhere" : fmt::format("{}", fmt::join(home->second, ", ")));
}

/// Where the comment or literal that begins at `from` ends; `from` itself if none begins there.
std::size_t skip(const std::string& text, std::size_t from) {
  const auto after = [&](std::string_view end, std::size_t start) {
    const std::size_t found = text.find(end, start);
    return found == std::string::npos ? text.size() : found + end.size();
  };
  const std::string_view here = std::string_view(text).substr(from);
  if (here.starts_with("//")) return std::min(text.find('\n', from), text.size());
  if (here.starts_with("/*")) return after("*/", from + 2);
  if (here.starts_with("R\"")) {
    const std::size_t open = text.find('(', from);
    return after(")" + text.substr(from + 2, open - from - 2) + "\"", open);
  }
  const bool digit_separator = from > 0 && std::isalnum(static_cast<unsigned char>(text[from - 1]));
  if (here[0] != '"' && (here[0] != '\'' || digit_separator)) return from;
  std::size_t end = from + 1;
  while (end < text.size() && text[end] != here[0]) end += text[end] == '\\' ? 2 : 1;
  return std::min(end + 1, text.size());
}

/// The text without comments and literals; lines stay where they are.
std::string code_only(const std::string& text) {
  std::string code;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = skip(text, at);
    for (std::size_t i = at; i < end; ++i) code.append(text[i] == '\n' ? "\n" : "");
    if (end == at) code.push_back(text[at]);
    at = std::max(end, at + 1);
  }
  return code;
}

void expect_none(const std::vector<std::string>& complaints) {
  if (!complaints.empty()) ADD_FAILURE() << fmt::format("{}", fmt::join(complaints, "\n"));
}

TEST(Architecture, the_check_knows_right_from_wrong) {
  EXPECT_EQ(include_complaint("engine", "sim/metrics/span.hpp", false), "");
  EXPECT_EQ(include_complaint("metrics", "sim/engine/engine.hpp", false),
            "metrics must not include engine");
  EXPECT_EQ(include_complaint("simulate", "sim/report/text.hpp", false),
            "simulate must not include report");
  EXPECT_EQ(include_complaint("units", "quantity.hpp", false),
            "includes start at the root: \"sim/…\"");
  EXPECT_EQ(include_complaint("units", "vector", true), "");
  EXPECT_EQ(include_complaint("scenario", "yaml-cpp/yaml.h", true),
            "scenario must not include <yaml-cpp/yaml.h>; it lives in: input");
  EXPECT_EQ(include_complaint("scenario", "boost/spirit.hpp", true),
            "<boost/spirit.hpp> has no home module in the table");
  EXPECT_EQ(code_only("a(\"n\", 'x', 1'0); // n\nR\"(n\n)\" /* n\n */ b"), "a(, , 1'0); \n\n \n b");
}

TEST(Architecture, modules_include_only_what_the_table_allows) {
  static const std::regex include(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
  std::vector<std::string> complaints;
  for (const SourceFile& file : source_files("sim")) {
    if (!may_include.contains(file.module)) {
      complaints.push_back(
          fmt::format("{}: module {} is not in the table", file.path, file.module));
      continue;
    }
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      std::smatch match;
      if (!std::regex_match(file.lines[i], match, include)) continue;
      const std::string complaint = include_complaint(file.module, match[2], match[1] == "<");
      if (complaint.empty()) continue;
      complaints.push_back(fmt::format("{}:{}: {}", file.path, i + 1, complaint));
    }
  }
  expect_none(complaints);
}

TEST(Architecture, the_module_table_has_no_cycle) {
  Names done;
  for (std::size_t round = 0; round <= may_include.size(); ++round) {
    for (const auto& [module, others] : may_include) {
      if (std::ranges::includes(done, others)) done.insert(module);
    }
  }
  EXPECT_EQ(done.size(), may_include.size());
}

TEST(Architecture, every_class_of_a_header_has_a_name_of_its_own) {
  // Two of one name in one namespace: the linker keeps one destructor for both and says nothing.
  static const std::regex definition(R"(^(?:struct|class|enum class) (\w+)\b[^;]*$)");
  std::map<std::string, std::string, std::less<>> homes;
  std::vector<std::string> complaints;
  for (const SourceFile& file : source_files("sim")) {
    if (!file.path.ends_with(".hpp")) continue;
    for (const std::string& line : file.lines) {
      std::smatch match;
      if (!std::regex_match(line, match, definition)) continue;
      const auto [home, fresh] = homes.try_emplace(match[1], file.path);
      if (!fresh)
        complaints.push_back(
            fmt::format("{} is defined in {} and in {}", match[1].str(), home->second, file.path));
    }
  }
  EXPECT_GT(homes.size(), 100U);
  EXPECT_TRUE(complaints.empty()) << fmt::format("{}", fmt::join(complaints, "\n"));
}

TEST(Architecture, every_source_file_stands_in_its_cmake_list) {
  static const std::regex name(R"((?:^|[\s(])([\w/]+\.cpp))");
  std::vector<std::string> complaints;
  for (const std::string folder : {"sim", "tests"}) {
    Names listed;
    const std::string list = folder + "/CMakeLists.txt";
    for (const std::string& line : split_lines(read_text(root() / list))) {
      const std::string code = line.substr(0, line.find('#'));
      for (std::sregex_iterator match(code.begin(), code.end(), name), end; match != end; ++match) {
        listed.insert(folder + "/" + match->str(1));
      }
    }
    for (const SourceFile& file : source_files(folder)) {
      if (file.path.ends_with(".cpp") && listed.erase(file.path) == 0) {
        complaints.push_back(fmt::format("{}: not listed in {}", file.path, list));
      }
    }
    for (const std::string& left : listed) {
      complaints.push_back(fmt::format("{}: listed in {}, but not there", left, list));
    }
  }
  expect_none(complaints);
}

TEST(Architecture, the_top_level_holds_only_what_it_must) {
  std::vector<std::string> complaints;
  for (const auto& entry : std::filesystem::directory_iterator(root())) {
    const std::string name = entry.path().filename().string();
    if (!top_level.contains(name) && !not_ours.contains(name)) {
      complaints.push_back(name + ": does not belong at the top level");
    }
  }
  expect_none(complaints);
}

TEST(Style, files_are_short) {
  std::vector<std::string> complaints;
  for (const SourceFile& file : source_files("sim")) {
    for (const Limit& limit : limits) {
      const auto longer = long_files.find(file.path);
      const int lines = longer == long_files.end() ? limit.lines : longer->second;
      if (!file.path.ends_with(limit.extension) || std::ssize(file.lines) <= lines) continue;
      complaints.push_back(fmt::format("{}: {} lines, more than {}: two ideas?", file.path,
                                       file.lines.size(), lines));
    }
  }
  expect_none(complaints);
}

TEST(Style, files_start_with_the_licence_and_have_names_of_their_own) {
  std::map<std::string, std::string> seen;
  std::vector<std::string> complaints;
  for (const std::string folder : {"sim", "tests"}) {
    for (const SourceFile& file : source_files(folder)) {
      const std::string name = std::filesystem::path(file.path).filename().string();
      const auto [other, is_new] = seen.emplace(name, file.path);
      if (!is_new) {
        complaints.push_back(fmt::format("{}: {} has the same name", file.path, other->second));
      }
      if (file.lines.empty() || file.lines[0] != "// SPDX-License-Identifier: Apache-2.0") {
        complaints.push_back(fmt::format("{}:1: the SPDX line comes first", file.path));
      }
      if (name.ends_with(".hpp") && std::ranges::count(file.lines, "#pragma once") != 1) {
        complaints.push_back(fmt::format("{}: a header has #pragma once", file.path));
      }
    }
  }
  expect_none(complaints);
}

TEST(Style, what_we_do_not_do) {
  std::vector<std::string> complaints;
  std::vector<std::regex> patterns;
  for (const Forbidden& rule : forbidden) patterns.emplace_back(rule.pattern);
  for (const SourceFile& file : source_files("sim")) {
    const auto code = split_lines(code_only(fmt::format("{}", fmt::join(file.lines, "\n"))));
    for (std::size_t i = 0; i < code.size(); ++i) {
      const std::string at = fmt::format("{}:{}: ", file.path, i + 1);
      if (file.path.ends_with(".hpp") && code[i].find("using namespace") != std::string::npos) {
        complaints.push_back(at + "no 'using namespace' in a header");
      }
      for (std::size_t rule = 0; rule < forbidden.size() && !code[i].empty(); ++rule) {
        if (forbidden[rule].except.contains(file.module)) continue;
        const bool at_start =
            forbidden[rule].pattern.starts_with('^');  // the rest need not be tried
        const auto how =
            at_start ? std::regex_constants::match_continuous : std::regex_constants::match_default;
        if (std::regex_search(code[i], patterns[rule], how)) {
          complaints.push_back(at + forbidden[rule].instead);
        }
      }
    }
  }
  expect_none(complaints);
}

}  // namespace
}  // namespace qianka
