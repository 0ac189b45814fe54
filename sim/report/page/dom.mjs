// SPDX-License-Identifier: Apache-2.0
// Elements without markup in strings: nothing of the data can become a tag.

import { t } from "./words.mjs";

/** el("p", {class: "note"}, "text", el("b", {}, "more")) */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== undefined && child !== null && child !== false));
  return element;
}

/** Columns: {title, cell: (row) => node or text, number: true when right-aligned}. Long tables show their beginning first. */
export function table(columns, rows, { shown = 40, more = (left) => String(left), caption } = {}) {
  const line = (row) => el("tr", {}, columns.map((column) =>
    el("td", { class: column.number ? "number" : null }, column.cell(row) ?? "–")));
  const body = el("tbody", {}, rows.slice(0, shown).map(line));
  const parts = [el("table", {},
    caption && el("caption", {}, caption),
    el("thead", {}, el("tr", {}, columns.map((column) =>
      el("th", { scope: "col", class: column.number ? "number" : null }, column.title)))),
    body)];
  if (rows.length > shown) {
    const left = rows.length - shown, onPaper = el("p", { class: "paper" }, t("not_printed")(left));
    const button = el("button", { type: "button", class: "more", "data-left": left, onclick: () => {
      body.append(...rows.slice(shown).map(line));
      button.remove(), onPaper.remove();
    } }, more(left));
    parts.push(button, onPaper);
  }
  return el("div", { class: "table", tabindex: "0" }, parts);
}

export function select(label, options, chosen, change) {
  return el("label", { class: "select" }, label, " ", el("select", { onchange: (event) => change(event.target.value) },
    options.map(([value, text]) => el("option", { value, selected: String(value) === String(chosen) }, text))));
}
