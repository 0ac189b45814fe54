// SPDX-License-Identifier: Apache-2.0
// What the industry says, judged row by row.
import { axis, chartBox, colour, tooltip } from "./chart.mjs";
import { el, table } from "./dom.mjs";
import * as format from "./format.mjs";
import { aboutMark, hoverable } from "./hover.mjs";
import { result } from "./store.mjs";
import { t } from "./words.mjs";

const verdicts = ["holds", "holds_if", "does_not_hold", "cannot_be_told"];
const shades = { holds: "--good", holds_if: "--tensor-comm", does_not_hold: "--bad", cannot_be_told: "--pipeline-bubble" };

const badge = (verdict) => el("span", { class: "badge", style: `background: var(${shades[verdict]})` }, t(verdict));

function counts(all) {
  const rows = verdicts.map((verdict) => ({ verdict, count: all.filter((claim) => claim.verdict === verdict).length }));
  return chartBox(t("verdict"), 170, () => ({
    grid: { left: 8, right: 40, top: 8, bottom: 8, containLabel: true },
    tooltip: tooltip(({ dataIndex: k }) => aboutMark(t(rows[k].verdict), [["", all.filter((claim) => claim.verdict === rows[k].verdict).map((claim) => claim.id).join(", ")]])),
    xAxis: axis({ type: "value", show: false }), yAxis: axis({ type: "category", inverse: true, data: rows.map((row) => t(row.verdict)), axisLabel: { color: colour("--text") } }),
    series: [{ type: "bar", barMaxWidth: 22, data: rows.map((row) => ({ value: row.count, itemStyle: { color: colour(shades[row.verdict]) } })), label: { show: true, position: "right", color: colour("--text") } }],
  }));
}

const input = (one) => hoverable(el("span", { class: "figure" }, `${one.value ?? "–"} ${one.unit}`), () => aboutMark(one.what, [[t("exact"), `${one.value} ${one.unit}`], [t("low"), `${one.low ?? "–"}`], [t("high"), `${one.high ?? "–"}`], [t("source"), one.source]]));

function detail(claim) {
  return el("details", { class: "claim", id: claim.id },
    el("summary", {}, el("code", {}, claim.id), " ", badge(claim.verdict), " ", claim.claim),
    el("dl", {},
      el("dt", {}, t("system")), el("dd", {}, `${claim.system} (${claim.sources.map((one) => `${one.letter}, ${one.date}`).join("; ")})`),
      el("dt", {}, t("our_answer")), el("dd", {}, claim.answer),
      claim.condition && [el("dt", {}, t("condition")), el("dd", {}, claim.condition)],
      claim.flips_when && [el("dt", {}, t("flips")), el("dd", {}, claim.flips_when)]),
    el("h3", {}, t("readings")),
    table([{ title: "", cell: (one) => one.id }, { title: t("claim"), cell: (one) => one.reading }, { title: t("verdict"), cell: (one) => badge(one.verdict) }, { title: t("our_answer"), cell: (one) => one.answer }], claim.readings),
    claim.inputs.length > 0 && [el("h3", {}, t("inputs_of")), table([{ title: t("name"), cell: (one) => one.what }, { title: t("value"), number: true, cell: input },
      { title: t("low"), number: true, cell: (one) => one.low }, { title: t("high"), number: true, cell: (one) => one.high }, { title: t("source"), cell: (one) => one.source }], claim.inputs)]);
}

export function claimsSections() {
  const all = result.claims;
  const list = all.map(detail);
  if (list.length === 1) list[0].open = true;
  return {
    title: t("of_claims"),
    question: all.length === 1 ? all[0].claim : `${all.length}`,
    sections: [
      all.length > 1 && { id: "headline", title: t("verdict"), content: counts(all) },
      { id: "claims", title: t("claim"), content: el("div", {}, list) },
    ],
  };
}
