// SPDX-License-Identifier: Apache-2.0
// Partition refinement (Hopcroft 1971; for graphs Cardon and Crochemore 1982): a class splits those
// it touches by how often it touches their members, and of the parts of a class that has split
// others before, the largest need not split them again: what it would tell is the difference.
// Hence O(crossings x log), where rounds over everything would take as many rounds as the way
// round a ring of pipelines is long.
#include "sim/engine/partition.hpp"

#include "sim/engine/hash_index.hpp"
#include "sim/units/splitmix.hpp"

#include <algorithm>
#include <bit>
#include <numeric>
#include <span>
#include <utility>

namespace qianka {
namespace {

std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value + 0.0); }  // -0 is 0

/// What a member adds to the sum of its neighbour.
std::uint64_t weight(std::uint32_t times) { return times == 1 ? 1 : splitmix(times); }

/// Members are the flows, then the links.
class Refinement {
 public:
  Refinement(const FlowSet& flows, const Incidence& incidence)
      : incidence_(incidence),
        flows_(static_cast<std::uint32_t>(incidence.flows())),
        members_(flows_ + static_cast<std::uint32_t>(incidence.original.size())),
        class_of_(members_),
        at_(members_),
        order_(members_),
        sum_(members_, 0) {
    cross_back();
    colour(flows);
  }

  std::optional<Partition> run(std::size_t most_flow_classes) {
    while (!splitters_.empty() && flow_classes_ <= most_flow_classes) {
      const std::uint32_t splitter = splitters_.back();
      splitters_.pop_back();
      waits_[splitter] = false;
      split_neighbours(splitter);
    }
    if (flow_classes_ > most_flow_classes) return {};
    return number();
  }

 private:
  /// In a row of order_; of those the first `marked` have been touched by the splitter at hand.
  struct Class {
    std::uint32_t begin = 0, size = 0, marked = 0;
  };

  void cross_back() {
    back_offset_.assign(incidence_.original.size() + 1, 0);
    for (const auto& hop : incidence_.hops) ++back_offset_[hop.link + 1];
    std::partial_sum(back_offset_.begin(), back_offset_.end(), back_offset_.begin());
    back_.resize(incidence_.hops.size());
    std::vector<std::uint32_t> next(back_offset_.begin(), back_offset_.end() - 1);
    for (std::uint32_t i = 0; i < flows_; ++i)
      for (const auto& hop : incidence_.of(i)) back_[next[hop.link]++] = {i, hop.times};
  }

  /// Classes by what is to be seen of a member alone.
  void colour(const FlowSet& flows) {
    HashIndex index(members_);
    for (std::uint32_t i = 0; i < flows_; ++i) {
      std::uint64_t key = splitmix(bits(flows.bytes[i].value));
      for (const double value :
           {flows.latency[i].value, flows.start[i].value, incidence_.own_limit[i].value})
        key = splitmix(key + bits(value));
      class_of_[i] = index.number(splitmix(key + flows.colour[i]));
    }
    flow_classes_ = index.count();
    index.clear();
    for (std::uint32_t i = flows_; i < members_; ++i) {
      const Bandwidth capacity = flows.capacity[incidence_.original[i - flows_]];
      class_of_[i] = flow_classes_ + index.number(splitmix(bits(capacity.value)));
    }
    classes_.resize(flow_classes_ + index.count());
    for (const std::uint32_t c : class_of_) ++classes_[c].size;
    for (std::uint32_t c = 1; c < classes_.size(); ++c)
      classes_[c].begin = classes_[c - 1].begin + classes_[c - 1].size;
    for (std::uint32_t i = 0; i < members_; ++i) {
      Class& own = classes_[class_of_[i]];
      at_[i] = own.begin + own.marked++;
      order_[at_[i]] = i;
    }
    for (std::uint32_t c = 0; c < classes_.size(); ++c) classes_[c].marked = 0, queue(c);
  }

  void queue(std::uint32_t c) {
    waits_.resize(classes_.size());
    if (waits_[c]) return;
    waits_[c] = true;
    splitters_.push_back(c);
  }

  void touch(std::uint32_t member, std::uint32_t times) {
    Class& own = classes_[class_of_[member]];
    if (at_[member] >= own.begin + own.marked) {
      if (own.marked == 0) touched_.push_back(class_of_[member]);
      const std::uint32_t to = own.begin + own.marked++;
      const std::uint32_t other = order_[to];
      std::swap(order_[to], order_[at_[member]]);
      at_[other] = std::exchange(at_[member], to);
      sum_[member] = 0;
    }
    sum_[member] += weight(times);
  }

  void split_neighbours(std::uint32_t splitter) {
    const Class by = classes_[splitter];
    for (const std::uint32_t i : std::span(order_).subspan(by.begin, by.size)) {
      if (i < flows_) {
        for (const auto& hop : incidence_.of(i)) touch(flows_ + hop.link, hop.times);
      } else {
        const std::uint32_t link = i - flows_;
        for (std::uint32_t k = back_offset_[link]; k < back_offset_[link + 1]; ++k)
          touch(back_[k].flow, back_[k].times);
      }
    }
    for (const std::uint32_t c : touched_) split(c);
    touched_.clear();
  }

  void split(std::uint32_t c) {
    Class& own = classes_[c];
    const std::uint32_t end = own.begin + own.size, untouched = own.begin + own.marked;
    const auto marked = std::span(order_).subspan(own.begin, std::exchange(own.marked, 0));
    const auto sum_of = [this](std::uint32_t member) { return sum_[member]; };
    const bool alike = std::ranges::all_of(
        marked, [&](std::uint32_t member) { return sum_[member] == sum_[marked.front()]; });
    if (alike && untouched == end) return;
    if (!alike) {
      std::ranges::sort(marked, {}, sum_of);
      for (std::uint32_t k = own.begin; k < untouched; ++k) at_[order_[k]] = k;
    }
    parts_.clear();
    for (std::uint32_t from = own.begin; from < untouched;) {
      std::uint32_t to = from;
      while (to < untouched && sum_[order_[to]] == sum_[order_[from]]) ++to;
      parts_.push_back({from, to - from});
      from = to;
    }
    if (untouched < end) parts_.push_back({untouched, end - untouched});
    const auto largest = std::ranges::max_element(parts_, {}, &Class::size);
    own = *largest;
    parts_.erase(largest);
    for (const Class& part : parts_) found(part);
  }

  void found(const Class& part) {
    const auto number = static_cast<std::uint32_t>(classes_.size());
    classes_.push_back(part);
    if (order_[part.begin] < flows_) ++flow_classes_;
    for (std::uint32_t k = part.begin; k < part.begin + part.size; ++k)
      class_of_[order_[k]] = number;
    queue(number);
  }

  Partition number() const {
    Partition part;
    constexpr std::uint32_t none = ~0U;
    std::vector<std::uint32_t> number(classes_.size(), none);
    const auto take = [&](std::uint32_t member, std::uint32_t& count) {
      std::uint32_t& own = number[class_of_[member]];
      if (own == none) own = count++;
      return own;
    };
    part.flow_class.reserve(flows_), part.link_class.reserve(members_ - flows_);
    for (std::uint32_t i = 0; i < flows_; ++i)
      part.flow_class.push_back(take(i, part.flow_classes));
    for (std::uint32_t i = flows_; i < members_; ++i)
      part.link_class.push_back(take(i, part.link_classes));
    return part;
  }

  struct Crossing {
    std::uint32_t flow, times;
  };

  const Incidence& incidence_;
  std::uint32_t flows_, members_;
  std::vector<std::uint32_t> back_offset_;  // by link
  std::vector<Crossing> back_;              // who crosses it
  std::vector<std::uint32_t> class_of_;     // by member
  std::vector<std::uint32_t> at_, order_;   // by member its place, by place the member
  std::vector<std::uint64_t> sum_;          // by member: of the splitter's touches
  std::vector<Class> classes_;
  std::uint32_t flow_classes_ = 0;
  std::vector<bool> waits_;  // by class: it is among the splitters
  std::vector<std::uint32_t> splitters_, touched_;
  std::vector<Class> parts_;
};

}  // namespace

std::optional<Partition> coarsest_partition(const FlowSet& flows, const Incidence& incidence,
                                            std::size_t most_flow_classes) {
  return Refinement(flows, incidence).run(most_flow_classes);
}

}  // namespace qianka
