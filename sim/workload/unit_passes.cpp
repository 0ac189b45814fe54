// SPDX-License-Identifier: Apache-2.0
#include "sim/workload/replica_exchange.hpp"
#include "sim/workload/step_passes.hpp"

#include <utility>

namespace qianka {

namespace {

class UnitPasses {
 public:
  explicit UnitPasses(ProgramBuilder& builder)
      : builder_(builder), units_(builder.plan().stages.front().chunks.front().units) {}

  OpList build() {
    for (int batch = 0; batch < builder_.plan().batches; ++batch) micro_batch(batch);
    return std::move(exchanged_);
  }

 private:
  /// From the gathering of a unit to the last pass that needs it.
  struct Stay {
    const UnitPlan* unit;
    bool forward, backward;
  };

  /// The unit that comes last is still there when its backward pass begins.
  std::vector<Stay> stays() const {
    std::vector<Stay> all;
    for (const UnitPlan& unit : units_) all.push_back({&unit, true, &unit == &units_.back()});
    for (std::size_t i = units_.size() - 1; i-- > 0;) all.push_back({&units_[i], false, true});
    return all;
  }

  void micro_batch(int batch) {
    const std::vector<Stay> all = stays();
    OpList gathered = gather(all.front());
    for (std::size_t i = 0; i < all.size(); ++i) {
      const OpList here = std::move(gathered);
      // One ahead, into the room of the unit before.
      if (i + 1 < all.size()) gathered = gather(all[i + 1]);
      if (all[i].forward) used_ = passes(all[i], batch, OpKind::forward, here);
      if (!all[i].backward) continue;
      used_ = passes(all[i], batch, OpKind::backward, here);
      give_back(all[i], batch, i + 1 == all.size());
    }
  }

  int index_of(const Stay& stay) const { return static_cast<int>(stay.unit - units_.data()); }

  OpList gather(const Stay& stay) {
    const int pieces = builder_.plan().unit_gathers;
    const Held piece = stay.unit->parameters * (1.0 / pieces);
    OpList gathered;
    for (int i = 0; i < pieces; ++i)
      gathered = gather_parameters(builder_, {.chunk = index_of(stay), .parameters = piece}, used_);
    return gathered;  // the exchange stream keeps them in order: the last is the end
  }

  OpList passes(const Stay& stay, int batch, OpKind kind, const OpList& gathered) {
    const PassTime& time = kind == OpKind::forward ? stay.unit->forward : stay.unit->backward;
    OpList done;
    for (int replica = 0; replica < builder_.replicas(); ++replica)
      done.push_back(builder_.add({.kind = kind,
                                   .chunk = static_cast<std::uint16_t>(index_of(stay)),
                                   .replica = static_cast<std::uint32_t>(replica),
                                   .micro_batch = static_cast<std::uint32_t>(batch),
                                   .stream = builder_.compute_stream(replica, 0),
                                   .duration = time.total()},
                                  gathered));
    return done;
  }

  /// The shares of a shard group add up over micro-batches and meet those of the others in the end.
  void give_back(const Stay& stay, int batch, bool done_with_batch) {
    const bool last = batch + 1 == builder_.plan().batches;
    OpList ready = used_;
    if (last && done_with_batch)
      for (int replica = 0; replica < builder_.replicas(); ++replica)
        ready.push_back(catch_up(builder_, replica, 0));
    const ExchangeOf what{.chunk = index_of(stay), .parameters = stay.unit->parameters};
    OpList done = scatter_gradients(builder_, what, ready);
    if (!last) return;
    done = reduce_across(builder_, what, done);
    exchanged_.insert(exchanged_.end(), done.begin(), done.end());
  }

  ProgramBuilder& builder_;
  const std::vector<UnitPlan>& units_;
  OpList used_;  // the passes of the unit used last, one of each replica
  OpList exchanged_;
};

}  // namespace

OpList unit_passes(ProgramBuilder& builder) { return UnitPasses(builder).build(); }

}  // namespace qianka
