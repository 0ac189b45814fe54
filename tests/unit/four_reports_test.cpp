// SPDX-License-Identifier: Apache-2.0
// A run's text, JSON, page and traces tell the same: the step, its parts, the largest memory and
// the weeks are read from all that have them, and text agrees within the digits it prints.
#include "sim/report/html_report.hpp"
#include "support/spawn.hpp"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace qianka {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* scenario = "06-failure-and-restart";  // a step, a day, one failure

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

json data_of(const std::string& page) {
  const std::string begin = "<script type=\"application/json\" id=\"data\">";
  const std::size_t from = page.find(begin) + begin.size();
  return json::parse(page.substr(from, page.find("</script>", from) - from));
}

/// A printed number in the unit of the JSON, and half of its last digit.
struct Printed {
  double value = NAN, doubt = 0;
};

/// The first "12.3 unit" that the pattern's two groups find; without a unit the number itself.
Printed printed(const std::string& text, const std::string& pattern) {
  static const std::map<std::string, double> units{
      {"ms", 1e-3}, {"s", 1}, {"min", 60}, {"h", 3600}, {"%", 0.01}, {"", 1}, {"GiB", 1 << 30}};
  std::smatch found;
  if (!std::regex_search(text, found, std::regex(pattern))) return {};
  const std::string number = found[1];
  const std::size_t point = number.find('.');
  const double decimals =
      point == std::string::npos ? 0 : static_cast<double>(number.size() - point - 1);
  const double unit = units.at(found.size() > 2 ? found.str(2) : "");
  return {std::stod(number) * unit, (0.5 + 1e-6) * std::pow(10, -decimals) * unit};
}

/// The run in all its forms, made once.
class FourReports : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::temp_directory_path() / ("qianka-four-" + std::to_string(getpid()));
    fs::create_directories(folder_);
    text = spawn({"run", scenario}).out;
    result = json::parse(spawn({"run", scenario, "--json"}).out);
    ASSERT_EQ(spawn({"run", scenario, "--trace", folder_ / "trace"}).code, 0);
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "trace"))
      if (entry.is_regular_file()) traces[entry.path().filename()] = json::parse(text_of(entry));
    if (!report_page()) return;  // this build has no page: npm is missing
    ASSERT_EQ(spawn({"run", scenario, "--report", folder_ / "page.html"}).code, 0);
    page = data_of(text_of(folder_ / "page.html"));
  }
  void TearDown() override { fs::remove_all(folder_); }

  /// `path` of the JSON and of the page's data, `figure` of every trace, `pattern` of the text.
  void expect_equal(const std::string& path, const std::string& figure,
                    const std::string& pattern) const {
    const json& exact = result.at(json::json_pointer(path));
    if (!pattern.empty()) {
      const Printed shown = printed(text, pattern);
      EXPECT_NEAR(shown.value, exact.get<double>(), shown.doubt) << path;
    }
    if (!page.is_null()) {
      EXPECT_EQ(page["result"].at(json::json_pointer(path)), exact) << path;
    }
    if (figure.empty()) return;
    for (const auto& [name, trace] : traces)
      EXPECT_EQ(trace["figures"].at(json::json_pointer(figure)), exact) << path << ", " << name;
  }

  std::string text;
  json result, page;
  std::map<std::string, json> traces;

 private:
  fs::path folder_;
};

TEST_F(FourReports, tell_the_same_step) {
  ASSERT_EQ(traces.size(), 6U);  // four stages, all of them together, the weeks
  expect_equal("/step/time_s", "/step_time_s", R"(\nStep: ([\d.]+) (ms|s)\n)");
  expect_equal("/step/mfu", "/mfu", R"(MFU \([^)]*\) +([\d.]+) (%))");
  expect_equal("/memory/per_card_bytes", "", R"(\nMemory: ([\d.]+) (GiB) of)");
  double parts = 0;
  const std::map<std::string, std::string> rows{
      {"compute", "compute"},
      {"tensor_comm", "tensor parallel communication, exposed"},
      {"pipeline_bubble", "pipeline bubble"},
      {"pipeline_comm", "pipeline communication, exposed"},
      {"optimizer", "optimizer"},
      {"host", "host"},
      {"jitter", "jitter between cards"}};
  for (const auto& [key, seconds] : result["step"]["breakdown_s"].items()) {
    const auto row = rows.find(key);
    ASSERT_TRUE(row != rows.end() || seconds == 0) << key;
    // Shares are made to add up: a row may be off by a digit, not by half of one.
    expect_equal("/step/breakdown_s/" + key, "/breakdown_s/" + key, "");
    parts += seconds.get<double>();
    if (row == rows.end()) continue;
    const Printed shown = printed(text, "\n  " + row->second + R"( +([\d.]+) +[\d.]+\n)");
    EXPECT_NEAR(shown.value, seconds.get<double>(), 2 * shown.doubt) << key;
  }
  EXPECT_NEAR(parts, result["step"]["time_s"], 1e-8 * parts);
}

TEST_F(FourReports, tell_the_same_weeks) {
  expect_equal("/campaign/wall_s", "/wall_s", R"(\nCampaign: ([\d.]+) (h) of wall clock)");
  expect_equal("/campaign/ettr", "/ettr", R"(ETTR \([^)]*\) +([\d.]+) (%))");
  expect_equal("/campaign/goodput", "/goodput", R"(\n  goodput +([\d.]+) (%))");
  expect_equal("/campaign/failures", "/failures", R"(\n  failures +(\d+);)");
  EXPECT_EQ(result["campaign"]["failures"], result["campaign"]["restarts"].size());
  expect_equal("/campaign/checkpoints", "/checkpoints", R"(\n  checkpoints +(\d+), each)");
}

}  // namespace
}  // namespace qianka
