// SPDX-License-Identifier: Apache-2.0
// node build.mjs MODULES JSON.md OUT.html: everything of the page in one file. The policy names the
// hash of its one script, so that no other can run; nothing may be loaded from anywhere.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [modules, keysPage, out] = process.argv.slice(2);
const here = dirname(fileURLToPath(import.meta.url));
const esbuild = createRequire(resolve(modules, "package.json"))("esbuild");

// The meaning of every key, as docs/json.md has it: {run: {"step.time_s": ["s", "one training step"]}}
function readKeys(markdown) {
  const sections = {};
  let keys = null;
  for (const line of markdown.split("\n")) {
    const title = line.match(/^## `qianka ([a-z -]+?) --json`/);
    if (title) keys = sections[title[1]] = {};
    else if (line.startsWith("## ")) keys = null;
    const row = keys && line.match(/^\| `([^`]+)` \|([^|]*)\|(.*)\|$/);
    if (row) keys[row[1]] = [row[2].trim(), row[3].trim()];
  }
  const shown = ["run", "compare", "size", "tune", "claims", "explain", "sweep report"];
  return Object.fromEntries(shown.map((name) => [name.split(" ")[0], sections[name] ?? {}]));
}

function licences() {
  const names = ["echarts", "zrender", "cytoscape", "tslib"];
  return names.map((name) => {
    const folder = join(modules, "node_modules", name);
    const about = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const texts = readdirSync(folder, { withFileTypes: true }).filter((file) => /^(licen[cs]e|notice|copying)/i.test(file.name))
      .flatMap((file) => (file.isDirectory() ? readdirSync(join(folder, file.name)).map((inner) => join(file.name, inner)) : [file.name])).sort()
      .map((file) => readFileSync(join(folder, file), "utf8").trim());
    return { name, version: about.version, licence: about.license, text: texts.join("\n\n") };
  });
}

const bundled = await esbuild.build({
  entryPoints: [join(here, "main.mjs")],
  bundle: true,
  minify: true,
  write: false,
  format: "iife",
  target: "es2020",
  charset: "utf8",
  legalComments: "none",  // all of their texts stand in the page: licences()
  nodePaths: [join(modules, "node_modules")],
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
});
const script = bundled.outputFiles[0].text.trim().replaceAll("</script", "<\\/script");
const style = esbuild.transformSync(readFileSync(join(here, "page.css"), "utf8"), { loader: "css", minify: true }).code;
const json = (value) => JSON.stringify(value).replaceAll("<", "\\u003c");
const policy = [
  "default-src 'none'",
  `script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'`,
  "style-src 'unsafe-inline'",  // charts set styles of their own elements
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");
const parts = {
  POLICY: policy,
  STYLE: style,
  KEYS: json(readKeys(readFileSync(keysPage, "utf8"))),
  LICENCES: json(licences()),
  SCRIPT: script,
};
const page = readFileSync(join(here, "page.html"), "utf8").replace(/@([A-Z]+)@/g, (_, name) => parts[name]);
writeFileSync(`${out}.part`, page);
renameSync(`${out}.part`, out);
