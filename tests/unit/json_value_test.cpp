// SPDX-License-Identifier: Apache-2.0
// Every value of a JSON file knows its place, and what such files have beyond JSON is passed over.
#include "sim/interchange/json_value.hpp"

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

using testing::ElementsAre;

std::string place(const SourcePos& at) {
  return std::to_string(at.line) + ":" + std::to_string(at.col);
}

void collect(const Value& value, std::map<std::string, std::string>& found) {
  if (value.kind == Value::Kind::scalar) found[value.text] = place(value.at);
  for (const Value& item : value.items) collect(item, found);
  for (const Entry& entry : value.entries) {
    found[entry.key] = place(entry.at);
    collect(entry.value, found);
  }
}

/// Where each key and scalar stands.
std::map<std::string, std::string> places(const std::string& text) {
  std::vector<Diagnostic> warnings;
  std::map<std::string, std::string> found;
  collect(read_json({text, "f"}, warnings), found);
  return found;
}

std::vector<std::string> warned(const std::string& text) {
  std::vector<Diagnostic> warnings;
  read_json({text, "f"}, warnings);
  std::vector<std::string> all;
  for (const Diagnostic& warning : warnings)
    all.push_back(place(warning.at) + " " + warning.message);
  return all;
}

using Places = std::map<std::string, std::string>;

TEST(JsonValue, keys_and_scalars_know_where_they_begin) {
  EXPECT_EQ(places("12"), (Places{{"12", "1:1"}}));
  EXPECT_EQ(places("{\"a\": -1.5e3,\n \"b\":true}"),
            (Places{{"a", "1:2"}, {"-1.5e3", "1:7"}, {"b", "2:2"}, {"true", "2:6"}}));
  EXPECT_EQ(places("[\"\", \"x\\\"y\", \"z\\\\\", 7]"),
            (Places{{"", "1:2"}, {"x\"y", "1:6"}, {"z\\", "1:14"}, {"7", "1:21"}}));
  EXPECT_EQ(places("{\"名\": \"卡\", \"n\": 8}"),
            (Places{{"名", "1:2"}, {"卡", "1:7"}, {"n", "1:12"}, {"8", "1:17"}}));
}

TEST(JsonValue, escapes_become_characters) {
  std::vector<Diagnostic> warnings;
  EXPECT_EQ(read_json({"\"\\u5361 \\ud83d\\ude00\\t\"", "f"}, warnings).text, "卡 😀\t");
}

TEST(JsonValue, what_json_has_not_is_passed_over_with_a_warning) {
  EXPECT_THAT(warned("{\"a\": 1 /*c*/, # d\n // e\n \"b\": 2}"),
              ElementsAre("1:9 JSON has no comments"));
  EXPECT_EQ(places("{\"a\": /* \"x\" */ 1}"), (Places{{"a", "1:2"}, {"1", "1:17"}}));
  EXPECT_THAT(warned("{\"a\": [1, 2, ],}"), ElementsAre("1:12 a comma behind the last element"));
  EXPECT_THAT(warned("{\"limit\": [0.0, Infinity, -Infinity]}"),
              ElementsAre("1:17 JSON has no Infinity", "1:27 JSON has no -Infinity"));
  EXPECT_EQ(places("[NaN]"), (Places{{"NaN", "1:2"}}));
  EXPECT_THAT(warned("{\"a\": \"no // comment, ] NaN\"}"), ElementsAre());
}

TEST(JsonValue, a_line_of_megabytes_takes_no_longer_than_many_lines) {
  std::string text = "[";
  for (int i = 0; i < 300'000; ++i) text += "\"10.0.0.1\", ";
  std::vector<Diagnostic> warnings;
  const Value list = read_json({text + "7]", "f"}, warnings);
  EXPECT_EQ(list.items.size(), 300'001U);
  EXPECT_EQ(list.items.back().at.col, static_cast<int>(text.size()) + 1);
}

}  // namespace
}  // namespace qianka
