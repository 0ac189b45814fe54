// SPDX-License-Identifier: Apache-2.0
// What limits a run: each limit lifted alone, what can be had instead, and what cannot be and why.
import { axis, chartBox, colour, legend, tooltip } from "./chart.mjs";
import { el, table } from "./dom.mjs";
import * as format from "./format.mjs";
import { aboutMark, figure } from "./hover.mjs";
import { label } from "./meanings.mjs";
import { result } from "./store.mjs";
import { dataTable } from "./view_run.mjs";
import { t } from "./words.mjs";

const weeks = result.seeds > 0;
/** What a bar is long for: tokens kept a day more, or of the step saved. */
const gainOf = (row) => (weeks ? row.gain : row.saved_share);
const signed = (share) => `${share < -0.00005 ? "−" : share > 0.00005 ? "+" : ""}${format.percent(Math.abs(share), 2)}`;
const gainText = (share) => (weeks ? signed(share) : format.percent(share, 2));
const listed = (name) => result[name].map((row, i) => ({ ...row, path: `${name}[${i}]` }));
const possible = (name) => listed(name).filter((row) => row.refusal === undefined);
const quoted = (value) => (/^[\w.,:/+-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`);
const changeOf = (row) => (row.set ? row.set.map(({ path, value }) => `--set ${path}=${quoted(value)}`).join(" ") : row.how);
const range = ({ low, high }, text) => `${text(low)} – ${text(high)}`;

/** Both charts are as long for the same gain. */
function axisEnds() {
  const ends = [...possible("limits"), ...possible("steps")].flatMap((row) => [gainOf(row), row.gain_by_seed?.low ?? 0, row.gain_by_seed?.high ?? 0]);
  return [Math.min(0, ...ends), Math.max(0, ...ends) || 1];
}

function about(row) {
  const base = result.step_s;
  const worked = weeks
    ? t("gain_worked")(result.seeds, format.large(row.tokens_per_day.mean), format.large(result.tokens_per_day.mean), signed(row.gain))
    : `1 − ${row.step_s} s / ${base} s = ${format.percent(row.saved_share, 2)}`;
  return aboutMark(row.what, [
    changeOf(row) && [t("changed"), changeOf(row)],
    [t("step_time"), `${base} s → ${row.step_s} s`],
    [t("worked"), worked],
    weeks && row.gain_by_seed && [t("interval"), range(row.gain_by_seed, signed)],
    !weeks && [label("step.tokens_per_s_per_card"), `${signed(row.gain)} = ${base} / ${row.step_s} − 1`],
    row.remark && [t("remarks"), row.remark],
    [t("source"), `${t("simulated")} ${row.path}`]]);
}

/** The gain of each row, what helps most first; of weeks with its interval over the seeds. */
function bars(name, rows, [least, most]) {
  const whisker = (params, api) => {
    const [from, y] = api.coord([api.value(1), api.value(0)]), [to] = api.coord([api.value(2), api.value(0)]);
    const style = { stroke: colour("--text"), lineWidth: 1.5 }, line = (x1, y1, x2, y2) => ({ type: "line", shape: { x1, y1, x2, y2 }, style });
    return { type: "group", children: [line(from, y, to, y), line(from, y - 4, from, y + 4), line(to, y - 4, to, y + 4)] };
  };
  return chartBox(name, 40 + 26 * rows.length, (chart) => {
    const left = Math.min(310, 0.36 * chart.getWidth());  // the same in both charts
    return {
      grid: { left, right: weeks ? 84 : 138, top: 8, bottom: 32 },
      tooltip: tooltip(({ dataIndex }) => about(rows[dataIndex])),
      xAxis: axis({ type: "value", min: least, max: most, axisLabel: { formatter: (value) => `${+(100 * value).toPrecision(4)} %`, showMaxLabel: false, showMinLabel: least === 0 } }),
      yAxis: axis({ type: "category", inverse: true, data: rows.map((row) => row.what), axisLabel: { color: colour("--text"), fontSize: 13, interval: 0, hideOverlap: false, width: left - 14, overflow: "break" } }),
      series: [
        { type: "bar", barMaxWidth: 18, barMinHeight: 1,
          data: rows.map((row) => ({ value: gainOf(row), itemStyle: { color: colour(gainOf(row) < 0 ? "--bad" : "--compute") } })) },
        { type: "custom", silent: true, tooltip: { show: false }, renderItem: whisker,
          data: rows.flatMap((row, i) => (row.gain_by_seed ? [[i, row.gain_by_seed.low, row.gain_by_seed.high]] : [])), encode: { x: [1, 2], y: 0 } },
        // The whole row is under the mouse; words stand at its right end, clear of bars and intervals.
        { type: "bar", barGap: "-100%", itemStyle: { color: "transparent" }, data: rows.map(() => most),
          label: { show: true, position: "right", color: colour("--text"), fontSize: 12,
            formatter: ({ dataIndex: i }) => (weeks ? gainText(gainOf(rows[i])) : `${gainText(gainOf(rows[i]))}   ${format.time(rows[i].step_s)}`) } },
      ],
    };
  });
}

function rowsTable(rows) {
  return dataTable(table([
    { title: "", cell: (row) => row.what }, { title: t("changed"), cell: (row) => changeOf(row) && el(row.set ? "code" : "span", {}, changeOf(row)) },
    { title: t("step_time"), number: true, cell: (row) => figure(`${row.path}.step_s`) },
    { title: weeks ? t("gain") : t("saved"), number: true, cell: (row) => figure(`${row.path}.${weeks ? "gain" : "saved_share"}`, gainText(gainOf(row))) },
    weeks && { title: t("interval"), number: true, cell: (row) => row.gain_by_seed && range(row.gain_by_seed, signed) },
    weeks && { title: t("tokens_a_day"), number: true, cell: (row) => figure(`${row.path}.tokens_per_day.mean`) },
    { title: t("remarks"), cell: (row) => row.remark },
  ].filter(Boolean), rows));
}

const tried = (name, title) => {
  const rows = possible(name);
  return rows.length > 0 && { id: name, title, content: el("div", {},
    el("p", { class: "note" }, t(weeks ? "gain_weeks" : "gain_step")(result.seeds)), bars(title, rows, axisEnds()), rowsTable(rows)) };
};

/** What computation leaves exposed of each part, and what it hides. */
function parts() {
  const rows = result.parts.map((part, i) => ({ ...part, path: `parts[${i}]` }));
  const hidden = (part) => Math.max(0, (part.taken_s ?? part.exposed_s) - part.exposed_s);
  const hides = rows.some((part) => hidden(part) > 0);
  const lines = (part) => aboutMark(part.what, [
    [t("exposed"), `${part.exposed_s} s`], [t("worked"), `${part.exposed_s} s / ${result.step_s} s = ${format.percent(part.exposed_share, 2)}`],
    part.taken_s !== null && [t("in_all"), `${part.taken_s} s = ${format.percent(part.taken_share, 2)}`],
    part.over && [t("over_links"), part.over], part.bound_by && [t("bottleneck"), part.bound_by], [t("source"), `${t("simulated")} ${part.path}`]]);
  const most = Math.max(...rows.map((part) => part.exposed_s + hidden(part)));
  const series = (name, shade, value, more) => ({ type: "bar", stack: "part", name, barMaxWidth: 18, itemStyle: { color: colour(shade) }, data: rows.map(value), ...more });
  return el("div", {},
    chartBox(t("breakdown"), (hides ? 64 : 36) + 26 * rows.length, () => ({
      grid: { left: 8, right: 120, top: hides ? 32 : 8, bottom: 24, containLabel: true },
      legend: hides ? legend({ data: [t("exposed"), t("hidden")] }) : undefined,
      tooltip: tooltip(({ dataIndex }) => lines(rows[dataIndex])),
      xAxis: axis({ type: "value", min: 0, max: most, ...format.ticks(most, format.times), axisLabel: { ...format.ticks(most, format.times).axisLabel, showMaxLabel: false } }),
      yAxis: axis({ type: "category", inverse: true, data: rows.map((part) => part.what), axisLabel: { color: colour("--text"), fontSize: 13, interval: 0, hideOverlap: false } }),
      series: [series(t("exposed"), "--compute", (part) => part.exposed_s),
        series(t("hidden"), "--recompute", hidden, { label: { show: true, position: "right", color: colour("--text"), fontSize: 12,
          formatter: ({ dataIndex: i }) => `${format.time(rows[i].exposed_s)}   ${format.percent(rows[i].exposed_share, 2)}` } })],
    })),
    dataTable(table([
      { title: "", cell: (part) => part.what }, { title: t("exposed"), number: true, cell: (part) => figure(`${part.path}.exposed_s`, part.exposed_s.toFixed(5)) },
      { title: t("share_of_step"), number: true, cell: (part) => format.percent(part.exposed_share, 2) },
      { title: t("in_all"), number: true, cell: (part) => (part.taken_s === null ? "" : figure(`${part.path}.taken_s`, part.taken_s.toFixed(5))) },
      { title: t("over_links"), cell: (part) => part.over ?? "" }, { title: t("bottleneck"), cell: (part) => part.bound_by ?? "" },
    ], rows, { caption: t("parts_add_up") })));
}

function headline() {
  const paths = ["step_s", "mfu", "tokens_per_s_per_card", "cards", "ettr", "goodput", "failures", "tokens_per_day.mean"].filter((path) => path.split(".")[0] in result);
  return el("div", {},
    el("div", { class: "cards" }, paths.map((path) => el("div", { class: "card" }, el("div", { class: "big" }, figure(path, /^(ettr|goodput)$/.test(path) ? format.percent(result[path], 2) : undefined)), el("div", { class: "label" }, label(path))))),
    result.words.map((words) => el("p", { class: "limits" }, words)));
}

export function explainSections() {
  const refused = [...listed("limits"), ...listed("steps")].filter((row) => row.refusal !== undefined);
  return {
    title: result.scenario,
    question: t("explain_question"),
    sections: [
      { id: "headline", title: t("headline"), content: headline() },
      { id: "breakdown", title: t("breakdown"), content: parts() },
      tried("limits", t("as_if")), tried("steps", t("can_be_had")),
      refused.length > 0 && { id: "refused", title: t("not_possible"), content: table([
        { title: "", cell: (row) => row.what }, { title: t("changed"), cell: (row) => changeOf(row) && el(row.set ? "code" : "span", {}, changeOf(row)) },
        { title: t("reason"), cell: (row) => row.refusal }], refused) },
    ],
  };
}
