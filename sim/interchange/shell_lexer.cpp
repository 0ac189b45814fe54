// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/shell_lexer.hpp"

#include "sim/language/language.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::size_t npos = std::string_view::npos;

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool is_meta(char c) { return std::string_view(";&|()<>\n").find(c) != npos; }

/// Behind the quote that is opened at `at`; npos when it is never closed.
std::size_t behind_quote(std::string_view text, std::size_t at) {
  const char quote = text[at];
  for (++at; at < text.size(); ++at) {
    if (quote != '\'' && text[at] == '\\') {
      ++at;
    } else if (quote == '"' && text[at] == '$' && at + 1 < text.size() &&
               (text[at + 1] == '(' || text[at + 1] == '{')) {
      const std::size_t end = behind_bracket(text, at);
      if (end == npos) return npos;
      at = end - 1;
    } else if (text[at] == quote) {
      return at + 1;
    }
  }
  return npos;
}

class ShellLexer {
 public:
  explicit ShellLexer(const SourceText& source) : source_(source), text_(source.text()) {}

  std::vector<ShellToken> read() {
    while (at_ < text_.size()) one();
    return std::move(tokens_);
  }

 private:
  using Kind = ShellToken::Kind;
  [[nodiscard]] char here(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  [[noreturn]] void never_closed(std::size_t at) {
    fail_at(source_.at(at), say("this {} is never closed", text_[at]),
            tr("is the script cut off?"));
  }
  void add(Kind kind, std::size_t length) {
    tokens_.push_back({kind, {at_, at_ + length}, {}});
    at_ += length;
  }
  void one();
  void meta();
  /// A backslash at the end of the line, spaces behind it or not.
  bool continuation();
  ShellRange word();
  void array(ShellRange name);
  void redirection();
  void skip_documents();

  const SourceText& source_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<ShellToken> tokens_;
  std::vector<std::string> documents_;  // ends of here-documents that begin on the next line
};

bool ShellLexer::continuation() {
  if (here() != '\\') return false;
  const std::size_t end = text_.find_first_not_of(" \t\r", at_ + 1);
  if (end == npos) {
    at_ = text_.size();
    return true;
  }
  if (text_[end] != '\n') return false;
  at_ = end + 1;
  return true;
}

void ShellLexer::one() {
  if (is_blank(here())) {
    ++at_;
  } else if (continuation()) {
    return;
  } else if (here() == '#') {
    at_ = std::min(text_.find('\n', at_), text_.size());
  } else if (is_meta(here())) {
    meta();
  } else {
    const ShellRange range = word();
    const std::string_view raw = text_.substr(range.begin, range.end - range.begin);
    if (here() == '(' && raw.ends_with('=') && raw.size() > 1)
      array(range);
    else
      tokens_.push_back({Kind::word, range, {}});
  }
}

void ShellLexer::meta() {
  const std::string_view rest = text_.substr(at_);
  if (here() == '\n') {
    add(Kind::end, 1);
    skip_documents();
  } else if (rest.starts_with("&&")) {
    add(Kind::both, 2);
  } else if (rest.starts_with("||")) {
    add(Kind::either, 2);
  } else if (rest.starts_with(";;")) {
    add(Kind::next_case, 2);
  } else if (rest.starts_with("&>")) {
    ++at_;
    redirection();
  } else if (here() == '<' || here() == '>') {
    redirection();
  } else if (here() == '|') {
    add(Kind::pipe, here(1) == '&' ? 2 : 1);
  } else if (here() == '(' || here() == ')') {
    add(here() == '(' ? Kind::open : Kind::close, 1);
  } else {
    add(Kind::end, 1);
  }
}

/// The target of a redirection is no word of the command; neither is the "2" before it.
void ShellLexer::redirection() {
  const bool document = text_.substr(at_).starts_with("<<") && here(2) != '<';
  if (!tokens_.empty() && tokens_.back().kind == Kind::word && tokens_.back().range.end == at_ &&
      at_ - tokens_.back().range.begin == 1 && text_[at_ - 1] >= '0' && text_[at_ - 1] <= '9')
    tokens_.pop_back();
  while (here() == '<' || here() == '>' || here() == '&' || (document && here() == '-')) ++at_;
  while (is_blank(here())) ++at_;
  if (at_ >= text_.size() || is_meta(here())) return;
  const ShellRange target = word();
  if (!document) return;
  std::string end;
  for (std::size_t i = target.begin; i < target.end; ++i)
    if (text_[i] != '"' && text_[i] != '\'' && text_[i] != '\\') end.push_back(text_[i]);
  documents_.push_back(end);
}

void ShellLexer::skip_documents() {
  for (const std::string& end : documents_) {
    for (bool found = false; !found && at_ < text_.size();) {
      const std::size_t line_end = std::min(text_.find('\n', at_), text_.size());
      std::string_view line = text_.substr(at_, line_end - at_);
      while (!line.empty() && is_blank(line.back())) line.remove_suffix(1);
      while (!line.empty() && line.front() == '\t') line.remove_prefix(1);
      found = line == end;
      at_ = std::min(line_end + 1, text_.size());
    }
  }
  documents_.clear();
}

ShellRange ShellLexer::word() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && !is_blank(here()) && !is_meta(here())) {
    std::size_t end = at_ + 1;
    if (here() == '\\') {
      // A line that is continued within a word goes on there.
      const std::size_t next = text_.find_first_not_of(" \t\r", at_ + 1);
      if (next != npos && text_[next] == '\n' && next != at_ + 1) break;
      end = std::min(at_ + 2, text_.size());
    } else if (here() == '\'' || here() == '"' || here() == '`') {
      end = behind_quote(text_, at_);
    } else if (here() == '$' && (here(1) == '(' || here(1) == '{')) {
      end = behind_bracket(text_, at_);
    }
    if (end == npos) never_closed(at_);
    at_ = end;
  }
  if (at_ == begin) ++at_;  // a lone backslash
  return {begin, at_};
}

void ShellLexer::array(ShellRange name) {
  ShellToken token{Kind::array, name, {}};
  const std::size_t opened = at_++;
  for (;;) {
    if (at_ >= text_.size()) never_closed(opened);
    if (here() == ')') break;
    if (is_blank(here()) || here() == '\n') {
      ++at_;
    } else if (continuation()) {
      continue;
    } else if (here() == '#') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (is_meta(here())) {
      ++at_;
    } else {
      token.items.push_back(word());
    }
  }
  ++at_;
  tokens_.push_back(std::move(token));
}

}  // namespace

std::size_t behind_bracket(std::string_view text, std::size_t at) {
  const char open = text[at + 1], close = open == '{' ? '}' : ')';
  int depth = 0;
  for (++at; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\\') {
      ++at;
    } else if (c == '"' || c == '\'' || c == '`') {
      const std::size_t end = behind_quote(text, at);
      if (end == npos) return npos;
      at = end - 1;
    } else if (c == open) {
      ++depth;
    } else if (c == close && --depth == 0) {
      return at + 1;
    }
  }
  return npos;
}

std::vector<ShellToken> shell_tokens(const SourceText& source) { return ShellLexer(source).read(); }

}  // namespace qianka
