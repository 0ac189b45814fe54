// SPDX-License-Identifier: Apache-2.0
// What the page knows: its data, and the reader's language and theme.
const read = (id) => JSON.parse(document.getElementById(id).textContent);

export const data = read("data");
export const keys = read("keys");
export const licences = read("licences");
export const result = data.result;
export const extras = data.extras ?? {};

const wish = new URLSearchParams(location.hash.slice(1));  // report.html#lang=zh&theme=dark
export const state = {
  // A report that was asked for in Chinese opens so everywhere; any other as its reader's browser is set.
  lang: wish.get("lang") ?? ([data.language, navigator.language].some((name) => name?.startsWith("zh")) ? "zh" : "en"),
  theme: wish.get("theme") ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"),
};

// Texts of the result that differ in Chinese, by where they stand: "/step/limits" (RFC 6901).
const texts = Object.entries(data.zh ?? {}).map(([pointer, zh]) => {
  const steps = pointer.split("/").slice(1).map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  const key = steps.pop(), place = steps.reduce((value, step) => value[step], result);
  return { place, key, en: place[key], zh };
});

/** Turns the sentences of the result into the reader's language. */
export function speak() {
  for (const text of texts) text.place[text.key] = text[state.lang] ?? text.en;
}

/** The value at "step.breakdown_s.compute" or "sides[0].mfu" of the result. */
export function valueAt(path) {
  let value = result;
  for (const step of path.split(/[.[\]]+/).filter(Boolean)) value = value?.[step];
  return value;
}

/** [unit, meaning] as docs/json.md has them; nothing for a key that it does not know. */
export function keyFacts(path) {
  const known = keys[data.kind] ?? {};
  const general = path.replace(/\[\d+\]/g, "[]");
  if (known[general]) return known[general];
  const parent = general.replace(/\.[^.]*$/, ".");
  const named = Object.keys(known).find((key) => key.startsWith(parent + "<") && key.endsWith(">"));
  return named ? known[named] : undefined;
}
