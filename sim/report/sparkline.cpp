// SPDX-License-Identifier: Apache-2.0
#include "sim/report/sparkline.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace qianka {
namespace {

constexpr std::size_t longest = 60;
constexpr std::array blocks{"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};

std::vector<double> means_of(std::span<const double> values) {
  const std::size_t count = std::min(longest, values.size());
  std::vector<double> means;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t begin = i * values.size() / count, end = (i + 1) * values.size() / count;
    const auto part = values.subspan(begin, end - begin);
    means.push_back(std::accumulate(part.begin(), part.end(), 0.0) /
                    static_cast<double>(part.size()));
  }
  return means;
}

}  // namespace

std::string sparkline(std::span<const double> values) {
  if (values.empty()) return "";
  const std::vector<double> means = means_of(values);
  const auto [least, most] = std::ranges::minmax(means);
  std::string line;
  for (const double mean : means) {
    const double height = most > least ? (mean - least) / (most - least) : 1;
    line += blocks[static_cast<std::size_t>(std::lround(height * (blocks.size() - 1)))];
  }
  return line;
}

}  // namespace qianka
