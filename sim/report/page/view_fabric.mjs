// SPDX-License-Identifier: Apache-2.0
// The fabric as pictures one inside the other, by Cytoscape: cluster, pod, leaf group, node, cards.
// Places are computed here, tier over tier; colour is load.
import cytoscape from "cytoscape";
import { charts, colour } from "./chart.mjs";
import { el, select, table } from "./dom.mjs";
import * as format from "./format.mjs";
import { aboutMark } from "./hover.mjs";
import { named } from "./meanings.mjs";
import { extras } from "./store.mjs";
import { dataTable } from "./view_run.mjs";
import { t } from "./words.mjs";

const fabric = extras.fabric;

/** Seconds of the step in which each kind of traffic flows, on the stage where it flows longest; null: nobody counted. */
function lastsOf(what) {
  const step = extras.step;
  if (!step) return null;
  const byStage = new Map();
  const part = what.includes("tensor-parallel") ? "tensor_comm" : what.includes("context-parallel") ? "context_comm" : what.includes("experts' all-to-all") ? "expert_comm" : null;
  const flows = what === "pipeline sends, forward" ? ["send forward"] : what === "pipeline sends, backward" ? ["send backward"]
    : /^(data-parallel exchange|exchange of experts)/.test(what) ? ["reduce-scatter", "all-reduce", "all-gather", "broadcast"] : [];
  if (!part && flows.length === 0) return null;
  for (let i = 0; i < step.work.length; ++i) {
    const seconds = part ? step.parts?.[step.part?.[i]]?.[part] ?? 0 : flows.includes(step.works[step.work[i]]) ? step.duration_s[i] : 0;
    if (seconds > 0) byStage.set(step.stage[i], (byStage.get(step.stage[i]) ?? 0) + seconds);
  }
  return byStage.size > 0 ? Math.min(step.time_s, Math.max(...byStage.values())) : null;
}
const lasts = fabric?.traffic.map(lastsOf) ?? [];

/** What lasts longest of all that crosses the links of the picture that opens. */
function costliest() {
  const first = fabric.views[fabric.containers[0][3]];
  const crosses = (k) => first?.lines.some((line) => line.load[k] > 0);
  const best = lasts.reduce((most, seconds, k) => (seconds !== null && crosses(k) && (most < 0 || seconds > lasts[most]) ? k : most), -1);
  return best < 0 ? fabric.traffic.length - 1 : best;
}
const seen = { container: 0, traffic: fabric ? costliest() : 0 };

const shareOf = (k) => (lasts[k] === null ? "" : format.percent(lasts[k] / extras.step.time_s, lasts[k] < 0.1 * extras.step.time_s ? 2 : 1));
const trafficName = (k) => `${named(fabric.traffic[k])}${shareOf(k) && ` (${t("lasts_short")(shareOf(k))})`}`;

const nameOf = (id) => {
  const [kind, number] = fabric.containers[id];
  return kind === "cluster" ? t("cluster") : `${t(kind)} ${number}`;
};
const insides = (id) => fabric.containers.filter(([, , parent]) => parent === id).length;

/** Under 100 % from calm to full, above it ever redder. */
function loadColour(load) {
  if (load <= 0) return colour("--line");
  if (load < 0.5) return colour("--load-low");
  if (load < 0.9) return colour("--load-middle");
  if (load <= 1.0001) return colour("--load-full");
  return colour("--load-over");
}

const inNode = { card: 0, crossbar: -1, pcie: 1, cpu: 2, host: 2, nic: 3 };
function tierOf(box) {
  if (box.tier > 0) return 3 + 2 * box.tier;
  const kind = box.name?.replace(/^node\d+\./, "").replace(/\d+$/, "");
  return inNode[kind] ?? (box.name ? 1 : 0);
}

function labelOf(box) {
  if (box.more !== undefined) return `+ ${box.more} ${t("more_boxes")}`;
  if (box.box === undefined) return box.name.replace(/^node\d+\./, "").replace(/[.-](?=[^.-]*$)/, (point, at, name) => (name.length > 11 ? `${point}\n` : point));
  const inside = insides(box.box);
  return inside > 0 ? `${nameOf(box.box)}\n${inside} ×` : nameOf(box.box);
}

/** Rows of boxes; long rows are broken. */
function placed(boxes, width) {
  const rows = new Map();
  boxes.forEach((box, i) => rows.set(tierOf(box), [...(rows.get(tierOf(box)) ?? []), i]));
  const places = [];
  const perRow = Math.max(6, Math.floor(width / 88));
  let y = 0;
  for (const tier of [...rows.keys()].sort((a, b) => b - a)) {
    const all = rows.get(tier), lines = Math.ceil(all.length / perRow), length = Math.ceil(all.length / lines);
    for (let first = 0; first < all.length; first += length) {
      const line = all.slice(first, first + length);
      const gap = Math.min(line.length > 2 ? 240 : 150, width / line.length);
      line.forEach((i, k) => (places[i] = { x: (k - (line.length - 1) / 2) * gap + (lines > 1 && (first / length) % 2 ? gap / 4 : 0), y }));
      y += first + length < all.length ? 62 : 112;
    }
  }
  return places;
}

function elementsOf(view, traffic, width) {
  const places = placed(view.boxes, width);
  const most = Math.max(1, ...view.lines.map((line) => line.links));
  // The first of each class alone, a class being links of one kind with one load.
  const classes = view.lines.map((line) => `${line.kind} ${line.links} ${line.load[traffic]}`);
  const labelled = (line, i) => line.load[traffic] > 0 && (view.lines.length <= 12 || classes.indexOf(classes[i]) === i);
  return [
    ...view.boxes.map((box, i) => ({ group: "nodes", position: places[i], classes: box.box !== undefined ? "enter" : box.outside ? "outside" : "device",
      data: { id: `b${i}`, label: labelOf(box), box: box.box, view: i } })),
    ...view.lines.map((line, i) => ({ group: "edges", data: { id: `l${i}`, source: `b${line.a}`, target: `b${line.b}`, line: i,
      label: labelled(line, i) ? format.percent(line.load[traffic], 0) : "", colour: loadColour(line.load[traffic] ?? 0), width: 1.2 + 5 * Math.log2(1 + line.links) / Math.log2(1 + most) } })),
  ];
}

const styles = () => [
  { selector: "node", style: { shape: "round-rectangle", width: 80, height: 36, "background-color": colour("--raised"), "border-width": 1.5, "border-color": colour("--faint"),
    label: "data(label)", "text-valign": "center", "text-wrap": "wrap", "text-max-width": 78, "font-size": 11, color: colour("--text"), "font-family": getComputedStyle(document.body).fontFamily } },
  { selector: ".enter", style: { "border-color": colour("--compute"), "border-width": 2.5 } },
  { selector: ".outside", style: { "border-style": "dashed" } },
  { selector: "edge", style: { "line-color": "data(colour)", width: "data(width)", "curve-style": "straight", opacity: 0.9, label: "data(label)", "font-size": 11, color: colour("--text"),
    "text-background-color": colour("--raised"), "text-background-opacity": 0.85, "text-background-padding": 2, "font-family": getComputedStyle(document.body).fontFamily } },
  { selector: ".chosen", style: { "background-color": colour("--choice"), "border-color": colour("--text"), "border-width": 3 } },
];

export function fabricSection() {
  const root = el("div", { class: "fabric" });
  const hover = el("div", { class: "float", hidden: true });
  const place = el("div", { class: "picture", tabindex: "0", role: "img", "aria-label": t("fabric"), "data-chart": "fabric" });
  const path = el("div", { class: "crumbs" }), tables = el("div", {}), said = el("p", { class: "note", "aria-live": "polite" });
  let cy = null, view = null, chosen = 0;

  const aboutLine = (line) => aboutMark(`${labelOf(view.boxes[line.a])} – ${labelOf(view.boxes[line.b])}`.replaceAll("\n", " "), [
    [t("kind"), named(line.kind)], [t("links"), format.count(line.links)], [t("capacity"), `${format.rate(line.capacity_bytes_per_s)} = ${line.capacity_bytes_per_s} B/s`], [t("latency"), format.time(line.latency_s)],
    [t("most_load"), format.percent(line.load[seen.traffic] ?? 0)], [t("mean_load"), format.percent(line.mean_load[seen.traffic] ?? 0)],
    [t("carries"), el("ul", {}, fabric.traffic.map((what, k) => [what, line.load[k]]).filter(([, load]) => load > 0).map(([what, load]) => el("li", {}, `${named(what)}: ${format.percent(load)}`)))],
  ]);
  const aboutBox = (box) => aboutMark(labelOf(box).replaceAll("\n", " "), [
    box.name && [t("name"), box.name], box.box !== undefined && insides(box.box) > 0 && [t("inside"), `${insides(box.box)}`]]);

  function say(about, event) {
    hover.replaceChildren(about);
    hover.hidden = false;
    const at = event.renderedPosition ?? event.target.renderedPosition?.() ?? { x: 0, y: 0 };
    hover.style.left = `${Math.max(0, Math.min(at.x + 12, place.clientWidth - hover.offsetWidth - 4))}px`;
    hover.style.top = `${at.y + 16 + hover.offsetHeight > place.clientHeight ? Math.max(0, at.y - hover.offsetHeight - 10) : at.y + 16}px`;
  }

  function choose(next) {
    const boxes = cy.nodes();
    chosen = (next + boxes.length) % boxes.length;
    boxes.removeClass("chosen");
    const box = boxes[chosen].addClass("chosen");
    say(el("div", {}, aboutBox(view.boxes[chosen]), box.connectedEdges().slice(0, 4).map((edge) => aboutLine(view.lines[edge.data("line")]))), { target: box });
  }

  function enter(container) {
    seen.container = container;
    draw();
  }

  function crumbs() {
    const way = [];
    for (let id = seen.container; id >= 0; id = fabric.containers[id][2]) way.unshift(id);
    path.replaceChildren(...way.map((id) => el("button", { type: "button", disabled: id === seen.container, onclick: () => enter(id) }, nameOf(id))));
  }

  function draw() {
    const number = fabric.containers[seen.container][3];
    crumbs();
    hover.hidden = true;
    view = fabric.views[number];
    if (!view) {
      cy?.elements().remove();
      said.textContent = t("not_drawn");
      return;
    }
    const of = (lasts[seen.traffic] ?? null) === null ? t("lasts_unknown") : t("lasts")(format.time(lasts[seen.traffic]), shareOf(seen.traffic));
    const what = fabric.traffic[seen.traffic];  // of a job that sends nothing: none
    said.textContent = `${what ? `${t("shown_is")(named(what))} ${of}` : ""}${view.of === seen.container ? "" : ` ${t("drawn_as")} ${nameOf(view.of)}.`}`;
    const show = () => {
      const width = Math.max(480, place.clientWidth - 40);
      cy.elements().remove();
      cy.add(elementsOf(view, seen.traffic, width));
      // Boxes of a picture that stands for another lead into that other one's.
      cy.fit(undefined, 24);
      if (cy.zoom() > 1.3) cy.zoom(1.3), cy.center();
    };
    if (cy) show();
    else root.whenShown = show;
    tables.replaceChildren(dataTable(table([
      { title: t("links"), cell: (line) => `${labelOf(view.boxes[line.a])} – ${labelOf(view.boxes[line.b])}`.replaceAll("\n", " ") }, { title: t("kind"), cell: (line) => named(line.kind) },
      { title: t("links"), number: true, cell: (line) => format.count(line.links) }, { title: t("capacity"), number: true, cell: (line) => format.rate(line.capacity_bytes_per_s) },
      { title: t("most_load"), number: true, cell: (line) => format.percent(line.load[seen.traffic] ?? 0) }, { title: t("mean_load"), number: true, cell: (line) => format.percent(line.mean_load[seen.traffic] ?? 0) },
    ], [...view.lines].sort((a, b) => b.load[seen.traffic] - a.load[seen.traffic]), { shown: 20, more: t("more_rows") })));
  }

  /** In a picture that stands for another, the box at this place is its own n-th. */
  function boxBehind(index) {
    const box = view.boxes[index];
    if (box.box === undefined) return undefined;
    if (view.of === seen.container) return box.box;
    const own = (id) => fabric.containers.flatMap(([, , parent], child) => (parent === id ? [child] : []));
    return own(seen.container)[own(view.of).indexOf(box.box)];
  }

  function open(index) {
    const inner = boxBehind(index);
    if (inner !== undefined && fabric.containers[inner][3] >= -1) enter(inner);
  }

  function keyed(event) {
    const moves = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    if (moves[event.key]) choose(chosen + moves[event.key]);
    else if (event.key === "Enter") open(chosen), (chosen = 0);
    else if (event.key === "Backspace") {
      if (fabric.containers[seen.container][2] >= 0) enter(fabric.containers[seen.container][2]);
    } else if (event.key === "+" || event.key === "=") cy.zoom({ level: cy.zoom() * 1.25, renderedPosition: { x: place.clientWidth / 2, y: place.clientHeight / 2 } });
    else if (event.key === "-") cy.zoom({ level: cy.zoom() / 1.25, renderedPosition: { x: place.clientWidth / 2, y: place.clientHeight / 2 } });
    else if (event.key === "0") cy.fit(undefined, 24);
    else if (event.key === "Escape") hover.hidden = true;
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  // Cytoscape draws with the next frame, and for paper there is none: a copy that is drawn at once.
  let paper = null;
  function onPaper() {
    offPaper();
    paper = cy.renderer().bufferCanvasImage({ scale: 2, full: false });
    paper.style.cssText = "", paper.className = "on-paper";
    place.append(paper), place.classList.add("printed");
  }
  function offPaper() {
    paper?.remove(), place.classList.remove("printed");
  }

  place.classList.add("chart");
  place.draw = () => {
    cy = cytoscape({ container: place, style: styles(), userZoomingEnabled: false, autoungrabify: true, boxSelectionEnabled: false, minZoom: 0.05, maxZoom: 4, layout: { name: "preset" } });
    place.chart = { dispose: () => cy.destroy(), onPaper, offPaper, resize: () => { cy.resize(); cy.fit(undefined, 24); if (cy.zoom() > 1.3) cy.zoom(1.3), cy.center(); }, cy };
    charts.add(place.chart);
    cy.on("tap", "node", (event) => open(event.target.data("view")));
    cy.on("mouseover", "node", (event) => say(aboutBox(view.boxes[event.target.data("view")]), event));
    cy.on("mouseover", "edge", (event) => say(aboutLine(view.lines[event.target.data("line")]), event));
    cy.on("mouseout", () => (hover.hidden = true));
    place.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      cy.zoom({ level: cy.zoom() * Math.exp(-event.deltaY / 300), renderedPosition: { x: event.offsetX, y: event.offsetY } });
    }, { passive: false });
    root.whenShown?.();
  };
  place.addEventListener("keydown", keyed);
  const scale = [["--load-low", "< 50 %"], ["--load-middle", "50 – 90 %"], ["--load-full", "90 – 100 %"], ["--load-over", "> 100 %"]];
  root.append(el("div", { class: "whole" },
    el("p", { class: "note" }, t("fabric_note")),
    el("div", { class: "tools" }, path,
      select(t("traffic"), fabric.traffic.map((_, k) => [k, trafficName(k)]), seen.traffic, (value) => { seen.traffic = Number(value); draw(); }),
      el("span", { class: "scale" }, scale.map(([name, text]) => [el("i", { style: `background: var(${name})` }), text]))),
    said, el("div", { class: "stack" }, place, hover)), tables);
  draw();
  return root;
}
