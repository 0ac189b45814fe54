// SPDX-License-Identifier: Apache-2.0
#include "sim/input/lines.hpp"

#include "sim/language/language.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace qianka {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

/// Where a quote may open: a value begins there.
bool begins_value(std::string_view line, std::size_t at) {
  const std::size_t before = at == 0 ? std::string_view::npos : line.find_last_not_of(' ', at - 1);
  return before == std::string_view::npos ||
         std::string_view(":,[{-").find(line[before]) != std::string_view::npos;
}

char closing(char opening) { return opening == '{' ? '}' : opening == '[' ? ']' : opening; }

/// Walks through a file, aware of quotes and comments, with the brackets that are open.
class BracketWalk {
 public:
  void line(std::size_t number, std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
      if (quote_) {
        in_quote(quote_->what, text, at);
      } else if (text[at] == '#' && (at == 0 || text[at - 1] == ' ')) {
        return;
      } else {
        outside(number, text, at);
      }
    }
  }

  struct Open {
    char what;
    std::size_t line, byte;
  };
  [[nodiscard]] std::optional<Open> innermost() const {
    if (mismatched_) return mismatched_;
    if (quote_) return quote_;
    return open_.empty() ? std::nullopt : std::optional(open_.back());
  }

 private:
  void in_quote(char quote, std::string_view text, std::size_t& at) {
    if (quote == '"' && text[at] == '\\') {
      ++at;
    } else if (text[at] == quote) {
      quote_.reset();
    }
  }

  void outside(std::size_t number, std::string_view text, std::size_t at) {
    const char c = text[at];
    if ((c == '"' || c == '\'') && begins_value(text, at)) quote_ = Open{c, number, at};
    if ((c == '{' || c == '[') && (!open_.empty() || begins_value(text, at))) {
      open_.push_back({c, number, at});
    }
    if ((c != '}' && c != ']') || open_.empty()) return;
    if (!mismatched_ && closing(open_.back().what) != c) mismatched_ = open_.back();
    open_.pop_back();
  }

  std::vector<Open> open_;
  std::optional<Open> mismatched_;  // closed by the wrong bracket
  std::optional<Open> quote_;
};

Diagnostic unclosed(const Lines& lines, std::size_t line, std::size_t byte) {
  const char what = lines.all()[line][byte];
  return {lines.position(line, byte), say("this {} is never closed", what),
          say("a {} is missing behind it", closing(what))};
}

/// Where the comment of a line begins; its size if it has none. Quotes that span lines do not
/// matter here.
std::size_t comment_start(std::string_view line) {
  char quote = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const char c = line[at];
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '#' && (at == 0 || line[at - 1] == ' ')) {
      return at;
    }
  }
  return line.size();
}

/// Text for people may hold any punctuation; what counts is a mark that could be syntax where it
/// stands.
bool could_be_syntax(std::string_view code, std::size_t at, char twin) {
  const std::string_view before = code.substr(0, at);
  if (twin == ':') {
    const auto word = std::ranges::find_if_not(before.rbegin(), before.rend(), is_word);
    const bool is_key =
        word != before.rbegin() &&
        (word == before.rend() || std::string_view(" {,-").find(*word) != std::string_view::npos);
    return is_key && (before.find(':') == std::string_view::npos ||
                      before.find('{') != std::string_view::npos);
  }
  if (twin == '"' || twin == '\'' || twin == '{' || twin == '[') return begins_value(code, at);
  return before.find_first_of("{[") != std::string_view::npos;
}

}  // namespace

Lines::Lines(std::string_view text, std::string name) : name_(std::move(name)) {
  utf16_ = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines_.push_back(text.substr(at, end - at));
    at = end + 1;
  }
}

SourcePos Lines::position(std::size_t line, std::size_t byte) const {
  const std::string_view text = line < lines_.size() ? lines_[line] : std::string_view();
  const std::size_t column = character_count(text.substr(0, std::min(byte, text.size())));
  return {name_, static_cast<int>(line) + 1, static_cast<int>(column) + 1};
}

bool check_bytes(const Lines& lines, std::vector<Diagnostic>& problems) {
  if (lines.is_utf16()) {
    problems.push_back({lines.position(0, 0), tr("the file is UTF-16"), tr("save it as UTF-8")});
    return false;
  }
  const std::size_t before = problems.size();
  for (std::size_t i = 0; i < lines.all().size(); ++i) {
    const std::string_view line = lines.all()[i];
    if (const auto broken = first_broken_byte(line)) {
      problems.push_back(
          {lines.position(i, *broken), tr("this is not UTF-8"), tr("save the file as UTF-8")});
      return false;
    }
    const auto is_control = [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r') || c == 0x7F;
    };
    if (const auto control = std::ranges::find_if(line, is_control); control != line.end()) {
      const auto at = static_cast<std::size_t>(control - line.begin());
      problems.push_back(
          {lines.position(i, at), tr("control character in the text"), tr("remove it")});
    }
    const std::size_t indent = std::min(line.find_first_not_of(" \t"), line.size());
    if (const std::size_t tab = line.find('\t'); tab < indent && indent < line.size()) {
      problems.push_back(
          {lines.position(i, tab), tr("tab in the indentation"), tr("indent with spaces")});
    }
  }
  return problems.size() == before;
}

std::optional<Diagnostic> full_width_punctuation(const Lines& lines) {
  for (std::size_t i = 0; i < lines.all().size(); ++i) {
    const std::string_view code = lines.all()[i].substr(0, comment_start(lines.all()[i]));
    for (std::size_t at = 0; at < code.size();) {
      const std::size_t start = at;
      next_character(code, at);
      const std::string_view one = code.substr(start, at - start);
      const std::string twin = half_width(one);
      const bool is_mark = std::string_view(":,{}[]\"'").find(twin) != std::string_view::npos;
      if (twin == one || !is_mark || !could_be_syntax(code, start, twin[0])) continue;
      const bool wants_space = twin == ":" || twin == ",";
      return Diagnostic{
          lines.position(i, start), say("full-width '{}' is no punctuation here", one),
          say("write '{}' in half width{}", twin, wants_space ? tr(", and a space after it") : "")};
    }
  }
  return std::nullopt;
}

std::optional<Diagnostic> never_closed(const Lines& lines) {
  BracketWalk walk;
  for (std::size_t i = 0; i < lines.all().size(); ++i) walk.line(i, lines.all()[i]);
  const auto open = walk.innermost();
  if (!open) return std::nullopt;
  return unclosed(lines, open->line, open->byte);
}

std::optional<Diagnostic> open_quote(const Lines& lines, std::size_t line, std::size_t byte) {
  if (line >= lines.all().size() || byte >= lines.all()[line].size()) return std::nullopt;
  const char quote = lines.all()[line][byte];
  if (quote != '"' && quote != '\'') return std::nullopt;
  std::size_t at = byte + 1;
  for (std::size_t i = line; i < lines.all().size(); ++i, at = 0) {
    const std::string_view text = lines.all()[i];
    for (; at < text.size(); ++at) {
      const bool doubled = quote == '\'' && text.substr(at).starts_with("''");
      if (doubled || (quote == '"' && text[at] == '\\')) {
        ++at;
      } else if (text[at] == quote) {
        return std::nullopt;
      }
    }
  }
  return unclosed(lines, line, byte);
}

}  // namespace qianka
