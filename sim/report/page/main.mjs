// SPDX-License-Identifier: Apache-2.0
// The page: a head, the sections of what was asked for, and the keys.
import { charts, disposeCharts, drawAll, drawCharts, resizeCharts } from "./chart.mjs";
import { el } from "./dom.mjs";
import { hideHover } from "./hover.mjs";
import { data, speak, state } from "./store.mjs";
import { claimsSections } from "./view_claims.mjs";
import { compareSections } from "./view_compare.mjs";
import { explainSections } from "./view_explain.mjs";
import { runSections } from "./view_run.mjs";
import { rerunSection } from "./view_rerun.mjs";
import { sizeSections } from "./view_size.mjs";
import { sweepSections } from "./view_sweep.mjs";
import { tuneSections } from "./view_tune.mjs";
import { t } from "./words.mjs";

const views = { run: runSections, compare: compareSections, size: sizeSections, tune: tuneSections, sweep: sweepSections, claims: claimsSections, explain: explainSections };
const page = document.getElementById("page");

function headOf({ title, question }, sections) {
  const button = (name, text, hint, act) => el("button", { type: "button", id: name, title: hint, onclick: act }, text);
  return el("header", {},
    el("a", { class: "skip", href: "#main" }, t("skip")),
    el("div", { class: "title" },
      el("p", { class: "kind" }, `qianka ${data.version} · ${t(`of_${data.kind}`)}`),
      el("h1", {}, title),
      question && el("p", { class: "question" }, question)),
    el("div", { class: "buttons" },
      button("language", t("language"), t("language_hint"), switchLanguage),
      button("theme", t(state.theme === "dark" ? "light" : "dark"), t("theme_hint"), switchTheme),
      button("print", t("print"), `${t("print")} (P)`, () => print())),
    el("nav", {}, sections.map((section, i) =>
      el("a", { href: `#${section.id}`, title: i < 9 ? `${i + 1}` : null }, section.title))));
}

function render() {
  const scroll = scrollY;
  disposeCharts();
  hideHover();
  document.documentElement.lang = state.lang === "zh" ? "zh-CN" : "en";
  document.documentElement.dataset.theme = state.theme;
  speak();
  const view = views[data.kind]();
  const sections = [...view.sections.filter(Boolean), rerunSection()];
  document.title = `${view.title} – qianka`;
  page.replaceChildren(
    headOf(view, sections),
    el("main", { id: "main" }, sections.map((section) =>
      el("section", { id: section.id, "aria-labelledby": `${section.id}-title`, tabindex: "-1" },
        el("h2", { id: `${section.id}-title` }, section.title), section.content))),
    el("footer", {},
      el("details", { id: "keyboard" }, el("summary", {}, t("keyboard")), el("p", {}, t("keyboard_text"))),
      el("p", {}, `${t("made_by")(data.version)} ${t("same_bytes")}`)));
  scrollTo(0, scroll);
  delete document.documentElement.dataset.drawn;
  drawCharts(page, () => (document.documentElement.dataset.drawn = "yes"));
  document.documentElement.dataset.ready = "yes";
}

function switchLanguage() {
  state.lang = state.lang === "zh" ? "en" : "zh";
  render();
  document.getElementById("language").focus();
}
function switchTheme() {
  state.theme = state.theme === "dark" ? "light" : "dark";
  render();
  document.getElementById("theme").focus();
}

function keyed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
  if (event.key === "Escape") hideHover();
  else if (event.key === "l" || event.key === "L") switchLanguage();
  else if (event.key === "t" || event.key === "T") switchTheme();
  else if (event.key === "p" || event.key === "P") print();
  else if (event.key === "?") document.getElementById("keyboard").open = true;
  else if (/^[1-9]$/.test(event.key)) {
    const section = document.querySelectorAll("main > section")[Number(event.key) - 1];
    section?.scrollIntoView();
    section?.focus({ preventScroll: true });
  } else return;
  event.preventDefault();
}

// On paper the page is light, whatever it is on the screen.
const mostOnPaper = 200;  // rows that a table leaves out on the screen; of longer ones paper says how many are missing
const paperWidth = 700;  // CSS pixels: A4 less its margins
let before = null;
addEventListener("beforeprint", () => {
  page.style.maxWidth = `${paperWidth}px`;  // before the charts ask for their width
  if (state.theme === "dark") before = state.theme, state.theme = "light", render();
  drawAll(page);
  document.querySelectorAll("details.data").forEach((details) => (details.open = true));
  document.querySelectorAll("button.more").forEach((button) => Number(button.dataset.left) <= mostOnPaper && button.click());
  resizeCharts();
  for (const chart of charts) chart.onPaper?.();
});
addEventListener("afterprint", () => {
  for (const chart of charts) chart.offPaper?.();
  page.style.maxWidth = "";
  resizeCharts();
  if (before) state.theme = before, before = null, render();
});
addEventListener("keydown", keyed);
let waiting = 0;
addEventListener("resize", () => {
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(resizeCharts);
});
render();
