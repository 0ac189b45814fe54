// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/repair_shop.hpp"

#include "sim/units/require.hpp"

namespace qianka {

// The times of a shop do not grow with the job.
constexpr int one_card = 1;

void RepairShop::admit(int node, const Ticket& ticket, Nanoseconds now) {
  require(!inside_.contains(node), "a node is brought in once");
  if (!ticket.healthy && spec_.retire_after > 0 && ++visits_[node] > spec_.retire_after) {
    ++retired_;
    return;
  }
  inside_[node].ticket = ticket;
  if (ticket.healthy) {
    begin(node, Stage::check,
          ticket.repair + draws_.time(spec_.check, one_card, "check", ticket.event), now);
  } else if (spec_.automatic) {
    begin(node, Stage::automatic,
          draws_.time(spec_.automatic->time, one_card, "automatic repair", ticket.event), now);
  } else {
    wants_hands(node, now);
  }
}

void RepairShop::begin(int node, Stage stage, Nanoseconds time, Nanoseconds now) {
  inside_.at(node).stage = stage;
  ready_.emplace(now + time, node);
}

void RepairShop::wants_hands(int node, Nanoseconds now) {
  if (spec_.technicians > 0 && working_ == spec_.technicians) {
    queue_.push_back(node);
  } else {
    start_manual(node, now);
  }
}

void RepairShop::start_manual(int node, Nanoseconds now) {
  ++working_;
  begin(node, Stage::manual, inside_.at(node).ticket.repair, now);
}

Nanoseconds RepairShop::next() const { return ready_.empty() ? never : ready_.begin()->first; }

std::optional<RepairShop::Returned> RepairShop::finish() {
  const auto [now, node] = *ready_.begin();
  ready_.erase(ready_.begin());
  const Work& work = inside_.at(node);
  const EventId event = work.ticket.event;
  if (work.stage == Stage::automatic &&
      !(draws_.chance("automatic success", event) < spec_.automatic->success)) {
    wants_hands(node, now);
    return std::nullopt;
  }
  if (work.stage == Stage::manual) {
    --working_;
    if (!queue_.empty()) {
      start_manual(queue_.front(), now);
      queue_.pop_front();
    }
  }
  Returned returned{.node = node, .bad = {}};
  if (!work.ticket.healthy && draws_.happens(spec_.failed, "failed repair", event))
    returned.bad = Ticket{.fault = work.ticket.fault, .event = child_of(event)};
  inside_.erase(node);
  return returned;
}

}  // namespace qianka
