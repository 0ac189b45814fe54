// SPDX-License-Identifier: Apache-2.0
#include "sim/campaign/campaign_child.hpp"

#include "sim/engine/child.hpp"
#include "sim/units/require.hpp"

#include <cstring>
#include <type_traits>

namespace qianka {

namespace {

// Parent and child are one program: fields cross the pipe as their bytes, in one order written once
// (`fields`).

class Writer {
 public:
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void operator()(const T& value) {
    const auto* bytes = reinterpret_cast<const char*>(&value);
    text.append(bytes, sizeof value);
  }
  void operator()(const std::string& value) { (*this)(value.size()), text += value; }
  template <class T>
  void operator()(const std::vector<T>& values) {
    (*this)(values.size());
    for (const T& value : values) {
      if constexpr (std::is_arithmetic_v<T>)
        (*this)(value);
      else
        fields(*this, value);
    }
  }
  void operator()(const std::map<std::string, std::int64_t>& values) {
    (*this)(values.size());
    for (const auto& [key, value] : values) (*this)(key), (*this)(value);
  }
  std::string text;
};

class Reader {
 public:
  explicit Reader(const std::string& text) : text_(text) {}
  template <class T>
  requires std::is_trivially_copyable_v<T>
  void operator()(T& value) {
    require(at_ + sizeof value <= text_.size(), "a campaign's answer is whole");
    std::memcpy(&value, text_.data() + at_, sizeof value);
    at_ += sizeof value;
  }
  void operator()(std::string& value) {
    value.resize(size());
    require(at_ + value.size() <= text_.size(), "a campaign's answer is whole");
    value = text_.substr(at_, value.size());
    at_ += value.size();
  }
  template <class T>
  void operator()(std::vector<T>& values) {
    values.resize(size());
    for (T& value : values) {
      if constexpr (std::is_arithmetic_v<T>)
        (*this)(value);
      else
        fields(*this, value);
    }
  }
  void operator()(std::map<std::string, std::int64_t>& values) {
    for (std::size_t left = size(); left > 0; --left) {
      std::string key;
      (*this)(key), (*this)(values[key]);
    }
  }

 private:
  std::size_t size() {
    std::size_t count = 0;
    (*this)(count);
    return count;
  }
  const std::string& text_;
  std::size_t at_ = 0;
};

template <class Archive, class Restart>
requires std::is_same_v<std::remove_const_t<Restart>, RestartRecord>
void fields(Archive& archive, Restart& restart) {
  archive(restart.at), archive(restart.cause), archive(restart.component), archive(restart.node);
  archive(restart.lost), archive(restart.down);
}

template <class Archive, class Spell>
requires std::is_same_v<std::remove_const_t<Spell>, FabricSpell>
void fields(Archive& archive, Spell& spell) {
  archive(spell.at), archive(spell.state), archive(spell.step);
}

template <class Archive, class Weeks>
requires std::is_same_v<std::remove_const_t<Weeks>, CampaignSummary>
void fields(Archive& archive, Weeks& weeks) {
  archive(weeks.wall), archive(weeks.ettr), archive(weeks.goodput), archive(weeks.end_to_end_mfu);
  archive(weeks.failures), archive(weeks.checkpoints), archive(weeks.steps), archive(weeks.tokens);
  archive(weeks.lost_work), archive(weeks.mean_time_between_failures), archive(weeks.mean_recovery);
  archive(weeks.account_ns), archive(weeks.wall_ns), archive(weeks.card_account_ns);
  archive(weeks.idle_spare_node_ns), archive(weeks.in_repair_node_ns), archive(weeks.all_node_ns);
  archive(weeks.recovery_ns), archive(weeks.other_job_node_ns), archive(weeks.retired_node_ns);
  archive(weeks.cards_per_node), archive(weeks.checkpoint_write),
      archive(weeks.checkpoint_stall_each);
  archive(weeks.checkpoint_load), archive(weeks.checkpoint_bytes), archive(weeks.finished);
  archive(weeks.memory_copies), archive(weeks.memory_stall), archive(weeks.memory_copy);
  archive(weeks.memory_load), archive(weeks.memory_load_peer), archive(weeks.shows_restores);
  archive(weeks.failures_by_component), archive(weeks.restarts), archive(weeks.fabric);
  archive(weeks.trained_by_week_ns);
  archive(weeks.restores_from);
}

template <class T>
std::string bytes_of(const T& value) {
  Writer writer;
  writer(value);
  return std::move(writer.text);
}

template <class T>
T value_of(const std::string& bytes) {
  T value{};
  Reader reader(bytes);
  reader(value);
  return value;
}

}  // namespace

CampaignSummary simulate_campaign(const CampaignInput& input) {
  const auto work = [&](const Ask& ask) {
    CampaignInput own = input;
    own.step_time = [&](const ClusterState& state) {
      return value_of<Seconds>(ask(bytes_of(state)));
    };
    const CampaignSummary weeks = run_campaign(own);
    Writer writer;
    fields(writer, weeks);
    return std::move(writer.text);
  };
  const auto answer = [&](const std::string& question) {
    return bytes_of(input.step_time(value_of<ClusterState>(question)));
  };
  const std::string text = run_in_asking_child(work, answer);
  CampaignSummary weeks;
  Reader reader(text);
  fields(reader, weeks);
  return weeks;
}

}  // namespace qianka
