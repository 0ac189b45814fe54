// SPDX-License-Identifier: Apache-2.0
// A run: what it came to, where step and wall clock go, the machine, the weeks.
import { axis, chartBox, colour, partColours, tooltip } from "./chart.mjs";
import { el, table } from "./dom.mjs";
import * as format from "./format.mjs";
import { aboutMark, figure } from "./hover.mjs";
import { label, meaning, partName, termName } from "./meanings.mjs";
import { extras, result } from "./store.mjs";
import { campaignSection } from "./view_campaign.mjs";
import { fabricSection } from "./view_fabric.mjs";
import { replicasSection } from "./view_replicas.mjs";
import { stepSection } from "./view_step.mjs";
import { t } from "./words.mjs";

export const dataTable = (content) => el("details", { class: "data" }, el("summary", {}, t("data_table")), content);

function headline() {
  const paths = ["step.time_s", "step.mfu", "step.hfu", "step.tokens_per_s_per_card", "parallel_efficiency.value", "cluster.cards"];
  const weeks = ["campaign.ettr", "campaign.goodput", "campaign.end_to_end_mfu", "campaign.failures", "campaign.mtbf_s", "campaign.mean_recovery_s", "campaign.checkpoints", "campaign.lost_work_s"];
  const card = (path) => el("div", { class: "card" }, el("div", { class: "big" }, figure(path)), el("div", { class: "label" }, label(path)));
  return el("div", {},
    el("div", { class: "cards" }, paths.map(card), result.campaign && weeks.map(card)),
    el("p", { class: "limits" }, result.step.limits));
}

/** Bars that begin where the one before ends. rows: [{name, value, colour, lines}] */
export function waterfall(name, rows, total, unit, kind = format.times) {
  return chartBox(name, 44 + 26 * (rows.length + 1), () => {
    let sum = 0;
    const bars = rows.map((row) => {
      const from = sum;
      sum += row.value;
      return { from, ...row };
    });
    bars.push({ name: total.name, from: 0, value: total.value, colour: colour("--total"), lines: total.lines });
    const label = (bar) => `${unit(bar.value)}   ${format.percent(bar.value / total.value, 2)}`;
    return {
      grid: { left: 8, right: 150, top: 8, bottom: 24, containLabel: true },
      tooltip: tooltip(({ dataIndex }) => aboutMark(bars[dataIndex].name, [[t("exact"), `${bars[dataIndex].value}`], ...bars[dataIndex].lines])),
      xAxis: axis({ type: "value", min: 0, max: total.value, ...format.ticks(total.value, kind), axisLabel: { ...format.ticks(total.value, kind).axisLabel, showMaxLabel: false } }),
      yAxis: axis({ type: "category", inverse: true, data: bars.map((bar) => bar.name), axisLabel: { color: colour("--text"), fontSize: 13, interval: 0, hideOverlap: false } }),
      series: [
        { type: "bar", stack: "all", silent: true, itemStyle: { color: "transparent" }, tooltip: { show: false }, data: bars.map((bar) => bar.from) },
        { type: "bar", stack: "all", barMaxWidth: 20, data: bars.map((bar) => ({ value: bar.value, itemStyle: { color: bar.colour } })),
          label: { show: true, position: "right", color: colour("--text"), fontSize: 12, formatter: ({ dataIndex }) => label(bars[dataIndex]) } },
      ],
    };
  });
}

function breakdown() {
  const { time_s: time, breakdown_s: parts } = result.step;
  const colours = partColours();
  const shown = Object.entries(parts).filter(([, value]) => value > 0);
  const rows = shown.map(([part, value]) => ({ name: partName(part), value, colour: colours[part],
    lines: [[t("meaning"), meaning(`step.breakdown_s.${part}`)], [t("worked"), `${format.percent(value / time, 2)} × ${time} s`], [t("source"), `${t("simulated")} step.breakdown_s.${part}`]] }));
  const total = { name: t("step_time"), value: time, lines: [[t("source"), `${t("simulated")} step.time_s`]] };
  return el("div", {},
    waterfall(t("breakdown"), rows, total, (value) => format.time(value)),
    dataTable(table([
      { title: "", cell: ([part]) => partName(part) },
      { title: t("seconds"), number: true, cell: ([part, value]) => figure(`step.breakdown_s.${part}`, value.toFixed(5)) },
      { title: t("share_of_step"), number: true, cell: ([, value]) => format.percent(value / time, 2) },
    ], Object.entries(parts), { caption: t("parts_add_up") })));
}

function memory() {
  const { terms, capacity_bytes: capacity, stage } = result.memory;
  const stages = extras.memory_by_stage_bytes ?? [];
  const gb = (value) => format.bytes(value);
  const byStage = stages.length > 1 && chartBox(t("by_stage"), 260, () => ({
    grid: { left: 8, right: 16, top: 32, bottom: 28, containLabel: true },
    tooltip: tooltip(({ dataIndex, value }) => aboutMark(`${t("stage")} ${dataIndex}`, [[t("exact"), `${value} B`], [t("card_has"), `${capacity} B`],
      [t("worked"), `${format.percent(value / capacity)}`], [t("source"), `${t("simulated")} memory_by_stage_bytes[${dataIndex}]`]])),
    xAxis: axis({ type: "category", data: stages.map((_, i) => i), name: t("stage"), nameLocation: "middle", nameGap: 24 }),
    yAxis: axis({ type: "value", min: 0, max: Math.max(capacity, ...stages) * 1.02, ...format.ticks(Math.max(capacity, ...stages), format.sizes), axisLabel: { ...format.ticks(Math.max(capacity, ...stages), format.sizes).axisLabel, showMaxLabel: false } }),
    series: [{ type: "bar", barMaxWidth: 36, data: stages.map((value, i) => ({ value, itemStyle: { color: value > capacity ? colour("--bad") : i === stage ? colour("--compute") : colour("--recompute") } })),
      markLine: { symbol: "none", silent: true, lineStyle: { color: colour("--bad"), type: "dashed" },
        label: { formatter: `${t("card_has")} ${gb(capacity)}`, position: "insideEndTop", color: colour("--text") }, data: [{ yAxis: capacity }] } }],
  }));
  const palette = ["--compute", "--recompute", "--tensor-comm", "--data-comm", "--optimizer", "--pipeline-bubble", "--host", "--jitter"];
  const rows = terms.filter((term) => term.bytes > 0).map((term, i) => ({ name: termName(term.name), value: term.bytes, colour: colour(palette[i % palette.length]),
    lines: [[t("source"), `${t("simulated")} memory.terms[].bytes`]] }));
  return el("div", {},
    el("p", {}, label("memory.per_card_bytes"), " ", figure("memory.per_card_bytes"), " / ", figure("memory.capacity_bytes"), ` · ${label("memory.stage")} `, figure("memory.stage")),
    byStage && el("h3", {}, t("by_stage")), byStage,
    el("h3", {}, t("by_term")),
    waterfall(t("by_term"), rows, { name: label("memory.per_card_bytes"), value: result.memory.per_card_bytes, lines: [] }, gb, format.sizes));
}

function collectives() {
  return table([
    { title: t("name"), cell: (one) => one.name }, { title: t("algorithm"), cell: (one) => one.algorithm },
    { title: t("cards"), number: true, cell: (one) => figure(`step.collectives[${one.i}].ranks`) },
    { title: t("groups"), number: true, cell: (one) => figure(`step.collectives[${one.i}].groups`) },
    { title: t("size"), number: true, cell: (one) => figure(`step.collectives[${one.i}].bytes`) },
    { title: t("duration"), number: true, cell: (one) => figure(`step.collectives[${one.i}].time_s`) },
    { title: t("bus"), number: true, cell: (one) => figure(`step.collectives[${one.i}].bus_bandwidth_bytes_per_s`) },
    { title: t("bottleneck"), cell: (one) => one.bottleneck },
  ], result.step.collectives.map((one, i) => ({ ...one, i })));
}

function job() {
  const paths = [...Object.keys(result.cluster).map((key) => `cluster.${key}`), ...Object.keys(result.job).map((key) => `job.${key}`)];
  return el("dl", { class: "facts" }, paths.map((path) => el("div", {}, el("dt", {}, label(path)), el("dd", {}, figure(path)))));
}

export function runSections() {
  const section = (id, content) => ({ id, title: t(id), content });
  return {
    title: result.qianka.scenario,
    question: result.qianka.question,
    sections: [
      section("headline", headline()),
      section("breakdown", breakdown()),
      extras.step && section("step", stepSection()),
      extras.fabric && section("fabric", fabricSection()),
      result.campaign && section("campaign", campaignSection()),
      extras.replicas && section("replicas", replicasSection()),
      section("memory", memory()),
      section("collectives", collectives()),
      section("job", job()),
    ],
  };
}
