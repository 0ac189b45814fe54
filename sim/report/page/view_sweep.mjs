// SPDX-License-Identifier: Apache-2.0
// A sweep: every point, the best, what each key does, what nothing beats.
import { axis, chartBox, colour, drawAll, legend, tooltip } from "./chart.mjs";
import { el, select, table } from "./dom.mjs";
import * as format from "./format.mjs";
import { aboutMark, hoverable } from "./hover.mjs";
import { data, result } from "./store.mjs";
import { t } from "./words.mjs";

const column = (name) => result.points.columns.indexOf(name);
const seen = {};

/** Columns that hold numbers, or texts with a unit: those are told apart by order. */
const figureColumn = () => (column(`${result.figure}_mean`) >= 0 ? `${result.figure}_mean` : result.figure);
const isShare = (name) => /(goodput|ettr|mfu)/.test(name);
const show = (name, value) => (value === null ? "–" : isShare(name) ? format.percent(value, 2) : typeof value === "number" ? format.byUnit(value, name.endsWith("_s") ? "s" : "", name.replace(/_(mean|low|high|p5|p95)$/, "")) : value);

function cell(row, name) {
  const value = row[column(name)];
  return hoverable(el("span", { class: "figure" }, show(name, value)), () => aboutMark(name, [[t("exact"), `${value}`], [t("interval"), column(name.replace("_mean", "_low")) >= 0 && name.endsWith("_mean") ? `${row[column(name.replace("_mean", "_low"))]} – ${row[column(name.replace("_mean", "_high"))]}` : "–"], [t("source"), `${t("simulated")} points, ${row[0]}`]]));
}

function pointsTable(numbers, more = []) {
  const rows = numbers.map((number) => result.points.rows.find((row) => row[0] === number)).filter(Boolean);
  const names = [...new Set([...result.keys, figureColumn(), ...more])].filter((name) => column(name) >= 0);
  return table([{ title: t("points"), number: true, cell: (row) => row[0] }, ...names.map((name) => ({ title: name, number: true, cell: (row) => cell(row, name) }))], rows, { shown: 20, more: t("more_rows") });
}

/** How far the means are apart, of the mean of all points: {least, most, mean, share}. */
function sizeOf({ levels }) {
  const means = levels.map((level) => level.mean), points = levels.reduce((sum, level) => sum + level.points, 0);
  const least = Math.min(...means), most = Math.max(...means), mean = levels.reduce((sum, level) => sum + level.mean * level.points, 0) / points;
  return { least, most, mean, share: mean === 0 ? 0 : (most - least) / Math.abs(mean) };
}

/** One scale for all charts of the figure: from zero, or, when that is asked for, from the least of all. */
function effectScale() {
  const levels = [...result.effects, ...result.curves].flatMap((one) => one.levels);
  const least = Math.min(...levels.map((level) => level.least)), most = Math.max(...levels.map((level) => level.most));
  const margin = (most - least || Math.abs(most) || 1) / 20;
  return seen.near ? [least - margin, most + margin] : [Math.min(0, least), Math.max(0, most)];
}

function effect(one, i, path) {
  const levels = one.levels, size = sizeOf(one), show1 = (value) => show(figureColumn(), value);
  const title = one.by ? `${one.key}, ${one.by}` : one.key;
  const [min, max] = effectScale();
  return el("div", { class: "small" }, el("h3", {}, title),
    el("p", { class: "note" }, t("effect_size")(show1(size.least), show1(size.most), format.percent(size.share, 2), show1(size.mean)), !one.by && ` · ${t("explains")(format.percent(one.share))}`),
    chartBox(title, 220, () => ({
      grid: { left: 8, right: 16, top: 16, bottom: 28, containLabel: true },
      tooltip: tooltip(({ dataIndex: k }) => aboutMark(`${one.key} = ${levels[k].value}`, [[t("mean"), `${levels[k].mean}`],
        [t("against_all"), `${levels[k].mean} / ${size.mean} − 1 = ${levels[k].mean < size.mean ? "−" : "+"}${format.percent(Math.abs(size.mean === 0 ? 0 : levels[k].mean / size.mean - 1), 2)}`],
        [t("least"), `${levels[k].least}`], [t("most"), `${levels[k].most}`], [t("points"), `${levels[k].points}`], [t("source"), `${t("simulated")} ${path}[${i}].levels[${k}]`]])),
      xAxis: axis({ type: "category", data: levels.map((level) => level.value) }),
      yAxis: axis({ type: "value", min, max, axisLabel: { formatter: show1, showMaxLabel: !seen.near && max === 1, showMinLabel: !seen.near } }),
      series: [
        { type: "custom", silent: true, data: levels.map((level, k) => [k, level.least, level.most]), encode: { x: 0, y: [1, 2] }, renderItem: (params, api) => {
          const [x, y0] = api.coord([api.value(0), api.value(1)]), [, y1] = api.coord([api.value(0), api.value(2)]);
          return { type: "line", shape: { x1: x, y1: y0, x2: x, y2: y1 }, style: { stroke: colour("--recompute"), lineWidth: 6, opacity: 0.6 } };
        } },
        { type: "line", symbolSize: 9, lineStyle: { color: colour("--compute"), width: 2 }, itemStyle: { color: colour("--compute") }, data: levels.map((level) => level.mean) },
      ],
    })));
}

/** All charts of effects or curves, with the choice of where their common axis begins. */
function effects(all, path) {
  const place = el("div", { class: "grid" });
  const fill = () => place.replaceChildren(...all.map((one, i) => effect(one, i, path)));
  fill();
  place.refill = () => { fill(); drawAll(place); };
  const near = el("input", { type: "checkbox", "data-near": path, checked: seen.near, onchange: (event) => {
    seen.near = event.target.checked;
    for (const each of document.querySelectorAll("[data-near]")) each.checked = seen.near;
    for (const each of document.querySelectorAll(".grid")) each.refill?.();
  } });
  return el("div", {}, el("p", { class: "note" }, t("effects_note")), el("div", { class: "tools" }, el("label", {}, near, " ", t("near_axis"))), place);
}

function scatter() {
  const able = result.points.rows.filter((row) => row[column("status")] === "ok");
  const usable = result.points.columns.filter((name) => !["point", "status", "reason", "seeds"].includes(name) && able.some((row) => row[column(name)] !== null));
  seen.x ??= result.keys[0], seen.y ??= figureColumn();
  const place = el("div", {});
  const isText = (name) => able.some((row) => typeof row[column(name)] === "string");
  const front = new Set(result.front), best = new Set(result.best);
  const axisOf = (name) => {
    const values = [...new Set(able.map((row) => row[column(name)]))];
    return isText(name) ? axis({ type: "category", data: values }) : axis({ type: "value", scale: true, axisLabel: { formatter: (value) => show(name, value) } });
  };
  const box = () => chartBox(t("all_points"), 380, () => ({
    grid: { left: 8, right: 24, top: 34, bottom: 36, containLabel: true },
    legend: legend(),
    tooltip: tooltip((mark) => aboutMark(`${t("points")} ${mark.data.row[0]}`, [...result.keys, seen.x, seen.y].filter((name, i, all) => all.indexOf(name) === i).map((name) => [name, `${mark.data.row[column(name)]}`]))),
    xAxis: { ...axisOf(seen.x), name: seen.x, nameLocation: "middle", nameGap: 26 }, yAxis: { ...axisOf(seen.y), name: seen.y },
    series: [[t("points"), "--compute", (row) => !front.has(row[0]) && !best.has(row[0])], [t("best_points"), "--tensor-comm", (row) => best.has(row[0]) && !front.has(row[0])], [t("pareto"), "--bad", (row) => front.has(row[0])]]
      .map(([name, shade, wanted]) => ({ type: "scatter", name, symbolSize: able.length > 500 ? 6 : 10, itemStyle: { color: colour(shade), opacity: 0.8 }, data: able.filter(wanted).map((row) => ({ value: [row[column(seen.x)], row[column(seen.y)]], row })) }))
      .filter((series) => series.data.length > 0),
  }));
  const fill = () => {
    const chart = box();
    place.replaceChildren(chart);
    if (place.isConnected) chart.draw();
  };
  fill();
  const choice = (word, key) => select(t(word), usable.map((name) => [name, name]), seen[key], (value) => { seen[key] = value; fill(); });
  return el("div", {}, el("div", { class: "tools" }, choice("x_axis", "x"), choice("y_axis", "y")), place);
}

export function sweepSections() {
  return {
    title: result.scenario,
    question: `${result.points.rows.length} / ${result.all_points} ${t("points")}: ${result.keys.join(", ")}`,
    sections: [
      { id: "headline", title: t("best_points"), content: pointsTable(result.best) },
      { id: "points", title: t("all_points"), content: scatter() },
      { id: "effects", title: t("effects"), content: effects(result.effects, "effects") },
      result.curves.length > 0 && { id: "curves", title: t("curves"), content: effects(result.curves, "curves") },
      result.front.length > 0 && { id: "pareto", title: `${t("pareto")}: ${result.front_of.join(", ")}`, content: pointsTable(result.front, result.front_of.map((name) => (column(`${name}_mean`) >= 0 ? `${name}_mean` : name))) },
    ],
  };
}
