// SPDX-License-Identifier: Apache-2.0
// The words of the page itself, in both languages: [English, Chinese]. What figures mean stands in
// docs/json.md and comes with the page; its Chinese is in meanings.mjs.
import { state } from "./store.mjs";

const words = {
  report: ["Report", "报告"],
  of_run: ["Run", "运行"], of_compare: ["Comparison", "对比"], of_size: ["Sizing", "规模规划"],
  of_tune: ["Search for layouts", "并行策略搜索"], of_sweep: ["Sweep", "参数扫描"], of_claims: ["Claims", "业界说法核验"], of_explain: ["Explanation", "瓶颈分析"],
  language: ["中文", "English"], language_hint: ["切换到中文 (L)", "Switch to English (L)"],
  dark: ["Dark", "深色"], light: ["Light", "浅色"], theme_hint: ["Dark or light (T)", "深色或浅色 (T)"],
  print: ["Print", "打印"],
  skip: ["Skip to the figures", "跳到正文"],
  keyboard: ["Keyboard", "键盘操作"],
  keyboard_text: [
    "1 to 9: sections. L: language. T: theme. P: print. Tab: from figure to figure, each shows what it means. In a chart: arrows move, + and - zoom, 0 shows all; in the step n and b walk along the critical path. In the picture of the fabric: arrows choose, Enter goes in, Backspace comes out. Esc: hide.",
    "1–9：章节。L：语言。T：主题。P：打印。Tab：逐个数字移动，并显示其含义。图表中：方向键平移，+ / - 缩放，0 显示全部；单步时间线中 n / b 沿关键路径前后移动。拓扑图中：方向键选择，Enter 进入，Backspace 返回。Esc：隐藏提示。"],
  data_table: ["As a table", "数据表"],
  more_rows: [(left) => `${left} more rows`, (left) => `另有 ${left} 行`],
  not_printed: [(left) => `… ${left} more rows not printed`, (left) => `… 另有 ${left} 行未打印`],
  // sections
  headline: ["In short", "核心指标"],
  breakdown: ["Where the step goes", "单步时间分解"],
  step: ["One step, stage by stage", "单步时间线"],
  fabric: ["Fabric and load of its links", "网络拓扑与链路负载"],
  campaign: ["The weeks", "长期训练过程"],
  memory: ["Memory", "显存"],
  collectives: ["Collectives", "集合通信"],
  job: ["Job and cluster", "任务与集群"],
  sources: ["Values and their sources", "参数及其来源"],
  rerun: ["Scenario, and how to run it again", "场景与复现方法"],
  // hover
  exact: ["exactly", "精确值"], meaning: ["is", "含义"], definition: ["defined as", "定义"], worked: ["here", "代入"],
  inputs: ["from", "输入"], source: ["source", "来源"],
  simulated: ["simulated by this run; in --json:", "由本次运行仿真得出；JSON 键："],
  // breakdown
  step_time: ["step", "单步"], seconds: ["seconds", "秒"], share_of_step: ["of the step", "占单步"],
  parts_add_up: ["The parts add up to the step.", "各部分之和等于单步时间。"],
  // step timeline
  step_note: ["One replica of the model; a row for each pipeline stage and stream. What is marked is the critical path: the chain of operations that ends with the step. What is narrower than a pixel is as pale as the pixel is idle; at the right stands how much of the step a stream is busy.",
    "图中为一个模型副本；每个流水级、每条流一行。高亮部分为关键路径：决定单步时间的操作链。不足一个像素的操作按该像素的忙碌比例淡化；右侧为该流在单步中的忙碌占比。"],
  all_stages: ["all stages", "所有流水级"],
  simulated_step: ["simulated by this run: the timeline of the step", "由本次运行仿真得出：单步时间线"],
  critical: ["critical path", "关键路径"], only_critical: ["Critical path alone", "仅显示关键路径"],
  stage: ["stage", "流水级"], stream: ["stream", "流"], micro_batch: ["micro-batch", "微批次"], from_to: ["from – to", "起止"], chunk: ["chunk", "虚拟级"],
  thinned: ["Stages shown", "显示的流水级"],
  // fabric
  traffic: ["Traffic", "流量"], most_load: ["highest load", "最高负载"], mean_load: ["mean load", "平均负载"],
  links: ["links", "链路"], capacity: ["capacity of one", "单链路容量"], latency: ["latency", "时延"], kind: ["kind", "类型"],
  fabric_note: ["Load is what the flows over a link would each take alone, over the link's capacity: above 100 % they slow each other down. Width is the number of links. Click a box, or press Enter, to go in.",
    "负载 = 链路上各流单独运行时所需带宽之和 / 链路容量；超过 100 % 时流之间互相拖慢。线宽表示链路数。点击方框或按 Enter 进入下一层。"],
  shown_is: [(what) => `Shown: ${what}.`, (what) => `所示流量：${what}。`],
  lasts: [(time, share) => `It flows for ${time} of the step on the stage where it flows longest: ${share}, hidden behind computing or not.`, (time, share) => `在持续最久的流水级上，它在单步中持续 ${time}，占 ${share}（无论是否被计算掩盖）。`],
  lasts_short: [(share) => `${share} of the step`, (share) => `占单步 ${share}`], lasts_unknown: ["How long all of it meets was not counted.", "未统计同时出现的时长。"],
  drawn_as: ["Loaded and wired as", "接线与负载相同，图示为"],
  not_drawn: ["Not drawn: more kinds of picture than are kept.", "未绘制：不同的图过多，仅保留一部分。"],
  cluster: ["cluster", "集群"], pod: ["pod", "Pod"], group: ["leaf group", "叶组"], node: ["node", "节点"], more_boxes: ["more", "个同类"],
  inside: ["inside", "内部"], carries: ["Highest load by kind of traffic", "各类流量的最高负载"],
  // campaign
  wall_clock: ["wall clock", "墙钟时间"], goodput_curve: ["Goodput so far", "累计 Goodput"], ettr_curve: ["ETTR so far", "累计有效训练时长占比"],
  failures: ["failures", "故障"], down: ["down", "停机"], checkpoints: ["checkpoints", "检查点"], restarts: ["Failures and restarts", "故障与重启"],
  week: ["week", "周"], trained: ["training", "训练"], at: ["at", "时刻"], cause: ["cause", "原因"], component: ["component", "部件"],
  lost: ["work lost", "损失的训练时间"], whole_job: ["whole job", "整个任务"], accounts: ["Where the wall clock goes", "墙钟时间去向"],
  campaign_note: ["Marks in a row are failures of that class of component; a bar is the time until training goes on. Curves are of all that was so far.",
    "每行的标记为该类部件的故障；横条为恢复训练前的停机时间。曲线为截至该时刻的累计值。"],
  weeks_trained: ["Share of each week that is training", "每周训练时间占比"],
  // memory
  by_stage: ["A card of each stage", "各流水级单卡"], by_term: ["The fullest stage, part by part", "占用最大的流水级"], card_has: ["a card has", "单卡容量"],
  // sources and rerun
  path: ["value of", "参数"], value: ["value", "取值"], where: ["where", "位置"], find: ["Find", "查找"],
  run_again: ["The same report again", "重新生成同样的报告"], files: ["What was read", "读入的文件"], cautions: ["Cautions", "注意事项"],
  engine: ["Engine", "仿真引擎设置"], licences: ["Libraries in this page, and their licences", "本页使用的库及其许可证"],
  made_by: [(version) => `Made by qianka ${version}.`, (version) => `由 qianka ${version} 生成。`], same_bytes: ["Same input, same bytes: the page has no date.", "同样的输入得到同样的字节：本页不含日期。"],
  name: ["name", "名称"], algorithm: ["algorithm", "算法"], cards: ["cards", "卡数"], groups: ["groups", "组数"], size: ["size", "大小"],
  duration: ["time", "时间"], bus: ["bus bandwidth", "总线带宽"], bottleneck: ["binding link", "瓶颈链路"],
  digest: ["digest", "摘要"], seed: ["seed", "随机种子"],
  // compare
  sides: ["Sides", "各方"], side: ["side", "方"], ratio: ["A card, in cards of the first side", "一张卡折合第一方的卡数"],
  ratio_step: ["by the step", "按单步"], ratio_end: ["end to end", "端到端"], undecided: ["undecided: the interval holds 1", "不分高下：区间包含 1"],
  gap: ["Where the difference comes from", "差距来自哪里"], card_hours_per_token: ["card-hours for 10^9 tokens", "每 10^9 token 的卡时"],
  scaling: ["Scaling", "扩展性"], weak: ["weak scaling", "弱扩展"], strong: ["strong scaling", "强扩展"], tokens_card: ["tokens/s a card", "每卡 tokens/s"],
  costs: ["Costs", "成本"], trust: ["How far to trust it", "可信范围"], layout: ["layout", "布局"], remarks: ["Remarks", "说明"],
  per_trillion: ["Money and energy for 10^12 tokens", "10^12 个 token 的费用和能耗"], interval: ["95 % interval", "95 % 区间"], unknown_costs: ["left out, unknown", "未计入未知项"], power: ["power", "功率"],
  cost_card: ["a card", "每卡"], cost_hour: ["a card-hour, known items", "每卡时，已知项目"], cost_known: ["known items", "已知项目"], plus_cards: [" + the cards", " + 卡价"],
  cost_rented: ["rented", "租用"], cost_energy: ["MWh, of what is known", "MWh，已知部分"], cost_phases: ["of it computing / waiting / idle, %", "其中计算 / 等待 / 空闲，%"],
  cost_even: ["a card may cost, to equal A", "与 A 相当时，一张卡可值"], unknown_value: ["unknown", "未知"], up_to: ["up to ", "最多 "], none: ["none", "无"], an_hour: ["an hour", "每小时"],
  export: ["export", "出口管制"], uncounted: ["power of the cards, and what the costs say of servers and cooling; not counted", "功率：含卡，以及成本文件中服务器和制冷的数值；未计入"],
  assumed: [(whose, other) => `Failures of ${whose}: nobody has published counts; assumptions, and ${other} against A under each`, (whose, other) => `${whose} 的故障：没有人公布过次数；以下为假设，以及各假设下 ${other} 相对 A 的结果`],
  rates_of: ["rates", "故障率"], its_goodput: ["its goodput", "其有效吞吐"], never_turns: ["No rate between 1/64 and 64 times equal turns the order.", "在相同故障率的 1/64 到 64 倍之间，次序都不反转。"],
  turns_at: [(times) => `The order of the two turns at about ${times} times equal rates.`, (times) => `故障率约为相同故障率的 ${times} 倍时，二者次序反转。`],
  intervals_hold: ["Intervals hold the ratio with 95 %: model errors as measured", "区间以 95 % 的把握包含该比值：计入实测得到的模型误差"], and_luck: [(seeds) => `, and the luck of ${seeds} ${seeds === 1 ? "seed" : "seeds"}.`, (seeds) => `，以及 ${seeds} 个随机种子的偶然性。`],
  no_weeks: [". No weeks: no failures, no checkpoints (--days N gives some).", "。没有周数：没有故障，没有检查点（--days N 可以给出）。"],
  // run --seeds
  replicas: ["How much is chance", "随机性有多大"], median: ["median", "中位数"], interval_of_mean: ["the mean, with 95 %", "均值的 95 % 区间"],
  seeds_between: ["5 % to 95 % of the seeds", "5 % 至 95 % 的种子"], over_seeds: [(seeds) => `over ${seeds} seeds`, (seeds) => `${seeds} 个随机种子`], alone: ["alone", "单独运行"],
  lost_work_h: ["work lost, hours", "损失的训练时间，小时"], down_h: ["down, hours", "停机，小时"],
  replicas_note: [(seeds, first) => `The same weeks under ${seeds} seeds, from ${first} up. Each point is a seed; the red one is that of the other sections. Dashes: the median; ground: 9 of 10 seeds; below: the mean with its 95 % interval.`,
    (seeds, first) => `同一训练过程在 ${seeds} 个随机种子下（自 ${first} 起）的结果。每个点为一个种子，红点为其余章节所用的种子。虚线：中位数；底色：九成种子所在范围；下方横线：均值及其 95 % 区间。`],
  replicas_left_out: [(shown) => `The first ${shown} are drawn; the figures are of all.`, (shown) => `仅绘制前 ${shown} 个；数值基于全部种子。`],
  // explain
  explain_question: ["What limits the run, and what would help?", "什么限制这次运行，什么能有帮助？"],
  as_if: ["As if: each limit lifted alone", "假如：逐一解除限制"], can_be_had: ["What can be had", "可行的改动"], not_possible: ["What is not possible, and why", "不可行的改动及原因"],
  changed: ["changed", "改动"], gain: ["gain", "增益"], saved: ["saved of the step", "节省（占单步）"], tokens_a_day: ["tokens a day", "每天 token"],
  exposed: ["exposed", "未掩盖"], hidden: ["hidden behind computing", "被计算掩盖"], in_all: ["takes in all", "总共花费"], over_links: ["over", "经由"],
  gain_step: [() => "A bar is how much of the step is saved; beside it stands what the step would take. Each is the run once more with that alone changed. Rows do not add up: limits hide behind one another.",
    () => "条长为单步节省的比例，右侧为改动后的单步时间。每一行都是只改这一项、再运行一次的结果。各行不能相加：一个限制会藏在另一个后面。"],
  gain_weeks: [(seeds) => `A bar is how many more tokens are kept a day: the mean over ${seeds} seeds that all meet the same failures, with its 95 % interval. Each is the run once more with that alone changed. Rows do not add up.`,
    (seeds) => `条长为每天多保留的 token：${seeds} 个随机种子的均值及其 95 % 区间，各行遇到同样的故障。每一行都是只改这一项、再运行一次的结果。各行不能相加。`],
  gain_worked: [(seeds, now, before, gain) => `seed by seed ${now} / ${before} tokens a day − 1, the mean of ${seeds}: ${gain}`, (seeds, now, before, gain) => `逐种子计算每天 token ${now} / ${before} − 1，${seeds} 个种子的均值：${gain}`],
  // tune, size
  best: ["Best layouts", "最优策略"], tried: ["What was looked at", "搜索过程"], as_written: ["as written", "原方案"], bound: ["lower bound", "下界"],
  memory_card: ["memory", "显存"], layouts: ["layouts", "策略数"], reason: ["reason", "原因"],
  sizes: ["Sizes", "规模"], nodes: ["nodes", "节点"], answer: ["the answer", "答案"], money: ["money", "费用"], meets: ["meets the goal", "满足目标"],
  time_95: ["19 of 20 seeds", "95 % 分位"],
  // sweep
  effects: ["Main effects", "主效应"], points: ["points", "点"], pareto: ["Nothing beats these", "帕累托前沿"], explains: [(share) => `explains ${share} of the variance`, (share) => `解释方差的 ${share}`],
  best_points: ["Best points", "最优点"], all_points: ["All points", "全部点"], curves: ["Curves", "响应曲线"], x_axis: ["across", "横轴"], y_axis: ["up", "纵轴"],
  effect_size: [(least, most, share, mean) => `Means from ${least} to ${most}: apart by ${share} of the mean of all, ${mean}`, (least, most, share, mean) => `均值 ${least} 至 ${most}：相差为总均值 ${mean} 的 ${share}`],
  effects_note: ["Points are means over all points with that value, bars reach from the least to the most. All axes are the same.", "圆点为取该值的所有点的均值，竖条为最小到最大。所有图的纵轴相同。"],
  near_axis: ["Axes begin at the least value, not at zero", "纵轴从最小值开始，而非从 0 开始"], against_all: ["against all", "相对总均值"],
  mean: ["mean", "均值"], least: ["least", "最小"], most: ["most", "最大"],
  // claims
  verdict: ["verdict", "判定"], claim: ["claim", "说法"], our_answer: ["our answer", "我们的答案"], condition: ["condition", "条件"], all: ["all", "全部"],
  system: ["system", "对象"], readings: ["Readings", "解读"], flips: ["turns when", "何时反转"], inputs_of: ["Inputs", "输入"], low: ["low", "下限"], high: ["high", "上限"],
  holds: ["holds", "成立"], holds_if: ["holds if", "有条件成立"], does_not_hold: ["does not hold", "不成立"], cannot_be_told: ["cannot be told", "无法判断"],
};

export const t = (key) => {
  const pair = words[key];
  return pair ? pair[state.lang === "zh" ? 1 : 0] : key;
};
