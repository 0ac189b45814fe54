// SPDX-License-Identifier: Apache-2.0
// A launch script of Megatron-LM or MindSpeed: a job of ours. Its sizes are checked as its author
// multiplies them.
#include "sim/interchange/megatron_model.hpp"
#include "sim/interchange/model_text.hpp"
#include "sim/interchange/node_draft.hpp"
#include "sim/interchange/readers.hpp"
#include "sim/language/language.hpp"
#include "sim/scenario/catalogue.hpp"
#include "sim/units/format.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace qianka {
namespace {

/// Sizes of the layout; a number of cards may be hundreds of thousands, its products more.
struct Layout {
  int tensor = 1, pipeline = 1, context = 1, expert = 1, data = 1, micro = 1, interleave = 1;
  int global = 1;
  std::vector<int> stages;  // layers of each, when they differ
};

class Megatron {
 public:
  Megatron(const SourceText& source, const ImportRequest& request)
      : source_(source),
        request_(request),
        arguments_(source, megatron_names(), result_.warnings, result_.details, request.variables) {
  }

  Imported read() {
    sizes();
    model_ = megatron_model(arguments_, request_, layout_.tensor, result_);
    leave_out_empty_layers();
    world();
    batch();
    stages();
    check_heads();
    if (!wrong_.empty()) throw InfeasibleInput(wrong_);
    write();
    return std::move(result_);
  }

 private:
  void wrong(const SourcePos& at, std::string message, std::string hint) {
    wrong_.push_back({at, std::move(message), std::move(hint)});
  }
  void sizes();
  void leave_out_empty_layers();
  void world();
  std::optional<int> cards_in_script();
  void batch();
  void stages();
  void uneven_stages();
  void check_heads();
  void write();
  void write_stack(YamlWriter& yaml);
  void write_precision(YamlWriter& yaml);
  void write_parallel(YamlWriter& yaml);
  void write_recompute(YamlWriter& yaml);
  void write_sharding(YamlWriter& yaml);
  void write_cluster(YamlWriter& yaml);
  bool mindspeed() const;

  const SourceText& source_;
  const ImportRequest& request_;
  Imported result_;
  LaunchArguments arguments_;
  ModelSpec model_;
  Layout layout_;
  long long world_ = 1;
  std::optional<int> per_node_;
  std::vector<Diagnostic> wrong_;
};

void Megatron::sizes() {
  layout_.tensor =
      arguments_.whole({"model-parallel-size", "tensor-model-parallel-size"}).value_or(1);
  layout_.pipeline = arguments_.whole({"pipeline-model-parallel-size"}).value_or(1);
  layout_.context = arguments_.whole({"context-parallel-size"}).value_or(1);
  layout_.expert =
      arguments_.whole({"moe-expert-parallel-size", "expert-model-parallel-size"}).value_or(1);
  layout_.micro = arguments_.whole({"micro-batch-size"}).value_or(1);
  if (!arguments_.given({"micro-batch-size"}))
    result_.missing.push_back(
        tr("the micro batch: the script has no --micro-batch-size; 1 is written"));
}

/// MindSpeed fills pipelines with layers that do nothing.
void Megatron::leave_out_empty_layers() {
  const std::string empty = arguments_.word({"noop-layers"});
  if (empty.empty()) return;
  const auto count = static_cast<int>(std::ranges::count(empty, ',')) + 1;
  result_.warnings.push_back({arguments_.at({"noop-layers"}),
                              say("{} of {} layers do nothing", count, model_.layers),
                              tr("the model is written without them")});
  if (count < model_.layers) model_.layers -= count;
}

bool Megatron::mindspeed() const {
  const std::string& text = source_.text();
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{"mindspeed", "MindSpeed", "modellink", "ModelLink",
                                              "ASCEND", "HCCL_", "Ascend"},
      [&](std::string_view word) { return text.find(word) != std::string::npos; });
}

std::optional<int> Megatron::cards_in_script() {
  per_node_ = arguments_.whole_if_known({"num-gpus", "nproc-per-node"});
  for (const char* name : {"#cards", "#tasks", "GPUS_PER_NODE", "NPUS_PER_NODE", "NPROC_PER_NODE"})
    if (!per_node_) per_node_ = arguments_.variable(name);
  const std::optional<int> nodes_given = arguments_.whole_if_known({"num-nodes", "nnodes"});
  std::optional<int> nodes = request_.nodes ? request_.nodes : nodes_given;
  for (const char* name : {"#nodes", "NNODES", "NUM_NODES"})
    if (!nodes) nodes = arguments_.variable(name);
  const bool local = !arguments_.given({"nnodes"}) && !arguments_.given({"num-nodes"});
  if (!nodes && local && arguments_.given({"nproc-per-node"})) nodes = 1;  // torchrun's default
  if (per_node_ && nodes) {
    const long long product = static_cast<long long>(*per_node_) * *nodes;
    if (product <= 1'000'000'000) return static_cast<int>(product);
  }
  const auto whole = arguments_.variable("WORLD_SIZE");
  return per_node_ || !whole ? std::nullopt : whole;
}

void Megatron::world() {
  const std::optional<int> found = cards_in_script();
  const std::optional<int> cards = request_.cards ? request_.cards : found;
  const ArgumentNames place{"num-layers", "hidden-size", "tensor-model-parallel-size",
                            "nproc-per-node", "nnodes"};
  if (!cards)
    fail_at(arguments_.at(place), tr("how many cards run this is not in the script"),
            tr("say it: --cards 64, or --nodes 8 when the cards of a node are given"));
  world_ = *cards;
  const long long model_cards =
      static_cast<long long>(layout_.tensor) * layout_.pipeline * layout_.context;
  std::string product = fmt::format("TP {} x PP {}", layout_.tensor, layout_.pipeline);
  if (layout_.context > 1) product += fmt::format(" x CP {}", layout_.context);
  const SourcePos at =
      arguments_.at({"nnodes", "tensor-model-parallel-size", "pipeline-model-parallel-size"});
  if (world_ % model_cards != 0) {
    wrong(at, say("{} GPUs / ({}) is not whole", world_, product),
          found && !request_.cards ? tr("the script starts so many; for others: --cards N") : "");
    return;
  }
  layout_.data = static_cast<int>(world_ / model_cards);
  if (model_.experts && (world_ / layout_.pipeline) % layout_.expert != 0)
    wrong(arguments_.at({"expert-model-parallel-size"}),
          say("{} GPUs / PP {} / EP {} is not whole", world_, layout_.pipeline, layout_.expert),
          tr("the experts of a stage are shared by the cards of that stage"));
  if (model_.experts && model_.experts->experts % layout_.expert != 0)
    wrong(arguments_.at({"expert-model-parallel-size"}),
          say("{} experts / EP {} is not whole", model_.experts->experts, layout_.expert),
          tr("each card of the group holds as many experts"));
}

void Megatron::batch() {
  const auto global = arguments_.whole({"global-batch-size"});
  const long long replicas = static_cast<long long>(layout_.micro) * layout_.data;
  if (!global) {
    layout_.global = static_cast<int>(std::min<long long>(replicas, 1'000'000'000));
    return;
  }
  layout_.global = *global;
  if (wrong_.empty() && *global % replicas != 0)
    wrong(arguments_.at({"global-batch-size"}),
          say("global batch {} / (micro batch {} x DP {}) is not whole", *global, layout_.micro,
              layout_.data),
          say("DP is {} GPUs over the cards of one replica", world_));
}

/// Stages that hold other numbers of layers than the rest.
void Megatron::uneven_stages() {
  const std::string list = arguments_.word({"num-layer-list"});
  const auto first = arguments_.whole(
                 {"num-layers-in-first-pipeline-stage", "decoder-first-pipeline-num-layers"}),
             last = arguments_.whole(
                 {"num-layers-in-last-pipeline-stage", "decoder-last-pipeline-num-layers"});
  for (std::size_t at = 0; at < list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    layout_.stages.push_back(std::clamp(std::atoi(list.substr(at, end - at).c_str()), 0, 100'000));
    at = end + 1;
  }
  if (!layout_.stages.empty() || (!first && !last)) return;
  const int outer = (first ? 1 : 0) + (last ? 1 : 0);
  const int inner = layout_.pipeline - outer;
  const int left = model_.layers - first.value_or(0) - last.value_or(0);
  if (inner < 1 || left < inner || left % inner != 0 || inner > 10'000) {
    wrong(arguments_.at({"num-layers"}),
          say("({} layers - {} in the first and last stage) / {} stages is not whole",
              model_.layers, model_.layers - left, inner),
          tr("the other stages hold as many layers each"));
    return;
  }
  layout_.stages.assign(static_cast<std::size_t>(layout_.pipeline), left / inner);
  if (first) layout_.stages.front() = *first;
  if (last) layout_.stages.back() = *last;
}

void Megatron::stages() {
  const auto chunk = arguments_.whole({"num-layers-per-virtual-pipeline-stage"});
  const auto chunks = arguments_.whole(
      {"num-virtual-stages-per-pipeline-rank", "virtual-pipeline-model-parallel-size"});
  uneven_stages();
  if (arguments_.given({"pipeline-model-parallel-layout"})) {
    result_.warnings.push_back({arguments_.at({"pipeline-model-parallel-layout"}),
                                tr("--pipeline-model-parallel-layout is not read"),
                                tr("layers are written as spread with the embedding counted")});
    return;
  }
  if (!layout_.stages.empty() || !wrong_.empty()) return;
  const bool embeddings = arguments_.given({"account-for-embedding-in-pipeline-split"}) &&
                          arguments_.given({"account-for-loss-in-pipeline-split"});
  const int layers = model_.layers + (embeddings ? 2 : 0);
  if (layers % layout_.pipeline != 0) {
    if (arguments_.given({"noop-layers"})) return;  // these filled the pipeline
    wrong(arguments_.at({"pipeline-model-parallel-size", "num-layers"}),
          say("{} layers / PP {} is not whole", layers, layout_.pipeline),
          tr("each stage holds as many layers"));
    return;
  }
  const int per_stage = layers / layout_.pipeline;
  if (chunks) layout_.interleave = *chunks;
  if (!chunk || layout_.pipeline == 1) return;
  if (per_stage % *chunk != 0) {
    wrong(arguments_.at({"num-layers-per-virtual-pipeline-stage"}),
          say("{} layers / PP {} / {} per virtual stage is not whole", layers, layout_.pipeline,
              *chunk),
          tr("each virtual stage holds as many layers"));
    return;
  }
  layout_.interleave = per_stage / *chunk;
}

void Megatron::check_heads() {
  if (model_.heads % layout_.tensor != 0)
    wrong(arguments_.at({"num-attention-heads"}),
          say("{} heads / TP {} is not whole", model_.heads, layout_.tensor),
          tr("each card of a tensor group holds as many heads"));
  if (!model_.latent_kv && !arguments_.given({"kv-channels"}) && model_.hidden % model_.heads != 0)
    wrong(arguments_.at({"hidden-size"}),
          say("hidden size {} / {} heads is not whole", model_.hidden, model_.heads),
          tr("or the width of a head is given: --kv-channels"));
}

void Megatron::write_stack(YamlWriter& yaml) {
  const char* stack = mindspeed() ? "mindspeed" : "megatron-core";
  const bool gradients = arguments_.given({"overlap-grad-reduce", "delay-grad-reduce"});
  const bool parameters = arguments_.given({"overlap-param-gather"});
  if (gradients && parameters) {
    yaml.key("stack", stack);
    return;
  }
  yaml.open("stack").key("use", stack);
  if (!gradients) yaml.key("gradient_overlap", "none");
  if (!parameters) yaml.key("parameter_overlap", false);
  yaml.close();
}

void Megatron::write_precision(YamlWriter& yaml) {
  const bool fp8 = arguments_.given({"fp8-format", "fp8-hybrid", "fp8-e4m3"});
  const bool bf16 = arguments_.given({"bf16"}), fp16 = arguments_.given({"fp16"});
  yaml.key("precision", fp8 ? "fp8" : bf16 ? "bf16" : fp16 ? "fp16" : "fp32");
  const std::string recipe = arguments_.word({"fp8-recipe"});
  if (fp8 && (recipe == "blockwise" || recipe == "mxfp8")) yaml.key("fp8_scaling", "fine");
}

void Megatron::write_sharding(YamlWriter& yaml) {
  const std::string strategy = arguments_.word({"data-parallel-sharding-strategy"});
  const auto stage = arguments_.whole_if_known({"zero-stage"});
  std::string sharding = "none";
  if (arguments_.given({"use-distributed-optimizer"})) sharding = "zero-1";
  if (stage && *stage <= 3) sharding = fmt::format("zero-{}", *stage);
  if (strategy == "optim") sharding = "zero-1";
  if (strategy == "optim_grads") sharding = "zero-2";
  if (strategy == "optim_grads_params" || arguments_.given({"use-torch-fsdp2"}))
    sharding = "zero-3";
  yaml.key("sharding", sharding);
}

void Megatron::write_recompute(YamlWriter& yaml) {
  const std::string granularity = arguments_.word({"recompute-granularity"});
  const std::string method = arguments_.word({"recompute-method", "activations-checkpoint-method"});
  const auto count = arguments_.whole_if_known({"recompute-num-layers"});
  const bool all = granularity == "full" || arguments_.given({"checkpoint-activations"}) ||
                   (granularity.empty() && method == "uniform") ||
                   arguments_.given({"activations-checkpoint-method"});
  if (all) {
    yaml.key("recompute", "full");
    const int per_stage = std::max(1, model_.layers / layout_.pipeline / layout_.interleave);
    if (method == "block" && count && *count < per_stage)
      yaml.key("recompute_every",
               static_cast<std::int64_t>(std::lround(static_cast<double>(per_stage) / *count)));
  } else if (granularity == "selective" || arguments_.given({"recompute-activations"})) {
    yaml.key("recompute", "selective");
  }
}

void Megatron::write_parallel(YamlWriter& yaml) {
  const auto whole = [&](const char* key, int value) {
    yaml.key(key, static_cast<std::int64_t>(value));
  };
  yaml.open("parallel");
  whole("tensor", layout_.tensor);
  if (layout_.context > 1) whole("context", layout_.context);
  whole("pipeline", layout_.pipeline);
  whole("data", layout_.data);
  if (model_.experts && layout_.expert > 1) whole("expert", layout_.expert);
  whole("micro_batch", layout_.micro);
  if (layout_.interleave > 1) whole("interleave", layout_.interleave);
  if (!layout_.stages.empty())
    yaml.key("layers_per_stage", fmt::format("[{}]", fmt::join(layout_.stages, ", ")));
  else if (model_.layers % layout_.pipeline != 0)
    yaml.key("layers_per_stage", "embedding-counts");
  if (arguments_.word({"schedules-method"}) == "dualpipev") yaml.key("schedule", "dualpipe");
  write_sharding(yaml);
  if (arguments_.given({"sequence-parallel"}) && layout_.tensor > 1)
    yaml.key("sequence_parallel", true);
  write_recompute(yaml);
  yaml.close();
}

void Megatron::write_cluster(YamlWriter& yaml) {
  if (request_.cluster.empty()) {
    result_.missing.push_back(say(
        "where it runs, {}: --cluster ID here, or 'cluster:' in the file, or 'qianka run … --set "
        "cluster=ID'",
        counted(world_, "card")));
    return;
  }
  yaml.key("cluster", request_.cluster);
  const int cards = load_cluster(request_.cluster).node.cards;
  if (per_node_ && *per_node_ != cards)
    result_.warnings.push_back(
        {arguments_.at({"nproc-per-node"}),
         say("{} cards a node, but {} has {}", *per_node_, request_.cluster, cards),
         tr("the cluster's hold")});
}

void Megatron::write() {
  YamlWriter yaml;
  yaml.comment(
      fmt::format("Written by qianka import megatron from {}.", excerpt(source_.short_name(), 80)));
  yaml.text("question", fmt::format("How fast does the job of {} train?", source_.short_name()));
  write_cluster(yaml);
  yaml.open("job").open("model").text("name", "model of " + source_.short_name());
  write_model_keys(model_, yaml);
  yaml.close();
  write_stack(yaml);
  write_precision(yaml);
  yaml.key("global_batch", static_cast<std::int64_t>(layout_.global));
  write_parallel(yaml);
  auto steps = arguments_.whole_if_known({"train-iters"});
  if (const auto samples = arguments_.whole_if_known({"train-samples"}); samples && !steps)
    steps = std::max(1, *samples / layout_.global);
  if (steps) yaml.key("steps", static_cast<std::int64_t>(*steps));
  yaml.close();
  result_.yaml = yaml.str();
  result_.facts.push_back(size_text(model_));
  result_.facts.push_back(
      fmt::format("{}: TP {} x CP {} x PP {} x DP {}{}", counted(world_, "card"), layout_.tensor,
                  layout_.context, layout_.pipeline, layout_.data,
                  model_.experts ? fmt::format(", EP {}", layout_.expert) : ""));
  if (const auto every = arguments_.whole_if_known({"save-interval"}))
    result_.missing.push_back(
        say("checkpoints: the script saves every {0} steps: 'checkpoint: {{mode: sync, every: {0} "
            "steps}}', or async",
            *every));
  for (const std::string& left : arguments_.unread()) result_.details.push_back(left);
}

}  // namespace

Imported read_megatron(const SourceText& source, const ImportRequest& request) {
  check_names(request);
  return Megatron(source, request).read();
}

}  // namespace qianka
