// SPDX-License-Identifier: Apache-2.0
// A plan becomes points in one fixed order, and what is wrong with it is told where it stands.
#include "sim/study/sweep_points.hpp"
#include "sim/study/sweep_record.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <boost/random/sobol.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qianka {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Row = std::vector<std::optional<std::string>>;

std::string complaint(const std::string& text) {
  try {
    read_sweep_plan(text, "plan.yaml");
  } catch (const InputError& problems) {
    return problems.what();
  }
  return "";
}

TEST(SweepPlanReader, the_first_key_varies_slowest_and_each_section_multiplies) {
  const SweepPlan plan = read_sweep_plan(
      "scenario: x\n"
      "set: {job.train_for: 3 days}\n"
      "grid: {a: [1, 2], b: [10 min, 20 min]}\n"
      "list: [{c: 5, d: {e: 1}}, {c: 6}]\n"
      "seeds: {count: 4, most: 16, until: {figure: goodput, half_width: 0.01}}\n",
      "plan.yaml");
  const SweepPoints points(plan);
  EXPECT_EQ(points.size(), 8U);
  EXPECT_THAT(points.keys(), ElementsAre("a", "b", "c", "d"));
  EXPECT_EQ(points.values(0), (Row{"1", "10 min", "5", "{e: 1}"}));
  EXPECT_EQ(points.values(1), (Row{"1", "10 min", "6", std::nullopt}));
  EXPECT_EQ(points.values(2), (Row{"1", "20 min", "5", "{e: 1}"}));
  EXPECT_EQ(points.values(7), (Row{"2", "20 min", "6", std::nullopt}));
  EXPECT_EQ(points.overrides(1).size(), 4U);
  EXPECT_EQ(points.overrides(1)[0].path, "job.train_for");
  EXPECT_EQ(plan.seeds.most, 16);
  EXPECT_EQ(plan.seeds.figure, "goodput");
}

TEST(SweepPlanReader, everything_wrong_is_told_where_it_stands) {
  const std::string text = complaint(
      "scenario: x\n"
      "grid: {a: []}\n"
      "sobol:\n"
      "  points: 0\n"
      "  over:\n"
      "    b: {from: 5 min, to: 2 h}\n"
      "    c: {from: 3, to: 1}\n"
      "    d: {from: 0, to: 1, scale: log}\n"
      "    a: {from: many, to: 1}\n"
      "seeds: {count: 4, until: {figure: speed, half_width: 0}}\n"
      "sedes: 3\n");
  for (const char* part :
       {"plan.yaml:2:11: error: an empty list has no points",
        "plan.yaml:4:11: error:", "plan.yaml:6:26: error: the ends have two units, 'min' and 'h'",
        "plan.yaml:7:22: error: the upper end is not above the lower one",
        "plan.yaml:8:15: error: a logarithmic range begins above 0",
        "plan.yaml:9:15: error: 'many' does not begin with a number",
        "plan.yaml:10:35: error:", "plan.yaml:11:1: error: unknown key 'sedes'"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST(SweepPlanReader, a_key_is_varied_in_one_place) {
  EXPECT_THAT(complaint("scenario: x\nset: {a: 1}\ngrid: {a: [1, 2]}\n"),
              HasSubstr("'a' is both set and varied"));
  EXPECT_THAT(complaint("scenario: x\ngrid: {a: [1, 2]}\nlist: [{a: 1}]\n"),
              HasSubstr("'a' is varied twice"));
  EXPECT_THAT(complaint("scenario: x\n"), HasSubstr("nothing is varied"));
  EXPECT_THAT(complaint("grid: {a: [1]}\n"), HasSubstr("'scenario'"));
}

TEST(SweepPoints, a_latin_hypercube_has_one_point_in_each_stratum_of_each_dimension) {
  for (const int n : {1, 7, 100}) {
    const auto rows = latin_hypercube(n, 3, 42);
    for (std::size_t d = 0; d < 3; ++d) {
      std::set<int> strata;
      for (const auto& row : rows) {
        EXPECT_TRUE(row[d] >= 0 && row[d] < 1);
        strata.insert(static_cast<int>(std::floor(row[d] * n)));
      }
      EXPECT_EQ(std::ssize(strata), n);
    }
  }
  EXPECT_EQ(latin_hypercube(9, 2, 1), latin_hypercube(9, 2, 1));
  EXPECT_NE(latin_hypercube(9, 2, 1), latin_hypercube(9, 2, 2));
}

TEST(SweepPoints, sobol_is_boosts) {
  const auto rows = sobol_points(64, 4);
  boost::random::sobol sequence(4);
  for (const auto& row : rows)
    for (const double x : row) EXPECT_EQ(x, static_cast<double>(sequence()) / std::pow(2.0, 64));
  // One of every half, quarter, … of each dimension, as the sequence promises.
  std::set<int> cells;
  for (const auto& row : rows) cells.insert(static_cast<int>(row[2] * 64));
  EXPECT_GE(cells.size(), 63U);
}

TEST(SweepPoints, values_lie_between_the_ends) {
  SweepRange range{.path = "x", .at = {}, .from = 10, .to = 1000, .unit = "s", .log = true};
  EXPECT_EQ(value_within(range, 0), "10 s");
  EXPECT_EQ(value_within(range, 0.5), "100 s");
  EXPECT_EQ(value_within(range, 1), "1000 s");
  range.unit = "", range.log = false, range.whole = true, range.from = 1, range.to = 4;
  EXPECT_EQ(value_within(range, 0), "1");
  EXPECT_EQ(value_within(range, 0.76), "4");
  EXPECT_EQ(value_within(range, 0.999), "4");
}

TEST(SweepPoints, shards_share_all_points_and_keep_equal_steps_together) {
  const SweepPoints points(read_sweep_plan(
      "scenario: x\ngrid: {checkpoint.every: [1 h, 2 h, 3 h], cluster.spares: [1, 2, 3]}\n",
      "plan.yaml"));
  std::multiset<std::size_t> all;
  for (int k = 1; k <= 4; ++k)
    for (const std::size_t number : points.of_shard(k, 4)) all.insert(number);
  EXPECT_EQ(all, (std::multiset<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7, 8}));
  EXPECT_EQ(points.of_shard(1, 3), (std::vector<std::size_t>{0, 3, 6}));  // spares: 1
  EXPECT_EQ(points.step_key(0), points.step_key(3));
  EXPECT_NE(points.step_key(0), points.step_key(1));
}

TEST(SweepRecord, comes_back_bit_by_bit) {
  SweepRecord record{
      .point = 7, .status = "ok", .reason = "", .step = {0.1, 1.0 / 3, 1e300}, .replicas = {}};
  record.replicas.assign(6, {0.1 + 0.2, 5e-324, 1});
  const std::string line = record_line(record, "d");
  EXPECT_EQ(read_record(line, "d"), record);
  EXPECT_EQ(read_record(line.substr(0, line.size() - 1), "d"), std::nullopt);  // torn
  EXPECT_THROW(read_record(line, "another"), RunFailed);
}

}  // namespace
}  // namespace qianka
