// SPDX-License-Identifier: Apache-2.0
// Chromium without a screen, reports to open in it, and what a page must not do.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const { QIANKA, QIANKA_CHROMIUM, QIANKA_MODULES, QIANKA_OUT } = process.env;
const { chromium } = createRequire(join(QIANKA_MODULES, "package.json"))("playwright-core");

/** What qianka prints; an error when it fails. */
export function qianka(...words) {
  const { status, stdout, stderr } = spawnSync(QIANKA, words, { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`qianka ${words.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Makes a report; its path, and what the command printed. */
export function report(name, ...words) {
  mkdirSync(QIANKA_OUT, { recursive: true });
  const file = resolve(QIANKA_OUT, `${name}.html`);
  return { file, printed: qianka(...words, "--report", file) };
}
export const outFolder = (...parts) => resolve(QIANKA_OUT, ...parts);

/** A folder of its own, since a browser that is root wants no sandbox, and one that is new talks to its maker's hosts. */
export async function launch() {
  const profile = mkdtempSync(join(tmpdir(), "qianka-browser-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: QIANKA_CHROMIUM,
    headless: true,
    viewport: { width: 1240, height: 900 },
    locale: "en-US",
    args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--force-color-profile=srgb"],
  });
  return { browser, close: async () => { await browser.close(); rmSync(profile, { recursive: true, force: true }); } };
}

/** Until every chart is drawn. */
export const drawn = (page) => page.waitForSelector("html[data-drawn]", { state: "attached", timeout: 60000 });

/** Opens a report. `wrong` collects what must not happen: messages, errors, requests. */
export async function open(browser, file, wish = "lang=en&theme=light") {
  const page = await browser.newPage(), wrong = [], url = pathToFileURL(file).href;
  page.on("console", (message) => wrong.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => wrong.push(`error: ${error.stack}`));
  page.on("request", (request) => {
    if (!request.url().startsWith(url) && !request.url().startsWith("data:")) wrong.push(`request: ${request.url()}`);
  });
  const begin = performance.now();
  await page.goto(`${url}#${wish}`);
  await page.waitForSelector("html[data-ready]", { state: "attached", timeout: 60000 });
  const opened = performance.now() - begin;
  await drawn(page);
  return { page, wrong, opened, complete: performance.now() - begin };
}
