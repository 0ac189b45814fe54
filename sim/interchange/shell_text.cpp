// SPDX-License-Identifier: Apache-2.0
// The walk through a script: which lines would run, and what they set.
#include "sim/interchange/shell_text.hpp"

#include "sim/interchange/shell_expansion.hpp"
#include "sim/interchange/shell_lexer.hpp"
#include "sim/language/language.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

using Kind = ShellToken::Kind;

bool is_declaration(std::string_view word) {
  return word == "export" || word == "local" || word == "declare" || word == "readonly" ||
         word == "typeset";
}

/// Length of NAME in NAME=…, NAME+=…; 0 when the word is no assignment.
std::size_t assigned_name(std::string_view word) {
  std::size_t length = 0;
  while (length < word.size() &&
         (std::isalnum(static_cast<unsigned char>(word[length])) != 0 || word[length] == '_'))
    ++length;
  if (length == 0 || std::isdigit(static_cast<unsigned char>(word[0])) != 0) return 0;
  const std::string_view rest = word.substr(length);
  return rest.starts_with('=') || rest.starts_with("+=") ? length : 0;
}

class ShellWalk {
 public:
  ShellWalk(const SourceText& source, std::vector<Diagnostic>& warnings,
            std::vector<std::string>& details, const ShellEnvironment& environment)
      : source_(source),
        text_(source.text()),
        warnings_(warnings),
        details_(details),
        values_(source),
        tokens_(shell_tokens(source)) {
    for (const auto& [name, value] : environment) {
      ShellText text;
      for (const char c : value) text.add(c, 0);
      values_.set(name, {text}, false);
    }
  }

  ShellScript walk() {
    while (at_ < tokens_.size()) statement();
    script_.variables = values_.variables();
    return std::move(script_);
  }

 private:
  /// if, case or a loop that is open.
  struct Block {
    std::string_view kind;
    bool outer = true, active = true, taken = false;
    std::string subject;    // of a case
    bool patterns = false;  // of a case: a pattern is due
    bool unknown_subject = false;
  };

  [[nodiscard]] std::string_view raw(ShellRange range) const {
    return text_.substr(range.begin, range.end - range.begin);
  }
  [[nodiscard]] bool active() const { return blocks_.empty() || blocks_.back().active; }
  [[nodiscard]] bool at_word(std::string_view word) const {
    return at_ < tokens_.size() && tokens_[at_].kind == Kind::word &&
           raw(tokens_[at_].range) == word;
  }

  void statement();
  bool keyword(std::string_view word);
  void condition(std::string_view until, Block& block);
  void loop(std::string_view kind);
  void open_case();
  void pattern();
  void command();
  void assign(ShellRange word);
  void assign_array(const ShellToken& token);
  std::optional<bool> holds_together(const std::vector<ShellRange>& words, bool& by_variable);
  std::optional<bool> holds(const std::vector<ShellRange>& words, bool& by_variable,
                            bool inside = false);
  std::optional<bool> compares(const std::vector<ShellText>& words, bool& by_variable);

  const SourceText& source_;
  std::string_view text_;
  std::vector<Diagnostic>& warnings_;
  std::vector<std::string>& details_;
  ShellExpansion values_;
  std::vector<ShellToken> tokens_;
  std::size_t at_ = 0;
  std::vector<Block> blocks_;
  ShellScript script_;
};

void ShellWalk::statement() {
  if (!blocks_.empty() && blocks_.back().patterns) {
    pattern();
    return;
  }
  const ShellToken& token = tokens_[at_];
  if (token.kind == Kind::next_case) {
    ++at_;
    if (!blocks_.empty() && blocks_.back().kind == "case") {
      blocks_.back().active = false;
      blocks_.back().patterns = true;
    }
  } else if (token.kind == Kind::array) {
    ++at_;
    if (active()) assign_array(token);
  } else if (token.kind != Kind::word) {
    ++at_;
  } else if (!keyword(raw(token.range))) {
    command();
  }
}

bool ShellWalk::keyword(std::string_view word) {
  const bool closes = !blocks_.empty();
  if (word == "if") {
    ++at_;
    Block block{.kind = "if", .outer = active(), .subject = {}};
    condition("then", block);
    blocks_.push_back(block);
  } else if (word == "elif" && closes) {
    ++at_;
    Block block = blocks_.back();
    condition("then", block);
    blocks_.back() = block;
  } else if (word == "else" && closes) {
    ++at_;
    blocks_.back().active = blocks_.back().outer && !blocks_.back().taken;
    blocks_.back().taken = true;
  } else if (word == "for" || word == "while" || word == "until" || word == "select") {
    ++at_;
    loop(word);
  } else if (word == "case") {
    ++at_;
    open_case();
  } else if ((word == "fi" || word == "done" || word == "esac") && closes) {
    ++at_;
    blocks_.pop_back();
  } else if (word == "{" || word == "}" || word == "then" || word == "do" || word == "function" ||
             word == "!" || word == "time" || word == "fi" || word == "done" || word == "esac") {
    ++at_;
  } else {
    return false;
  }
  return true;
}

/// A branch whose condition depends on what is not known is taken, as the first of its kind.
void ShellWalk::condition(std::string_view until, Block& block) {
  std::vector<ShellRange> words;
  const std::size_t begin = at_ < tokens_.size() ? tokens_[at_].range.begin : 0;
  for (; at_ < tokens_.size() && !at_word(until); ++at_)
    if (tokens_[at_].kind != Kind::end) words.push_back(tokens_[at_].range);
  block.active = false;
  if (!block.outer || block.taken) return;
  bool by_variable = false;
  const std::optional<bool> result = holds_together(words, by_variable);
  block.active = result.value_or(true);
  block.taken = block.active;
  if (result) return;
  const std::string what =
      excerpt(text_.substr(begin, words.empty() ? 0 : words.back().end - begin));
  if (by_variable)
    warnings_.push_back({source_.at(begin), say("'{}' depends on what is not known", what),
                         tr("this branch is taken")});
  else
    details_.push_back(say("line {}: the branch of '{}' is taken", source_.at(begin).line, what));
}

/// [ A ] && [ B ], [[ A || B ]], [ A -a B ], from left to right; what is not known decides nothing
/// where the rest does.
std::optional<bool> ShellWalk::holds_together(const std::vector<ShellRange>& ranges,
                                              bool& by_variable) {
  std::optional<bool> all;
  std::vector<ShellRange> part;
  std::string_view joint;
  bool inside = false;  // the bracket of an earlier part is open
  const auto add_part = [&] {
    const std::optional<bool> one = holds(part, by_variable, inside);
    if (!part.empty() && raw(part.front()).starts_with('[')) inside = true;
    if (!part.empty() && raw(part.back()).ends_with(']')) inside = false;
    const bool decides = joint == "||" || joint == "-o";  // the value that settles the matter
    if (joint.empty())
      all = one;
    else if (all == decides || one == decides)
      all = decides;
    else
      all = all && one ? std::optional(!decides) : std::nullopt;
    part.clear();
  };
  for (const ShellRange range : ranges) {
    const std::string_view word = raw(range);
    const bool within = !part.empty() && (word == "-a" || word == "-o");
    if (word == "&&" || word == "||" || within) {
      add_part();
      joint = word;
    } else {
      part.push_back(range);
    }
  }
  add_part();
  return all;
}

std::optional<bool> ShellWalk::holds(const std::vector<ShellRange>& ranges, bool& by_variable,
                                     bool inside) {
  std::vector<ShellText> words;
  for (const ShellRange range : ranges) words.push_back(values_.joined(range));
  if (words.size() < 2) return std::nullopt;
  const std::string first = words.front().text;
  if (inside || first == "[" || first == "[[" || first == "test") {
    if (!inside) words.erase(words.begin());
    if (!words.empty() && (words.back().text == "]" || words.back().text == "]]")) words.pop_back();
  } else {
    return std::nullopt;
  }
  bool inverted = false;
  if (!words.empty() && words.front().text == "!") {
    inverted = true;
    words.erase(words.begin());
  }
  const std::optional<bool> result = compares(words, by_variable);
  return result && inverted ? std::optional(!*result) : result;
}

std::optional<bool> ShellWalk::compares(const std::vector<ShellText>& words, bool& by_variable) {
  const auto is_empty = [](const ShellText& word) {
    return word.text.empty() || unknown_in(word.text).has_value();  // unset is empty
  };
  if (words.size() == 1 || (words.size() == 2 && words[0].text == "-z"))
    return words.size() == 1 ? !is_empty(words[0]) : is_empty(words[1]);
  if (words.size() == 2 && words[0].text == "-n") return !is_empty(words[1]);
  if (words.size() != 3) return std::nullopt;
  const std::string &left = words[0].text, &op = words[1].text, &right = words[2].text;
  if (unknown_in(left) || unknown_in(right)) {
    by_variable = true;
    return std::nullopt;
  }
  if (op == "=" || op == "==") return left == right;
  if (op == "!=") return left != right;
  const auto a = arithmetic(left), b = arithmetic(right);
  if (!a || !b) return std::nullopt;
  if (op == "-eq") return *a == *b;
  if (op == "-ne") return *a != *b;
  if (op == "-gt") return *a > *b;
  if (op == "-ge") return *a >= *b;
  if (op == "-lt") return *a < *b;
  if (op == "-le") return *a <= *b;
  return std::nullopt;
}

/// A body runs once, with the first value.
void ShellWalk::loop(std::string_view kind) {
  std::vector<ShellRange> words;
  for (; at_ < tokens_.size() && !at_word("do"); ++at_)
    if (tokens_[at_].kind == Kind::word) words.push_back(tokens_[at_].range);
  if (kind == "for" && words.size() > 2 && raw(words[1]) == "in" && active()) {
    std::vector<ShellText> first = values_.fields(words[2]);
    if (!first.empty()) values_.set(std::string(raw(words[0])), {first.front()}, false);
    details_.push_back(
        say("line {}: only the first turn of the loop", source_.at(words[0].begin).line));
  }
  blocks_.push_back({.kind = "loop", .outer = active(), .active = active(), .subject = {}});
}

void ShellWalk::open_case() {
  Block block{.kind = "case", .outer = active(), .active = false, .subject = {}, .patterns = true};
  if (at_ < tokens_.size() && tokens_[at_].kind == Kind::word) {
    block.subject = values_.joined(tokens_[at_].range).text;
    block.unknown_subject = unknown_in(block.subject).has_value();
    if (block.outer && block.unknown_subject)
      warnings_.push_back({source_.at(tokens_[at_].range.begin),
                           say("'{}' is not known", excerpt(raw(tokens_[at_].range))),
                           tr("the first branch is taken")});
    ++at_;
  }
  while (at_ < tokens_.size() && !at_word("in") && tokens_[at_].kind == Kind::end) ++at_;
  if (at_word("in")) ++at_;
  blocks_.push_back(block);
}

void ShellWalk::pattern() {
  Block& block = blocks_.back();
  bool fits = false;
  for (; at_ < tokens_.size() && tokens_[at_].kind != Kind::close; ++at_) {
    if (tokens_[at_].kind != Kind::word) continue;
    if (at_word("esac")) {
      ++at_;
      blocks_.pop_back();
      return;
    }
    std::string word = values_.joined(tokens_[at_].range).text;
    if (word == "*" || word == block.subject || block.unknown_subject) fits = true;
    if (word.size() > 1 && word.ends_with('*') &&
        block.subject.starts_with(word.substr(0, word.size() - 1)))
      fits = true;
  }
  ++at_;
  block.patterns = false;
  block.active = block.outer && !block.taken && fits;
  block.taken = block.taken || block.active;
}

void ShellWalk::assign(ShellRange word) {
  const std::string_view text = raw(word);
  const std::size_t length = assigned_name(text);
  if (length == 0) return;
  const bool append = text[length] == '+';
  const std::string name(text.substr(0, length));
  const std::size_t value = word.begin + length + (append ? 2 : 1);
  ShellText whole;
  if (const auto* before = values_.find(name); append && before != nullptr && !before->empty())
    whole = before->front();
  whole.add(values_.joined({value, word.end}));
  values_.set(name, {std::move(whole)}, false);
}

void ShellWalk::assign_array(const ShellToken& token) {
  const std::string_view text = raw(token.range);
  const std::size_t length = assigned_name(text);
  if (length == 0) return;
  std::vector<ShellText> elements;
  for (const ShellRange item : token.items)
    for (ShellText& field : values_.fields(item)) elements.push_back(std::move(field));
  values_.set(std::string(text.substr(0, length)), std::move(elements), text[length] == '+');
}

/// One simple command, assignments before it included; behind && or || it may not run.
void ShellWalk::command() {
  std::vector<ShellRange> words;
  bool declares = false, leading = true;
  ShellCommand command;
  for (; at_ < tokens_.size(); ++at_) {
    const ShellToken& token = tokens_[at_];
    if (token.kind == Kind::array) {
      if (active()) assign_array(token);
      continue;
    }
    if (token.kind != Kind::word) break;
    const std::string_view text = raw(token.range);
    if ((leading || declares) && assigned_name(text) > 0) {
      if (active()) assign(token.range);
      continue;
    }
    if (leading && is_declaration(text)) {
      declares = true;
      leading = false;
      continue;
    }
    leading = false;
    if (!declares) words.push_back(token.range);
  }
  if (!active() || words.empty()) return;
  const Kind behind = at_ < tokens_.size() ? tokens_[at_].kind : Kind::end;
  bool by_variable = false;
  const std::optional<bool> result = holds(words, by_variable);
  const bool skips =
      (behind == Kind::both && result == false) || (behind == Kind::either && result == true);
  if (skips) {
    for (++at_; at_ < tokens_.size() && tokens_[at_].kind != Kind::end; ++at_) continue;
    return;
  }
  for (const ShellRange word : words)
    for (ShellText& field : values_.fields(word)) command.words.push_back(std::move(field));
  if (!command.words.empty()) script_.commands.push_back(std::move(command));
}

}  // namespace

ShellScript read_shell(const SourceText& source, std::vector<Diagnostic>& warnings,
                       std::vector<std::string>& details, const ShellEnvironment& environment) {
  return ShellWalk(source, warnings, details, environment).walk();
}

}  // namespace qianka
