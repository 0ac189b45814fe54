// SPDX-License-Identifier: Apache-2.0
// A software stack: a named version of a framework, as the constants that its code and kernels
// amount to. They belong to the stack, never to a scenario or a measured row.
#pragma once
#include "sim/units/quantity.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace qianka {

enum class AttentionKernel {
  unfused,
  fused
};  // fused = flash: no score matrix, causal half skipped
/// How a sequence that lies on several cards attends to all of itself. ring: keys and values travel
/// from card to card behind the attention of the block before. all_gather: every card fetches all
/// keys and values first. all_to_all: heads are dealt out for the time of the attention (Ulysses).
enum class ContextExchange { ring, all_gather, all_to_all };
/// Of logits. eager: a chain of tensor operations on 32-bit copies (Megatron's vocabulary-parallel
/// cross entropy). compiled: one pass for each of its loops. in_place: one kernel each way, the
/// gradient takes the place of the logits.
enum class LossKernel { eager, compiled, in_place };
/// After a sharded optimizer's step: one all-gather, or a broadcast by each owner in turn.
enum class ParameterExchange { all_gather, broadcast };
enum class GradientOverlap { none, backward };  // when the data-parallel exchange may start
enum class RankOrder { tensor_data_pipeline, tensor_pipeline_data };  // innermost first

struct GemmTile {
  int rows = 0, columns = 0;
  double rate = 1;
};

struct StackSpec {
  std::string id, name;
  AttentionKernel attention = AttentionKernel::fused;
  double narrow_heads = 0;  // fused attention: heads of d < 128 run at (d / 128)^narrow_heads
  LossKernel loss = LossKernel::compiled;
  bool fp8_gathers = false;     // tensor-parallel all-gathers carry the FP8 operand
  double attention_fill = 400;  // sequence length at which a fused attention kernel is half filled
  bool fused_pointwise = true;  // rotary embedding and gated activation are one kernel each
  double elementwise_factor = 1;  // memory-bound kernels: bytes moved over the least possible
  std::map<std::string, double>
      realised;  // accelerator family or id -> measured / predicted compute time
  std::map<std::string, double> attention_efficiency;  // of this stack's fused kernels, in place of
                                                       // the accelerator's figure
  double tensor_overlap = 0;  // share of tensor-parallel communication hidden behind GEMMs
  GradientOverlap gradient_overlap = GradientOverlap::none;
  double overlap_slowdown = 0;  // share of a collective's time that computation beside it loses
  ContextExchange context_exchange = ContextExchange::ring;
  ParameterExchange parameter_exchange = ParameterExchange::all_gather;
  Seconds broadcast_overhead{0};  // of each owner's broadcast, ParameterExchange::broadcast
  int exchange_rings = 0;  // of a data-parallel group between nodes; 0 = one for each card of it in
                           // a node, so that all their NICs work
  int unit_gathers = 1;    // all-gathers that bring the weights of one layer under ZeRO-3
  // Casting an operand of an FP8 product, bytes of memory traffic an element, by scaling.
  double cast_bytes_tensor = 0, cast_bytes_fine = 0;
  Seconds expert_overhead{0};     // routing, synchronisation, small kernels: an MoE layer and pass
  double permutation_factor = 1;  // bytes moved to sort tokens by expert, over the least possible
  int communication_units = 0;    // compute units that nothing but communication runs on
  double expert_overlap = 0;      // share of expert-parallel communication hidden
  int gradient_buckets = 1;       // pieces of a chunk's gradients that may leave one by one
  bool parameter_overlap =
      false;  // sharded optimizer: parameters gathered behind the first forward passes
  bool pipeline_overlap = true;  // sends leave the compute stream free
  bool scatter_gather =
      true;  // pipeline sends carry 1/tensor of the activation and gather it in the node
  RankOrder rank_order = RankOrder::tensor_data_pipeline;
  double weight_bytes = 2, gradient_bytes = 4, optimizer_bytes = 12;  // held, per parameter
  double gradient_wire_bytes = 4;   // exchanged over data parallel, per parameter
  double parameter_wire_bytes = 2;  // gathered after a sharded optimizer step, per parameter
  double accumulate_bytes = 6;  // HBM traffic of adding one micro-batch's gradients, per parameter
  double optimizer_traffic = 32;  // HBM traffic of the optimizer, per owned parameter
  double checkpoint_bytes = 14;   // saved, per parameter
  Seconds kernel_launch{0};  // host time a kernel costs; a pass is never shorter than its launches
  Seconds microbatch_overhead{0};  // host time per pass of a chunk
  Seconds step_overhead{0};        // data loading, logging, clipping, per step
  Seconds collective_launch{0};    // fixed cost of one collective
  Bytes reserved_memory{0};        // context, communication buffers, workspace, per card
  double memory_margin = 0;        // fragmentation, share of the sum
  double rank_jitter =
      0;  // persistent spread of speed between healthy ranks, share of compute time
  bool weighs_expert_results = true;  // in 16 bit after the experts, so that they are kept; false:
                                      // inside their activation
  bool lean_activations =
      false;  // norm and activation outputs are computed again in the backward pass, not kept
  // GEMM kernels: a tile computes rows x columns of the result; `rate` is its speed relative to the
  // best tile.
  std::vector<GemmTile> gemm_tiles;
  double gemm_prologue =
      0;  // filling and draining a tile's pipeline, in steps of the inner dimension
  double wave_quantisation =
      0;  // share of the last, partly filled wave of tiles that is felt, 0..1
};

/// The factor of the longest name that the accelerator's id begins with; none = never fitted.
std::optional<double> realised_factor(const StackSpec& stack, const std::string& accelerator);
/// The same look-up in any such map.
std::optional<double> of_accelerator(const std::map<std::string, double>& by_name,
                                     const std::string& accelerator);

}  // namespace qianka
