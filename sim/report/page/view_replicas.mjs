// SPDX-License-Identifier: Apache-2.0
// The weeks under many seeds: how much of a figure is chance. Every seed is a point.
import { axis, chartBox, colour, tooltip } from "./chart.mjs";
import { el, table } from "./dom.mjs";
import * as format from "./format.mjs";
import { aboutMark, hoverable } from "./hover.mjs";
import { label } from "./meanings.mjs";
import { extras, result } from "./store.mjs";
import { t } from "./words.mjs";

const names = { goodput: "campaign.goodput", ettr: "campaign.ettr", end_to_end_mfu: "campaign.end_to_end_mfu", failures: "campaign.failures" };
const nameOf = (key) => (names[key] ? label(names[key]) : t(key));
const shares = ["goodput", "ettr", "end_to_end_mfu"];
const show = (key, value) => (shares.includes(key) ? format.percent(value, 2) : format.plain(value));
const columns = 36;  // of points that lie side by side in a picture

/** Points of nearly the same value stand on each other: [value, height], by seed. */
function stacked(values, least, most) {
  const heights = new Map();
  return values.map((value) => {
    const column = most > least ? Math.round((columns * (value - least)) / (most - least)) : 0, height = heights.get(column) ?? 0;
    heights.set(column, height + 1);
    return [value, height];
  });
}

function aboutSeed(i) {
  const { first_seed: first, figures } = extras.replicas;
  return aboutMark(`${t("seed")} ${first + i}`, [
    ...figures.map(({ key, values }) => [nameOf(key), `${show(key, values[i])} (${values[i]})`]),
    [t("alone"), `--seed ${first + i}`]]);
}

const aboutSpread = (key, spread, median) => aboutMark(nameOf(key), [
  [t("mean"), `${spread.mean}`], [t("interval_of_mean"), `${spread.low} – ${spread.high}`], [t("median"), `${median}`],
  [t("seeds_between"), `${spread.p5} – ${spread.p95}`], [t("source"), `${t("simulated")} replicas.${key}`]]);

function strip({ key, median, values }) {
  const spread = result.replicas[key], all = [...values, spread.low, spread.high, spread.p5, spread.p95];
  const least = Math.min(...all), most = Math.max(...all), points = stacked(values, Math.min(...values), Math.max(...values));
  const margin = (most - least || Math.abs(most) || 1) / 40, high = Math.max(...points.map(([, height]) => height));
  const size = Math.max(2, Math.min(9, 74 / (high + 1)));
  const at = (api, value, height) => api.coord([value, height]);
  const line = (x1, y1, x2, y2, style) => ({ type: "line", shape: { x1, y1, x2, y2 }, style });
  const ground = (params, api) => {
    const { y, height } = params.coordSys, [from] = at(api, spread.p5, 0), [to] = at(api, spread.p95, 0), [middle] = at(api, median, 0);
    return { type: "group", children: [
      { type: "rect", shape: { x: from, y, width: Math.max(1, to - from), height }, style: { fill: colour("--choice"), opacity: 0.5 } },
      line(middle, y, middle, y + height, { stroke: colour("--text"), lineWidth: 1.5, lineDash: [4, 3] })] };
  };
  const mean = (params, api) => {
    const foot = params.coordSys.y + params.coordSys.height - 5, [from] = at(api, spread.low, 0), [to] = at(api, spread.high, 0), [x] = at(api, spread.mean, 0);
    return { type: "group", children: [
      line(from, foot, to, foot, { stroke: colour("--tensor-comm"), lineWidth: 4 }),
      { type: "circle", shape: { cx: x, cy: foot, r: 5 }, style: { fill: colour("--tensor-comm") } }] };
  };
  const title = nameOf(key);
  return el("div", { class: "small" },
    el("h3", {}, title), el("p", { class: "note" }, `${t("median")} ${show(key, median)} · ${t("mean")} ${show(key, spread.mean)} (${show(key, spread.low)} – ${show(key, spread.high)})`),
    chartBox(title, 150, () => ({
      grid: { left: 12, right: 20, top: 8, bottom: 26, containLabel: false },
      tooltip: tooltip(({ seriesType, data }) => (seriesType === "scatter" ? aboutSeed(data.i) : aboutSpread(key, spread, median))),
      xAxis: axis({ type: "value", min: least - margin, max: most + margin, splitNumber: 4, axisLabel: { formatter: (value) => (shares.includes(key) ? `${+(100 * value).toPrecision(4)} %` : format.plain(value)), showMinLabel: false, showMaxLabel: false } }),
      yAxis: { type: "value", show: false, min: -2 - high / 8, max: high + 1 },
      series: [
        { type: "custom", silent: true, data: [[median, 0]], renderItem: ground, tooltip: { show: false } },
        { type: "scatter", symbolSize: size, itemStyle: { color: colour("--compute"), opacity: 0.85 }, data: points.map((value, i) => ({ value, i })).slice(1) },
        { type: "scatter", symbolSize: Math.max(6, size), itemStyle: { color: colour("--bad") }, data: [{ value: points[0], i: 0 }] },
        { type: "custom", data: [[spread.mean, 0]], renderItem: mean },
      ],
    })));
}

export function replicasSection() {
  const { first_seed: first, figures } = extras.replicas, { seeds } = result.replicas, shown = figures[0].values.length;
  const cell = (key, text) => hoverable(el("span", { class: "figure", "data-path": `replicas.${key}` }, text), () =>
    aboutSpread(key, result.replicas[key], figures.find((one) => one.key === key).median));
  return el("div", {},
    el("p", { class: "note" }, t("replicas_note")(seeds, first), shown < seeds && ` ${t("replicas_left_out")(shown)}`),
    el("div", { class: "grid" }, figures.map(strip)),
    table([
      { title: t("over_seeds")(seeds), cell: ({ key }) => nameOf(key) },
      { title: t("median"), number: true, cell: ({ key, median }) => cell(key, show(key, median)) },
      { title: t("mean"), number: true, cell: ({ key }) => show(key, result.replicas[key].mean) },
      { title: t("interval_of_mean"), number: true, cell: ({ key }) => `${show(key, result.replicas[key].low)} – ${show(key, result.replicas[key].high)}` },
      { title: t("seeds_between"), number: true, cell: ({ key }) => `${show(key, result.replicas[key].p5)} – ${show(key, result.replicas[key].p95)}` },
    ], figures));
}
