// SPDX-License-Identifier: Apache-2.0
// What `./dev bench` found, as docs/performance/measured.json keeps it, and the parts of
// docs/performance.md that follow from it and from docs/performance/peers.json. Pure functions:
// the same files give the same page.
#pragma once
#include "bench/list.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace qianka {

using Measured = nlohmann::ordered_json;

/// What is kept of google-benchmark's JSON: machine, compiler, date, and of every benchmark its
/// counters to four digits. Names of hosts and paths are left out.
Measured kept_of(const Measured& results);

std::optional<double> figure(const Measured& measured, const Reading& reading);
/// baseline / measured: above 1 cheaper than the baseline.
std::optional<double> ratio(const Measured& measured, const Ratio& ratio);
/// Size and cost, by size.
using Points = std::vector<std::pair<double, double>>;
Points points(const Measured& measured, const Slope& slope);
/// Of log cost on log size; nothing below two sizes.
std::optional<double> exponent(const Points& points);

/// Every reading and benchmark that the page needs and `measured` lacks.
std::vector<std::string> missing(const Measured& measured);

/// A table or sentence by its name, as lines of Markdown: machine, ratios, rates, slopes, ladder,
/// parts, runs, collectives, contention, peers. Figures that were not measured are left out.
std::vector<std::string> part_of_page(const std::string& name, const Measured& measured,
                                      const Measured& peers);

/// The page with everything between `<!-- measured: NAME -->` and `<!-- end -->` as it should be.
std::string page_of(const std::string& page, const Measured& measured, const Measured& peers);

/// Columns for docs/performance/ladder.gp: cards, wall_s, processor_s, peak_mib.
std::string ladder_csv(const Measured& measured);

}  // namespace qianka
