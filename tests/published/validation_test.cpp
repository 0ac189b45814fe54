// SPDX-License-Identifier: Apache-2.0
// All published rows at once: every one ends with a status, the goals hold, and the pages show what
// comes out today. With QIANKA_ACCEPT=1 the pages are written instead.
#include "sim/study/constant_places.hpp"
#include "sim/study/constants.hpp"
#include "sim/study/model_error.hpp"
#include "sim/study/validation_report.hpp"
#include "support/pages.hpp"

#include <filesystem>
#include <fstream>
#include <thread>

#include <gtest/gtest.h>

namespace qianka {
namespace {

constexpr const char* table_file = "tests/validation/training_steps.csv";
constexpr const char* rules_file = "scenarios/validation/rules.yaml";
constexpr const char* constants_file = "scenarios/validation/constants.yaml";

struct AllRows {
  Rules rules;
  std::vector<RowResult> results;
  ValidationSummary summary;
};

AllRows validate_all() {
  AllRows all;
  all.rules = read_rules(read_page(rules_file).text, rules_file);
  const Constants constants = read_constants(read_page(constants_file).text, constants_file);
  all.rules.constants = ConstantPlaces(constants, QIANKA_SOURCE_DIR).texts();
  const MeasurementTable table = read_measurements(read_page(table_file).text, table_file);
  all.results = validate_rows(table.rows, all.rules,
                              std::max(1, static_cast<int>(std::thread::hardware_concurrency())));
  all.summary = summarise(all.results, all.rules, "A");
  return all;
}

/// What stands between the marker and `<!-- end -->`.
std::string with_body(const std::string& page, const std::string& marker, const std::string& body) {
  const std::size_t begin = page.find(marker + "\n");
  EXPECT_NE(begin, std::string::npos) << marker;
  const std::size_t from = begin + marker.size() + 1;
  const std::size_t to = page.find("<!-- end -->", from);
  return page.substr(0, from) + body + page.substr(to);
}

void expect_in(const std::string& path, const std::string& marker, const std::string& body) {
  const Page page = read_page(path);
  const std::string today = with_body(page.text, marker, body);
  if (std::getenv("QIANKA_ACCEPT") != nullptr && today != page.text) {
    std::ofstream(path) << today;
    return;
  }
  EXPECT_EQ(lines_of(page.text), lines_of(today))
      << path << " is out of date; if it should have changed: ./dev accept";
}

/// What comparisons take for the error of a prediction is that of today's predictions.
void expect_model_error(const std::vector<RowResult>& results) {
  constexpr const char* path = "scenarios/validation/model-error.csv";
  const std::string today = model_error_csv(error_cells(results));
  if (std::getenv("QIANKA_ACCEPT") != nullptr) {
    std::ofstream(path) << today;
    return;
  }
  EXPECT_EQ(lines_of(read_page(path).text), lines_of(today))
      << path << " is out of date; if it should have changed: ./dev accept";
}

void expect_all_accounted(const std::vector<RowResult>& results) {
  for (const RowResult& result : results) {
    EXPECT_NE(result.status, RowStatus::failed) << result.row.id() << ": " << result.reason;
    EXPECT_EQ(result.reason.empty(), result.status == RowStatus::predicted) << result.row.id();
    EXPECT_EQ(result.compared(), result.predicted > 0) << result.row.id();
  }
}

/// The least that the project asks of itself, on rows of grade A.
void expect_goals(const ValidationSummary& summary) {
  EXPECT_GE(summary.total.n, 291);
  EXPECT_LT(summary.total.mean_abs_error, 0.08);
  EXPECT_LT(summary.total.median, 0.05);
  EXPECT_LT(summary.total.p90, 0.17);
  for (const SweepResult& sweep : summary.sweeps)
    EXPECT_LE(sweep.loss, 0.05) << sweep.name << ": right winner, or within 5 % of it";
}

TEST(Validation, every_published_row_is_accounted_for_and_the_pages_say_so) {
  std::filesystem::current_path(QIANKA_SOURCE_DIR);
  const AllRows all = validate_all();
  EXPECT_GE(all.results.size(), 655U);
  expect_all_accounted(all.results);
  expect_goals(all.summary);
  expect_model_error(all.results);
  expect_in(
      "docs/validation.md", "<!-- validation -->",
      validation_markdown(all.summary, all.results, worst_rows(all.results, "A", 10), all.rules));
  for (const char* page : {"README.md", "README.zh-CN.md"})
    expect_in(page, "<!-- validation headline -->", validation_headline(all.summary));
}

}  // namespace
}  // namespace qianka
