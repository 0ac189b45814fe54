// SPDX-License-Identifier: Apache-2.0
// The box that says what a figure means: under the mouse, or under the keyboard's focus.
import { el } from "./dom.mjs";
import { byUnit } from "./format.mjs";
import { meaning, label } from "./meanings.mjs";
import { data, keyFacts, result, valueAt } from "./store.mjs";
import { t } from "./words.mjs";
import { worked, inputsOf, definitionName } from "./formulas.mjs";

const box = () => document.getElementById("hover");

const row = (name, ...content) => el("div", { class: "row" }, el("span", { class: "name" }, name), el("span", {}, content));

/** All that is known of the figure at `path` of the result. */
export function aboutFigure(path) {
  const value = valueAt(path), [unit] = keyFacts(path) ?? [""];
  const exact = typeof value === "number" ? `${value} ${unit}`.trim() : String(value);
  const definition = (result.definitions ?? []).find((one) => one.name === definitionName(path));
  const formula = path.startsWith("step.model_flops") ? result.step?.flops_formula : undefined;
  const here = worked(path);
  const inputs = inputsOf(path);
  const source = (result.sources ?? []).find((one) => one.path === path);
  return el("div", {},
    el("strong", {}, label(path)),
    row(t("exact"), exact),
    meaning(path) && row(t("meaning"), meaning(path)),
    definition && row(t("definition"), definition.text),
    formula && row(t("definition"), formula),
    here && row(t("worked"), here),
    inputs.length > 0 && row(t("inputs"), el("ul", {}, inputs.map((input) =>
      el("li", {}, `${input.path} = ${input.value}`, el("small", {}, ` — ${input.source}${input.where ? ` (${input.where})` : ""}`))))),
    source ? row(t("source"), `${source.source} (${source.where})`)
      : row(t("source"), t("simulated"), " ", el("code", {}, `${data.kind}: ${path}`)));
}

/** Lines of name and text, for what stands in a chart. */
export const aboutMark = (title, lines) =>
  el("div", {}, el("strong", {}, title), lines.filter(Boolean).map(([name, text]) => row(name, text)));

function show(target) {
  const hover = box();
  hover.replaceChildren(target.about());
  hover.hidden = false;
  const at = target.getBoundingClientRect(), size = hover.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.left, innerWidth - size.width - 8));
  const below = at.bottom + size.height + 12 < innerHeight || at.top < size.height + 12;
  hover.style.left = `${left + scrollX}px`;
  hover.style.top = `${(below ? at.bottom + 6 : at.top - size.height - 6) + scrollY}px`;
}
export function hideHover() { box().hidden = true; }

/** Makes an element say `about()` under mouse and focus. */
export function hoverable(element, about) {
  element.about = about;
  element.classList.add("hoverable");
  if (!element.hasAttribute("tabindex")) element.tabIndex = 0;
  element.setAttribute("aria-describedby", "hover");
  element.addEventListener("mouseenter", () => show(element));
  element.addEventListener("focus", () => show(element));
  element.addEventListener("mouseleave", hideHover);
  element.addEventListener("blur", hideHover);
  return element;
}

/** The figure at a path, as text that explains itself. */
export function figure(path, text) {
  const value = valueAt(path);
  if (value === undefined) return el("span", {}, "–");
  const shown = text ?? byUnit(value, keyFacts(path)?.[0] ?? "", path);
  return hoverable(el("span", { class: "figure", "data-path": path }, shown), () => aboutFigure(path));
}
