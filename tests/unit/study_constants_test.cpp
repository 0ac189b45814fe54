// SPDX-License-Identifier: Apache-2.0
#include "sim/input/csv.hpp"
#include "sim/input/diagnostics.hpp"
#include "sim/input/yaml.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/study/constant_places.hpp"
#include "sim/study/constants.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

namespace qianka {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

Constants shipped() {
  return read_constants(text_of(data_directory() / "scenarios/validation/constants.yaml"),
                        "constants.yaml");
}

// Contributing a constant more than thirty is refused: it would fit noise (docs/calibration.md).
TEST(Constants, are_at_most_thirty_and_each_has_what_a_reader_asks) {
  const Constants constants = shipped();
  EXPECT_LE(constants.all.size(), 30U);
  std::set<std::string> ids;
  for (const Constant& constant : constants.all) {
    EXPECT_TRUE(ids.insert(constant.id).second) << constant.id << " stands twice";
    EXPECT_NE(constant.unit, "") << constant.id;
    EXPECT_NE(constant.source, "") << constant.id;
    EXPECT_NE(constant.counterpart, "") << constant.id;
    EXPECT_FALSE(constant.targets.empty()) << constant.id;
  }
}

TEST(Constants, stand_in_the_catalogue_within_their_ranges_and_the_same_everywhere) {
  const Constants constants = shipped();
  const ConstantPlaces places(constants, data_directory());
  EXPECT_THAT(places.disagreements(), testing::IsEmpty());
  for (std::size_t i = 0; i < constants.all.size(); ++i) {
    EXPECT_GE(places.values()[i], constants.all[i].low) << constants.all[i].id;
    EXPECT_LE(places.values()[i], constants.all[i].high) << constants.all[i].id;
  }
}

// Every figure whose source begins so is one of the constants, and must move with it.
TEST(Constants, every_fitted_figure_of_the_catalogue_is_a_target) {
  std::set<std::string> targets;
  for (const Constant& constant : shipped().all)
    for (const ConstantTarget& target : constant.targets)
      for (const std::string& in : target.in)
        for (const std::string& key : target.keys) targets.insert(in + " " + key);
  const auto check = [&](const std::string& kind, const std::string& shelf) {
    for (const CatalogueEntry& entry : list_catalogue(kind)) {
      std::vector<Diagnostic> problems;
      const auto file = read_yaml(text_of(data_directory() / entry.file), entry.file, problems);
      ASSERT_TRUE(file) << entry.file;
      for (const Entry& source : file->find("sources")->value.entries) {
        if (!source.value.text.starts_with("fitted")) continue;
        const std::string whole = shelf + entry.id + " " + source.key;
        const auto first = targets.lower_bound(whole);
        EXPECT_TRUE(first != targets.end() && first->starts_with(whole)) << whole;
      }
    }
  };
  check("stack", "stacks/");
  check("cluster", "clusters/");
  check("accelerator", "parts/");
}

/// A copy of the catalogue that may be written to.
class WrittenCatalogue : public testing::Test {
 protected:
  WrittenCatalogue() {
    fs::create_directories(folder_);
    for (const char* part : {"scenarios", "topologies"})
      fs::copy(data_directory() / part, folder_ / part, fs::copy_options::recursive);
  }
  ~WrittenCatalogue() override { fs::remove_all(folder_); }

  fs::path folder_ = fs::temp_directory_path() / fmt::format("qianka-constants-{}", getpid());
};

std::string without_numbers(const std::string& text) {
  return std::regex_replace(text, std::regex(R"(\d+(\.\d+)?)"), "#");
}

TEST_F(WrittenCatalogue, changes_numbers_and_nothing_else) {
  const Constants constants = shipped();
  const ConstantPlaces before(constants, folder_);
  std::vector<double> values = before.values();
  for (double& value : values) value = rounded_constant(value * 1.1);
  const std::vector<std::string> written = before.write(values);
  EXPECT_GT(written.size(), 20U);
  for (const std::string& file : written) {
    const std::string is = text_of(folder_ / file), was = text_of(data_directory() / file);
    EXPECT_NE(is, was) << file;
    EXPECT_EQ(without_numbers(is), without_numbers(was)) << file;
  }
  const ConstantPlaces after(constants, folder_);
  EXPECT_THAT(after.disagreements(), testing::IsEmpty());
  for (std::size_t i = 0; i < values.size(); ++i)
    EXPECT_NEAR(after.values()[i], values[i], 2e-3 * values[i]) << constants.all[i].id;
}

TEST_F(WrittenCatalogue, is_left_alone_where_nothing_moved) {
  const ConstantPlaces places(shipped(), folder_);
  EXPECT_THAT(places.write(places.values()), testing::IsEmpty());
}

TEST(ConstantPlaces, are_laid_over_scenarios_that_read_them) {
  const Constants constants = shipped();
  const ConstantPlaces places(constants, data_directory());
  const auto paths = [&](const std::string& text, const std::string& accelerator,
                         const KeyValues& own = {}) {
    RowChoice choice;
    choice.text = text, choice.constants = own;
    std::vector<std::string> found;
    for (const Override& change :
         places.overrides(used_parts(choice, accelerator), places.values()))
      found.push_back(change.path);
    return found;
  };
  // The cluster's own accelerator, by its family; not the entries of other accelerators.
  EXPECT_THAT(
      paths("cluster: {use: mosaic-h100}\njob: {stack: {use: llm-foundry}}", "h100-sxm5-80gb"),
      testing::AllOf(testing::Contains("job.stack.realised.h100"),
                     testing::Not(testing::Contains("job.stack.realised.a100")),
                     testing::Contains("cluster.fabric.transport_efficiency"),
                     testing::Contains("cluster.node.accelerator.memory_efficiency")));
  // What a row's own text sets is its own, unless the rules took it from a constant.
  const std::string own =
      "cluster: {use: dgx-h100-rail}\njob: {stack: {use: nemo, tensor_overlap: 0.38}}";
  EXPECT_THAT(paths(own, "h100-sxm5-80gb"),
              testing::Not(testing::Contains("job.stack.tensor_overlap")));
  EXPECT_THAT(paths(own, "h100-sxm5-80gb", {{"job.stack.tensor_overlap", "tensor-overlap"}}),
              testing::Contains("job.stack.tensor_overlap"));
}

// A page that tells of other values than the catalogue's would mislead. After a change of a value:
// ./dev calibrate --hold --leave-one-out --tables tests/validation.
TEST(Constants, the_tables_of_the_page_are_of_the_values_that_stand) {
  const Constants constants = shipped();
  const ConstantPlaces places(constants, data_directory());
  std::vector<Diagnostic> problems;
  const CsvTable table = read_csv_table(
      text_of(data_directory() / "tests/validation/refit_constants.csv"), "table", problems);
  EXPECT_THAT(problems, testing::IsEmpty());
  ASSERT_EQ(table.rows.size(), constants.all.size());
  for (std::size_t i = 0; i < constants.all.size(); ++i) {
    EXPECT_EQ(table.rows[i].cells.at(0), constants.all[i].id);
    // The table has what was fitted, the catalogue three digits of its product with a scale.
    EXPECT_NEAR(std::stod(table.rows[i].cells.at(1)) / places.values()[i], 1, 2e-3);
  }
}

TEST(Constants, that_rules_name_are_known) {
  const std::string rules = text_of(data_directory() / "scenarios/validation/rules.yaml");
  const Constants constants = shipped();
  static const std::regex name(R"re("\{constant ([\w-]+)\}")re");  // quoted, so no comment
  for (std::sregex_iterator match(rules.begin(), rules.end(), name), end; match != end; ++match)
    EXPECT_NO_THROW(constant_of(constants, match->str(1)));
}

constexpr const char* minimal = R"(constants:
  - {id: a, reading: r, unit: u, unfitted: 1, source: s, low: LOW, high: 2, counterpart: c, spread: 1,
     targets: [{keys: [KEY], in: [stacks/nemo]}]}
)";

Constants minimal_with(const std::string& low, const std::string& key) {
  std::string text = minimal;
  text.replace(text.find("LOW"), 3, low);
  text.replace(text.find("KEY"), 3, key);
  return read_constants(text, "c.yaml");
}

TEST(Constants, tell_what_is_wrong_with_them) {
  EXPECT_NO_THROW(minimal_with("0.5", "elementwise_factor"));
  EXPECT_THROW(minimal_with("1.5", "elementwise_factor"), InputError);  // unfitted outside
  EXPECT_THROW(minimal_with("3", "elementwise_factor"), InputError);    // no range
  EXPECT_THROW(minimal_with("0", "elementwise_factor"), InputError);    // no logarithm
  const Constants nowhere = minimal_with("0.5", "no_such_key");
  EXPECT_THROW(ConstantPlaces(nowhere, data_directory()), InputError);
}

TEST(RoundedConstant, has_three_significant_digits) {
  EXPECT_EQ(rounded_constant(1.0449), 1.04);
  EXPECT_EQ(rounded_constant(0.38451), 0.385);
  EXPECT_EQ(rounded_constant(186.4), 186);
  EXPECT_EQ(rounded_constant(0), 0);
}

}  // namespace
}  // namespace qianka
