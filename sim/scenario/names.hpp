// SPDX-License-Identifier: Apache-2.0
// How each enumeration is spelled in files and reports. Parsing, the hints and the printing use the
// same tables.
#pragma once
#include "sim/scenario/library_spec.hpp"
#include "sim/scenario/scenario.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace qianka {

template <class E, std::size_t n>
using NameTable = std::array<std::pair<std::string_view, E>, n>;

inline constexpr NameTable<Precision, 5> precision_names{{{"fp32", Precision::fp32},
                                                          {"tf32", Precision::tf32},
                                                          {"fp16", Precision::fp16},
                                                          {"bf16", Precision::bf16},
                                                          {"fp8", Precision::fp8}}};
inline constexpr NameTable<ScaleUp, 4> scale_up_names{{{"crossbar", ScaleUp::crossbar},
                                                       {"mesh", ScaleUp::mesh},
                                                       {"pcie", ScaleUp::pcie},
                                                       {"links", ScaleUp::listed}}};
inline constexpr NameTable<FabricKind, 9> fabric_names{
    {{"rail-optimised", FabricKind::rail_optimised},
     {"leaf-spine", FabricKind::leaf_spine},
     {"rail-only", FabricKind::rail_only},
     {"dual-tor", FabricKind::dual_tor},
     {"dual-plane", FabricKind::dual_plane},
     {"multi-plane", FabricKind::multi_plane},
     {"dragonfly", FabricKind::dragonfly},
     {"torus", FabricKind::torus},
     {"free", FabricKind::free}}};
inline constexpr NameTable<Routing, 4> routing_names{{{"ecmp", Routing::ecmp},
                                                      {"spray", Routing::spray},
                                                      {"flowlet", Routing::flowlet},
                                                      {"static-rail", Routing::static_rail}}};
inline constexpr NameTable<CableLength, 3> cable_length_names{
    {{"rack", CableLength::rack}, {"row", CableLength::row}, {"hall", CableLength::hall}}};
inline constexpr NameTable<Currency, 2> currency_names{
    {{"USD", Currency::usd}, {"CNY", Currency::cny}}};
inline constexpr NameTable<bool, 2> storage_network_names{
    {{"front-end", false}, {"compute", true}}};
inline constexpr NameTable<Mlp, 2> mlp_names{{{"gelu", Mlp::gelu}, {"swiglu", Mlp::swiglu}}};
inline constexpr NameTable<Positions, 3> positions_names{
    {{"learned", Positions::learned}, {"rotary", Positions::rotary}, {"alibi", Positions::alibi}}};
inline constexpr NameTable<AttentionKernel, 2> attention_names{
    {{"unfused", AttentionKernel::unfused}, {"fused", AttentionKernel::fused}}};
inline constexpr NameTable<GradientOverlap, 2> overlap_names{
    {{"none", GradientOverlap::none}, {"backward", GradientOverlap::backward}}};
inline constexpr NameTable<RankOrder, 2> rank_order_names{
    {{"tensor-data-pipeline", RankOrder::tensor_data_pipeline},
     {"tensor-pipeline-data", RankOrder::tensor_pipeline_data}}};
inline constexpr NameTable<ContextExchange, 3> context_names{
    {{"ring", ContextExchange::ring},
     {"all-gather", ContextExchange::all_gather},
     {"all-to-all", ContextExchange::all_to_all}}};
inline constexpr NameTable<LossKernel, 3> loss_names{{{"eager", LossKernel::eager},
                                                      {"compiled", LossKernel::compiled},
                                                      {"in-place", LossKernel::in_place}}};
inline constexpr NameTable<ParameterExchange, 2> parameter_exchange_names{
    {{"all-gather", ParameterExchange::all_gather}, {"broadcast", ParameterExchange::broadcast}}};
inline constexpr NameTable<Sharding, 4> sharding_names{{{"none", Sharding::none},
                                                        {"zero-1", Sharding::zero_1},
                                                        {"zero-2", Sharding::zero_2},
                                                        {"zero-3", Sharding::zero_3}}};
inline constexpr NameTable<Recompute, 4> recompute_names{{{"none", Recompute::none},
                                                          {"selective", Recompute::selective},
                                                          {"operators", Recompute::operators},
                                                          {"full", Recompute::full}}};
inline constexpr NameTable<Schedule, 4> schedule_names{{{"1f1b", Schedule::one_f_one_b},
                                                        {"gpipe", Schedule::gpipe},
                                                        {"zero-bubble", Schedule::zero_bubble},
                                                        {"dualpipe", Schedule::dualpipe}}};
inline constexpr NameTable<Fp8Scaling, 2> fp8_scaling_names{
    {{"tensor", Fp8Scaling::tensor}, {"fine", Fp8Scaling::fine}}};
inline constexpr NameTable<LayerSplit, 2> layer_split_names{
    {{"even", LayerSplit::even}, {"embedding-counts", LayerSplit::embedding_counts}}};
inline constexpr NameTable<CheckpointMode, 3> checkpoint_names{
    {{"none", CheckpointMode::none},
     {"sync", CheckpointMode::synchronous},
     {"async", CheckpointMode::asynchronous}}};
inline constexpr NameTable<CheckpointPlace, 2> checkpoint_place_names{
    {{"shared-storage", CheckpointPlace::shared_storage},
     {"local-nvme", CheckpointPlace::local_nvme}}};
inline constexpr NameTable<CheckpointContents, 2> checkpoint_contents_names{
    {{"training-state", CheckpointContents::training_state},
     {"weights", CheckpointContents::weights}}};
inline constexpr NameTable<CheckpointShares, 2> checkpoint_shares_names{
    {{"even", CheckpointShares::even}, {"held", CheckpointShares::held}}};
inline constexpr NameTable<CheckpointReaders, 2> checkpoint_readers_names{
    {{"all", CheckpointReaders::all}, {"one-per-group", CheckpointReaders::one_per_group}}};
inline constexpr NameTable<PeerGroup, 2> peer_group_names{
    {{"neighbours", PeerGroup::neighbours}, {"apart", PeerGroup::apart}}};
inline constexpr NameTable<Distribution, 3> distribution_names{
    {{"exponential", Distribution::exponential},
     {"weibull", Distribution::weibull},
     {"lognormal", Distribution::lognormal}}};
inline constexpr NameTable<Noticed, 3> noticed_names{
    {{"at_once", Noticed::at_once}, {"hang", Noticed::hang}, {"silent", Noticed::silent}}};
inline constexpr NameTable<Spares, 4> spares_names{
    {{"none", Spares::none}, {"warm", Spares::warm}, {"cold", Spares::cold}, {"hot", Spares::hot}}};
inline constexpr NameTable<Remedy, 4> remedy_names{{{"retry", Remedy::retry},
                                                    {"restart-process", Remedy::restart_process},
                                                    {"evict", Remedy::evict},
                                                    {"stay", Remedy::stay}}};
inline constexpr NameTable<Selection, 2> selection_names{
    {{"estimate", Selection::estimate}, {"hccl-rules", Selection::hccl_rules}}};
inline constexpr NameTable<bool, 2> contention_names{{{"auto", false}, {"exact", true}}};

/// The name of a value in its table: name_of(precision_names, Precision::bf16) is "bf16".
template <class E, std::size_t n>
constexpr std::string_view name_of(const NameTable<E, n>& names, E value) {
  for (const auto& [name, known] : names) {
    if (known == value) return name;
  }
  return "?";
}

}  // namespace qianka
