// SPDX-License-Identifier: Apache-2.0
// Sides of a comparison: what a card is worth, where the difference comes from, how it scales.
import { axis, chartBox, colour, legend, tooltip } from "./chart.mjs";
import { el, table } from "./dom.mjs";
import * as format from "./format.mjs";
import { aboutMark, figure } from "./hover.mjs";
import { label } from "./meanings.mjs";
import { result } from "./store.mjs";
import { t } from "./words.mjs";

const palette = ["--compute", "--tensor-comm", "--host", "--optimizer", "--data-comm", "--pipeline-comm", "--jitter", "--pipeline-bubble"];
const sideColour = (i) => colour(palette[i % palette.length]);

const hasWeeks = () => result.sides.every((side) => side.goodput);

function sides() {
  const rows = ["accelerator", "cluster", "stack", "layout", "cards", "step_s", "tokens_per_second_per_card", "mfu", "parallel_efficiency", "memory_bytes", "capacity_bytes"];
  const shown = rows.filter((key) => result.sides.some((side) => side[key] !== undefined));
  const weekly = hasWeeks() ? ["tokens_per_second_per_card_kept", "goodput.mean", "end_to_end_mfu.mean", "failures.mean"] : [];
  const nameOf = (key) => (key === "layout" ? t("layout") : key.endsWith(".mean") ? label(`campaign.${key.split(".")[0]}`) : label(`sides[].${key}`));
  return table([
    { title: "", cell: (key) => nameOf(key) },
    ...result.sides.map((side, i) => ({ title: `${letter(i)}: ${side.name}`, cell: (key) => figure(`sides[${i}].${key}`) })),
  ], [...shown, "model_error.sigma", ...weekly]);
}

/** Ratios with their 95 % intervals. */
function ratios() {
  const kinds = [["step_ratio", t("ratio_step")], ...(hasWeeks() && result.sides.every((side) => side.end_to_end_ratio) ? [["end_to_end_ratio", t("ratio_end")]] : [])];
  const rows = kinds.flatMap(([key, name]) => result.sides.slice(1).map((side, i) => ({ key, name: `${side.name}\n${name}`, i: i + 1, ...side[key] })));
  const most = Math.max(1.1, ...rows.map((row) => row.high ?? 0));
  return el("div", {},
    chartBox(t("ratio"), 60 + 56 * rows.length, () => ({
      grid: { left: 8, right: 60, top: 8, bottom: 24, containLabel: true },
      tooltip: tooltip(({ dataIndex: k }) => aboutMark(rows[k].name.replace("\n", ", "), [[t("exact"), `${rows[k].value}`], [t("interval"), `${rows[k].low} – ${rows[k].high}`],
        rows[k].undecided && ["", t("undecided")], [t("source"), `${t("simulated")} sides[${rows[k].i}].${rows[k].key}`], ["", result.sides[rows[k].i].model_error.basis]])),
      xAxis: axis({ type: "value", min: 0, max: Math.ceil(most * 10) / 10 }),
      yAxis: axis({ type: "category", inverse: true, data: rows.map((row) => row.name), axisLabel: { color: colour("--text"), interval: 0, hideOverlap: false } }),
      series: [
        { type: "bar", barMaxWidth: 22, data: rows.map((row) => ({ value: row.value, itemStyle: { color: sideColour(row.i) } })),
          label: { show: true, position: "insideLeft", color: "#fff", formatter: ({ value }) => format.plain(value, 3) },
          markLine: { silent: true, symbol: "none", lineStyle: { color: colour("--faint"), type: "dashed" }, label: { show: false }, data: [{ xAxis: 1 }] } },
        { type: "custom", silent: true, z: 5, data: rows.map((row, k) => [row.low, row.high, k]), encode: { x: [0, 1], y: 2 },
          renderItem: (params, api) => {
            const [x0, y] = api.coord([api.value(0), api.value(2)]), [x1] = api.coord([api.value(1), api.value(2)]);
            const line = (a, b, c, d) => ({ type: "line", shape: { x1: a, y1: b, x2: c, y2: d }, style: { stroke: colour("--text"), lineWidth: 2 } });
            return { type: "group", children: [line(x0, y, x1, y), line(x0, y - 6, x0, y + 6), line(x1, y - 6, x1, y + 6)] };
          } },
      ],
    })),
    result.sides.slice(1).filter((side) => side.step_ratio.undecided || side.end_to_end_ratio?.undecided).map((side) => el("p", { class: "note" }, `${side.name}: ${t("undecided")}`)));
}

function gaps() {
  const scale = 1e9 / 3600;  // card-hours for 10^9 tokens, as the terminal prints them
  // In hundredths, each part the difference of two rounded levels: the parts add up to the whole.
  const hundredths = (level) => Math.round(level * scale * 100);
  const hours = (bar) => (bar.end ? hundredths(bar.to) : Math.abs(hundredths(bar.to) - hundredths(bar.from))) / 100;
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  const told = (bar) => `${bar.end ? "" : hundredths(bar.to) >= hundredths(bar.from) ? "+" : "−"}${hours(bar).toLocaleString("en-US", digits)}`;
  return result.sides.map((side, i) => ({ side, i })).filter(({ side }) => side.gap?.parts?.length > 0).map(({ side, i }) => {
    const bars = [{ name: result.sides[0].name, from: 0, to: side.gap.from_card_s_per_token, end: true, path: "from_card_s_per_token" }];
    let sum = side.gap.from_card_s_per_token;
    side.gap.parts.forEach((part, k) => {
      bars.push({ name: part.what, from: sum, to: sum + part.card_s_per_token, value: part.card_s_per_token, path: `parts[${k}].card_s_per_token` });
      sum += part.card_s_per_token;
    });
    bars.push({ name: side.name, from: 0, to: side.gap.to_card_s_per_token, end: true, path: "to_card_s_per_token" });
    const shade = (bar) => colour(bar.end ? "--total" : bar.value >= 0 ? "--bad" : "--good");
    return el("div", {}, el("h3", {}, `${result.sides[0].name} → ${side.name}`), chartBox(`${t("gap")}: ${side.name}`, 60 + 28 * bars.length, () => ({
      grid: { left: 8, right: 90, top: 8, bottom: 40, containLabel: true },
      tooltip: tooltip(({ dataIndex }) => aboutMark(bars[dataIndex].name, [[t("exact"), `${bars[dataIndex].value ?? bars[dataIndex].to} card-s/token`], [t("source"), `${t("simulated")} sides[${i}].gap.${bars[dataIndex].path}`]])),
      xAxis: axis({ type: "value", name: t("card_hours_per_token"), nameLocation: "middle", nameGap: 24, axisLabel: { formatter: (value) => format.plain(value) } }),
      yAxis: axis({ type: "category", inverse: true, data: bars.map((bar) => bar.name), axisLabel: { color: colour("--text"), interval: 0, width: 230, overflow: "truncate", hideOverlap: false } }),
      series: [
        { type: "bar", stack: "gap", silent: true, itemStyle: { color: "transparent" }, data: bars.map((bar) => scale * Math.min(bar.from, bar.to)) },
        { type: "bar", stack: "gap", barMaxWidth: 20, data: bars.map((bar) => ({ value: scale * Math.abs(bar.to - bar.from), itemStyle: { color: shade(bar) } })),
          label: { show: true, position: "right", color: colour("--text"), formatter: ({ dataIndex }) => told(bars[dataIndex]) } },
      ],
    })));
  });
}

function scaling() {
  return chartBox(t("scaling"), 300, () => ({
    grid: { left: 8, right: 24, top: 56, bottom: 36, containLabel: true },
    legend: legend({ type: "scroll" }),
    tooltip: tooltip((mark) => aboutMark(mark.seriesName, [[t("cards"), `${mark.value[0]}`], [t("tokens_card"), `${mark.value[1]}`], [t("source"), `${t("simulated")} sides[].sizes[]`]])),
    xAxis: axis({ type: "log", logBase: 2, name: t("cards"), nameLocation: "middle", nameGap: 26, axisLabel: { formatter: (value) => format.count(value) } }),
    yAxis: axis({ type: "value", name: t("tokens_card"), min: 0 }),
    series: result.sides.flatMap((side, i) => ["weak", "strong"].map((kind) => ({ type: "line", name: `${side.name}, ${t(kind)}`, symbolSize: 8, lineStyle: { color: sideColour(i), width: 2, type: kind === "weak" ? "solid" : "dashed" }, itemStyle: { color: sideColour(i) },
      data: side.sizes.filter((size) => size[`${kind}_tokens_per_second_per_card`] !== null).map((size) => [size.cards, size[`${kind}_tokens_per_second_per_card`]]) }))),
  }));
}

const letter = (i) => String.fromCharCode(65 + i);
const money = (value) => (value === null || value === undefined || !Number.isFinite(value) ? t("unknown_value") : format.count(value));

/** As the terminal tells it: a column for each side, and what is unknown says so in its cell. */
function costs() {
  const known = result.sides.map((side, i) => ({ ...side.costs, i, name: side.name })).filter((one) => one.items);
  if (known.length === 0) return null;
  const at = (one, key, text) => figure(`sides[${one.i}].costs.${key}`, text);
  const energy = (one) => one.energy_kwh_per_trillion_tokens;
  const all = (one) => energy(one).compute + energy(one).communication + energy(one).idle;
  const shares = (one) => ["compute", "communication", "idle"].map((key) => (100 * energy(one)[key] / all(one)).toFixed(0)).join(" / ");
  const rows = [
    [t("cost_card"), (one) => at(one, "card_price", money(one.card_price))],
    [t("cost_hour"), (one) => at(one, "per_card_hour", one.per_card_hour.toFixed(2))],
    [t("cost_known"), (one) => [at(one, "per_trillion_tokens", money(one.per_trillion_tokens)), one.card_price === null && el("strong", {}, t("plus_cards"))]],
    [t("cost_rented"), (one) => at(one, "rent_per_trillion_tokens", money(one.rent_per_trillion_tokens))],
    [t("cost_energy"), (one) => (energy(one) ? `${energy(one).rated_for_unknown ? t("up_to") : ""}${money(all(one) / 1000)}` : t("unknown_value"))],
    [t("cost_phases"), (one) => (energy(one) ? shares(one) : "–")],
    [t("cost_even"), (one) => (one.card_may_cost === null ? "–" : at(one, "card_may_cost", one.card_may_cost > 0 ? money(one.card_may_cost) : t("none")))],
  ];
  const notes = known.flatMap((one) => [
    ...one.items.map((item) => `${item.what}, ${item.per_card_hour.toFixed(2)} ${t("an_hour")}: ${item.source}`),
    one.rent_per_trillion_tokens !== null && one.rent_source && `${t("cost_rented")}: ${one.rent_source}`,
    one.unknown.length > 0 && `${t("unknown_costs")}: ${one.unknown.join("; ")}`,
    one.export && `${t("export")}: ${one.export}`].filter(Boolean).map((text) => `${letter(one.i)}: ${text}`));
  return el("div", {},
    el("p", { class: "note" }, `${t("per_trillion")}: ${known[0].model}, ${known[0].currency}`),
    table([{ title: "", cell: ([name]) => name }, ...known.map((one) => ({ title: `${letter(one.i)}: ${one.name}`, number: true, cell: ([, cell]) => cell(one) }))], rows),
    el("ul", {}, notes.map((text) => el("li", {}, text)), el("li", {}, `${t("uncounted")}: ${known[0].uncounted_power.join(", ")}`)));
}

/** Assumptions about failures that nobody has counted. */
function assumed() {
  return result.sides.map((side, i) => ({ ...side.assumed_faults, i, name: side.name })).filter((one) => one.cases).map((one) => el("div", {},
    el("h3", {}, t("assumed")(one.whose, letter(one.i))),
    table([{ title: t("rates_of"), cell: (row) => row.name }, { title: t("its_goodput"), number: true, cell: ({ goodput }) => format.percent(goodput.mean, 2) },
      { title: t("ratio"), number: true, cell: ({ ratio }) => intervalText(ratio) }], one.cases),
    el("p", { class: "note" }, one.break_even === null ? t("never_turns") : t("turns_at")(one.break_even.toFixed(1)))));
}
const intervalText = ({ value, low, high }) => (low === high ? value.toFixed(3) : `${value.toFixed(3)} [${low?.toFixed(3) ?? "–"}, ${high?.toFixed(3) ?? "–"}]`);

/** What the intervals hold: model errors as measured, and by which rows. */
function trusted() {
  return el("div", {},
    (result.verdict ?? []).map((text) => el("p", { class: "limits" }, el("strong", {}, text))),
    el("p", { class: "limits" }, result.trust),
    el("p", { class: "note" }, `${t("intervals_hold")}${result.seeds > 0 ? t("and_luck")(result.seeds) : t("no_weeks")}`),
    el("ul", { class: "note" }, [...new Set(result.sides.map((side) => side.model_error.basis))].map((text) => el("li", {}, text))));
}

export function compareSections() {
  const section = (id, title, content) => ({ id, title, content });
  const cost = costs();
  const gap = gaps();
  return {
    title: result.sides.map((side) => side.name).join(" / "),
    question: result.job,
    sections: [
      section("headline", t("ratio"), el("div", {}, ratios(), trusted(), assumed())),
      section("sides", t("sides"), sides()),
      gap.length > 0 && section("gap", t("gap"), el("div", {}, gap)),
      result.sizes.length > 1 && section("scaling", t("scaling"), scaling()),
      cost && section("costs", t("costs"), cost),
      result.remarks.length > 0 && section("remarks", t("remarks"), el("ul", {}, result.remarks.map((text) => el("li", {}, text)))),
    ],
  };
}
