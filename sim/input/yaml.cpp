// SPDX-License-Identifier: Apache-2.0
#include "sim/input/yaml.hpp"

#include "sim/input/lines.hpp"
#include "sim/language/language.hpp"
#include "sim/units/utf8.hpp"

#include <fstream>
#include <iterator>
#include <optional>
#include <sstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

namespace qianka {
namespace {

/// yaml-cpp counts from 0, columns in bytes.
SourcePos position_of(const YAML::Mark& mark, const Lines& lines) {
  if (mark.line < 0) return {lines.name(), 0, 0};
  return lines.position(static_cast<std::size_t>(mark.line), static_cast<std::size_t>(mark.column));
}

/// Turns yaml-cpp's events into a Value. yaml-cpp keeps both of two equal keys; here the second is
/// an error.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(const Lines& lines, std::vector<Diagnostic>& problems)
      : lines_(lines), problems_(problems) {}

  Value take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add(make(Value::Kind::null, mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    refuse(mark, tr("aliases (*name) are not supported"),
           tr("write the value out, or refer with 'use:'"));
    drop();
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& text) override {
    refuse_anchor(mark, anchor);
    if (tag != "?" && tag != "!") refuse_tag(mark, tag);
    Value value = make(Value::Kind::scalar, mark);
    value.text = text;
    value.quoted = tag == "!";
    if (value.quoted && mark.line >= 0) {
      const auto open = open_quote(lines_, static_cast<std::size_t>(mark.line),
                                   static_cast<std::size_t>(mark.column));
      if (open) problems_.push_back(*open);
    }
    add(std::move(value));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(Value::Kind::list, mark, tag, anchor);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(Value::Kind::map, mark, tag, anchor);
  }
  void OnMapEnd() override { close(); }

 private:
  struct Level {
    Value value;
    std::optional<Entry> pending;  // a key that waits for its value
  };

  Value make(Value::Kind kind, const YAML::Mark& mark) {
    Value value;
    value.kind = kind;
    value.at = position_of(mark, lines_);
    return value;
  }

  void refuse(const YAML::Mark& mark, std::string message, std::string hint) {
    problems_.push_back({position_of(mark, lines_), std::move(message), std::move(hint)});
  }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) {
      refuse(mark, tr("anchors (&name) are not supported"),
             tr("write the value out, or refer with 'use:'"));
    }
  }

  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    refuse(mark, say("tags ({}) are not supported", tag), tr("the key says what its value is"));
  }

  void open(Value::Kind kind, const YAML::Mark& mark, const std::string& tag,
            YAML::anchor_t anchor) {
    refuse_anchor(mark, anchor);
    if (tag != "?" && tag != "!" && !tag.empty()) refuse_tag(mark, tag);
    open_.push_back({make(kind, mark), std::nullopt});
  }

  void close() {
    Value value = std::move(open_.back().value);
    open_.pop_back();
    add(std::move(value));
  }

  /// Leaves out a value, and its key, that was refused already.
  void drop() {
    if (open_.empty() || open_.back().value.kind != Value::Kind::map) return;
    if (open_.back().pending) {
      open_.back().pending.reset();
    } else {
      open_.back().pending = Entry{"*", {lines_.name(), 0, 0}, {}};  // it stood for a key
    }
  }

  void add(Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
      return;
    }
    Level& level = open_.back();
    if (level.value.kind == Value::Kind::list) {
      level.value.items.push_back(std::move(value));
    } else if (std::optional<Entry> entry = std::exchange(level.pending, std::nullopt)) {
      entry->value = std::move(value);
      add_entry(level.value, std::move(*entry));
    } else {
      level.pending = key_from(value);
    }
  }

  Entry key_from(const Value& value) {
    if (value.kind != Value::Kind::scalar) {
      problems_.push_back({value.at, say("a key must be a word, but is {}", describe(value)), ""});
    }
    return {value.text, value.at, {}};
  }

  void add_entry(Value& map, Entry entry) {
    if (const Entry* first = map.find(entry.key)) {
      problems_.push_back({entry.at, say("key '{}' is given twice", entry.key),
                           first->at.line > 0 ? say("the first is in line {}", first->at.line)
                                              : tr("leave one of them out")});
      return;
    }
    map.entries.push_back(std::move(entry));
  }

  const Lines& lines_;
  std::vector<Diagnostic>& problems_;
  std::vector<Level> open_;
  Value root_;
};

/// yaml-cpp's words, in our form: no capital, no full stop.
Diagnostic syntax_problem(const YAML::Exception& error, const Lines& lines) {
  std::string message = error.msg;
  if (!message.empty() && message[0] >= 'A' && message[0] <= 'Z') {
    message[0] = static_cast<char>(message[0] - 'A' + 'a');
  }
  std::string hint;
  if (message.find("map") != std::string::npos) {
    hint = tr("check the indentation, and the space after each ':'");
  }
  return {position_of(error.mark, lines), tr("this is not YAML: ") + message, hint};
}

std::optional<Value> parse(const std::string& text, const Lines& lines,
                           std::vector<Diagnostic>& problems) {
  TreeBuilder builder(lines, problems);
  try {
    std::istringstream stream(text);
    YAML::Parser parser(stream);
    parser.HandleNextDocument(builder);
    TreeBuilder rest(lines, problems);
    if (parser.HandleNextDocument(rest)) {
      problems.push_back({rest.take().at, tr("a second document begins here"),
                          tr("one file, one document: remove '---'")});
    }
  } catch (const YAML::Exception& error) {
    const auto punctuation = full_width_punctuation(lines);
    const auto open = punctuation ? punctuation : never_closed(lines);
    problems.push_back(open ? *open : syntax_problem(error, lines));
    return std::nullopt;
  }
  return builder.take();
}

void forget_positions(Value& value, const std::string& name) {
  value.at = {name, 0, 0};
  for (Value& item : value.items) forget_positions(item, name);
  for (Entry& entry : value.entries) {
    entry.at = {name, 0, 0};
    forget_positions(entry.value, name);
  }
}

}  // namespace

std::optional<Value> read_yaml(const std::string& text, const std::string& name,
                               std::vector<Diagnostic>& problems) {
  const Lines lines(text, name);
  if (!check_bytes(lines, problems)) return std::nullopt;
  std::optional<Value> root = parse(text, lines, problems);
  if (!root || root->kind == Value::Kind::map) return root;
  if (root->kind == Value::Kind::null) {
    problems.push_back(
        {{name, 0, 0}, tr("the file says nothing"), tr("it needs keys: see 'qianka schema'")});
  } else if (const auto punctuation = full_width_punctuation(lines)) {
    problems.push_back(*punctuation);
  } else {
    problems.push_back({root->at, say("expected keys and values, but found {}", describe(*root)),
                        tr("a line looks like 'key: value', with a space after the colon")});
  }
  return std::nullopt;
}

std::optional<Value> read_yaml_value(const std::string& text, const std::string& name,
                                     std::vector<Diagnostic>& problems) {
  const Lines lines(text, name);
  std::vector<Diagnostic> found;
  std::optional<Value> value;
  if (check_bytes(lines, found)) value = parse(text, lines, found);
  if (value) forget_positions(*value, name);
  for (Diagnostic& problem : found) {
    problem.at = {name, 0, 0};
    problems.push_back(std::move(problem));
  }
  return value;
}

std::string read_file(const std::filesystem::path& file, const SourcePos& at,
                      std::vector<Diagnostic>& problems) {
  std::error_code ignored;
  const auto fail = [&](const std::string& why) {
    const bool own = at.line == 0 && at.file == file.string();
    problems.push_back({at, own ? why : fmt::format("'{}': {}", file.string(), why), ""});
    return std::string();
  };
  if (!std::filesystem::exists(file, ignored)) return fail(tr("there is no such file"));
  if (std::filesystem::is_directory(file, ignored))
    return fail(tr("this is a directory, not a file"));
  std::ifstream stream(file, std::ios::binary);
  if (!stream) return fail(tr("the file cannot be read"));
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string yaml_quoted(std::string_view words) {
  std::string result = "\"";
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t begin = at;
    const char32_t character = next_character(words, at);
    if (character == '"' || character == '\\') result.push_back('\\');
    const bool shown = character >= 0x20 && character != 0x7F && character != 0xFFFD;
    result += shown ? words.substr(begin, at - begin) : std::string_view("?");
  }
  return result + '"';
}

}  // namespace qianka
