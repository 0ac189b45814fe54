// SPDX-License-Identifier: Apache-2.0
// Pages of documentation as tests read them: blocks, tables, headings, figures.
#pragma once
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace qianka {

struct Page {
  std::string path;  // from the root of the repository
  std::string text;
};

struct Block {
  std::size_t line;  // of its first line, from 1
  std::vector<std::string> lines;
};

inline Page read_page(const std::string& path) {
  std::ifstream stream(path);
  return {path, {std::istreambuf_iterator<char>(stream), {}}};
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

/// The READMEs and everything below docs/.
inline std::vector<Page> pages() {
  std::vector<std::string> paths{"README.md", "README.zh-CN.md"};
  for (const auto& entry : std::filesystem::recursive_directory_iterator("docs")) {
    if (entry.path().extension() == ".md") paths.push_back(entry.path().generic_string());
  }
  std::ranges::sort(paths);
  std::vector<Page> all;
  for (const std::string& path : paths) all.push_back(read_page(path));
  return all;
}

/// The fenced blocks of one language.
inline std::vector<Block> blocks_of(const Page& page, const std::string& language) {
  std::vector<Block> blocks;
  bool inside = false, wanted = false;
  const auto lines = lines_of(page.text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with("```")) {
      inside = !inside;
      wanted = inside && lines[i] == "```" + language;
      if (wanted) blocks.push_back({i + 2, {}});
    } else if (wanted) {
      blocks.back().lines.push_back(lines[i]);
    }
  }
  return blocks;
}

/// The page without its fenced blocks and its code spans.
inline std::string without_blocks(const Page& page) {
  std::string text;
  bool inside = false;
  for (const std::string& line : lines_of(page.text)) {
    if (line.starts_with("```")) inside = !inside;
    if (!inside && !line.starts_with("```")) text += line + "\n";
  }
  return std::regex_replace(text, std::regex("`[^`]*`"), "``");
}

inline std::string without_comment(const std::string& line) {
  const std::size_t comment = line.starts_with('#') ? 0 : line.find(" #");
  std::string code = line.substr(0, comment);
  while (!code.empty() && code.back() == ' ') code.pop_back();
  return code;
}

/// A line of the shell up to a comment, a pipe or a redirection.
inline std::vector<std::string> shell_words(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  char quote = 0;
  bool any = false;
  for (const char c : without_comment(line) + " ") {
    if (quote == 0 && (c == '|' || c == '>')) break;
    if (c == quote) {
      quote = 0;
    } else if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c, any = true;
    } else if (quote == 0 && c == ' ') {
      if (any) words.push_back(word);
      word.clear(), any = false;
    } else {
      word += c, any = true;
    }
  }
  return words;
}

/// "| a | b |" -> a, b
inline std::vector<std::string> cells_of(const std::string& row) {
  std::vector<std::string> cells;
  std::istringstream stream(row.substr(1));
  for (std::string cell; std::getline(stream, cell, '|');) {
    const std::size_t first = cell.find_first_not_of(' '), last = cell.find_last_not_of(' ');
    if (first == std::string::npos && stream.eof()) break;
    cells.push_back(first == std::string::npos ? "" : cell.substr(first, last - first + 1));
  }
  return cells;
}

/// The body of the table whose head is, or follows, the line that begins so.
inline std::vector<std::string> rows_below(const std::string& beginning, const Page& page) {
  const auto lines = lines_of(page.text);
  auto at =
      std::ranges::find_if(lines, [&](const auto& line) { return line.starts_with(beginning); });
  if (at != lines.end() && !at->starts_with('|')) ++at;
  std::vector<std::string> rows;
  for (; at != lines.end() && at->starts_with('|'); ++at) rows.push_back(*at);
  return rows.size() < 2 ? std::vector<std::string>{} : std::vector(rows.begin() + 2, rows.end());
}

/// "## Rings", …
inline std::vector<std::string> headings_of(const Page& page) {
  std::vector<std::string> headings;
  for (const std::string& line : lines_of(without_blocks(page))) {
    const std::size_t hashes = line.find_first_not_of('#');
    if (hashes != 0 && hashes != std::string::npos && line[hashes] == ' ') headings.push_back(line);
  }
  return headings;
}

/// As GitHub makes them: lower case, no punctuation, spaces to hyphens.
inline std::set<std::string> anchors_of(const Page& page) {
  std::set<std::string> anchors;
  for (const std::string& heading : headings_of(page)) {
    std::string anchor;
    for (const char c : heading.substr(heading.find(' ') + 1)) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte >= 0x80 || std::isalnum(byte) != 0 || c == '_' || c == '-') {
        anchor.push_back(static_cast<char>(std::tolower(byte)));
      } else if (c == ' ') {
        anchor.push_back('-');
      }
    }
    anchors.insert(anchor);
  }
  return anchors;
}

/// README.md -> README.zh-CN.md, x.en.md -> x.zh.md; nothing for other pages.
inline std::string translation_of(const std::string& path) {
  if (path == "README.md") return "README.zh-CN.md";
  if (!path.ends_with(".en.md")) return "";
  return path.substr(0, path.size() - 6) + ".zh.md";
}

/// Every number of the running text and its tables, each once; those of links and code are not
/// figures.
inline std::set<std::string> figures_of(const Page& page) {
  static const std::regex link(R"(\]\([^)]*\))"), marker("<!--.*-->"),
      number(R"(\d[\d,]*(\.\d+)?)");
  const std::string text =
      std::regex_replace(std::regex_replace(without_blocks(page), link, "]"), marker, "");
  std::set<std::string> figures;
  for (std::sregex_iterator match(text.begin(), text.end(), number), end; match != end; ++match) {
    std::string figure = match->str();
    while (figure.back() == ',') figure.pop_back();
    figures.insert(figure);
  }
  return figures;
}

/// Blocks of lines between empty ones.
inline std::vector<std::vector<std::string>> paragraphs_of(const std::vector<std::string>& lines) {
  std::vector<std::vector<std::string>> paragraphs;
  bool fresh = true;
  for (const std::string& line : lines) {
    if (fresh && !line.empty()) paragraphs.emplace_back();
    if (!line.empty()) paragraphs.back().push_back(line);
    fresh = line.empty();
  }
  return paragraphs;
}

/// The first paragraph of a report and those that begin with one of "A; B"; the whole report
/// without any. Where something is left out stands a line with three dots.
inline std::vector<std::string> excerpt(const std::vector<std::string>& report,
                                        const std::string& sections) {
  if (sections.empty()) return report;
  std::vector<std::string> beginnings, kept;
  std::istringstream stream(sections);
  for (std::string name; std::getline(stream, name, ';');) {
    beginnings.push_back(name.substr(name.find_first_not_of(' ')));
  }
  bool gap = false;
  for (const auto& paragraph : paragraphs_of(report)) {
    const std::string head = paragraph[0].substr(paragraph[0].find_first_not_of(' '));
    const bool wanted = kept.empty() || std::ranges::any_of(beginnings, [&](const auto& name) {
                          return head.starts_with(name);
                        });
    if (!kept.empty() && (wanted || !gap)) kept.emplace_back();
    if (wanted) kept.insert(kept.end(), paragraph.begin(), paragraph.end());
    if (!wanted && !gap) kept.emplace_back("…");
    gap = !wanted;
  }
  return kept;
}

}  // namespace qianka
