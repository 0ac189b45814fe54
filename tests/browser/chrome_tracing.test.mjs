// SPDX-License-Identifier: Apache-2.0
// Chrome's trace viewer finds in our traces what stands in them, warns of nothing, and draws it. Debian's Chromium is
// built without chrome://tracing; the viewer is Catapult's, the same source, as golang's package has it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch } from "./browser.mjs";
import { contents, title, traces } from "./traces.mjs";

const { QIANKA_OUT, QIANKA_TRACE_VIEWER } = process.env;
const address = "http://viewer.test/";
const html = `<!DOCTYPE html><meta charset="utf-8"><script src="webcomponents.min.js"></script>
<link rel="import" href="trace_viewer_full.html"><style>body { margin: 0; height: 100vh; display: flex } tr-ui-timeline-view { flex: 1 }</style><body>`;
let chromium;

before(async () => { chromium = await launch(); });
after(() => chromium?.close());

async function viewer() {
  const page = await chromium.browser.newPage(), wrong = [];
  page.on("pageerror", (error) => wrong.push(error.stack));
  await page.route(`${address}**`, (route) => {
    const name = route.request().url().slice(address.length);
    return route.fulfill(name ? { path: join(QIANKA_TRACE_VIEWER, name) } : { contentType: "text/html", body: html });
  });
  await page.goto(address);
  await page.waitForFunction(() => window.tr?.ui && document.createElement("tr-ui-timeline-view").model === undefined, null, { timeout: 60000 });
  return { page, wrong };
}

/** As its own "Load" does: zipped files as bytes, others as text. What the viewer's model holds then. */
const show = (page, file) => page.evaluate(([base64, zipped]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)), { Polymer, tr } = window;
  const model = new tr.Model();
  new tr.importer.Import(model, new tr.importer.ImportOptions()).importTraces([zipped ? bytes.buffer : new TextDecoder().decode(bytes)]);
  const view = document.createElement("tr-ui-timeline-view"), container = document.createElement("track-view-container");
  container.id = "track_view_container";
  view.track_view_container = container;
  Polymer.dom(view).appendChild(container);
  Polymer.dom(document.body).appendChild(view);
  view.model = model;
  const tracks = {}, counters = {}, collectives = {};
  for (const process of Object.values(model.processes)) {
    for (const thread of Object.values(process.threads)) {
      const { slices } = thread.sliceGroup;
      tracks[`${process.name} / ${thread.name}`] = { slices: slices.length, ns: slices.reduce((sum, slice) => sum + Math.round(1e6 * slice.duration), 0) };
      for (const { args } of slices)
        if (args["Collective name"]) collectives[args["Collective name"]] = (collectives[args["Collective name"]] ?? 0) + 1;
    }
    for (const counter of Object.values(process.counters)) counters[`${process.name} / ${counter.name}`] = counter.numSamples;
  }
  return { warnings: model.importWarnings.map((one) => one.message), found: { tracks, counters, collectives, arrows: model.flowEvents.length } };
}, [readFileSync(file).toString("base64"), file.endsWith(".gz")]);

/** Colours of the picture; the viewer draws when it has the time. */
async function colours(page) {
  const count = () => page.evaluate(() => {
    const canvas = window.tr.ui.b.findDeepElementMatching(document.body, "canvas");
    return canvas?.width > 0 ? new Set(new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size : 0;
  });
  for (let tries = 0; tries < 100 && await count() < 8; ++tries) await page.waitForTimeout(100);
  return count();
}

for (const file of traces())
  test(title(file), async (context) => {
    const { page, wrong } = await viewer();
    context.after(() => page.close());
    const { warnings, found } = await show(page, file);
    assert.deepEqual(warnings, []);
    assert.deepEqual(found, contents(file));
    assert.ok(await colours(page) >= 8);
    await page.screenshot({ path: join(QIANKA_OUT, `${title(file).replaceAll("/", "-")}.png`) });
    assert.deepEqual(wrong, []);
  });
