// SPDX-License-Identifier: Apache-2.0
#include "sim/input/merge.hpp"
#include "sim/input/yaml.hpp"

#include <string>

#include <gtest/gtest.h>

namespace qianka {
namespace {

Value read(const std::string& text, const std::string& name = "f.yaml") {
  std::vector<Diagnostic> problems;
  return read_yaml(text, name, problems).value_or(Value{});
}

/// `over` laid over `below`, as flow text.
std::string merged(const std::string& below, const std::string& over) {
  Value value = read(below);
  override_with(value, read(over, "over.yaml"));
  return flow_text(value);
}

TEST(Merge, maps_merge_key_by_key_and_the_rest_is_replaced) {
  EXPECT_EQ(merged("{a: {b: 1, c: 2}, d: [1, 2]}", "{a: {c: 3, e: 4}, d: [5]}"),
            "{a: {b: 1, c: 3, e: 4}, d: [5]}");
}

TEST(Merge, a_map_over_a_name_amends_the_thing_named) {
  EXPECT_EQ(merged("{nic: connectx-7}", "{nic: {efficiency: 0.9}}"),
            "{nic: {use: connectx-7, efficiency: 0.9}}");
  EXPECT_EQ(merged("{nic: {use: connectx-7, rate: 1}}", "{nic: {efficiency: 0.9}}"),
            "{nic: {use: connectx-7, rate: 1, efficiency: 0.9}}");
}

TEST(Merge, another_name_replaces_the_thing_and_its_amendments) {
  EXPECT_EQ(merged("{nic: {use: connectx-7, rate: 1}}", "{nic: {use: connectx-6}}"),
            "{nic: {use: connectx-6}}");
  EXPECT_EQ(merged("{nic: {use: connectx-7, rate: 1}}", "{nic: connectx-6}"), "{nic: connectx-6}");
}

TEST(Merge, a_value_keeps_the_place_where_it_was_written) {
  Value value = read("a: {b: 1, c: 2}\n");
  override_with(value, read("\na: {c: 3}\n", "over.yaml"));
  EXPECT_EQ(to_text(value.find("a")->value.find("b")->value.at), "f.yaml:1:8");
  EXPECT_EQ(to_text(value.find("a")->value.find("c")->value.at), "over.yaml:2:8");
}

/// The file with `path` set, or the diagnostics.
std::string set(const std::string& file, const std::string& path, const std::string& value) {
  Value root = read(file);
  std::vector<Diagnostic> problems;
  const std::string name = "--set " + path + "=" + value;
  if (auto read = read_yaml_value(value, name, problems)) {
    set_path(root, path, std::move(*read), {name, 0, 0}, problems);
  }
  return problems.empty() ? flow_text(root) : InputError(problems).what();
}

TEST(SetPath, reaches_values_maps_on_the_way_and_list_entries) {
  EXPECT_EQ(set("{a: {b: 1}}", "a.b", "2"), "{a: {b: 2}}");
  EXPECT_EQ(set("{a: 1}", "b.c.d", "x"), "{a: 1, b: {c: {d: x}}}");
  EXPECT_EQ(set("{l: [{n: 1}, {n: 2}]}", "l.1.n", "3"), "{l: [{n: 1}, {n: 3}]}");
  EXPECT_EQ(set("{a: 1}", "a", "{b: [1, 2]}"), "{a: {b: [1, 2]}}");
}

TEST(SetPath, amends_a_name) {
  EXPECT_EQ(set("{model: llama3-405b}", "model.layers", "64"),
            "{model: {use: llama3-405b, layers: 64}}");
}

TEST(SetPath, nothing_takes_a_key_away) {
  EXPECT_EQ(set("{a: 1, b: 2}", "a", ""), "{b: 2}");
  EXPECT_EQ(set("{a: {b: ~, c: 2}}", "a.c", ""), "{a: {b: }}");  // other keys stay as they are
}

TEST(SetPath, says_what_is_wrong_with_a_path_or_a_value) {
  EXPECT_EQ(set("{a: 1}", "a..b", "2"),
            "--set a..b=2: error: 'a..b' is not a path of keys\n"
            "  hint: for example '--set job.parallel.tensor=4'");
  EXPECT_EQ(set("{l: [1]}", "l.7", "2"),
            "--set l.7=2: error: the list in 'l.7' has no entry '7'\n  hint: entries are 0 to 0");
  EXPECT_EQ(set("{a: 1}", "a", "{b: 1"),
            "--set a={b: 1: error: this { is never closed\n  hint: a } is missing behind it");
}

TEST(Sources, the_longest_beginning_wins) {
  Value file = read(
      "{peak: {bf16: 1, fp8: 2}, memory: 3, list: [{n: 4}], "
      "sources: {'*': rest, peak: sheet, peak.fp8: paper, list.n: log}}");
  std::vector<Diagnostic> problems;
  attach_sources(file, problems);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(file.find("sources"), nullptr);
  EXPECT_EQ(file.find("peak")->value.find("bf16")->value.source, "sheet");
  EXPECT_EQ(file.find("peak")->value.find("fp8")->value.source, "paper");
  EXPECT_EQ(file.find("memory")->value.source, "rest");
  EXPECT_EQ(file.find("list")->value.items[0].find("n")->value.source, "log");
}

TEST(Sources, a_citation_that_supports_no_figure_is_an_error) {
  Value file = read("{peak: 1, sources: {peek: sheet, peak: sheet}}");
  std::vector<Diagnostic> problems;
  attach_sources(file, problems);
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].message, "source for 'peek', but no figure needs it");
}

}  // namespace
}  // namespace qianka
