// SPDX-License-Identifier: Apache-2.0
// Traces for viewers to open, and what stands in them.
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";

const { QIANKA, QIANKA_OUT } = process.env;

function made(name, ...words) {
  const folder = resolve(QIANKA_OUT, name);
  rmSync(folder, { recursive: true, force: true });
  const { status, stderr } = spawnSync(QIANKA, ["run", ...words, "--trace", folder], { encoding: "utf8" });
  if (status !== 0) throw new Error(`qianka run ${words.join(" ")} ended with ${status}: ${stderr}`);
  return folder;
}

/** Each kind of file once: ranks together, a rank, several steps, Huawei's cards, weeks, zipped. */
export function traces() {
  const replicas = ["05-pipeline", "--set", "job.parallel.data=2", "--set", "cluster.nodes=8"];
  const step = made("step", ...replicas), steps = made("steps", ...replicas, "--trace-ranks", "16", "--trace-window", "12..14");
  const ascend = made("ascend", "gpt3-175b-1024-910b", "--trace-ranks", "0"), weeks = made("weeks", "06-failure-and-restart", "--trace-gzip");
  return [join(step, "overview/ranks.json"), join(step, "rank-16.json"), join(steps, "rank-16.json"), join(ascend, "rank-0.json"),
    join(weeks, "overview/campaign.json.gz"), join(weeks, "rank-8.json.gz")];
}

export const title = (file) => file.slice(resolve(QIANKA_OUT).length + 1);

/**
 * What a viewer has to find. `tracks`: by "process / track" the number of slices and how long they are together, in ns;
 * where instants are slices that take no time, as they are to the viewers. `counters`: samples by "process / counter";
 * `collectives`: slices by "Collective name".
 */
export function contents(file) {
  const bytes = readFileSync(file), { traceEvents } = JSON.parse(basename(file).endsWith(".gz") ? gunzipSync(bytes) : bytes);
  const named = (what, { pid, tid }) => traceEvents.find((one) => one.ph === "M" && one.name === what && one.pid === pid && (tid === undefined || one.tid === tid)).args.name;
  const of = (phase) => traceEvents.filter((one) => one.ph === phase);
  const tracks = {}, counters = {}, collectives = {};
  for (const slice of [...of("X"), ...of("I")]) {
    const track = tracks[`${named("process_name", { pid: slice.pid })} / ${named("thread_name", slice)}`] ??= { slices: 0, ns: 0 };
    track.slices += 1;
    track.ns += Math.round(1000 * (slice.dur ?? 0));
    const collective = slice.args?.["Collective name"];
    if (collective) collectives[collective] = (collectives[collective] ?? 0) + 1;
  }
  for (const sample of of("C")) {
    const name = `${named("process_name", { pid: sample.pid })} / ${sample.name}`;
    counters[name] = (counters[name] ?? 0) + 1;
  }
  return { tracks, counters, collectives, arrows: of("s").length };
}
