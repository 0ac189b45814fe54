// SPDX-License-Identifier: Apache-2.0
#include "sim/report/json.hpp"

#include "sim/report/checkpoint_plan_report.hpp"
#include "sim/report/piece_names.hpp"
#include "sim/report/terms.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace qianka {
namespace {

constexpr double ns_per_second = 1e9, ns_per_hour = 3.6e12;

/// The double next to the decimal with nine digits behind the point: prints as that decimal.
Json exact_seconds(std::int64_t ns) { return static_cast<double>(ns) / ns_per_second; }

/// A count of bytes or tokens that came out of arithmetic in doubles.
Json whole(double value) {
  if (!(std::abs(value) < 9e15)) return rounded(value);
  return static_cast<std::int64_t>(std::llround(value));
}

Json named_texts(const std::vector<NamedText>& entries) {
  Json result = Json::array();
  for (const NamedText& entry : entries)
    result.push_back({{"name", entry.name}, {"text", entry.text}});
  return result;
}

Json job(const Summary& summary) {
  Json result = {{"model", summary.model},
                 {"stack", summary.stack},
                 {"precision", summary.precision},
                 {"sequence", summary.sequence},
                 {"global_batch", summary.global_batch},
                 {"tensor", summary.tensor},
                 {"context", summary.context},
                 {"pipeline", summary.pipeline},
                 {"data", summary.data},
                 {"expert", summary.expert},
                 {"micro_batch", summary.micro_batch},
                 {"interleave", summary.interleave},
                 {"layers_per_stage", summary.layers_per_stage},
                 {"sharding", summary.sharding},
                 {"sequence_parallel", summary.sequence_parallel},
                 {"recompute", summary.recompute}};
  if (!summary.schedule.empty()) result["schedule"] = summary.schedule;
  if (summary.shard_group > 0) result["shard_group"] = summary.shard_group;
  return result;
}

Json memory(const MemorySummary& memory) {
  Json terms = Json::array();
  for (const MemoryTerm& term : memory.terms) {
    terms.push_back({{"name", term.name}, {"bytes", whole(term.bytes.value)}});
  }
  return {{"fits", memory.fits},
          {"stage", memory.stage},
          {"per_card_bytes", whole(memory.per_card.value)},
          {"capacity_bytes", whole(memory.capacity.value)},
          {"terms", std::move(terms)}};
}

Json collectives(const std::vector<CollectiveRecord>& records) {
  Json result = Json::array();
  for (const CollectiveRecord& record : records) {
    result.push_back({{"name", collective_title(record.name)},
                      {"algorithm", record.algorithm},
                      {"ranks", record.ranks},
                      {"groups", record.groups},
                      {"bytes", whole(record.bytes.value)},
                      {"time_s", rounded(record.time.value)},
                      {"bus_bandwidth_bytes_per_s", rounded(record.bus_bandwidth.value)},
                      {"flows", record.flows},
                      {"classes", record.classes},
                      {"bottleneck", record.bottleneck}});
  }
  return result;
}

Json step(const StepSummary& step) {
  const Breakdown& parts = step.breakdown;
  return {{"time_s", rounded(step.time.value)},
          {"tokens_per_s_per_card", rounded(step.tokens_per_second_per_card)},
          {"mfu", rounded(step.mfu)},
          {"hfu", rounded(step.hfu)},
          {"model_flops", rounded(step.model_flops.value)},
          {"hardware_flops", rounded(step.hardware_flops.value)},
          {"flops_formula", step.flops_formula},
          {"breakdown_s",
           {{"compute", rounded(parts.compute.value)},
            {"recompute", rounded(parts.recompute.value)},
            {"tensor_comm", rounded(parts.tensor_comm.value)},
            {"context_comm", rounded(parts.context_comm.value)},
            {"expert_comm", rounded(parts.expert_comm.value)},
            {"pipeline_bubble", rounded(parts.pipeline_bubble.value)},
            {"pipeline_comm", rounded(parts.pipeline_comm.value)},
            {"data_comm", rounded(parts.data_comm.value)},
            {"optimizer", rounded(parts.optimizer.value)},
            {"host", rounded(parts.host.value)},
            {"jitter", rounded(parts.jitter.value)}}},
          {"limits", step.limits},
          {"collectives", collectives(step.collectives)},
          {"replicas", step.replicas},
          {"replica_classes", step.replica_classes},
          {"operations", step.operations},
          {"flow_classes", step.flow_classes},
          {"contention", step.contention}};
}

Json restarts(const std::vector<RestartRecord>& records) {
  Json result = Json::array();
  for (const RestartRecord& record : records) {
    result.push_back({{"at_s", rounded(record.at.value)},
                      {"cause", record.cause},
                      {"component", record.component},
                      {"node", record.node},
                      {"lost_s", rounded(record.lost.value)},
                      {"down_s", rounded(record.down.value)}});
  }
  return result;
}

Json fabric_json(const Summary& summary) {
  Json states = Json::array(), changes = Json::array();
  for (const FabricRecord& state : summary.fabric->states) {
    states.push_back({{"what", state.what},
                      {"step_s", rounded(state.step.value)},
                      {"slowdown", rounded(state.slowdown)},
                      {"cut", state.cut},
                      {"times", state.times},
                      {"time_s", rounded(state.time.value)}});
  }
  if (summary.campaign) {
    for (const FabricSpell& spell : summary.campaign->fabric) {
      const auto state =
          std::ranges::find(summary.fabric->states, spell.state, &FabricRecord::state);
      changes.push_back({{"at_s", rounded(spell.at.value)},
                         {"what", state->what},
                         {"step_s", rounded(spell.step.value)}});
    }
  }
  return {{"states", std::move(states)}, {"changes", std::move(changes)}};
}

/// The accounts in nanoseconds, which add up exactly, and in the units people read.
void add_accounts(Json& json, const CampaignSummary& campaign) {
  Json seconds, ns, card_hours;
  const auto hours = [&](NodeNanoseconds amount) {
    return rounded(static_cast<double>(amount) * campaign.cards_per_node / ns_per_hour);
  };
  for (int i = 0; i < account_kinds; ++i) {
    const char* name = account_name(static_cast<AccountKind>(i));
    seconds[name] = exact_seconds(campaign.account_ns[i]);
    ns[name] = campaign.account_ns[i];
    card_hours[name] = hours(campaign.card_account_ns[i]);
  }
  card_hours["idle_spare"] = hours(campaign.idle_spare_node_ns);
  card_hours["in_repair"] = hours(campaign.in_repair_node_ns);
  card_hours["other_job"] = hours(campaign.other_job_node_ns);
  card_hours["retired"] = hours(campaign.retired_node_ns);
  Json recovery;
  for (int i = 0; i < recovery_parts; ++i)
    recovery[part_name(static_cast<RecoveryPart>(i))] = exact_seconds(campaign.recovery_ns[i]);
  json["accounting_s"] = std::move(seconds);
  json["recovery_s"] = std::move(recovery);
  json["accounting_ns"] = std::move(ns);
  json["accounting_card_hours"] = std::move(card_hours);
  json["all_card_hours"] = hours(campaign.all_node_ns);
}

/// What failures left to go on from; all that there may be.
Json restores(const CampaignSummary& campaign) {
  Json json;
  for (const char* origin : {"last_words", "memory", "storage", "beginning"}) {
    const auto count = campaign.restores_from.find(origin);
    json[origin] = count == campaign.restores_from.end() ? 0 : count->second;
  }
  return json;
}

Json campaign_json(const CampaignSummary& campaign) {
  Json json{{"wall_s", exact_seconds(campaign.wall_ns)},
            {"wall_ns", campaign.wall_ns},
            {"finished", campaign.finished},
            {"ettr", rounded(campaign.ettr)},
            {"availability", rounded(availability(campaign))},
            {"goodput", rounded(campaign.goodput)},
            {"end_to_end_mfu", rounded(campaign.end_to_end_mfu)},
            {"mtbf_s", rounded(campaign.mean_time_between_failures.value)},
            {"mean_recovery_s", rounded(campaign.mean_recovery.value)},
            {"steps", campaign.steps},
            {"tokens", whole(campaign.tokens)},
            {"failures", campaign.failures},
            {"failures_by_component", campaign.failures_by_component},
            {"checkpoints", campaign.checkpoints},
            {"checkpoint",
             {{"bytes", whole(campaign.checkpoint_bytes.value)},
              {"write_s", rounded(campaign.checkpoint_write.value)},
              {"stall_s", rounded(campaign.checkpoint_stall_each.value)},
              {"load_s", rounded(campaign.checkpoint_load.value)}}},
            {"lost_work_s", rounded(campaign.lost_work.value)}};
  if (campaign.shows_restores) json["restores_from"] = restores(campaign);
  if (campaign.memory_copies > 0)
    json["memory"] = {{"copies", campaign.memory_copies},
                      {"stall_s", rounded(campaign.memory_stall.value)},
                      {"copy_s", rounded(campaign.memory_copy.value)},
                      {"load_s", rounded(campaign.memory_load.value)},
                      {"load_from_peer_s", rounded(campaign.memory_load_peer.value)}};
  add_accounts(json, campaign);
  Json weeks = Json::array();
  for (const std::int64_t ns : campaign.trained_by_week_ns) weeks.push_back(exact_seconds(ns));
  json["trained_by_week_s"] = std::move(weeks);
  json["restarts"] = restarts(campaign.restarts);
  return json;
}

}  // namespace

Json rounded(double value) {
  if (!std::isfinite(value)) return nullptr;
  return std::stod(number_text(value));
}

Json json_sources(std::span<const SourcedValue> sources) {
  Json result = Json::array();
  for (const SourcedValue& source : sources) {
    result.push_back({{"path", source.path},
                      {"value", source.value},
                      {"source", source.source},
                      {"where", source.where}});
  }
  return result;
}

Json json_report(const Summary& summary, std::span<const SourcedValue> sources) {
  Json json{{"qianka",
             {{"version", QIANKA_VERSION},
              {"scenario", summary.scenario},
              {"question", tr("question", summary.question.c_str())},
              {"digest", summary.digest},
              {"seed", summary.seed}}},
            {"cluster",
             {{"name", summary.cluster},
              {"accelerator", summary.accelerator},
              {"cards", summary.cards},
              {"nodes", summary.nodes},
              {"spares", summary.spares},
              {"peak_flop_per_s", rounded(summary.peak.value)}}},
            {"job", job(summary)},
            {"memory", memory(summary.memory)},
            {"step", step(summary.step)},
            {"parallel_efficiency",
             {{"value", rounded(summary.parallel_efficiency.value)},
              {"baseline_cards", summary.parallel_efficiency.baseline_cards},
              {"baseline", summary.parallel_efficiency.baseline}}}};
  if (summary.campaign) json["campaign"] = campaign_json(*summary.campaign);
  if (summary.checkpoint_plan)
    json["checkpoint_plan"] = checkpoint_plan_json(*summary.checkpoint_plan);
  if (summary.fabric) json["fabric"] = fabric_json(summary);
  json["definitions"] = named_texts(definitions_of(summary));
  json["engine_settings"] = named_texts(summary.engine_settings);
  json["cautions"] = summary.cautions;
  if (!sources.empty()) json["sources"] = json_sources(sources);
  return json;
}

std::string json_text(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace qianka
