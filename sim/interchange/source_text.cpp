// SPDX-License-Identifier: Apache-2.0
#include "sim/interchange/source_text.hpp"

#include "sim/input/yaml.hpp"
#include "sim/language/language.hpp"
#include "sim/units/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

namespace qianka {
namespace {

void append_utf8(std::string& text, std::uint32_t code) {
  const auto add = [&](std::uint32_t byte) { text.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | code >> 6);
    add(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  } else {
    add(0xF0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3F));
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  }
}

/// What a redirection in PowerShell leaves behind; half a pair of surrogates becomes U+FFFD.
std::string from_utf16(std::string_view bytes, bool big_endian) {
  const auto unit = [&](std::size_t at) {
    const auto first = static_cast<unsigned char>(bytes[at]);
    const auto second = static_cast<unsigned char>(bytes[at + 1]);
    return static_cast<std::uint32_t>(big_endian ? first << 8 | second : second << 8 | first);
  };
  std::string text;
  for (std::size_t at = 2; at + 1 < bytes.size(); at += 2) {
    std::uint32_t code = unit(at);
    const bool high = code >= 0xD800 && code < 0xDC00;
    const std::uint32_t low = high && at + 3 < bytes.size() ? unit(at + 2) : 0;
    if (low >= 0xDC00 && low < 0xE000) {
      code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      at += 2;
    } else if (code >= 0xD800 && code < 0xE000) {
      code = 0xFFFD;
    }
    append_utf8(text, code);
  }
  return text;
}

std::string decoded(std::string bytes) {
  if (bytes.starts_with("\xFF\xFE")) return from_utf16(bytes, false);
  if (bytes.starts_with("\xFE\xFF")) return from_utf16(bytes, true);
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.erase(0, 3);
  return bytes;
}

constexpr std::size_t stride = 1024;

/// Of UTF-8: all bytes but those that go on with a character.
bool begins_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

/// Why it is no text; "" when it is.
std::string no_text(std::string_view bytes) {
  if (bytes.starts_with("\x1F\x8B")) return tr("this file is compressed by gzip");
  if (bytes.starts_with("PK\x03\x04")) return tr("this file is a zip archive");
  if (bytes.starts_with("BZh")) return tr("this file is compressed by bzip2");
  if (bytes.starts_with("\xFD"
                        "7zXZ"))
    return tr("this file is compressed by xz");
  return "";
}

}  // namespace

SourceText::SourceText(std::string bytes, std::string name) : name_(std::move(name)) {
  if (const std::string why = no_text(bytes); !why.empty())
    fail_at({name_, 1, 1}, why, tr("unpack it first"));
  text_ = decoded(std::move(bytes));
  line_starts_.push_back(0);
  std::size_t characters = 0;
  for (std::size_t i = 0; i <= text_.size(); ++i) {
    if (i % stride == 0) characters_before_.push_back(characters);
    if (i == text_.size()) break;
    if (text_[i] == '\n') line_starts_.push_back(i + 1);
    if (begins_character(text_[i])) ++characters;
  }
  if (const std::size_t zero = text_.find('\0'); zero != std::string::npos)
    fail_at(at(zero), tr("a zero byte: this is no text"), tr("save the file as UTF-8"));
  if (text_.find_first_not_of(" \t\r\n") == std::string::npos)
    fail_at({name_, 1, 1}, tr("the file is empty"),
            tr("was the tool that wrote it ended too early?"));
}

SourcePos SourceText::at(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after = std::ranges::upper_bound(line_starts_, offset);
  const auto line = static_cast<std::size_t>(after - line_starts_.begin());
  const std::size_t start = line_starts_[line - 1];
  const std::size_t column = characters_up_to(offset) - characters_up_to(start);
  return {name_, static_cast<int>(line), static_cast<int>(column) + 1};
}

std::size_t SourceText::characters_up_to(std::size_t offset) const {
  const std::size_t known = offset / stride;
  const std::string_view rest(text_.data() + known * stride, offset - known * stride);
  return characters_before_[known] +
         static_cast<std::size_t>(std::ranges::count_if(rest, begins_character));
}

std::string SourceText::short_name() const {
  return std::filesystem::path(name_).filename().string();
}

SourceText read_source(const std::string& path) {
  std::vector<Diagnostic> problems;
  std::string bytes = read_file(path, {path, 0, 0}, problems);
  if (!problems.empty()) throw InputError(problems);
  return {std::move(bytes), path};
}

std::string warning_text(const Diagnostic& warning) {
  std::string text = fmt::format("{}: {}{}", to_text(warning.at), tr("warning: "), warning.message);
  if (!warning.hint.empty()) text += tr("\n  hint: ") + warning.hint;
  return text;
}

void fail_at(const SourcePos& at, std::string message, std::string hint) {
  throw InputError({{at, std::move(message), std::move(hint)}});
}

std::string number_of(std::size_t count, const std::string& one, const std::string& many) {
  const std::string noun = tr(one);
  const bool english = noun == one && count != 1;
  return fmt::format("{} {}", count, !english ? noun : many.empty() ? one + "s" : many);
}

std::string excerpt(std::string_view text, std::size_t most) {
  std::string result;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t character = next_character(text, at);
    if (result.size() >= most) return result + "…";
    const bool shown = character >= 0x20 && character != 0x7F && character != 0xFFFD;
    result += shown ? text.substr(begin, at - begin) : std::string_view("?");
  }
  return result;
}

}  // namespace qianka
