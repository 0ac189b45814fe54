// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/shell_expansion.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

constexpr std::size_t npos = std::string_view::npos;
/// A script that doubles a variable line by line must not fill the memory.
constexpr std::size_t most_characters = 1'000'000;
constexpr int most_levels = 40;

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }
bool is_space(char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; }

std::size_t name_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && is_name(text[length])) ++length;
  if (length > 0 && std::isdigit(static_cast<unsigned char>(text[0])) != 0) return 1;
  return length;
}

std::size_t characters(const std::vector<ShellText>& elements) {
  std::size_t sum = 0;
  for (const ShellText& element : elements) sum += element.text.size() + 1;
  return sum;
}

ShellText digits(long long value, std::size_t at) {
  ShellText text;
  for (const char c : std::to_string(value)) text.add(c, at);
  return text;
}

ShellText unknown(std::string_view name, std::size_t at) {
  ShellText text;
  text.add_unknown(name, at);
  return text;
}

/// The last field goes on with `more`.
void extend(std::vector<ShellText>& into, const ShellText& more) {
  if (into.empty()) into.emplace_back();
  into.back().add(more);
}

}  // namespace

void ShellText::add(char c, std::size_t at) {
  text.push_back(c);
  from.push_back(at);
}

void ShellText::add(const ShellText& more) {
  text += more.text;
  from.insert(from.end(), more.from.begin(), more.from.end());
}

void ShellText::add_unknown(std::string_view name, std::size_t at) {
  add(unknown_begin, at);
  for (const char c : name) add(c, at);
  add(unknown_end, at);
}

std::optional<std::string> unknown_in(std::string_view text) {
  const std::size_t begin = text.find(unknown_begin);
  if (begin == npos) return std::nullopt;
  const std::size_t end = std::min(text.find(unknown_end, begin), text.size());
  return std::string(text.substr(begin + 1, end - begin - 1));
}

void ShellExpansion::set(const std::string& name, std::vector<ShellText> elements, bool append) {
  std::vector<ShellText>& value = variables_[name];
  if (characters(value) + characters(elements) > most_characters) {
    value = {unknown(name, 0)};
    return;
  }
  if (!append) value.clear();
  for (ShellText& element : elements) value.push_back(std::move(element));
}

const std::vector<ShellText>* ShellExpansion::find(std::string_view name) const {
  const auto found = variables_.find(std::string(name));
  return found == variables_.end() ? nullptr : &found->second;
}

std::vector<ShellText> ShellExpansion::fields(ShellRange word) {
  std::vector<ShellText> result;
  expand(word, result, true);
  return result;
}

ShellText ShellExpansion::joined(ShellRange word) {
  std::vector<ShellText> parts;
  expand(word, parts, false);
  ShellText result;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) result.add(' ', parts[i].from.empty() ? word.begin : parts[i].from.front());
    result.add(parts[i]);
  }
  return result;
}

void ShellExpansion::expand(ShellRange range, std::vector<ShellText>& into, bool split) {
  std::vector<ShellText> fields;
  bool begun = false;  // the last field goes on
  const auto literal = [&](char c, std::size_t at) {
    if (!begun) fields.emplace_back();
    begun = true;
    fields.back().add(c, at);
  };
  for (std::size_t at = range.begin; at < range.end;) {
    const char c = text_[at];
    if (c == '\'') {
      if (!begun) fields.emplace_back();
      begun = true;
      for (++at; at < range.end && text_[at] != '\''; ++at) literal(text_[at], at);
      ++at;
    } else if (c == '"') {
      if (!begun) fields.emplace_back();
      begun = true;
      quoted(at, range.end, fields);
    } else if (c == '\\') {
      if (at + 1 < range.end && text_[at + 1] != '\n') literal(text_[at + 1], at + 1);
      at += 2;
    } else if (c == '$' || c == '`') {
      const std::size_t begin = at;
      std::vector<ShellText> values = parameter(at, range.end);
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) begun = false;
        bool inside = false;  // of what is not known: one word
        for (std::size_t k = 0; k < values[i].text.size(); ++k) {
          const char v = values[i].text[k];
          inside = v == unknown_begin || (inside && v != unknown_end);
          if (split && !inside && is_space(v))
            begun = false;
          else
            literal(v, values[i].from[k]);
        }
      }
      if (at == begin) literal(text_[at++], begin);
    } else {
      literal(c, at++);
    }
  }
  for (ShellText& field : fields) into.push_back(std::move(field));
}

void ShellExpansion::quoted(std::size_t& at, std::size_t end, std::vector<ShellText>& into) {
  const auto literal = [&](char c, std::size_t where) {
    ShellText one;
    one.add(c, where);
    extend(into, one);
  };
  for (++at; at < end && text_[at] != '"';) {
    if (text_[at] == '\\' && at + 1 < end) {
      const char next = text_[at + 1];
      const bool escaped = next == '$' || next == '`' || next == '"' || next == '\\';
      if (next != '\n') {
        if (!escaped) literal('\\', at);
        literal(next, at + 1);
      }
      at += 2;
    } else if (text_[at] == '$' || text_[at] == '`') {
      const std::size_t begin = at;
      const std::vector<ShellText> values = parameter(at, end);
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (i > 0) into.emplace_back();
        extend(into, values[i]);
      }
      if (at == begin) literal(text_[at++], begin);
    } else {
      literal(text_[at], at);
      ++at;
    }
  }
  ++at;
}

std::vector<ShellText> ShellExpansion::parameter(std::size_t& at, std::size_t end) {
  const std::size_t begin = at;
  if (text_[at] == '`') {
    const std::size_t close = std::min(text_.find('`', at + 1), end);
    at = std::min(close + 1, end);
    return {command_output({begin + 1, close}, begin)};
  }
  const std::string_view rest = text_.substr(at + 1, end - at - 1);
  if (rest.starts_with('(') || rest.starts_with('{')) {
    const std::size_t behind = behind_bracket(text_, at);
    if (behind == npos || behind > end) {
      at = end;
      return {};
    }
    at = behind;
    if (++depth_ > most_levels) {
      --depth_;
      return {unknown("too deep", begin)};
    }
    std::vector<ShellText> result;
    if (rest.starts_with('{'))
      result = braces({begin + 2, behind - 1}, begin);
    else if (rest.starts_with("((") && text_[behind - 2] == ')')
      result = {calculated({begin + 3, behind - 2}, begin)};
    else
      result = {command_output({begin + 2, behind - 1}, begin)};
    --depth_;
    return result;
  }
  const std::size_t length = name_length(rest);
  if (length > 0) {
    at += 1 + length;
    return named(rest.substr(0, length), begin);
  }
  if (!rest.empty() && std::string_view("@*#?$!-").find(rest[0]) != npos) {
    at += 2;
    if (rest[0] == '@' || rest[0] == '*') return {};  // no arguments
    return {unknown(rest.substr(0, 1), begin)};
  }
  return {};
}

std::vector<ShellText> ShellExpansion::named(std::string_view name, std::size_t at) const {
  const std::vector<ShellText>* value = find(name);
  if (value == nullptr) return {unknown(name, at)};
  if (value->empty()) return {};
  return {value->front()};
}

/// NAME, NAME[@], NAME:-default and their like.
std::vector<ShellText> ShellExpansion::braces(ShellRange inner, std::size_t at) {
  std::string_view rest = text_.substr(inner.begin, inner.end - inner.begin);
  const bool counts = rest.starts_with('#') && rest.size() > 1;
  if (counts) rest.remove_prefix(1);
  const std::size_t digits_end = std::min(rest.find_first_not_of("0123456789"), rest.size());
  const std::size_t length = digits_end > 0 ? digits_end : name_length(rest);  // ${12}
  const std::string_view name = rest.substr(0, length);
  rest.remove_prefix(length);
  const bool all = rest.starts_with("[@]") || rest.starts_with("[*]");
  const std::vector<ShellText>* value = find(name);
  std::optional<long long> index;
  if (!all && rest.starts_with('[')) {
    const std::size_t close = std::min(rest.find(']'), rest.size());
    index = arithmetic(rest.substr(1, close - 1));
    rest.remove_prefix(std::min(close + 1, rest.size()));
  }
  if (all) rest.remove_prefix(3);
  if (counts && value != nullptr) return {digits(static_cast<long long>(value->size()), at)};
  const bool set = value != nullptr && !value->empty() && !(value->front().text.empty());
  const bool colon = rest.starts_with(':');
  const std::string_view op = colon ? rest.substr(1) : rest;
  const std::size_t argument = inner.end - (op.empty() ? 0 : op.size() - 1);
  if (!op.empty() && (op[0] == '-' || op[0] == '=' || op[0] == '?') &&
      !(set || (value != nullptr && !colon))) {
    if (op[0] == '?') return {unknown(name, at)};
    ShellText otherwise = joined({argument, inner.end});
    if (op[0] == '=') set_default(std::string(name), otherwise);
    return {otherwise};
  }
  if (!op.empty() && op[0] == '+') {
    if (!set) return {};
    return {joined({argument, inner.end})};
  }
  const bool plain = op.empty() || op[0] == '-' || op[0] == '=' || op[0] == '?';
  if (!plain || name.empty())
    return {unknown(text_.substr(inner.begin, inner.end - inner.begin), at)};
  if (all) return value == nullptr ? std::vector<ShellText>{} : *value;
  if (index && value != nullptr && *index >= 0 && *index < static_cast<long long>(value->size()))
    return {(*value)[static_cast<std::size_t>(*index)]};
  return named(name, at);
}

void ShellExpansion::set_default(const std::string& name, const ShellText& value) {
  variables_[name] = {value};
}

/// $((A * B)): names may stand without '$'.
ShellText ShellExpansion::calculated(ShellRange inner, std::size_t at) {
  const ShellText expression = joined(inner);
  std::string flat;
  for (std::size_t i = 0; i < expression.text.size();) {
    const std::string_view rest = std::string_view(expression.text).substr(i);
    const std::size_t length = name_length(rest);
    const bool word = length > 0 && std::isdigit(static_cast<unsigned char>(rest[0])) == 0;
    if (!word) {
      flat.push_back(expression.text[i++]);
      continue;
    }
    const std::vector<ShellText>* value = find(rest.substr(0, length));
    if (value == nullptr || value->empty()) return unknown(rest.substr(0, length), at);
    flat += "(" + value->front().text + ")";
    i += length;
  }
  if (const auto missing = unknown_in(flat)) return unknown(*missing, at);
  const auto result = arithmetic(flat);
  return result ? digits(*result, at)
                : unknown(fmt::format("$(({}))", excerpt(expression.text)), at);
}

/// Only arithmetic in other clothes is understood: expr A \* B, echo "A*B" | bc.
ShellText ShellExpansion::command_output(ShellRange inner, std::size_t at) {
  const std::string_view command = text_.substr(inner.begin, inner.end - inner.begin);
  const bool expression = command.starts_with("expr ");
  const std::size_t pipe = command.find('|');
  const bool calculator =
      command.starts_with("echo ") && pipe != npos && command.substr(pipe).find("bc") != npos;
  if (!expression && !calculator) return unknown(fmt::format("$({})", excerpt(command)), at);
  const std::size_t end = calculator ? inner.begin + pipe : inner.end;
  ShellText flat = joined({inner.begin + 5, end});
  if (const auto missing = unknown_in(flat.text)) return unknown(*missing, at);
  const auto result = arithmetic(flat.text);
  return result ? digits(*result, at) : unknown(fmt::format("$({})", excerpt(command)), at);
}

}  // namespace qianka
