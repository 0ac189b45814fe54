// SPDX-License-Identifier: Apache-2.0
// How large a cluster must be: time and money by number of nodes.
import { axis, chartBox, colour, legend, tooltip } from "./chart.mjs";
import { el, table } from "./dom.mjs";
import * as format from "./format.mjs";
import { aboutMark, figure } from "./hover.mjs";
import { label } from "./meanings.mjs";
import { data, result } from "./store.mjs";
import { t } from "./words.mjs";

function curve(rows) {
  const timed = rows.some((row) => row.time_s !== null && row.time_s !== undefined);
  const key = timed ? "time_s" : "tokens_by_then";
  const show = timed ? (value) => format.time(value) : (value) => format.byUnit(value, "tokens");
  const point = (row, field) => ({ value: [row.nodes, row[field]], symbolSize: row.nodes === result.chosen_nodes ? 16 : 9, itemStyle: { color: row.meets ? colour("--good") : colour("--faint"), borderColor: colour("--text"), borderWidth: row.nodes === result.chosen_nodes ? 2 : 0 }, about: () => aboutMark(`${row.nodes} ${t("nodes")}`, [
    [t("duration"), row.time_s !== undefined && row.time_s !== null ? `${format.time(row.time_s)} = ${row.time_s} s` : "–"], [t("money"), `${format.count(row.money)} ${result.currency}`], [label("step.mfu"), format.percent(row.mfu)], [t("layout"), row.layout], [t("meets"), row.meets ? "✓" : "✗"], [t("source"), `${t("simulated")} rows[]`]]) });
  return chartBox(t("sizes"), 340, () => ({
    grid: { left: 8, right: 64, top: 40, bottom: 36, containLabel: true },
    legend: legend(),
    tooltip: tooltip((mark) => mark.data.about()),
    xAxis: axis({ type: "log", name: t("nodes"), nameLocation: "middle", nameGap: 26, axisLabel: { formatter: (value) => format.count(value) } }),
    yAxis: [axis({ type: "log", axisLabel: { formatter: show } }), axis({ type: "value", position: "right", min: 0, splitLine: { show: false }, axisLabel: { formatter: (value) => format.byUnit(value, "tokens") } })],
    series: [
      { type: "line", name: timed ? t("duration") : label("tokens"), lineStyle: { color: colour("--compute"), width: 2 }, itemStyle: { color: colour("--compute") }, data: rows.filter((row) => row[key] > 0).map((row) => point(row, key)) },
      { type: "line", name: `${t("money")} (${result.currency})`, yAxisIndex: 1, lineStyle: { color: colour("--tensor-comm"), width: 2, type: "dashed" }, itemStyle: { color: colour("--tensor-comm") }, data: rows.filter((row) => row.money > 0).map((row) => point(row, "money")) },
    ],
  }));
}

export function sizeSections() {
  const rows = result.rows.map((row, i) => ({ ...row, i }));
  const able = rows.filter((row) => !row.refusal);
  const chosen = able.find((row) => row.nodes === result.chosen_nodes);
  const headline = [[t("nodes"), chosen && "chosen_nodes"]];
  if (chosen) for (const [name, key] of [[t("cards"), "cards"], [t("duration"), "time_s"], [`${t("money")} (${result.currency})`, "money"], [t("power"), "power_w"]])
    if (chosen[key] !== null && chosen[key] !== undefined) headline.push([name, `rows[${chosen.i}].${key}`]);
  const cell = (key) => (row) => (row[key] === undefined ? "–" : figure(`rows[${row.i}].${key}`));
  return {
    title: data.inputs[0]?.file.replace(/^.*\//, "").replace(/\.ya?ml$/, "") ?? t("of_size"),
    question: result.goal,
    sections: [
      { id: "headline", title: t("answer"), content: el("div", {},
        el("div", { class: "cards" }, headline.map(([name, path]) => el("div", { class: "card" }, el("div", { class: "big" }, path ? figure(path) : "–"), el("div", { class: "label" }, name)))),
        able.length > 0 && curve(able)) },
      { id: "sizes", title: t("sizes"), content: el("div", {}, table([
        { title: t("nodes"), number: true, cell: (row) => (row.nodes === result.chosen_nodes ? el("strong", {}, `${row.nodes} ★`) : `${row.nodes}`) }, { title: t("cards"), number: true, cell: cell("cards") }, { title: t("layout"), cell: (row) => row.layout ?? row.refusal },
        { title: t("step_time"), number: true, cell: cell("step_s") }, { title: label("step.mfu"), number: true, cell: cell("mfu") }, { title: label("campaign.goodput"), number: true, cell: cell("goodput") },
        { title: t("duration"), number: true, cell: cell("time_s") }, { title: t("time_95"), number: true, cell: cell("time_95_s") }, { title: `${t("money")} (${result.currency})`, number: true, cell: cell("money") }, { title: t("power"), number: true, cell: cell("power_w") }, { title: t("meets"), cell: (row) => (row.meets ? "✓" : "") },
      ], rows), result.notes.map((note) => el("p", { class: "note" }, note))) },
    ],
  };
}
