// SPDX-License-Identifier: Apache-2.0
#include "sim/report/html_report.hpp"

#include "sim/language/said.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/units/program_folder.hpp"
#include "sim/units/require.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace qianka {
namespace {

constexpr std::string_view data_mark = "{\"qianka\":\"data\"}";

/// A script of JSON ends at "</", so no "<" stands in it.
std::string without_tags(const std::string& json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json) {
    if (c == '<')
      text += "\\u003c";
    else
      text.push_back(c);
  }
  return text;
}

}  // namespace

std::optional<std::string> report_page() {
  for (const std::filesystem::path& folder :
       {program_folder(), program_folder() / "..", data_directory()}) {
    if (std::ifstream in{folder / "report-page.html", std::ios::binary})
      return std::string(std::istreambuf_iterator<char>(in), {});
  }
  return std::nullopt;
}

BothLanguages in_both_languages(const std::function<Json()>& result) {
  const auto in = [&](Language language) {
    const InLanguage asked(language);
    return result();
  };
  BothLanguages both{in(Language::en), Json::object()};
  for (const Json& change : Json::diff(both.english, in(Language::zh))) {
    require(change["op"] == "replace", "results are the same in both languages but for texts");
    both.chinese[change["path"].get<std::string>()] = change["value"];
  }
  return both;
}

std::string html_report(const std::string& page, const Json& data) {
  const std::size_t mark = page.find(data_mark);
  require(mark != std::string::npos, "the page of the report has a place for its data");
  const std::string json = without_tags(data.dump(-1, ' ', false, Json::error_handler_t::replace));
  return page.substr(0, mark) + json + page.substr(mark + data_mark.size());
}

}  // namespace qianka
