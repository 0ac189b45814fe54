// SPDX-License-Identifier: Apache-2.0
#include "sim/engine/meetings.hpp"

#include <algorithm>

namespace qianka {

void Meetings::add(const std::vector<std::uint32_t>& ops) {
  for (const std::uint32_t op : ops) meets_[op] = true;
}

void Meetings::add_all() { meets_.assign(meets_.size(), true); }

void Lookout::note(std::uint32_t op) {
  if (found_[op] || known_.meets(op)) return;
  found_[op] = true;
  surprises_.push_back(op);
}

// Of several on a link only the last to end is kept: whoever else is still there was noted when the
// second of them started.
void Lookout::start_alone(std::uint32_t op, const ProgramFlow& flow, Seconds now, Seconds end) {
  ++started_;
  for (const std::uint32_t link : flow.route) {
    Use& use = links_[link];
    if (use.flow == started_) continue;  // a route may list a link twice
    if (use.until > now) note(op), note(use.op);
    if (use.shared > 0) note(op);
    if (end >= use.until) use.until = end, use.op = op, use.flow = started_;
  }
}

void Lookout::start_shared(const ProgramFlow& flow, Seconds now) {
  for (const std::uint32_t link : flow.route) {
    Use& use = links_[link];
    if (use.until > now) note(use.op);
    ++use.shared;
  }
}

void Lookout::end_shared(const ProgramFlow& flow) {
  for (const std::uint32_t link : flow.route) --links_[link].shared;
}

}  // namespace qianka
