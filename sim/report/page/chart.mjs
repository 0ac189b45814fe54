// SPDX-License-Identifier: Apache-2.0
// Charts by Apache ECharts, with the page's colours, words under the mouse, keys, and a version for print.
import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { DataZoomComponent, GridComponent, LegendComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { el } from "./dom.mjs";

echarts.use([BarChart, CustomChart, LineChart, ScatterChart, DataZoomComponent, GridComponent, LegendComponent,
  MarkLineComponent, TooltipComponent, CanvasRenderer]);

/** A colour of page.css: "--compute". */
export const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Colours of the parts of a step, the same in every chart. */
export const partColours = () => Object.fromEntries(
  ["compute", "recompute", "tensor_comm", "context_comm", "expert_comm", "pipeline_bubble", "pipeline_comm", "data_comm",
    "optimizer", "host", "jitter"].map((part) => [part, colour(`--${part.replace("_", "-")}`)]));

const open = new Set();
export const charts = open;

export function disposeCharts() {
  for (const chart of open) chart.dispose();
  open.clear();
}

const text = () => ({ color: colour("--text"), fontFamily: getComputedStyle(document.body).fontFamily, fontSize: 12 });

/** Axes with the page's colours; `more` is laid over. */
export const axis = (more = {}) => ({
  nameTextStyle: { color: colour("--faint"), fontSize: 12 },
  axisLine: { show: false, lineStyle: { color: colour("--line") } },
  axisTick: { show: false },
  splitLine: { show: more.type !== "category", lineStyle: { color: colour("--line") } },
  ...more,
  axisLabel: { color: colour("--faint"), fontSize: 12, hideOverlap: true, ...more.axisLabel },
});

export const legend = (more = {}) => ({
  type: "plain", top: 0, itemWidth: 14, itemHeight: 10, icon: "roundRect",
  textStyle: { color: colour("--text"), fontSize: 12 }, inactiveColor: colour("--faint"), ...more,
});

export const tooltip = (formatter, more = {}) => ({
  trigger: "item", confine: true, className: "chart-hover", backgroundColor: colour("--raised"), borderColor: colour("--line"),
  borderWidth: 1, padding: 10, transitionDuration: 0, textStyle: { color: colour("--text"), fontSize: 13 }, extraCssText: "box-shadow: 0 4px 16px rgba(0,0,0,.2); max-width: 26rem; white-space: normal;",
  formatter, ...more,
});

/** Zooming by wheel with Ctrl or by the bar, moving by dragging. */
export const zoom = (axes, more = {}) => [
  { type: "inside", xAxisIndex: axes, filterMode: "none", zoomOnMouseWheel: "ctrl", moveOnMouseMove: true, ...more },
  { type: "slider", xAxisIndex: axes, filterMode: "none", height: 18, bottom: 4, borderColor: colour("--line"), fillerColor: colour("--choice"),
    textStyle: { color: colour("--faint") }, brushSelect: false, showDataShadow: false, ...more },
];

function keysOf(chart, event) {
  const option = chart.getOption();
  const view = option.dataZoom?.[0];
  if (!view || event.ctrlKey || event.metaKey || event.altKey) return;
  const width = view.end - view.start;
  const moves = { ArrowLeft: [-0.2, 0], ArrowRight: [0.2, 0], "+": [0.2, -0.4], "=": [0.2, -0.4], "-": [-0.5, 1] };
  let [start, end] = [view.start, view.end];
  if (event.key === "0") [start, end] = [0, 100];
  else if (moves[event.key]) {
    const [shift, grow] = moves[event.key];
    const size = Math.min(100, width * (1 + grow));
    start = Math.max(0, Math.min(100 - size, start + shift * width));
    end = start + size;
  } else return;
  event.preventDefault();
  event.stopPropagation();
  chart.dispatchAction({ type: "dataZoom", start, end });
}

/** A place for a chart; `option()` is asked once the place has a size. */
export function chartBox(name, height, option, ready) {
  const place = el("div", { class: "chart", role: "img", tabindex: "0", "aria-label": name, "data-chart": name });
  place.style.height = `${height}px`;
  place.draw = () => {
    const chart = echarts.init(place, null, { renderer: "canvas" });
    chart.setOption({ animation: false, textStyle: text(), aria: { enabled: false }, ...option(chart) });
    open.add(chart);
    place.chart = chart;
    place.addEventListener("keydown", (event) => keysOf(chart, event));
    ready?.(chart, place);
  };
  return place;
}

/** Those in sight at once, the others one after the other, so that the page is there soon. */
let drawing = 0;
export function drawCharts(root, done) {
  clearTimeout(drawing);
  const waiting = [...root.querySelectorAll(".chart")].filter((place) => place.draw && !place.chart);
  const draw = (place) => { if (!place.chart && place.isConnected) place.draw(); };
  const inSight = (place) => place.getBoundingClientRect().top < innerHeight && place.getBoundingClientRect().bottom > 0;
  waiting.filter(inSight).forEach(draw);
  for (const place of waiting) place.addEventListener("focus", () => draw(place), { once: true });
  const next = () => {
    const place = waiting.shift();
    if (!place) return done();
    draw(place);
    drawing = setTimeout(next);
  };
  drawing = setTimeout(next);
}
/** All that are left, now: for paper. */
export function drawAll(root) {
  for (const place of root.querySelectorAll(".chart")) if (place.draw && !place.chart) place.draw();
}
export function resizeCharts() {
  for (const chart of open) chart.resize(), chart.getZr?.().flush();  // paper does not wait for the next frame
}
