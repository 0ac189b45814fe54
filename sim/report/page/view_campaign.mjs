// SPDX-License-Identifier: Apache-2.0
// Weeks of training: failures and restarts by class of component, checkpoints, goodput so far, and
// where the wall clock went.
import { axis, chartBox, colour, legend, tooltip, zoom } from "./chart.mjs";
import { el, table } from "./dom.mjs";
import * as format from "./format.mjs";
import { aboutMark, figure } from "./hover.mjs";
import { label, meaning } from "./meanings.mjs";
import { extras, result } from "./store.mjs";
import { waterfall } from "./view_run.mjs";
import { t } from "./words.mjs";

const day = 86400;
const palette = ["--tensor-comm", "--compute", "--data-comm", "--optimizer", "--host", "--pipeline-comm", "--jitter", "--expert-comm", "--context-comm", "--recompute"];

const clock = (seconds) => {
  const hours = Math.floor((seconds % day) / 3600), minutes = Math.floor((seconds % 3600) / 60);
  return `${Math.floor(seconds / day)} d ${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`;
};

/** Where the curve of checkpoints rises: [from, to, how many]. */
function checkpointSpans({ at_s: at, checkpoints }) {
  const spans = [];
  for (let i = 1; i < at.length; ++i)
    if (checkpoints[i] > checkpoints[i - 1]) spans.push([at[i - 1], at[i], checkpoints[i] - checkpoints[i - 1]]);
  return spans;
}

function aboutFailure(restart) {
  return aboutMark(`${restart.cause} (${restart.component})`, [
    [t("at"), `${clock(restart.at_s)} = ${restart.at_s} s`], [t("node"), restart.node < 0 ? t("whole_job") : `${restart.node}`],
    [t("down"), `${format.time(restart.down_s)} = ${restart.down_s} s`], [t("lost"), `${format.time(restart.lost_s)} = ${restart.lost_s} s`],
    [t("source"), `${t("simulated")} campaign.restarts[]`]]);
}

function timeline() {
  const { campaign, step } = result;
  const curve = extras.campaign;
  const components = Object.keys(campaign.failures_by_component);
  const lanes = [...components, t("down"), t("checkpoints")];
  const height = 210 + 24 * lanes.length + 40;
  const longest = Math.max(...campaign.restarts.map((one) => one.down_s), 1);
  return chartBox(t("campaign"), height, () => {
    const spans = checkpointSpans(curve);
    const begin = Math.min(0.5, 0.02 * campaign.wall_s / day);  // what was before then says nothing yet
    const line = (name, values, colourName) => ({ type: "line", name, xAxisIndex: 0, yAxisIndex: 0, showSymbol: false, lineStyle: { width: 2, color: colour(colourName) }, itemStyle: { color: colour(colourName) },
      data: curve.at_s.map((at, i) => [at / day, values(i, at)]).filter(([at]) => at >= begin) });
    const values = curve.at_s.map((at, i) => (at > begin * day ? Math.min(curve.steps[i] * step.time_s, curve.trained_s[i]) / at : 1));
    const least = Math.floor(20 * Math.min(...values)) / 20;
    const rect = (params, api, from, to, lane, style) => {
      const [x0, y] = api.coord([from, lane]), [x1] = api.coord([to, lane]);
      const high = api.size([0, 1])[1];
      const { x, width } = params.coordSys;
      const left = Math.max(x, x0), right = Math.min(x + width, Math.max(x1, x0 + 1));
      if (right <= left) return undefined;
      return { type: "rect", shape: { x: left, y: y - 0.35 * high, width: Math.max(1, right - left), height: 0.7 * high }, style };
    };
    return {
      grid: [{ left: 96, right: 20, top: 34, height: 150 }, { left: 96, right: 20, top: 206, height: 24 * lanes.length }],
      legend: legend({ data: [t("goodput_curve"), t("ettr_curve")] }),
      tooltip: tooltip((mark) => mark.data.about?.() ?? aboutMark(mark.seriesName, [[t("at"), clock(mark.value[0] * day)], [mark.seriesName, format.percent(mark.value[1], 2)]])),
      xAxis: [0, 1].map((gridIndex) => axis({ type: "value", gridIndex, min: 0, max: campaign.wall_s / day, axisLabel: gridIndex === 1 ? { formatter: (value) => `${format.plain(value, 3)} d`, showMaxLabel: Number.isInteger(campaign.wall_s / day / 10) } : { show: false } })),
      yAxis: [axis({ type: "value", gridIndex: 0, min: Math.max(0, least), max: 1, axisLabel: { formatter: (value) => format.percent(value, 0) } }),
        axis({ type: "category", gridIndex: 1, inverse: true, data: lanes, axisLabel: { interval: 0, hideOverlap: false, color: colour("--text") }, splitLine: { show: true, lineStyle: { color: colour("--line") } } })],
      dataZoom: zoom([0, 1]),
      series: [
        line(t("goodput_curve"), (i, at) => curve.steps[i] * step.time_s / at, "--compute"),
        line(t("ettr_curve"), (i, at) => curve.trained_s[i] / at, "--host"),
        ...components.map((component, i) => ({ type: "scatter", name: component, xAxisIndex: 1, yAxisIndex: 1, itemStyle: { color: colour(palette[i % palette.length]), opacity: 0.85 },
          data: campaign.restarts.filter((one) => one.component === component).map((one) => ({ value: [one.at_s / day, i], symbolSize: 5 + 6 * Math.sqrt(one.down_s / longest), about: () => aboutFailure(one) })) })),
        { type: "custom", name: t("down"), xAxisIndex: 1, yAxisIndex: 1, clip: true, encode: { x: [0, 1], y: 2 },
          data: campaign.restarts.map((one) => ({ value: [one.at_s / day, (one.at_s + one.down_s) / day, components.length], about: () => aboutFailure(one) })),
          renderItem: (params, api) => rect(params, api, api.value(0), api.value(1), components.length, { fill: colour("--bad") }) },
        { type: "custom", name: t("checkpoints"), xAxisIndex: 1, yAxisIndex: 1, clip: true, encode: { x: [0, 1], y: 3 },
          data: spans.map(([from, to, count]) => ({ value: [from / day, to / day, count, components.length + 1],
            about: () => aboutMark(`${count} ${t("checkpoints")}`, [[t("from_to"), `${clock(from)} – ${clock(to)}`], [t("source"), `${t("simulated")} campaign.checkpoints`]]) })),
          renderItem: (params, api) => rect(params, api, api.value(1), api.value(1), components.length + 1, { fill: colour("--host") }) },
      ],
    };
  });
}

function accounts() {
  const { accounting_s: seconds, wall_s: wall } = result.campaign;
  const colours = { productive: "--compute", recomputed: "--recompute", checkpoint_stall: "--host", detection: "--data-comm", localisation: "--tensor-comm", waiting: "--pipeline-bubble", restart: "--bad", load: "--optimizer", degraded: "--expert-comm" };
  const rows = Object.entries(seconds).filter(([, value]) => value > 0).map(([name, value]) => ({ name: label(`campaign.accounting_s.${name}`), value, colour: colour(colours[name] ?? "--faint"),
    lines: [[t("meaning"), meaning(`campaign.accounting_s.${name}`)], [t("source"), `${t("simulated")} campaign.accounting_s.${name}`]] }));
  return waterfall(t("accounts"), rows, { name: t("wall_clock"), value: wall, lines: [[t("source"), `${t("simulated")} campaign.wall_s`]] }, (value) => format.time(value));
}

function weeks() {
  const { trained_by_week_s: trained, wall_s: wall } = result.campaign;
  const length = (i) => Math.min(7 * day, wall - 7 * day * i);
  return chartBox(t("weeks_trained"), 200, () => ({
    grid: { left: 8, right: 28, top: 24, bottom: 32, containLabel: true },
    tooltip: tooltip(({ dataIndex: i }) => aboutMark(`${t("week")} ${i + 1}`, [[t("trained"), `${trained[i]} s = ${format.percent(trained[i] / length(i), 2)}`], [t("source"), `${t("simulated")} campaign.trained_by_week_s[${i}]`]])),
    xAxis: axis({ type: "category", data: trained.map((_, i) => (length(i) < 7 * day ? `${i + 1} (${format.plain(length(i) / day, 2)} d)` : i + 1)), name: t("week"), nameLocation: "middle", nameGap: 24 }),
    yAxis: axis({ type: "value", min: (range) => Math.max(0, Math.floor(range.min * 10 - 1) / 10), max: 1, axisLabel: { formatter: (value) => format.percent(value, 0) } }),
    // A line, no bars: the axis does not begin at zero.
    series: [{ type: "line", symbol: "circle", symbolSize: 9, lineStyle: { color: colour("--compute") }, itemStyle: { color: colour("--compute") }, data: trained.map((value, i) => ({ value: value / length(i), itemStyle: length(i) < 7 * day ? { opacity: 0.55 } : {} })),
      label: { show: trained.length <= 16, position: "top", color: colour("--text"), formatter: ({ value }) => format.percent(value) } }],
  }));
}

export function campaignSection() {
  const { campaign } = result;
  const facts = ["campaign.wall_s", "campaign.steps", "campaign.tokens", "campaign.availability", "campaign.checkpoint.bytes", "campaign.checkpoint.write_s", "campaign.checkpoint.stall_s", "campaign.checkpoint.load_s"];
  return el("div", {},
    el("p", { class: "note" }, t("campaign_note")),
    extras.campaign && timeline(),
    el("dl", { class: "facts" }, facts.map((path) => el("div", {}, el("dt", {}, label(path)), el("dd", {}, figure(path))))),
    el("h3", {}, t("accounts")), accounts(),
    campaign.trained_by_week_s.length > 1 && [el("h3", {}, t("weeks_trained")), weeks()],
    campaign.restarts.length > 0 && el("details", {}, el("summary", {}, `${t("restarts")} (${campaign.restarts.length})`), table([
      { title: t("at"), number: true, cell: (one) => clock(one.at_s) }, { title: t("cause"), cell: (one) => one.cause }, { title: t("component"), cell: (one) => one.component },
      { title: t("node"), number: true, cell: (one) => (one.node < 0 ? t("whole_job") : one.node) },
      { title: t("down"), number: true, cell: (one) => figure(`campaign.restarts[${one.i}].down_s`) }, { title: t("lost"), number: true, cell: (one) => figure(`campaign.restarts[${one.i}].lost_s`) },
    ], campaign.restarts.map((one, i) => ({ ...one, i })), { shown: 30, more: t("more_rows") })));
}
