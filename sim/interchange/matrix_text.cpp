// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/matrix_text.hpp"

#include "sim/input/spelling.hpp"
#include "sim/language/language.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::array<std::string_view, 16> relation_words{
    "X",   "NODE", "SYS", "SOC",     "PHB",  "PXB", "PIX",  "PIB",
    "PSB", "N/A",  "NA",  "HCCS_SW", "HCCS", "SIO", "SELF", "NV"};
/// Cells of nvidia-smi topo -p2p, which says who may, not by which way.
constexpr std::array<std::string_view, 7> p2p_words{"OK", "CNS", "GNS", "TNS", "NS", "DR", "U"};

struct Token {
  std::string text;
  std::size_t at = 0;  // in the file
};

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// Length of the relation that `text` begins with; 0 when none does. The longest counts.
std::size_t relation_length(std::string_view text) {
  std::size_t best = 0;
  for (const std::string_view word : relation_words) {
    if (!text.starts_with(word)) continue;
    std::size_t length = word.size();
    if (word == "NV") {
      while (length < text.size() && is_digit(text[length])) ++length;
      if (length == word.size()) continue;
    }
    best = std::max(best, length);
  }
  return best;
}

/// "NODENODE" is two cells that ran together; nothing when it is no cells at all.
std::optional<std::vector<Token>> relations(const Token& token) {
  std::vector<Token> cells;
  for (std::size_t at = 0; at < token.text.size();) {
    const std::size_t length = relation_length(std::string_view(token.text).substr(at));
    if (length == 0) return std::nullopt;
    cells.push_back({token.text.substr(at, length), token.at + at});
    at += length;
  }
  return cells;
}

/// Words of one line without escape sequences; '|' of Markdown tables and '>' of quotations part
/// words too.
std::vector<Token> tokens_of(const std::string& text, std::size_t begin, std::size_t end) {
  std::vector<Token> tokens;
  bool inside = false;
  for (std::size_t at = begin; at < end; ++at) {
    const char c = text[at];
    if (c == '\x1B' || (c == '^' && text.compare(at, 3, "^[[") == 0)) {
      at += c == '^' ? 2 : 1;  // the '[' of the sequence
      while (at + 1 < end && std::isalpha(static_cast<unsigned char>(text[at + 1])) == 0) ++at;
      ++at;  // its last letter
      inside = false;
    } else if (c == ' ' || c == '\t' || c == '\r' || c == '|' || c == '>' || c == '`') {
      inside = false;
    } else {
      if (!inside) tokens.push_back({"", at});
      tokens.back().text.push_back(c);
      inside = true;
    }
  }
  return tokens;
}

class MatrixReader {
 public:
  MatrixReader(const SourceText& source, std::vector<Diagnostic>& warnings,
               std::vector<std::string>& details)
      : source_(source), warnings_(warnings), details_(details) {}

  MatrixText read() {
    const std::string& text = source_.text();
    if (const std::size_t rocm = text.find("between two GPUs"); rocm != std::string::npos)
      fail_at(source_.at(rocm), tr("this is a matrix of rocm-smi, which is not read"),
              tr("an RCCL dump is: NCCL_TOPO_DUMP_FILE=topo.xml, then 'qianka import nccl-topo'"));
    for (std::size_t begin = 0; begin < text.size() && !done_;) {
      const std::size_t end = std::min(text.find('\n', begin), text.size());
      line(tokens_of(text, begin, end), begin, end);
      begin = end + 1;
    }
    if (matrix_.names.empty()) no_header();
    for (std::size_t i = 0; i < matrix_.names.size(); ++i)
      if (matrix_.rows[i].empty() && is_card_name(matrix_.names[i]))
        fail_at(matrix_.at, say("the row of {} is missing", matrix_.names[i]),
                tr("was the text cut off when it was copied?"));
    return std::move(matrix_);
  }

 private:
  void line(const std::vector<Token>& tokens, std::size_t begin, std::size_t end);
  static bool is_header(const std::vector<Token>& tokens);
  void header(const std::vector<Token>& tokens);
  void row(std::size_t which, const std::vector<Token>& tokens, std::size_t end);
  [[noreturn]] void no_header();

  const SourceText& source_;
  std::vector<Diagnostic>& warnings_;
  std::vector<std::string>& details_;
  MatrixText matrix_;
  std::size_t prefix_ = 0;  // words of a log that stand before each line: a date, a host
  bool done_ = false;
};

/// What a log wrote before the header is no part of it.
std::vector<Token> without_prefix(std::vector<Token> tokens, std::size_t prefix) {
  tokens.erase(tokens.begin(), tokens.begin() + static_cast<std::ptrdiff_t>(prefix));
  return tokens;
}

/// How many words stand before what can be nothing but a header; 0 when the line begins so.
std::size_t words_before_header(const std::vector<Token>& tokens) {
  const auto first =
      std::ranges::find_if(tokens, [](const Token& token) { return is_card_name(token.text); });
  const bool ends = std::ranges::any_of(
      first, tokens.end(), [](const Token& token) { return token.text == "Affinity"; });
  const bool cards = std::ranges::all_of(
      first, tokens.end(), [](const Token& token) { return is_card_name(token.text); });
  if (tokens.end() - first < 2 || !(ends || cards)) return 0;
  return static_cast<std::size_t>(first - tokens.begin());
}

/// Names of cards, and behind the first one nothing that is a cell.
bool MatrixReader::is_header(const std::vector<Token>& tokens) {
  if (tokens.empty() || !is_card_name(tokens[0].text)) return false;
  if (tokens.size() == 1) return true;
  const std::string& next = tokens[1].text;
  return is_card_name(next) || next == "CPU" || next == "NUMA" ||
         (!relations(tokens[1]) &&
          std::ranges::any_of(tokens, [](const Token& t) { return t.text == "Affinity"; }));
}

void MatrixReader::header(const std::vector<Token>& tokens) {
  matrix_.at = source_.at(tokens.front().at);
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    const std::string& word = tokens[i].text;
    if (word == "CPU" || word == "NUMA" || word == "Affinity") break;
    // "GPU NUMA ID" is a column of its own.
    if (word == "GPU" && i + 1 < tokens.size() && tokens[i + 1].text == "NUMA") break;
    if (std::ranges::find(matrix_.names, word) != matrix_.names.end())
      fail_at(source_.at(tokens[i].at), say("'{}' heads two columns", excerpt(word)),
              tr("was the header copied twice?"));
    matrix_.names.push_back(word);
  }
  matrix_.rows.resize(matrix_.names.size());
}

void MatrixReader::row(std::size_t which, const std::vector<Token>& tokens, std::size_t end) {
  std::vector<MatrixCell> cells;
  const std::size_t due = matrix_.names.size();
  for (std::size_t i = 1; i < tokens.size() && cells.size() < due; ++i) {
    const auto parts = relations(tokens[i]);
    if (!parts) {
      if (std::ranges::find(p2p_words, tokens[i].text) != p2p_words.end())
        fail_at(source_.at(tokens[i].at), tr("this matrix says who may reach whom (topo -p2p)"),
                tr("'nvidia-smi topo -m' says by which way"));
      const std::string left =
          say("{} of {} cells of {} are read", cells.size(), due, matrix_.names[which]);
      fail_at(source_.at(tokens[i].at),
              say("'{}' is no relation of two devices", excerpt(tokens[i].text)),
              say("{}; relations are X, NV#, PIX, PXB, PHB, NODE, SYS, SOC, HCCS, HCCS_SW, "
                  "SIO, PIB, NA",
                  left));
    }
    for (const Token& part : *parts) cells.push_back({part.text, source_.at(part.at)});
  }
  if (cells.size() != due)
    fail_at(
        source_.at(end),
        say("the row of {} has {} cells, the header {}", matrix_.names[which], cells.size(), due),
        tr("was the line broken or cut off when it was copied?"));
  if (cells[which].word != "X" && cells[which].word != "SELF")
    warnings_.push_back({cells[which].at,
                         say("{} to itself is '{}'", matrix_.names[which], cells[which].word),
                         tr("an X stands there; are rows and columns in the same order?")});
  matrix_.rows[which] = std::move(cells);
}

void MatrixReader::line(const std::vector<Token>& tokens, std::size_t begin, std::size_t end) {
  if (tokens.empty()) return;
  if (matrix_.names.empty()) prefix_ = words_before_header(tokens);
  const auto known = [&](const Token& token) {
    return std::ranges::find(matrix_.names, token.text) != matrix_.names.end();
  };
  if (prefix_ > 0 && prefix_ < tokens.size() && !known(tokens[0]) &&
      (matrix_.names.empty() || known(tokens[prefix_]))) {
    const std::size_t words = std::exchange(prefix_, 0);
    line(without_prefix(tokens, words), begin, end);
    prefix_ = words;
    return;
  }
  if (is_header(tokens)) {
    if (matrix_.names.empty()) {
      header(tokens);
    } else {
      warnings_.push_back({source_.at(tokens.front().at), tr("a second matrix is passed over"),
                           tr("give each node a file of its own")});
      done_ = true;
    }
    return;
  }
  const auto named = std::ranges::find(matrix_.names, tokens[0].text);
  if (matrix_.names.empty() || named == matrix_.names.end()) {
    const bool says_something =
        tokens.size() > 1 && tokens[0].text != "Legend:" && tokens[1].text != "=";
    if (says_something)
      details_.push_back(fmt::format("line {}: {}", source_.at(begin).line,
                                     excerpt(source_.text().substr(begin, end - begin), 60)));
    return;
  }
  const auto which = static_cast<std::size_t>(named - matrix_.names.begin());
  if (!matrix_.rows[which].empty()) {
    warnings_.push_back(
        {source_.at(tokens[0].at), say("a second row of {} is passed over", tokens[0].text), ""});
    return;
  }
  row(which, tokens, end);
}

void MatrixReader::no_header() {
  const std::string& text = source_.text();
  const SourcePos first = source_.at(text.find_first_not_of(" \t\r\n"));
  const auto mentions = [&](std::string_view words) {
    return text.find(words) != std::string::npos;
  };
  if (mentions("command not found") || mentions("No devices were found"))
    fail_at(first, tr("the tool found no devices"), tr("run it on a node with cards"));
  fail_at(first, tr("there is no topology matrix in this text"),
          tr("a line with the names of the cards heads it: GPU0 GPU1 … or NPU0 NPU1 …"));
}

}  // namespace

bool is_card_name(std::string_view name) {
  for (const std::string_view prefix : {"GPU", "NPU", "Phy-ID"}) {
    if (!name.starts_with(prefix)) continue;
    const std::string_view rest = name.substr(prefix.size());
    return !rest.empty() && std::ranges::all_of(rest, is_digit);
  }
  return false;
}

MatrixText read_matrix(const SourceText& source, std::vector<Diagnostic>& warnings,
                       std::vector<std::string>& details) {
  return MatrixReader(source, warnings, details).read();
}

}  // namespace qianka
