// SPDX-License-Identifier: Apache-2.0
// Every file of the catalogue parses, and every number in it has a source.
#include "sim/input/diagnostics.hpp"
#include "sim/scenario/catalogue.hpp"

#include <set>
#include <string>

#include <gtest/gtest.h>

namespace qianka {
namespace {

class CatalogueOf : public testing::TestWithParam<std::string> {};

TEST_P(CatalogueOf, every_file_parses_and_every_number_has_a_source) {
  const std::vector<CatalogueEntry> entries = list_catalogue(GetParam());
  EXPECT_FALSE(entries.empty());
  for (const CatalogueEntry& entry : entries) {
    for (const Diagnostic& problem : check_catalogue(entry)) ADD_FAILURE() << to_text(problem);
    EXPECT_NE(entry.name, "") << entry.file;
  }
}

std::string kind_of(const testing::TestParamInfo<std::string>& kind) { return kind.param; }
INSTANTIATE_TEST_SUITE_P(Catalogue, CatalogueOf, testing::ValuesIn(catalogue_kinds()), kind_of);

TEST(Catalogue, no_part_is_left_out_because_of_its_kind) {
  std::set<std::string> listed;
  for (const std::string& kind : catalogue_kinds()) {
    for (const CatalogueEntry& entry : list_catalogue(kind)) listed.insert(entry.file);
  }
  for (const std::string folder :
       {"topologies", "topologies/parts", "scenarios/models", "scenarios/stacks",
        "scenarios/faults", "scenarios/libraries", "scenarios/policies"}) {
    for (const auto& file : std::filesystem::directory_iterator(data_directory() / folder)) {
      if (file.path().extension() != ".yaml") continue;
      EXPECT_TRUE(listed.contains(folder + "/" + file.path().filename().string())) << file.path();
    }
  }
}

/// What loading a model of this name says.
std::string complaint(const std::string& id) {
  try {
    load_model(id);
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

TEST(Catalogue, a_name_misspelt_is_told_the_nearest) {
  EXPECT_EQ(complaint("lama3-405b"),
            "lama3-405b: error: no model 'lama3-405b'\n  hint: did you mean 'llama3-405b'?");
  EXPECT_EQ(complaint("qqqqqqqqqqqq"),
            "qqqqqqqqqqqq: error: no model 'qqqqqqqqqqqq'\n  hint: 'qianka list models' shows all");
}

TEST(Catalogue, a_name_is_no_path) {
  EXPECT_NE(complaint("../models/llama3-405b"), "");
  EXPECT_NE(complaint(""), "");
  EXPECT_NE(complaint(".."), "");
}

TEST(Catalogue, figures_come_with_their_sources) {
  const std::vector<SourcedValue> figures = catalogue_figures("accelerator", "h100-sxm5-80gb");
  bool found = false;
  for (const SourcedValue& figure : figures) {
    if (figure.path != "peak.bf16") continue;
    found = true;
    EXPECT_EQ(figure.value, "989 TFLOPS");
    EXPECT_NE(figure.source, "");
    EXPECT_EQ(figure.where.rfind("topologies/parts/h100-sxm5-80gb.yaml:", 0), 0U);
  }
  EXPECT_TRUE(found);
}

TEST(Catalogue, counted_faults_become_rates) {
  // Llama 3: 419 stops of 2,048 nodes in 54 days.
  double rate = 0;
  for (const FaultClass& fault : load_faults("llama3-table-5").classes) rate += fault.per_node_day;
  EXPECT_NEAR(rate, 419.0 / 2048 / 54, 1e-12);
}

}  // namespace
}  // namespace qianka
