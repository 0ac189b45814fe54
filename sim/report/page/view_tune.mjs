// SPDX-License-Identifier: Apache-2.0
// A search for layouts: the best, what their steps are made of, and what was left out and why.
import { axis, chartBox, colour, legend, partColours, tooltip } from "./chart.mjs";
import { el, table } from "./dom.mjs";
import * as format from "./format.mjs";
import { aboutMark, figure } from "./hover.mjs";
import { label, partName } from "./meanings.mjs";
import { result } from "./store.mjs";
import { t } from "./words.mjs";

function nameOf(p) {
  const parts = [`TP ${p.tensor}`, p.context > 1 && `CP ${p.context}`, `PP ${p.pipeline}`, `DP ${p.data}`, p.expert > 1 && `EP ${p.expert}`, p.interleave > 1 && `×${p.interleave}`, `mb ${p.micro_batch}`, p.sharding !== "none" && p.sharding, p.recompute !== "none" && p.recompute];
  return parts.filter(Boolean).join(" · ");
}

function listed() {
  const best = result.best.map((one, i) => ({ ...one, path: `best[${i}]`, name: nameOf(one.parallel) }));
  const written = result.as_written?.step_s ? [{ ...result.as_written, path: "as_written", name: `${t("as_written")}: ${nameOf(result.as_written.parallel)}` }] : [];
  return [...best, ...written];
}

function steps(rows) {
  const parts = Object.keys(rows[0].breakdown_s ?? {}).filter((part) => rows.some((row) => row.breakdown_s?.[part] > 0));
  const colours = partColours();
  return chartBox(t("best"), 90 + 26 * rows.length, () => ({
    grid: { left: 8, right: 60, top: 64, bottom: 24, containLabel: true },
    legend: legend(),
    tooltip: tooltip((mark) => aboutMark(rows[mark.dataIndex].name, [[mark.seriesName, `${mark.value} s = ${format.percent(mark.value / rows[mark.dataIndex].step_s)}`], [t("step_time"), `${rows[mark.dataIndex].step_s} s`], [t("source"), `${t("simulated")} ${rows[mark.dataIndex].path}.breakdown_s`]])),
    xAxis: axis({ type: "value", axisLabel: { formatter: (value) => format.time(value) } }),
    yAxis: axis({ type: "category", inverse: true, data: rows.map((row) => row.name), axisLabel: { color: colour("--text"), interval: 0, hideOverlap: false, fontSize: 11 } }),
    series: parts.map((part, k) => ({ type: "bar", stack: "step", name: partName(part), barMaxWidth: 18, itemStyle: { color: colours[part] }, data: rows.map((row) => row.breakdown_s[part]),
      label: k === parts.length - 1 ? { show: true, position: "right", color: colour("--text"), formatter: ({ dataIndex }) => format.time(rows[dataIndex].step_s) } : undefined })),
  }));
}

export function tuneSections() {
  const rows = listed();
  const shown = rows.filter((row) => row.breakdown_s);
  const facts = ["cards", "shapes", "layouts", "fitting", "simulated", "failed", "best_proved", "all_proved", "left", "as_zero_1"].filter((key) => result[key] !== undefined);
  const reasons = [...(result.refused ?? []).map((one, i) => ({ ...one, path: `refused[${i}]` })), ...(result.too_large ?? []).map((one, i) => ({ ...one, path: `too_large[${i}]` }))];
  return {
    title: result.scenario,
    question: rows.length > 0 ? `${rows[0].name}` : undefined,
    sections: [
      { id: "headline", title: t("best"), content: el("div", {}, shown.length > 0 && steps(shown), table([
        { title: t("layout"), cell: (row) => row.name }, { title: t("step_time"), number: true, cell: (row) => figure(`${row.path}.step_s`) },
        { title: label("step.mfu"), number: true, cell: (row) => figure(`${row.path}.mfu`) }, { title: t("memory_card"), number: true, cell: (row) => figure(`${row.path}.memory_bytes`) },
        { title: t("bound"), number: true, cell: (row) => figure(`${row.path}.bound_s`) },
      ], rows)) },
      { id: "tried", title: t("tried"), content: el("div", {},
        el("dl", { class: "facts" }, facts.map((key) => el("div", {}, el("dt", {}, label(key)), el("dd", {}, figure(key))))),
        table([{ title: t("reason"), cell: (one) => one.reason }, { title: t("layouts"), number: true, cell: (one) => figure(`${one.path}.layouts`) }], reasons)) },
    ],
  };
}
