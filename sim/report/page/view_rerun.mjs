// SPDX-License-Identifier: Apache-2.0
// What went in, how to get the same again, what to beware of, and whose libraries draw the page.
import { el, table } from "./dom.mjs";
import { data, licences, result } from "./store.mjs";
import { t } from "./words.mjs";

function sources(values) {
  const input = el("input", { type: "search", "aria-label": t("find"), placeholder: t("find") });
  const place = el("div", {});
  const fill = () => {
    const wanted = input.value.toLowerCase();
    place.replaceChildren(table([
      { title: t("path"), cell: (one) => el("code", {}, one.path) }, { title: t("value"), cell: (one) => one.value },
      { title: t("source"), cell: (one) => one.source }, { title: t("where"), cell: (one) => el("small", {}, one.where) },
    ], values.filter((one) => `${one.path} ${one.value} ${one.source}`.toLowerCase().includes(wanted)),
    { shown: 15, more: t("more_rows") }));
  };
  input.addEventListener("input", fill);
  fill();
  return el("div", {}, el("h3", {}, t("sources")), input, place);
}

export function rerunSection() {
  const cautions = result.cautions ?? [];
  const content = el("div", {},
    cautions.length > 0 && el("div", {}, el("h3", {}, t("cautions")), el("ul", { id: "cautions" }, cautions.map((text) => el("li", {}, text)))),
    el("h3", {}, t("run_again")),
    el("pre", { class: "command", tabindex: "0" }, `${data.command} --report report.html`),
    result.qianka && el("p", { class: "note" }, `${t("digest")} ${result.qianka.digest} · ${t("seed")} ${result.qianka.seed}`),
    data.inputs.length > 0 && el("h3", {}, t("files")),
    data.inputs.map((input) => el("details", { class: "data" }, el("summary", {}, el("code", {}, input.file)), el("pre", { tabindex: "0" }, input.text))),
    result.sources?.length > 0 && sources(result.sources),
    result.engine_settings?.length > 0 && el("details", {}, el("summary", {}, t("engine")),
      el("dl", { class: "facts" }, result.engine_settings.map((one) => el("div", {}, el("dt", {}, one.name), el("dd", {}, one.text))))),
    el("details", { id: "licences" }, el("summary", {}, t("licences")), licences.map((one) =>
      el("details", {}, el("summary", {}, `${one.name} ${one.version}, ${one.licence}`), el("pre", {}, one.text)))));
  return { id: "rerun", title: t("rerun"), content };
}
