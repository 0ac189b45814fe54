// SPDX-License-Identifier: Apache-2.0
// What keys of the JSON are called on the page: [English name, Chinese name, Chinese meaning]. The
// English meaning is that of docs/json.md and stands there alone.
import { state, keyFacts } from "./store.mjs";

const parts = {
  compute: ["compute", "计算", "矩阵乘、注意力与访存型算子"],
  recompute: ["recomputation", "重计算", "再次计算的激活"],
  tensor_comm: ["tensor-parallel communication, exposed", "张量并行通信，未掩盖", "未被掩盖的张量并行集合通信"],
  context_comm: ["context-parallel communication, exposed", "上下文并行通信，未掩盖", "未被掩盖的键值传输"],
  expert_comm: ["expert-parallel communication, exposed", "专家并行通信，未掩盖", "未被掩盖的专家 all-to-all"],
  pipeline_bubble: ["pipeline bubble", "流水线气泡", "等待其他流水级"],
  pipeline_comm: ["pipeline communication, exposed", "流水线通信，未掩盖", "等待传输中的激活"],
  data_comm: ["data-parallel communication, exposed", "数据并行通信，未掩盖", "未被掩盖的梯度与参数交换"],
  optimizer: ["optimizer", "优化器", "优化器更新"],
  host: ["host", "主机", "核函数下发与每步固定开销"],
  jitter: ["jitter", "抖动", "健康卡之间的快慢差异造成的等待"],
};
const accounts = {
  productive: ["productive", "有效训练", "最终保留的步；各账目之和恰为墙钟时间"],
  recomputed: ["work done again", "重算", "因故障丢失而重做的工作"],
  checkpoint_stall: ["checkpoint stall", "检查点停顿", "训练等待检查点"],
  detection: ["detection", "故障发现", "尚无人知道故障"],
  localisation: ["localisation", "故障定位", "查找故障节点"],
  waiting: ["waiting for nodes", "等待节点", "没有备用节点可用"],
  restart: ["restart", "重启", "调度、进程、通信组、预热"],
  load: ["load", "加载", "读取检查点"],
  degraded: ["degraded", "降级", "集群降级时多花的时间"],
};
const keys = {
  "step.time_s": ["step time", "单步时间", "一个训练步的时间"],
  "step.tokens_per_s_per_card": ["tokens/s a card", "每卡 tokens/s", "每张卡每秒处理的 token 数"],
  "step.mfu": ["MFU", "模型算力利用率 MFU", "模型 FLOPs（不含重计算）/（单步时间 × 卡数 × 该精度稠密峰值）"],
  "step.hfu": ["HFU", "硬件算力利用率 HFU", "同 MFU，但计入重计算的 FLOPs"],
  "step.model_flops": ["model FLOPs", "模型 FLOPs", "全部卡一步的模型 FLOPs，不含重计算"],
  "step.hardware_flops": ["hardware FLOPs", "硬件 FLOPs", "含重计算的 FLOPs"],
  "parallel_efficiency.value": ["parallel efficiency", "并行效率", "每卡 tokens/s 与能放下的最小规模之比：张量、上下文、流水、专家切分相同，数据并行最小，批大小按比例"],
  "cluster.cards": ["cards", "卡数", "任务使用的卡"],
  "cluster.nodes": ["nodes", "节点数", "任务使用的节点"],
  "cluster.spares": ["spare nodes", "备用节点", "平时空闲，节点故障时顶替"],
  "cluster.peak_flop_per_s": ["peak of a card", "单卡峰值", "该精度下单卡稠密峰值"],
  "cluster.name": ["cluster", "集群"], "cluster.accelerator": ["accelerator", "加速卡"],
  "job.model": ["model", "模型"], "job.stack": ["software", "软件栈"], "job.precision": ["precision", "精度"],
  "job.sequence": ["sequence", "序列长度", "一条序列的 token 数"], "job.global_batch": ["global batch", "全局批大小", "每步序列数"],
  "job.tensor": ["tensor parallel", "张量并行"], "job.context": ["context parallel", "上下文并行"], "job.pipeline": ["pipeline stages", "流水级数"],
  "job.data": ["data parallel", "数据并行"], "job.expert": ["expert parallel", "专家并行"], "job.micro_batch": ["micro-batch", "微批大小"],
  "job.interleave": ["interleave", "虚拟流水级"], "job.sharding": ["sharding", "参数切分"], "job.recompute": ["recompute", "重计算"],
  "job.schedule": ["schedule", "流水调度"], "job.layers_per_stage": ["layers a stage", "每级层数"], "job.sequence_parallel": ["sequence parallel", "序列并行"],
  "memory.per_card_bytes": ["memory of a card", "单卡显存占用", "占用最大的流水级上一张卡所需显存"],
  "memory.capacity_bytes": ["capacity of a card", "单卡显存容量", "驱动报告的单卡显存"],
  "memory.stage": ["fullest stage", "占用最大的流水级", "从 0 开始"],
  "campaign.wall_s": ["wall clock", "墙钟时间", "从第一次启动起的墙钟时间，精确值"],
  "campaign.ettr": ["ETTR", "有效训练时长占比 ETTR", "（有效训练 + 降级）/ 墙钟时间；被故障收回的工作在被收回前计入，重做不计"],
  "campaign.availability": ["availability", "可用度", "1 −（发现 + 定位 + 等待 + 重启 + 加载）/ 墙钟时间"],
  "campaign.goodput": ["goodput", "有效吞吐 Goodput", "保留的 token /（墙钟时间 × 健康集群 tokens/s）"],
  "campaign.end_to_end_mfu": ["end-to-end MFU", "端到端算力利用率", "保留 token 的模型 FLOPs /（集群全部卡 × 峰值 × 墙钟时间）"],
  "campaign.mtbf_s": ["MTBF", "平均无故障时间 MTBF", "墙钟时间 / 故障次数"],
  "campaign.mean_recovery_s": ["mean recovery", "断点续训恢复时长", "从故障到恢复至故障前进度的平均时间"],
  "campaign.steps": ["steps kept", "保留步数", "最终保留的训练步"],
  "campaign.tokens": ["tokens kept", "保留 token", "最终保留的 token"],
  "campaign.failures": ["failures", "故障次数", "使任务停止的故障"],
  "campaign.checkpoints": ["checkpoints", "检查点数", "完成的检查点"],
  "campaign.checkpoint.bytes": ["a checkpoint", "检查点大小", "一个检查点的字节数"],
  "campaign.checkpoint.write_s": ["writing it", "写检查点", "从快照到完成"],
  "campaign.checkpoint.stall_s": ["training waits", "停顿", "训练为它等待的时间"],
  "campaign.checkpoint.load_s": ["loading it", "加载检查点", "加载一个检查点的时间"],
  "campaign.lost_work_s": ["work lost", "丢失工作", "所有故障回滚的有效时间之和"],
  "campaign.all_card_hours": ["card-hours", "总卡时", "任务与备用节点的卡 × 墙钟时间"],
};
Object.assign(keys, {
  "sides[].tokens_per_second_per_card_kept": ["tokens/s a card, end to end", "每卡 tokens/s（端到端）", "计入故障与备用卡"],
  "sides[].model_error.sigma": ["model error, sigma", "模型误差 sigma", "已发表实测行与预测之差"],
  "sides[].accelerator": ["accelerator", "加速卡"], "sides[].cluster": ["cluster", "集群"], "sides[].stack": ["software", "软件栈"],
  "sides[].goodput.mean": ["goodput", "有效吞吐 Goodput", "各随机种子的均值"], "sides[].end_to_end_mfu.mean": ["end-to-end MFU", "端到端算力利用率", "各随机种子的均值"],
  "sides[].failures.mean": ["failures", "故障次数", "各随机种子的均值"],
  shapes: ["shapes", "切分形状数"], layouts: ["layouts", "策略总数"], fitting: ["fit in memory", "显存放得下"], simulated: ["simulated", "已仿真"], failed: ["failed", "失败"],
  best_proved: ["the best is proved", "最优已证明"], all_proved: ["the order is proved", "排序已证明"], left: ["left", "未仿真"], as_zero_1: ["same as ZeRO-1", "等同 ZeRO-1"], cards: ["cards", "卡数"],
  "tokens_per_day.mean": ["tokens kept a day", "每天保留 token", "各随机种子的均值"],
  tokens: ["tokens", "token"], chosen_nodes: ["nodes", "节点数"],
});
for (const [name, words] of Object.entries(parts)) keys[`step.breakdown_s.${name}`] = words;
for (const [name, words] of Object.entries(accounts)) keys[`campaign.accounting_s.${name}`] = words;

const terms = {
  weights: ["weights", "权重"], gradients: ["gradients", "梯度"], optimizer: ["optimizer state", "优化器状态"], activations: ["activations", "激活"],
  logits: ["logits", "logits"], reserved: ["reserved", "预留"], margin: ["margin", "余量"],
};
// Names that the simulation gives; what is missing here stays English.
const names = {
  forward: "前向", backward: "反向", "weight gradient": "权重梯度", "send forward": "发送激活", "send backward": "发送梯度", "catch up": "等待最慢副本",
  "gradient norm": "梯度范数", optimizer: "优化器", host: "主机", broadcast: "广播",
  compute: "计算", "send up": "向后一级发送", "send down": "向前一级发送", exchange: "交换", "exchange across": "跨组交换", everyone: "全体",
  "gradients, parameters and sends at once": "梯度、参数与流水发送同时进行", "pipeline sends, forward": "流水发送，前向", "pipeline sends, backward": "流水发送，反向",
  "passes: experts' all-to-all": "前向/反向内：专家 all-to-all", "passes: context-parallel all-gather": "前向/反向内：上下文并行 all-gather", "passes: tensor-parallel all-gather": "前向/反向内：张量并行 all-gather",
  "scale-up": "节点内互联", "host bridge": "CPU 互联", NIC: "网卡", "leaf up": "叶上行", "leaf down": "叶下行", "spine up": "脊上行", "spine down": "脊下行", storage: "存储", "switch to switch": "交换机间",
};
const phrases = [["data-parallel exchange", "数据并行交换"], ["exchange of experts", "专家交换"], [" between shard groups", "（切分组之间）"], [": rings", "：环"], [": direct", "：直连"]];
const zh = () => state.lang === "zh";
export const named = (name) => (!zh() ? name : names[name] ?? phrases.reduce((text, [from, to]) => text.replace(from, to), name));

// Keys of other commands that mean the same.
const same = { step_s: "step.time_s", mfu: "step.mfu", cards: "cluster.cards", nodes: "cluster.nodes", memory_bytes: "memory.per_card_bytes", capacity_bytes: "memory.capacity_bytes",
  parallel_efficiency: "parallel_efficiency.value", tokens_per_second_per_card: "step.tokens_per_s_per_card", goodput: "campaign.goodput", layout: "job.layout",
  tokens_per_s_per_card: "step.tokens_per_s_per_card", ettr: "campaign.ettr", failures: "campaign.failures" };

export function label(path) {
  const words = keys[path.replace(/\[\d+\]/g, "[]")] ?? keys[same[path.split(".").at(-1)]];
  if (words) return words[zh() ? 1 : 0];
  return path.split(".").at(-1).replaceAll("_", " ");
}
export function meaning(path) {
  const words = keys[path];
  if (zh() && words?.[2]) return words[2];
  return keyFacts(path)?.[1] ?? "";
}
export const partName = (name) => (parts[name] ?? [name, name])[zh() ? 1 : 0];
export const termName = (name) => (terms[name] ?? [name, name])[zh() ? 1 : 0];
