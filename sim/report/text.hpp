// SPDX-License-Identifier: Apache-2.0
// A summary as a page of text: what was asked, what came out, and how each figure is defined. The
// same summary gives the same bytes on every machine.
#pragma once
#include "sim/metrics/summary.hpp"

#include <string>

namespace qianka {

struct TextOptions {
  bool every_restart = false;  // otherwise the first ten and the last three
};

std::string text_report(const Summary& summary, const TextOptions& options = {});

}  // namespace qianka
