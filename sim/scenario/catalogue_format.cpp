// SPDX-License-Identifier: Apache-2.0
// The keys of topologies/*.yaml, scenarios/models/*.yaml and scenarios/stacks/*.yaml.
#include "sim/scenario/catalogue_format.hpp"

#include "sim/language/language.hpp"
#include "sim/scenario/fabric_format.hpp"
#include "sim/scenario/names.hpp"
#include "sim/scenario/node_format.hpp"
#include "sim/scenario/storage_format.hpp"

namespace qianka {
namespace {

Table<NodeSpec> make_node_table() {
  using N = NodeSpec;
  Table<N> t("node", "One server; all nodes of a cluster are alike.");
  t.reference("accelerator", &N::accelerator, accelerator_table(), "The card.").required();
  t.add("cards", &N::cards, whole({1, true, 1024}), "Cards in a node.");
  t.add("scale_up", &N::scale_up, choice<ScaleUp>(scale_up_names),
        "How the cards of a node reach each other: a crossbar gives a pair all of a card's rate, a "
        "full mesh of n cards 1/(n-1) of it, a PCIe tree shares its uplinks; links: as `links` "
        "lists them.");
  t.figure("scale_up_efficiency", &N::scale_up_efficiency, fraction(positive_share),
           "Of these nodes, when it differs from the card's.");
  t.add("scale_up_latency", &N::scale_up_latency, time_of(),
        "One hop between two cards, software included.");
  add_scale_up_keys(t);
  t.add("cards_per_pcie_switch", &N::cards_per_pcie_switch, whole(),
        "Cards below one PCIe switch.");
  t.figure("host_bridge", &N::host_bridge, bandwidth_of(),
           "Between the two halves of a PCIe box, one direction.");
  t.reference("nic", &N::nic, nic_table(), "The network adapter of the compute fabric.");
  t.add("nics", &N::nics, whole({0, true, 1024}), "Ports into the compute fabric.");
  t.figure("host_memory", &N::host_memory, size_of(), "Main memory of the server.");
  t.figure("nvme_write", &N::nvme_write, bandwidth_of(),
           "All local disks of a node together, sustained.");
  t.figure("nvme_read", &N::nvme_read, bandwidth_of(), "The same, reading.");
  t.then(check_scale_up);
  return t;
}

Table<FabricSpec> make_fabric_table() {
  using F = FabricSpec;
  Table<F> t("fabric", "The network between the nodes.");
  t.add("kind", &F::kind, choice<FabricKind>(fabric_names),
        "rail-optimised: leaf r serves NIC r of every node of its group. leaf-spine: all NICs of a "
        "node hang below the same leaf. rail-only: leaves and spines of each rail apart. "
        "dual-tor: a NIC has two ports, to two leaves of its rail. dual-plane: the same, each of "
        "the two with spines of its own; multi-plane: with as many ports as planes. dragonfly: "
        "groups of routers, all joined. torus: a router in each node, joined to its neighbours. "
        "free: `switches` and `cables` as they are listed.");
  t.add(
      "routing", &F::routing, choice<Routing>(routing_names),
      "ecmp: one of the equal paths by a hash of the flow. spray: split evenly over all of them. "
      "flowlet: the least loaded of several, chosen again when all have chosen. static-rail: each "
      "NIC of a leaf has an uplink of its own.");
  t.reference("leaf", &F::leaf, switch_table(), "The switch next to the nodes.");
  t.reference("spine", &F::spine, switch_table(), "The switch above the leaves.");
  t.reference("core", &F::core, switch_table(), "The switch above the spines, three tiers only.");
  t.reference("optic", &F::optic, optic_table(), "The module at both ends of a cable.");
  t.add("tiers", &F::tiers, whole({1, true, 3}), "Tiers of switches.");
  t.add("nodes_per_leaf", &F::nodes_per_leaf, whole(),
        "Nodes that one leaf, or one group of rail leaves, serves.");
  t.add("leaf_groups_per_pod", &F::leaf_groups_per_pod, whole(not_negative),
        "Three tiers: leaf groups below one set of spines; 0 is all of them.");
  t.add("leaf_oversubscription", &F::leaf_oversubscription, number(positive),
        "Downlink rate over uplink rate at the leaf.");
  t.add("spine_oversubscription", &F::spine_oversubscription, number(positive),
        "The same at the spine, three tiers only.");
  t.add("transport_efficiency", &F::transport_efficiency, fraction(positive_share),
        "What the transport reaches of the NIC's payload rate on this cluster.");
  t.add("cable_latency", &F::cable_latency, time_of(), "Propagation through one cable.");
  t.add("message_latency", &F::message_latency, time_of(),
        "Software and adapter, once a message: measured small-message latency.");
  add_listed_fabric_keys(t);
  return t;
}

const Table<NodeSpec>& node_table() {
  static const Table<NodeSpec> table = make_node_table();
  return table;
}

const Table<FabricSpec>& fabric_table() {
  static const Table<FabricSpec> table = make_fabric_table();
  return table;
}

Table<ClusterSpec> make_cluster_table() {
  using C = ClusterSpec;
  Table<C> t("cluster",
             "One kind of node, the fabric that joins the nodes, and the storage behind.");
  add_catalogue_keys(t);
  t.add("nodes", &C::nodes, whole({1, true, 1e7}), "Nodes that the job uses.")
      .default_is("the least that fits");
  t.add("spares", &C::spares, whole({0, true, 1e7}),
        "Idle nodes in the same halls, for the failed.");
  t.figure("installed", &C::installed, whole(),
           "Nodes there are in all; nodes and spares together must not exceed it.");
  t.section("node", &C::node, node_table(), "The server.").required();
  t.section("fabric", &C::fabric, fabric_table(), "The network between the nodes.");
  t.reference("storage", &C::storage, storage_table(), "Where checkpoints go.");
  t.add("storage_link", &C::storage_link, bandwidth_of(not_negative),
        "One node's own way to the storage, one direction; 0: through the compute NICs.");
  t.section("front_end", &C::front_end, front_end_table(),
            "A network besides the compute fabric; takes the place of `storage_link`.");
  t.section("storage_nodes", &C::storage_nodes, storage_nodes_table(),
            "The servers behind `storage`: their NICs and media limit it.");
  t.then([](ClusterSpec& cluster, const Value& map, Reader& reader) {
    check_listed_fabric(cluster, map, reader);
    check_storage_nodes(cluster, map, reader);
  });
  return t;
}

const Table<Experts>& experts_table() {
  static const Table<Experts> table = [] {
    using E = Experts;
    Table<E> t("experts", "Mixture of experts in place of the dense MLP.");
    t.add("experts", &E::experts, whole(), "Routed experts of a layer.").required();
    t.add("top_k", &E::top_k, whole(), "Routed experts that a token meets.").required();
    t.add("shared", &E::shared, whole(not_negative), "Experts that every token meets.");
    t.add("ffn", &E::ffn, whole(), "Width of one expert.").required();
    t.add("first_dense", &E::first_dense, whole(not_negative), "Leading layers without experts.");
    t.add("every", &E::every, whole(), "One layer in so many has experts.");
    t.add("balance", &E::balance, number({1, true, 1e3}),
          "Tokens of the busiest expert over the mean; 1 is a perfect balance.");
    return t;
  }();
  return table;
}

/// What follows from the other integers when it is left out.
void complete_model(ModelSpec& m, const Value& map, Reader& reader) {
  if (m.kv_heads == 0) m.kv_heads = m.heads;
  if (m.ffn == 0) m.ffn = 4 * m.hidden;
  if (m.head_size == 0 && m.heads > 0) {
    m.head_size = m.hidden / m.heads;
    if (m.hidden % m.heads != 0) {
      reader.error(map.at, say("hidden {} is not a multiple of heads {}", m.hidden, m.heads),
                   "give 'head_size'");
    }
  }
  if (m.kv_heads > 0 && m.heads % m.kv_heads != 0) {
    reader.error(map.at, say("heads {} is not a multiple of kv_heads {}", m.heads, m.kv_heads));
  }
  if (m.experts && m.experts->top_k > m.experts->experts) {
    reader.error(map.at,
                 say("top_k {} is more than experts {}", m.experts->top_k, m.experts->experts));
  }
}

Table<ModelSpec> make_model_table() {
  using M = ModelSpec;
  constexpr Range size_of_model{1, true, 1e6};  // no slip of a finger overflows a product of two
  Table<M> t("model", "A transformer is a handful of integers.");
  add_catalogue_keys(t);
  t.add("layers", &M::layers, whole(size_of_model), "Transformer layers.").required();
  t.add("hidden", &M::hidden, whole(size_of_model), "Width of the residual stream.").required();
  t.add("heads", &M::heads, whole(size_of_model), "Query heads.").required();
  t.add("kv_heads", &M::kv_heads, whole(size_of_model), "Key and value heads.").default_is("heads");
  t.add("head_size", &M::head_size, whole(size_of_model), "Width of one head.")
      .default_is("hidden / heads");
  t.add("ffn", &M::ffn, whole(size_of_model), "Width of the MLP.").default_is("4 x hidden");
  t.add("vocabulary", &M::vocabulary, whole(), "Tokens there are, padding included.").required();
  t.add("sequence", &M::sequence, whole(), "Tokens of one training sequence.").required();
  t.add("mlp", &M::mlp, choice<Mlp>(mlp_names), "gelu has two matrices, swiglu three.");
  t.add("positions", &M::positions, choice<Positions>(positions_names),
        "Only learned ones are weights.");
  t.add("tied_embeddings", &M::tied_embeddings, yes_no(), "Input and output embedding are one.");
  t.add("dropout", &M::dropout, yes_no(), "Dropout masks are kept for the backward pass.");
  t.add("post_norms", &M::post_norms, yes_no(),
        "Two more norms a layer, behind the attention and the MLP.");
  t.add("logit_cap", &M::logit_cap, yes_no(), "Logits pass through a scaled tanh before the loss.");
  t.add("window", &M::window, whole(not_negative),
        "Tokens back that attention sees; 0 is all of them.");
  t.add("window_every", &M::window_every, whole(), "One layer of so many has the window.");
  t.section("experts", &M::experts, experts_table(), "Mixture of experts; left out: dense.");
  t.add("latent_kv", &M::latent_kv, whole(),
        "Multi-head latent attention: rank of the compressed key and value.");
  t.add("prediction_layers", &M::prediction_layers, whole(not_negative),
        "Multi-token prediction: modules behind the last layer.");
  t.then(complete_model);
  return t;
}

const Table<GemmTile>& tile_table() {
  static const Table<GemmTile> table = [] {
    Table<GemmTile> t("gemm tile",
                      "A matrix kernel computes rows x columns of the result at a time.");
    t.add("rows", &GemmTile::rows, whole(), "Rows of the tile.").required();
    t.add("columns", &GemmTile::columns, whole(), "Columns of the tile.").required();
    t.add("rate", &GemmTile::rate, number(positive), "Its speed relative to the best tile.")
        .required();
    return t;
  }();
  return table;
}

void add_kernel_keys(Table<StackSpec>& t) {
  using S = StackSpec;
  t.add("attention", &S::attention, choice<AttentionKernel>(attention_names),
        "fused: no score matrix in memory, the causal half skipped.");
  t.add("attention_fill", &S::attention_fill, number(),
        "Sequence length at which a fused attention kernel is half filled.");
  t.add("narrow_heads", &S::narrow_heads, number(),
        "Fused attention: heads of d < 128 run at (d / 128) to this power.");
  t.add(
      "loss", &S::loss, choice<LossKernel>(loss_names),
      "Of logits: a chain of tensor operations on 32-bit copies (eager), one pass for each of its "
      "loops (compiled), or one kernel each way without copies (in-place).");
  t.add("fp8_gathers", &S::fp8_gathers, yes_no(),
        "In FP8 runs tensor-parallel all-gathers carry the operand that was cast.");
  t.add("fused_pointwise", &S::fused_pointwise, yes_no(),
        "Rotary embedding and gated activation are one kernel each, not a chain of tensor "
        "operations.");
  t.add("elementwise_factor", &S::elementwise_factor, number(positive),
        "Memory-bound kernels: bytes moved over the least possible.");
  t.numbers("attention_efficiency", &S::attention_efficiency,
            "Accelerator id or family to what this stack's fused attention kernel reaches of the "
            "16-bit peak, in place of the accelerator's figure.");
  t.add("cast_bytes_tensor", &S::cast_bytes_tensor, number(),
        "FP8: bytes of memory traffic to cast one element of an operand, one scale a tensor.");
  t.add("cast_bytes_fine", &S::cast_bytes_fine, number(),
        "FP8: the same with a scale for each row or block.");
  t.add("permutation_factor", &S::permutation_factor, number(),
        "Experts: bytes moved to sort tokens, over the least possible.");
  t.numbers("realised", &S::realised,
            "Accelerator id or family to measured over predicted compute time.");
  t.list("gemm_tiles", &S::gemm_tiles, tile_table(), "Tiles that matrix kernels may choose from.");
  t.add("gemm_prologue", &S::gemm_prologue, number(),
        "Filling and draining a tile's pipeline, in steps of the inner dimension.");
  t.add("wave_quantisation", &S::wave_quantisation, fraction(),
        "Share of the last, partly filled wave of tiles that is felt.");
}

void add_traffic_keys(Table<StackSpec>& t) {
  using S = StackSpec;
  t.add("weight_bytes", &S::weight_bytes, number(), "Bytes per parameter held: weights.");
  t.add("gradient_bytes", &S::gradient_bytes, number(), "Bytes per parameter held: gradients.");
  t.add("optimizer_bytes", &S::optimizer_bytes, number(),
        "Bytes per parameter held: master weights and moments.");
  t.add("gradient_wire_bytes", &S::gradient_wire_bytes, number(),
        "Bytes per parameter exchanged over data parallel.");
  t.add("parameter_wire_bytes", &S::parameter_wire_bytes, number(),
        "Bytes per parameter gathered after a sharded optimizer step.");
  t.add("accumulate_bytes", &S::accumulate_bytes, number(),
        "Bytes per parameter of memory traffic to add one micro-batch's gradients.");
  t.add("optimizer_traffic", &S::optimizer_traffic, number(),
        "Bytes per owned parameter of memory traffic of the optimizer.");
  t.add("checkpoint_bytes", &S::checkpoint_bytes, number(), "Bytes per parameter saved.");
}

void add_overhead_keys(Table<StackSpec>& t) {
  using S = StackSpec;
  t.add("kernel_launch", &S::kernel_launch, time_of(),
        "Host time that a kernel costs; a pass is never shorter than its launches.");
  t.add("microbatch_overhead", &S::microbatch_overhead, time_of(),
        "Host time per pass of a chunk.");
  t.add("step_overhead", &S::step_overhead, time_of(),
        "Data loading, logging, clipping, per step.");
  t.add("collective_launch", &S::collective_launch, time_of(), "Fixed cost of one collective.");
  t.add("broadcast_overhead", &S::broadcast_overhead, time_of(),
        "Fixed cost of each owner's broadcast, with parameter_exchange: broadcast.");
  t.add("expert_overhead", &S::expert_overhead, time_of(),
        "Routing, synchronisation and small kernels: per layer with experts and pass.");
  t.add("reserved_memory", &S::reserved_memory, size_of(not_negative),
        "Context, communication buffers and workspace, per card.");
  t.add("memory_margin", &S::memory_margin, fraction(), "Fragmentation, as a share of the sum.");
  t.add("rank_jitter", &S::rank_jitter, fraction(),
        "Lasting spread of speed between healthy ranks, as a share of compute time.");
}

Table<StackSpec> make_stack_table() {
  using S = StackSpec;
  Table<S> t("stack",
             "A named version of a training framework, as the constants that its code and "
             "kernels amount to.");
  add_catalogue_keys(t);
  add_kernel_keys(t);
  t.add("tensor_overlap", &S::tensor_overlap, fraction(),
        "Share of tensor-parallel communication hidden behind matrix products.");
  t.add("overlap_slowdown", &S::overlap_slowdown, fraction(),
        "Share of a collective's time that computation beside it loses.");
  t.add("context_exchange", &S::context_exchange, choice<ContextExchange>(context_names),
        "How keys and values of a shared sequence travel: ring (behind the attention), all-gather "
        "(before it), all-to-all (heads are dealt out).");
  t.add("expert_overlap", &S::expert_overlap, fraction(),
        "Share of expert-parallel communication hidden behind other work.");
  t.add("communication_units", &S::communication_units, whole({0, true, 1e4}),
        "Compute units set aside for communication: products and attention run on the others.");
  t.add("parameter_exchange", &S::parameter_exchange,
        choice<ParameterExchange>(parameter_exchange_names),
        "After a sharded optimizer step: one all-gather, or a broadcast by each owner in turn.");
  t.add("exchange_rings", &S::exchange_rings, whole({0, true, 1024}),
        "Rings of a data-parallel group between nodes; 0: one for each of its cards in a node.");
  t.add("unit_gathers", &S::unit_gathers, whole({1, true, 1024}),
        "All-gathers that bring the weights of one layer under ZeRO-3: one, or one a matrix.");
  t.add("gradient_overlap", &S::gradient_overlap, choice<GradientOverlap>(overlap_names),
        "When the data-parallel exchange may start: after the last backward pass, or during it.");
  t.add("gradient_buckets", &S::gradient_buckets, whole(),
        "Pieces of a chunk's gradients that may leave one by one.");
  t.add("parameter_overlap", &S::parameter_overlap, yes_no(),
        "Sharded optimizer: parameters are gathered behind the first forward passes.");
  t.add("pipeline_overlap", &S::pipeline_overlap, yes_no(),
        "Pipeline sends leave the compute stream free.");
  t.add("scatter_gather", &S::scatter_gather, yes_no(),
        "Pipeline sends carry 1/tensor of the activation and gather it in the node.");
  t.add("rank_order", &S::rank_order, choice<RankOrder>(rank_order_names),
        "Which neighbours are nearest, innermost first.");
  t.add("weighs_expert_results", &S::weighs_expert_results, yes_no(),
        "The router's weights multiply what experts give, which is kept for that; otherwise they "
        "multiply inside the experts' activation.");
  t.add("lean_activations", &S::lean_activations, yes_no(),
        "Norm and activation outputs are computed again in the backward pass, not kept.");
  add_traffic_keys(t);
  add_overhead_keys(t);
  return t;
}

}  // namespace

const Table<ClusterSpec>& cluster_table() {
  static const Table<ClusterSpec> table = make_cluster_table();
  return table;
}
const Table<ModelSpec>& model_table() {
  static const Table<ModelSpec> table = make_model_table();
  return table;
}
const Table<StackSpec>& stack_table() {
  static const Table<StackSpec> table = make_stack_table();
  return table;
}

}  // namespace qianka
