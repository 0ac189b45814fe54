// SPDX-License-Identifier: Apache-2.0
#include "sim/scenario/scenario_format.hpp"

#include "sim/input/diagnostics.hpp"
#include "sim/input/reference.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace qianka {
namespace {

std::string read_text(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

TEST(ScenarioFormat, the_page_in_docs_is_what_the_tables_say) {
  const std::filesystem::path page =
      std::filesystem::path(QIANKA_SOURCE_DIR) / "docs/scenario-format.md";
  EXPECT_EQ(read_text(page), reference_markdown())
      << "write it again: qianka schema --markdown > docs/scenario-format.md";
}

/// The ```yaml blocks of the page.
std::vector<std::string> examples() {
  const std::string page = reference_markdown();
  const std::string fence = "```yaml\n";
  std::vector<std::string> found;
  for (std::size_t at = page.find(fence); at != std::string::npos; at = page.find(fence, at)) {
    at += fence.size();
    found.push_back(page.substr(at, page.find("```", at) - at));
  }
  return found;
}

TEST(ScenarioFormat, the_examples_of_the_page_load) {
  const std::vector<std::string> all = examples();
  EXPECT_GE(all.size(), 2U);
  for (const std::string& text : all) EXPECT_NO_THROW(parse_scenario(text, "example.yaml")) << text;
}

TEST(ScenarioFormat, every_key_has_a_sentence) {
  for (const TableInfo* table : tables_below(scenario_table().info())) {
    EXPECT_TRUE(table->doc.ends_with('.')) << table->name;
    for (const FieldInfo& field : table->fields) {
      const bool sentence = field.doc.ends_with('.') || field.doc.ends_with("…");
      EXPECT_TRUE(sentence) << table->name << "." << field.key;
    }
  }
}

TEST(ScenarioFormat, the_schema_is_json_and_knows_every_table) {
  const auto schema = nlohmann::json::parse(json_schema());
  EXPECT_EQ(schema.at("$schema"), "http://json-schema.org/draft-07/schema#");
  EXPECT_EQ(schema.at("required"), nlohmann::json({"cluster", "job"}));
  const auto& parallel = schema.at("definitions").at("parallel").at("properties");
  EXPECT_EQ(parallel.at("sharding").at("enum"),
            nlohmann::json({"none", "zero-1", "zero-2", "zero-3"}));
  EXPECT_EQ(parallel.at("tensor").at("minimum"), 1);
  // What a name stands for may give any key, so none is required there.
  EXPECT_FALSE(schema.at("definitions").at("model").contains("required"));
  EXPECT_EQ(schema.at("definitions").size() + 1, tables_below(scenario_table().info()).size());
}

}  // namespace
}  // namespace qianka
