// SPDX-License-Identifier: Apache-2.0
// The HTML report: one page that was built beforehand (sim/report/page), with the data of a run put
// into it.
#pragma once
#include "sim/report/json.hpp"

#include <functional>
#include <optional>
#include <string>

namespace qianka {

/// The page without data, report-page.html: of a build beside the program, else of the data
/// directory, where it is installed. Nothing when it was not built.
std::optional<std::string> report_page();

/// A result in English, and its texts that are others in Chinese: {"/step/limits": "…"}, by where
/// they stand (RFC 6901).
struct BothLanguages {
  Json english, chinese;
};
/// `result` makes it in the current language, and is asked in each.
BothLanguages in_both_languages(const std::function<Json()>& result);

/// The page with its data. Requires a page that report_page() found.
std::string html_report(const std::string& page, const Json& data);

}  // namespace qianka
