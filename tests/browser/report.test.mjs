// SPDX-License-Identifier: Apache-2.0
// Real reports in a real browser, from file: as a reader opens them.
import assert from "node:assert/strict";
import { readFileSync, rmSync, statSync } from "node:fs";
import { after, before, test } from "node:test";
import { drawn, launch, open, outFolder, qianka, report } from "./browser.mjs";

const sweep = outFolder("sweep");
const makers = {
  step: () => report("step", "run", "gpt3-175b-1024-a100", "--json", "--explain-sources"),
  campaign: () => report("campaign", "run", "llama3-405b-54-days", "--json", "--explain-sources"),
  compare: () => report("compare", "compare", "04-mesh-against-crossbar", "--across", "atlas-900-a2-910b,dgx-a100-superpod", "--days", "10", "--seeds", "4", "--pin-layout", "--json"),
  tune: () => report("tune", "tune", "05-pipeline", "--json"),
  explain: () => report("explain", "explain", "gpt3-175b-1024-a100", "--json"),
  weeks: () => report("weeks", "explain", "06-failure-and-restart", "--seeds", "4", "--json"),
  seeds: () => report("seeds", "run", "llama3-405b-54-days", "--seeds", "12", "--json", "--explain-sources"),
  claims: () => report("claims", "claims", "c16", "--json"),
  sweep: () => {
    qianka("sweep", "run", "tests/sweep/small.yaml", "-o", sweep, "--anew", "-q");
    return report("sweep", "sweep", "report", sweep, "--pareto", "goodput,cluster.spares", "--curve", "checkpoint.every,cluster.spares", "--json");
  },
};
const made = {};
let chromium;

before(async () => {
  rmSync(outFolder(), { recursive: true, force: true });
  for (const [name, make] of Object.entries(makers)) made[name] = make();
  chromium = await launch();
});
after(() => chromium?.close());

const dataOf = (page) => page.evaluate(() => JSON.parse(document.getElementById("data").textContent));
const key = (page, name) => page.keyboard.press(name);

/** Shapes and pixels of every chart: nothing is blank. */
const blankCharts = (page) => page.evaluate(() => [...document.querySelectorAll("[data-chart]")].filter((place) => {
  const canvases = [...place.querySelectorAll("canvas")].filter((canvas) => canvas.width > 0);
  return !canvases.some((canvas) => new Set(new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size > 4);
}).map((place) => place.dataset.chart));

test("a report that was made in Chinese opens in Chinese, and the button turns it into English", async () => {
  const file = report("chinese", "run", "01-one-gpu", "--lang", "zh").file;
  const { page, wrong } = await open(chromium.browser, file, "");
  assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
  await page.click("#language");
  assert.equal(await page.getAttribute("html", "lang"), "en");
  assert.deepEqual(wrong, []);
  await page.close();
});

test("sentences that the program made follow the switch, and come back", async () => {
  const chinese = /[\u4e00-\u9fff]/;
  for (const [name, place, english, pointer] of [
    ["compare", "#remarks li", ({ result }) => result.remarks[0], "/remarks/0"],
    ["campaign", "#headline .limits", ({ result }) => result.step.limits, "/step/limits"],
    ["claims", ".claim dd >> nth=1", ({ result }) => result.claims[0].answer, "/claims/0/answer"]]) {
    const { page, wrong } = await open(chromium.browser, made[name].file);
    const data = await dataOf(page), said = () => page.locator(place).first().textContent();
    assert.equal(await said(), english(data));
    assert.doesNotMatch(await said(), chinese);
    await key(page, "l");
    assert.equal(await said(), data.zh[pointer]);
    assert.match(await said(), chinese);
    await key(page, "l");
    assert.equal(await said(), english(data));
    assert.deepEqual(wrong, []);
    await page.close();
  }
});

test("a report that was made in Chinese has no Chinese left in English", async () => {
  const file = report("chinese-compare", "--lang", "zh", "compare", "04-mesh-against-crossbar", "--across", "atlas-900-a2-910b,dgx-a100-superpod", "--pin-layout").file;
  const { page, wrong } = await open(chromium.browser, file, "");
  assert.match(await page.textContent("#headline"), /[\u4e00-\u9fff]/);
  await page.click("#language");
  for (const section of await page.locator("main > section:not(#rerun)").all()) assert.doesNotMatch(await section.textContent(), /[\u4e00-\u9fff]/);
  assert.deepEqual(wrong, []);
  await page.close();
});

for (const name of Object.keys(makers)) {
  test(`${name}: opens, draws everything, asks for nothing, in both languages and themes`, async () => {
    const { page, wrong, opened, complete } = await open(chromium.browser, made[name].file);
    const bytes = statSync(made[name].file).size;
    console.log(`${name}: opened in ${(opened / 1000).toFixed(2)} s, all drawn in ${(complete / 1000).toFixed(2)} s, ${(bytes / 1e6).toFixed(2)} MB`);
    assert.deepEqual(await blankCharts(page), []);
    const english = await page.textContent("main > section h2"), ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await ground();
    await key(page, "t");
    assert.notEqual(await ground(), light);
    await key(page, "l");
    assert.equal(await page.getAttribute("html", "lang"), "zh-CN");
    assert.match(await page.textContent("main > section h2"), /[\u4e00-\u9fff]/);
    assert.notEqual(await page.textContent("main > section h2"), english);
    await drawn(page);
    assert.deepEqual(await blankCharts(page), []);
    await page.click("#language");
    assert.equal(await page.textContent("main > section h2"), english);
    assert.doesNotMatch(await page.textContent("main"), /undefined|\[object|NaN/);
    assert.deepEqual(wrong, []);
    await page.close();
  });

  test(`${name}: the data of the page is the JSON that the command prints`, async () => {
    const { page } = await open(chromium.browser, made[name].file);
    assert.deepEqual((await dataOf(page)).result, JSON.parse(made[name].printed));
    await page.close();
  });
}

test("every figure says its exact value, its meaning and its source, under mouse and keyboard", async () => {
  const { page, wrong } = await open(chromium.browser, made.campaign.file);
  const { result } = await dataOf(page);
  const hover = () => page.textContent("#hover:not([hidden])");
  for (const [path, value, ...words] of [
    ["step.mfu", result.step.mfu, "dense peak of the precision", "FLOP /", "cluster.node.accelerator.peak", "run: step.mfu"],
    ["campaign.ettr", result.campaign.ettr, "productive + degraded", `${result.campaign.failures && "faults"}`],
    ["step.time_s", result.step.time_s, "one training step"]]) {
    await page.hover(`[data-path="${path}"]`);
    for (const word of [`${value}`, ...words]) assert.ok((await hover()).includes(word), `${path}: ${word} in ${await hover()}`);
  }
  await page.mouse.move(0, 0);
  await page.focus('[data-path="campaign.goodput"]');
  assert.ok((await hover()).includes(`${result.campaign.goodput}`));
  await key(page, "Tab");
  assert.notEqual(await page.evaluate(() => document.activeElement.dataset.path), "campaign.goodput");
  await key(page, "Escape");
  assert.equal(await page.isHidden("#hover"), true);
  await key(page, "l");
  await page.hover('[data-path="step.mfu"]');
  assert.match(await hover(), /稠密峰值/);
  assert.deepEqual(wrong, []);
  await page.close();
});

test("sections by number, help by question mark", async () => {
  const { page } = await open(chromium.browser, made.campaign.file);
  await key(page, "2");
  assert.equal(await page.evaluate(() => document.activeElement.id), "breakdown");
  await key(page, "Shift+?");
  assert.equal(await page.getAttribute("#keyboard", "open"), "");
  await page.close();
});

test("the step: zoom by keys, hover, the critical path", async () => {
  const { page, wrong } = await open(chromium.browser, made.step.file);
  const { extras, result } = await dataOf(page);
  assert.equal(extras.step.time_s, result.step.time_s);
  const path = extras.step.critical_path;
  const sum = path.reduce((total, i) => total + extras.step.duration_s[i], 0);
  assert.ok(Math.abs(sum - result.step.time_s) < 1e-6 * result.step.time_s, `the critical path lasts ${sum} s`);
  await page.focus('[data-chart="step"]');
  const view = () => page.evaluate(() => document.querySelector('[data-chart="step"]').chart.view());
  const [from, to] = await view();
  await key(page, "+");
  await key(page, "ArrowRight");
  const [nearFrom, nearTo] = await view();
  assert.ok(nearFrom > from && nearTo - nearFrom < to - from);
  await key(page, "0");
  assert.deepEqual(await view(), [from, to]);
  await key(page, "n");
  const said = await page.textContent("#step .float:not([hidden])");
  assert.ok(said.includes(extras.step.works[extras.step.work[path[0]]]), said);
  await page.check("#only-critical");
  assert.deepEqual(wrong, []);
  await page.close();
});

test("the fabric: from the cluster to the cards and back, with the load of links", async () => {
  const { page, wrong } = await open(chromium.browser, made.campaign.file);
  const crumbs = () => page.locator("#fabric .crumbs button").count();
  await page.focus('[data-chart="fabric"]');
  assert.equal(await crumbs(), 1);
  const depth = [];
  for (let level = 0; level < 3; ++level) {
    await key(page, "Enter");
    depth.push(await crumbs());
  }
  assert.deepEqual(depth, [2, 3, 4]);
  const names = await page.evaluate(() => document.querySelector('[data-chart="fabric"]').chart.cy.nodes().map((node) => node.data("label")));
  assert.ok(names.includes("card0") && names.includes("nic7"), names.join());
  await key(page, "ArrowRight");
  assert.match(await page.textContent("#fabric .float:not([hidden])"), /%/);
  await key(page, "Backspace");
  assert.equal(await crumbs(), 3);
  assert.deepEqual(wrong, []);
  await page.close();
});

test("the weeks: zoom by keys, failures under the mouse", async () => {
  const { page } = await open(chromium.browser, made.campaign.file);
  const place = '#campaign [data-chart]';
  await page.focus(place);
  const span = () => page.evaluate((where) => { const zoom = document.querySelector(where).chart.getOption().dataZoom[0]; return zoom.end - zoom.start; }, place);
  assert.equal(await span(), 100);
  await key(page, "+");
  assert.ok(await span() < 100);
  await key(page, "0");
  assert.equal(await span(), 100);
  const { result } = await dataOf(page);
  assert.equal(await page.evaluate((where) => document.querySelector(where).chart.getOption().series.filter((one) => one.type === "scatter").reduce((sum, one) => sum + one.data.length, 0), place), result.campaign.failures);
  await page.locator(place).first().scrollIntoViewIfNeeded();
  const first = result.campaign.restarts[0];
  const [x, y] = await page.evaluate(([where, one]) => {
    const place = document.querySelector(where), series = place.chart.getOption().series.findIndex((each) => each.name === one.component);
    const [left, top] = place.chart.convertToPixel({ seriesIndex: series }, place.chart.getOption().series[series].data[0].value), box = place.getBoundingClientRect();
    return [box.x + left, box.y + top];
  }, [place, first]);
  await page.mouse.move(x - 3, y), await page.mouse.move(x, y);
  await page.waitForFunction((where) => document.querySelector(`${where} .chart-hover`)?.textContent.includes("down"), place, { timeout: 10000 });
  const said = await page.textContent(`${place} .chart-hover`);
  for (const word of [first.component, `${first.down_s} s`, "campaign.restarts"]) assert.ok(said.includes(word), `${word} in ${said}`);
  await page.close();
});

test("prints on paper, light, with its figures", async () => {
  const { page, wrong } = await open(chromium.browser, made.campaign.file, "lang=en&theme=dark");
  const paper = await page.pdf({ format: "A4" });
  assert.ok(paper.length > 50000);
  assert.deepEqual(wrong, []);
  await page.close();
});

test("on paper from the dark theme every picture is drawn, on light ground, and tables are whole or say what they leave out", async () => {
  const { page, wrong } = await open(chromium.browser, made.campaign.file, "lang=en&theme=dark");
  // All at once, as printing does it: there is no frame between the event and the paper.
  const [theme, blank, silent] = await page.evaluate(() => {
    dispatchEvent(new Event("beforeprint"));
    const light = [...document.querySelectorAll("[data-chart]")].filter((place) => {
      const copy = place.querySelector(".on-paper"), canvases = copy ? [copy] : [...place.querySelectorAll("canvas")].filter((canvas) => canvas.width > 0);
      return !canvases.some((canvas) => new Set(new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size > 4);
    }).map((place) => place.dataset.chart);
    const without = [...document.querySelectorAll("button.more")].filter((button) => !button.parentElement.querySelector(".paper")).length;
    return [document.documentElement.dataset.theme, light, without];
  });
  assert.equal(theme, "light");
  assert.deepEqual(blank, []);
  assert.equal(silent, 0);
  await page.evaluate(() => dispatchEvent(new Event("afterprint")));
  assert.equal(await page.getAttribute("html", "data-theme"), "dark");
  assert.equal(await page.locator(".on-paper").count(), 0);
  assert.deepEqual(wrong, []);
  await page.close();
});

test("a lane is as opaque as it is busy", async () => {
  const { page } = await open(chromium.browser, report("lanes", "run", "gpt3-175b-1024-910b").file);
  const { extras: { step } } = await dataOf(page);
  const lane = step.lanes.indexOf("send up"), stage = Math.min(...step.stage.filter((_, i) => step.lane[i] === lane));
  const busy = step.duration_s.reduce((sum, duration, i) => sum + (step.lane[i] === lane && step.stage[i] === stage ? duration : 0), 0) / step.time_s;
  assert.ok(busy > 0 && busy < 0.5);
  const painted = await page.evaluate(([wantedStage, wantedLane]) => {
    const place = document.querySelector('[data-chart="step"]'), canvas = place.querySelector("canvas"), [left, top, width, height] = place.chart.rowBox(wantedStage, wantedLane), scale = devicePixelRatio || 1;
    const { data } = canvas.getContext("2d").getImageData(left * scale, (top + height / 2) * scale, width * scale, 1);
    let sum = 0;
    for (let k = 3; k < data.length; k += 4) sum += data[k] / 255;
    return sum / (data.length / 4);
  }, [stage, lane]);
  assert.ok(painted < 1.5 * busy + 0.02, `${painted} of the lane is painted, ${busy} of it is busy`);
  await page.close();
});

/** Moves the mouse to a value of a chart; what its box then says. */
async function saidAt(page, place, series, value) {
  await page.locator(place).first().scrollIntoViewIfNeeded();
  const [x, y] = await page.evaluate(([where, index, at]) => {
    const element = document.querySelector(where), box = element.getBoundingClientRect(), [left, top] = element.chart.convertToPixel({ seriesIndex: index }, at);
    return [box.x + left, box.y + top];
  }, [place, series, value]);
  await page.mouse.move(x - 2, y - 2), await page.mouse.move(x, y);
  await page.waitForFunction((where) => document.querySelector(`${where} .chart-hover`)?.textContent, place, { timeout: 10000 });
  return page.textContent(`${place} .chart-hover`);
}

test("what limits a run: bars from zero to the same end, the working under the mouse, what cannot be with its reason", async () => {
  const { page, wrong } = await open(chromium.browser, made.explain.file);
  const { result } = await dataOf(page);
  const ends = (id) => page.evaluate((where) => { const { min, max } = document.querySelector(where).chart.getOption().xAxis[0]; return [min, max]; }, `#${id} [data-chart]`);
  assert.deepEqual(await ends("limits"), await ends("steps"));
  assert.equal((await ends("limits"))[0], 0);
  const [most] = result.limits, last = result.limits.at(-1);
  assert.equal((await ends("limits"))[1], most.saved_share);
  for (const [row, i] of [[most, 0], [last, result.limits.length - 1]]) {
    const said = await saidAt(page, "#limits [data-chart]", 0, [most.saved_share / 2, i]);
    for (const word of [row.what, row.how, `1 − ${row.step_s} s / ${result.step_s} s`, `limits[${i}]`]) assert.ok(said.includes(word), `${word} in ${said}`);
  }
  const refused = result.steps.find((step) => step.refusal);
  assert.ok((await page.textContent("#refused")).includes(refused.refusal));
  assert.ok((await page.textContent("#headline")).includes(result.words[0]));
  assert.ok((await page.textContent("#rerun .command")).startsWith("qianka explain gpt3-175b-1024-a100"));
  assert.deepEqual(wrong, []);
  await page.close();
});

test("what limits weeks: tokens a day over seeds, with the interval", async () => {
  const { page } = await open(chromium.browser, made.weeks.file);
  const { result } = await dataOf(page), row = result.limits[0];
  const said = await saidAt(page, "#limits [data-chart]", 0, [row.gain / 2, 0]);
  for (const word of [row.what, "tokens a day", "95 % interval", `${row.step_s} s`]) assert.ok(said.includes(word), `${word} in ${said}`);
  await page.close();
});

test("seeds: every one is a point that says its seed; median and interval stand beside", async () => {
  const { page, wrong } = await open(chromium.browser, made.seeds.file);
  const { result, extras } = await dataOf(page), place = '#replicas [data-chart="goodput"]', [goodput] = extras.replicas.figures;
  assert.equal(goodput.key, "goodput");
  assert.equal(goodput.values.length, 12);
  assert.equal(goodput.values[0], result.campaign.goodput);
  const sorted = goodput.values.toSorted((a, b) => a - b);
  assert.ok(Math.abs(goodput.median - (sorted[5] + sorted[6]) / 2) < 1e-8);
  const points = await page.evaluate((where) => document.querySelector(where).chart.getOption().series.filter((one) => one.type === "scatter").reduce((sum, one) => sum + one.data.length, 0), place);
  assert.equal(points, 12);
  const first = extras.replicas.first_seed;
  const said = await saidAt(page, place, 2, [goodput.values[0], 0]);
  for (const word of [`seed ${first}`, `${goodput.values[0]}`, "failures"]) assert.ok(said.includes(word), `${word} in ${said}`);
  assert.ok((await page.textContent("#replicas table")).includes("median"));
  assert.deepEqual(wrong, []);
  await page.close();
});

test("main effects: one axis from zero for all, and how large each is in numbers", async () => {
  const { page, wrong } = await open(chromium.browser, made.sweep.file);
  const { result } = await dataOf(page);
  const axes = () => page.evaluate(() => [...document.querySelectorAll("#effects [data-chart], #curves [data-chart]")].map((place) => { const { min, max } = place.chart.getOption().yAxis[0]; return `${min} to ${max}`; }));
  const most = Math.max(...[...result.effects, ...result.curves].flatMap((one) => one.levels.map((level) => level.most)));
  assert.deepEqual([...new Set(await axes())], [`0 to ${most}`]);
  const means = result.effects[0].levels.map((level) => level.mean), all = result.effects[0].levels.reduce((sum, level) => sum + level.mean * level.points, 0) / result.effects[0].levels.reduce((sum, level) => sum + level.points, 0);
  assert.ok((await page.textContent("#effects .note >> nth=1")).includes(`apart by ${(100 * (Math.max(...means) - Math.min(...means)) / all).toFixed(2)} % of the mean of all`));
  await page.check('#effects [data-near]');
  const near = [...new Set(await axes())];
  assert.equal(near.length, 1);
  assert.ok(Number(near[0].split(" to ")[0]) > 0);
  assert.ok(await page.isChecked('#curves [data-near]'));
  assert.deepEqual(await blankCharts(page), []);
  assert.deepEqual(wrong, []);
  await page.close();
});

test("costs: a sum without the price of the card says so in its cell", async () => {
  const { page } = await open(chromium.browser, made.compare.file);
  const { result } = await dataOf(page);
  assert.equal(result.sides[0].costs.card_price, null);
  const cell = await page.locator("#costs tr", { hasText: "known items" }).last().locator("td").nth(1).textContent();
  assert.match(cell, /^[\d,]+ \+ the cards$/);
  assert.ok((await page.textContent("#headline")).includes(result.verdict[0]));
  await page.close();
});

test("under 2 MB without data, no address of a host in it but those of licences, a policy that forbids all", () => {
  const page = readFileSync(process.env.QIANKA_PAGE, "utf8");
  assert.ok(page.length < 2e6, `${page.length}`);
  assert.match(page, /default-src 'none'; script-src 'sha256-/);
  assert.ok(page.includes("Apache License") && page.includes("Permission is hereby granted"));
});

test("the same input gives the same bytes", () => {
  const first = readFileSync(made.claims.file);
  makers.claims();
  assert.ok(first.equals(readFileSync(made.claims.file)));
});
