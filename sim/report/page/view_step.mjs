// SPDX-License-Identifier: Apache-2.0
// One step of one replica: a row for each stage and stream, drawn on a canvas of our own, since there
// can be hundreds of thousands of operations.
import { charts, colour } from "./chart.mjs";
import { el } from "./dom.mjs";
import * as format from "./format.mjs";
import { aboutMark } from "./hover.mjs";
import { named, partName } from "./meanings.mjs";
import { extras } from "./store.mjs";
import { t } from "./words.mjs";

const step = extras.step;
const margin = { left: 118, right: 52, top: 8, bottom: 26 };
const shades = { forward: "--compute", backward: "--recompute", "weight gradient": "--context-comm", "send forward": "--pipeline-comm", "send backward": "--tensor-comm",
  "reduce-scatter": "--data-comm", "all-reduce": "--data-comm", "all-gather": "--expert-comm", broadcast: "--expert-comm", "catch up": "--jitter", "gradient norm": "--optimizer", optimizer: "--optimizer", host: "--host" };

const stageName = (stage) => (stage === step.stages ? t("all_stages") : `${t("stage")} ${stage}`);

/** Operation i of the columns. */
const operation = (i) => ({ work: step.works[step.work[i]], lane: step.lanes[step.lane[i]], stage: step.stage[i], start: step.start_s[i], end: step.start_s[i] + step.duration_s[i],
  micro: step.micro_batch[i], chunk: step.chunk[i], critical: step.critical[i] === 1, bytes: step.bytes[i] });

/** Rows that have operations: [[stage, lane], operations sorted by start]. */
function rowsOf(onlyCritical) {
  const rows = new Map();
  for (let i = 0; i < step.work.length; ++i) {
    if (onlyCritical && !step.critical[i]) continue;
    const key = step.stage[i] * 16 + step.lane[i];
    if (!rows.has(key)) rows.set(key, []);
    rows.get(key).push(i);
  }
  return [...rows].sort(([a], [b]) => a - b).map(([key, list]) => ({ stage: Math.floor(key / 16), lane: key % 16, list: list.sort((a, b) => step.start_s[a] - step.start_s[b]), busy: busyShare(list) }));
}

/** Share of the step in which any of them runs; `list` is sorted by start. */
function busyShare(list) {
  let sum = 0, until = 0;
  for (const i of list) {
    const end = step.start_s[i] + step.duration_s[i];
    sum += Math.max(0, end - Math.max(until, step.start_s[i])), until = Math.max(until, end);
  }
  return sum / step.time_s;
}

const under = (size) => Math.max(2, size / 5);  // height of the mark of the critical path

/** What is narrower than a pixel: each column of pixels is as opaque as the share of it that is busy. */
function coverage(width, scale) {
  const works = new Map();
  return {
    add(work, left, right) {
      if (!works.has(work)) works.set(work, new Float64Array(Math.ceil(width * scale) + 1));
      const columns = works.get(work);
      for (let k = Math.max(0, Math.floor(left * scale)); k < Math.min(columns.length, right * scale); ++k)
        columns[k] += Math.min(right * scale, k + 1) - Math.max(left * scale, k);
    },
    paint(draw) {
      for (const [work, columns] of works)
        for (let k = 0; k < columns.length; ++k)
          if (columns[k] > 0) draw(work, k / scale, 1 / scale, Math.min(1, columns[k]));
    },
  };
}

function about(i) {
  const one = operation(i), parts = step.parts?.[step.part?.[i]];
  return aboutMark(`${named(one.work)}, ${stageName(one.stage)}`, [
    [t("from_to"), `${format.time(one.start, 5)} – ${format.time(one.end, 5)}`], [t("duration"), `${format.time(one.end - one.start, 5)} = ${step.duration_s[i]} s`], [t("stream"), named(one.lane)],
    one.micro >= 0 && [t("micro_batch"), `${one.micro}`], one.chunk >= 0 && [t("chunk"), `${one.chunk}`], one.bytes > 0 && [t("size"), format.bytes(one.bytes)],
    parts && [t("worked"), Object.entries(parts).filter(([, value]) => value > 0).map(([name, value]) => `${partName(name)} ${format.time(value)}`).join(" + ")],
    one.critical && [t("critical"), "✓"], [t("source"), t("simulated_step")]]);
}

export function stepSection() {
  const total = step.time_s;
  const canvas = el("canvas", {}), hover = el("div", { class: "float", hidden: true });
  const place = el("div", { class: "chart timeline", tabindex: "0", role: "img", "aria-label": t("step"), "data-chart": "step" }, canvas);
  let from = 0, to = total, rows = rowsOf(false), only = false, chosen = -1;

  const high = () => Math.max(9, Math.min(22, Math.floor(760 / rows.length)));
  const x = (time) => margin.left + (time - from) / (to - from) * (place.clientWidth - margin.left - margin.right);

  let tickName = null;  // all of an axis in one unit, with as many digits as tell two ticks apart
  function axisTicks() {
    const wanted = (to - from) / 7, power = 10 ** Math.floor(Math.log10(wanted));
    const size = [1, 2, 5, 10].map((k) => k * power).find((one) => one >= wanted);
    const ticks = [], [factor, , unit] = format.times.find(([, below]) => to < below) ?? format.times.at(-1);
    tickName = (tick) => `${(tick / factor).toFixed(Math.max(0, -Math.floor(Math.log10(size / factor) + 1e-9)))} ${unit}`;
    for (let k = Math.ceil(from / size); k * size <= to; ++k) ticks.push(k * size);
    return ticks;
  }

  function paint() {
    const width = place.clientWidth, height = margin.top + rows.length * high() + margin.bottom, scale = devicePixelRatio || 1;
    place.style.height = `${height}px`;
    canvas.width = width * scale, canvas.height = height * scale;
    canvas.style.width = `${width}px`, canvas.style.height = `${height}px`;
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
    pen.textBaseline = "middle";
    // As wide as the words of this language: stage, then stream.
    const widest = (texts) => Math.ceil(Math.max(0, ...texts.map((text) => pen.measureText(text).width)));
    const stream = 8 + widest(rows.map((row) => stageName(row.stage)));
    margin.left = stream + 8 + (high() >= 11 ? widest(rows.map((row) => named(step.lanes[row.lane]))) : 0);
    const bottom = height - margin.bottom, mark = colour("--critical"), fills = step.works.map((work) => colour(shades[work] ?? "--faint"));
    pen.textAlign = "center";
    for (const tick of axisTicks()) {
      pen.fillStyle = colour("--line"), pen.fillRect(x(tick), margin.top, 1, bottom - margin.top);
      pen.fillStyle = colour("--faint"), pen.fillText(tickName(tick), Math.max(margin.left + 12, Math.min(width - 24, x(tick))), bottom + 13);
    }
    pen.textAlign = "left";
    let before = -1;
    rows.forEach((row, r) => {
      const y = margin.top + r * high(), size = high() - (high() > 12 ? 3 : 1);
      if (row.stage !== before) {
        pen.fillStyle = colour("--line"), pen.fillRect(0, y - 1, width, 1);
        pen.fillStyle = colour("--text");
        if (high() >= 11 || row.stage % 4 === 0) pen.fillText(stageName(row.stage), 0, y + size / 2);
      }
      pen.fillStyle = colour("--faint");
      if (high() >= 11) pen.fillText(named(step.lanes[row.lane]), stream, y + size / 2);
      before = row.stage;
      pen.save();
      pen.beginPath(), pen.rect(margin.left, y, width - margin.left - margin.right, size), pen.clip();
      const fine = coverage(width, scale);
      for (const i of row.list) {
        const end = step.start_s[i] + step.duration_s[i];
        if (end < from || step.start_s[i] > to) continue;
        const left = x(step.start_s[i]), wide = x(end) - left;
        if (i === chosen) pen.strokeStyle = mark, pen.lineWidth = 2, pen.strokeRect(left + 1, y + 1, Math.max(1, wide - 2), size - 2);
        if (wide < 1) {
          fine.add(step.work[i], left, left + wide);
          if (step.critical[i]) fine.add(step.works.length, left, left + wide);
          continue;
        }
        pen.fillStyle = fills[step.work[i]];
        pen.fillRect(left, y, wide - (wide > 3 ? Math.min(0.7, 0.08 * wide) : 0), size);
        if (step.critical[i]) pen.fillStyle = mark, pen.fillRect(left, y + size - under(size), wide, under(size));
        if (wide > 26 && size > 11 && step.micro_batch[i] >= 0) pen.fillStyle = "#fff", pen.fillText(step.micro_batch[i], left + 3, y + size / 2);
      }
      fine.paint((work, left, column, share) => {
        const path = work === step.works.length;
        pen.globalAlpha = share, pen.fillStyle = path ? mark : fills[work];
        pen.fillRect(left, path ? y + size - under(size) : y, column, path ? under(size) : size);
      });
      pen.restore();
      pen.fillStyle = colour("--faint"), pen.textAlign = "right";
      if (high() >= 11) pen.fillText(format.percent(row.busy), width, y + size / 2);
      pen.textAlign = "left";
    });
  }

  function at(event) {
    const box = canvas.getBoundingClientRect(), row = rows[Math.floor((event.clientY - box.top - margin.top) / high())];
    const time = from + (event.clientX - box.left - margin.left) / (place.clientWidth - margin.left - margin.right) * (to - from);
    const near = 2 * (to - from) / place.clientWidth;
    return row?.list.find((i) => step.start_s[i] - near <= time && time <= step.start_s[i] + step.duration_s[i] + near) ?? -1;
  }
  function say(i, left, top) {
    hover.hidden = i < 0;
    if (i < 0) return;
    hover.replaceChildren(about(i));
    hover.style.left = `${Math.max(0, Math.min(left + 12, place.clientWidth - hover.offsetWidth - 4))}px`;
    hover.style.top = `${top + 18}px`;
  }
  function look(newFrom, newTo) {
    const size = Math.max(total * 1e-5, Math.min(total, newTo - newFrom));
    from = Math.max(0, Math.min(total - size, newFrom)), to = from + size;
    paint();
  }

  let drag = null;
  place.addEventListener("pointerdown", (event) => { drag = { x: event.clientX, from, to }; place.setPointerCapture(event.pointerId); });
  place.addEventListener("pointerup", () => (drag = null));
  place.addEventListener("pointermove", (event) => {
    if (drag) {
      const shift = (drag.x - event.clientX) / (place.clientWidth - margin.left - margin.right) * (drag.to - drag.from);
      look(drag.from + shift, drag.to + shift);
    }
    const box = place.getBoundingClientRect();
    say(drag ? -1 : at(event), event.clientX - box.left, event.clientY - box.top);
  });
  place.addEventListener("pointerleave", () => (hover.hidden = true));
  place.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const middle = from + (event.offsetX - margin.left) / (place.clientWidth - margin.left - margin.right) * (to - from), factor = Math.exp(event.deltaY / 200);
    look(middle - (middle - from) * factor, middle + (to - middle) * factor);
  }, { passive: false });
  place.addEventListener("dblclick", () => look(0, total));

  /** Along the critical path, with n and b. */
  const path = step.critical_path;
  function walk(by) {
    if (!path.length) return;
    const now = path.indexOf(chosen);
    chosen = path[(now < 0 ? (by > 0 ? 0 : path.length - 1) : now + by + path.length) % path.length];
    const start = step.start_s[chosen], end = start + step.duration_s[chosen];
    if (start < from || end > to) look((start + end) / 2 - (to - from) / 2, (start + end) / 2 + (to - from) / 2);
    paint();
    const row = rows.findIndex((one) => one.list.includes(chosen));
    say(chosen, x(Math.max(from, start)), margin.top + (row + 1) * high() - 10);
  }
  place.addEventListener("keydown", (event) => {
    const width = to - from, middle = (from + to) / 2;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowLeft") look(from - width / 5, to - width / 5);
    else if (event.key === "ArrowRight") look(from + width / 5, to + width / 5);
    else if (event.key === "+" || event.key === "=") look(middle - width / 3, middle + width / 3);
    else if (event.key === "-") look(middle - width, middle + width);
    else if (event.key === "0") look(0, total);
    else if (event.key === "n" || event.key === "b") walk(event.key === "n" ? 1 : -1);
    else if (event.key === "Escape") chosen = -1, hover.hidden = true, paint();
    else return;
    event.preventDefault(), event.stopPropagation();
  });
  place.draw = () => {
    // For tests: [left, top, width, height] of a lane.
    const rowBox = (stage, lane) => [margin.left, margin.top + rows.findIndex((row) => row.stage === stage && row.lane === lane) * high(), place.clientWidth - margin.left - margin.right, high() - 3];
    place.chart = { dispose() {}, resize: paint, look, view: () => [from, to], rowBox };
    charts.add(place.chart);
    paint();
  };
  const used = [...new Set(step.work)].sort((a, b) => a - b);
  const box = el("input", { type: "checkbox", id: "only-critical", onchange: () => { only = box.checked; rows = rowsOf(only); paint(); } });
  return el("div", { class: "whole" },
    el("p", { class: "note" }, t("step_note"), step.stages_shown.length < step.stages ? ` ${t("thinned")}: ${step.stages_shown.join(", ")}` : ""),
    el("div", { class: "tools" },
      el("span", { class: "scale" }, used.map((w) => [el("i", { style: `background: var(${shades[step.works[w]] ?? "--faint"})` }), named(step.works[w])]), el("i", { class: "critical" }), t("critical")),
      el("label", {}, box, " ", t("only_critical")),
      el("span", { class: "crumbs" }, [["−", () => look((from + to) / 2 - (to - from), (from + to) / 2 + (to - from))], ["+", () => look((from + to) / 2 - (to - from) / 3, (from + to) / 2 + (to - from) / 3)], ["0", () => look(0, total)]].map(([name, act]) => el("button", { type: "button", onclick: act }, name)))),
    el("div", { class: "stack" }, place, hover));
}
