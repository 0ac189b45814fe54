// SPDX-License-Identifier: Apache-2.0
#include "sim/input/yaml.hpp"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

namespace qianka {
namespace {

/// All diagnostics that `text` gives, rendered.
std::string problems_of(const std::string& text) {
  std::vector<Diagnostic> problems;
  read_yaml(text, "f.yaml", problems);
  return problems.empty() ? "" : InputError(problems).what();
}

Value read(const std::string& text) {
  std::vector<Diagnostic> problems;
  std::optional<Value> value = read_yaml(text, "f.yaml", problems);
  EXPECT_TRUE(problems.empty());
  return value.value_or(Value{});
}

TEST(Yaml, keys_and_values_know_where_they_were_written) {
  const Value root = read("a: 1\nb:\n  c: {d: two, e: [3, 4]}\n");
  const Entry* c = root.find("b")->value.find("c");
  EXPECT_EQ(to_text(c->at), "f.yaml:3:3");
  EXPECT_EQ(to_text(c->value.find("d")->value.at), "f.yaml:3:10");
  EXPECT_EQ(to_text(c->value.find("e")->value.items[1].at), "f.yaml:3:22");
  EXPECT_EQ(c->value.find("d")->value.text, "two");
}

TEST(Yaml, columns_count_characters) {
  const Value root = read("{问题: 千卡, b: 1}\n");
  EXPECT_EQ(to_text(root.find("b")->at), "f.yaml:1:10");
}

TEST(Yaml, quoted_and_plain_scalars_differ) {
  const Value root = read("a: 8\nb: '8'\nc: \"8\"\nd: ~\ne:\n");
  EXPECT_TRUE(is_plain(root.find("a")->value));
  EXPECT_TRUE(root.find("b")->value.quoted);
  EXPECT_TRUE(root.find("c")->value.quoted);
  EXPECT_EQ(root.find("d")->value.kind, Value::Kind::null);
  EXPECT_EQ(root.find("e")->value.kind, Value::Kind::null);
}

TEST(Yaml, a_key_given_twice_is_an_error_and_the_first_stays) {
  EXPECT_EQ(problems_of("a: 1\nb: 2\na: 3\n"),
            "f.yaml:3:1: error: key 'a' is given twice\n  hint: the first is in line 1");
}

TEST(Yaml, references_of_yaml_itself_are_refused_once_each) {
  EXPECT_EQ(problems_of("a: &x 1\nb: *x\nc: !!int 3\n"),
            "f.yaml:1:4: error: anchors (&name) are not supported\n"
            "  hint: write the value out, or refer with 'use:'\n"
            "f.yaml:2:4: error: aliases (*name) are not supported\n"
            "  hint: write the value out, or refer with 'use:'\n"
            "f.yaml:3:4: error: tags (tag:yaml.org,2002:int) are not supported\n"
            "  hint: the key says what its value is");
}

TEST(Yaml, what_is_no_map_is_refused) {
  EXPECT_EQ(problems_of(""),
            "f.yaml: error: the file says nothing\n"
            "  hint: it needs keys: see 'qianka schema'");
  EXPECT_EQ(problems_of("# only a comment\n"), problems_of(""));
  EXPECT_EQ(problems_of("- a\n"),
            "f.yaml:1:1: error: expected keys and values, but found a list\n"
            "  hint: a line looks like 'key: value', with a space after the colon");
  EXPECT_EQ(problems_of("a: 1\n---\nb: 2\n"),
            "f.yaml:3:1: error: a second document begins here\n"
            "  hint: one file, one document: remove '---'");
}

TEST(Yaml, what_is_never_closed_is_shown_where_it_opens) {
  EXPECT_EQ(problems_of("a: {b: [1, 2}\n"),
            "f.yaml:1:8: error: this [ is never closed\n"
            "  hint: a ] is missing behind it");
  EXPECT_EQ(problems_of("a: \"text # no comment\nb: 1\n"),
            "f.yaml:1:4: error: this \" is never closed\n  hint: a \" is missing behind it");
}

TEST(Yaml, full_width_punctuation_is_named_where_it_breaks_the_syntax) {
  EXPECT_EQ(problems_of("question: 多快，多贵：多少？\njob：\n  a: 1\n"),
            "f.yaml:2:4: error: full-width '：' is no punctuation here\n"
            "  hint: write ':' in half width, and a space after it");
  EXPECT_EQ(problems_of("question: 多快，多贵：多少？\n"), "");
}

TEST(Yaml, bytes_that_are_no_text_are_refused) {
  EXPECT_EQ(problems_of("a: \xC7\xA7\xBF\xA8\n"),
            "f.yaml:1:5: error: this is not UTF-8\n"
            "  hint: save the file as UTF-8");
  EXPECT_EQ(problems_of("\xFF\xFE"),
            "f.yaml:1:1: error: the file is UTF-16\n  hint: save it as UTF-8");
  EXPECT_EQ(problems_of("a:\n\tb: 1\n"),
            "f.yaml:2:1: error: tab in the indentation\n  hint: indent with spaces");
  EXPECT_EQ(problems_of(std::string("a: \0b\n", 6)),
            "f.yaml:1:4: error: control character in the text\n  hint: remove it");
  EXPECT_EQ(problems_of("\xEF\xBB\xBF"
                        "a: 1\r\nb: 2\r\n"),
            "");  // what Windows writes is fine
}

TEST(Yaml, depth_has_an_end) {
  const std::string deep = "a: " + std::string(100000, '[');
  EXPECT_NE(problems_of(deep), "");
  EXPECT_NE(problems_of("a: " + std::string(3000, '{') + std::string(3000, '}')), "");
}

TEST(ReadFile, what_is_no_file_is_said) {
  std::vector<Diagnostic> problems;
  read_file("no-such.yaml", {"no-such.yaml", 0, 0}, problems);
  read_file(".", {"f.yaml", 3, 7}, problems);
  ASSERT_EQ(problems.size(), 2U);
  EXPECT_EQ(to_text(problems[0]), "no-such.yaml: error: there is no such file");
  EXPECT_EQ(to_text(problems[1]), "f.yaml:3:7: error: '.': this is a directory, not a file");
}

TEST(InputError, shows_everything_once_and_in_order) {
  const InputError error({{{"b.yaml", 1, 1}, "z", ""},
                          {{"a.yaml", 10, 2}, "y", "h"},
                          {{"a.yaml", 2, 9}, "x", ""},
                          {{"a.yaml", 10, 2}, "y", "h"}});
  EXPECT_STREQ(error.what(),
               "a.yaml:2:9: error: x\na.yaml:10:2: error: y\n  hint: h\n"
               "b.yaml:1:1: error: z");
  EXPECT_EQ(error.diagnostics.size(), 3U);
}

}  // namespace
}  // namespace qianka
