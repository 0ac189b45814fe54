// SPDX-License-Identifier: Apache-2.0
// node tests/browser/screenshots.mjs FOLDER: pictures of parts of reports, for looking at and for the
// READMEs. Its environment is that of the tests (tests/CMakeLists.txt).
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { drawn, launch, open, outFolder, qianka, report } from "./browser.mjs";

const folder = process.argv[2] ?? outFolder("pictures");
mkdirSync(folder, { recursive: true });
const { browser, close } = await launch();

async function shoot(name, file, { lang, theme, sections, act }) {
  const { page, wrong } = await open(browser, file, `lang=${lang}&theme=${theme}`);
  await page.setViewportSize({ width: 1120, height: 900 });
  await drawn(page);
  await act?.(page);
  await page.waitForTimeout(300);
  await page.evaluate(() => scrollTo(0, 0));
  await page.mouse.move(0, 0);
  if (sections) {
    const boxes = [];
    for (const section of sections) boxes.push(await page.locator(section).boundingBox());
    const top = Math.min(...boxes.map((box) => box.y)) - 4, bottom = Math.max(...boxes.map((box) => box.y + box.height)) + 8;
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, clip: { x: 0, y: Math.max(0, top), width: 1120, height: bottom - Math.max(0, top) } });
  } else {
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
  }
  for (const one of wrong) console.log(`${name}: ${one}`);
  await page.close();
}

const step = report("step", "run", "gpt3-175b-1024-a100").file;
const campaign = report("campaign", "run", "llama3-405b-54-days").file;
const compare = report("compare", "compare", "04-mesh-against-crossbar", "--across", "atlas-900-a2-910b,dgx-a100-superpod", "--days", "10", "--seeds", "4", "--pin-layout").file;
const explained = report("explain", "explain", "llama3-405b-54-days", "--seeds", "10").file;
const seeds = report("seeds", "run", "llama3-405b-54-days", "--seeds", "60").file;
const sweep = outFolder("sweep");
qianka("sweep", "run", "tests/sweep/small.yaml", "-o", sweep, "--anew", "-q");
const swept = report("sweep", "sweep", "report", sweep, "--pareto", "goodput,cluster.spares", "--curve", "checkpoint.every,cluster.spares").file;
const zoomed = async (page) => {
  await page.focus('[data-chart="step"]');
  for (let i = 0; i < 6; ++i) await page.keyboard.press("+");
  for (let i = 0; i < 60; ++i) await page.keyboard.press("ArrowLeft");
};
for (const [lang, theme] of [["en", "light"], ["zh", "dark"]]) {
  await shoot(`campaign-${lang}`, campaign, { lang, theme });
  await shoot(`step-${lang}`, step, { lang, theme });
  await shoot(`compare-${lang}`, compare, { lang, theme });
  await shoot(`sweep-${lang}`, swept, { lang, theme });
  await shoot(`explain-${lang}`, explained, { lang, theme });
  await shoot(`seeds-${lang}`, seeds, { lang, theme, sections: ["#replicas"] });
}
await shoot("report-step", step, { lang: "en", theme: "light", sections: ["#step"], act: zoomed });
await shoot("report-weeks", campaign, { lang: "en", theme: "light", sections: ["#campaign h2", "#campaign .chart >> nth=0"] });
await shoot("report-weeks-zh", campaign, { lang: "zh", theme: "dark", sections: ["#campaign h2", "#campaign .chart >> nth=0"] });
await shoot("report-fabric", campaign, { lang: "en", theme: "light", sections: ["#fabric"], act: async (page) => {
  await page.focus('[data-chart="fabric"]');
  for (let i = 0; i < 3; ++i) await page.keyboard.press("Enter");
} });
await close();
