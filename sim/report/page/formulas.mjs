// SPDX-License-Identifier: Apache-2.0
// Figures with the numbers of this run put in, and which values of the scenario go into them. What
// the formulas are in words comes with the data (definitions, docs/json.md).
import * as format from "./format.mjs";
import { result, valueAt } from "./store.mjs";

const definitions = {
  "step.mfu": "MFU", "step.hfu": "HFU", "parallel_efficiency.value": "parallel efficiency",
  "campaign.ettr": "ETTR", "campaign.goodput": "goodput", "campaign.end_to_end_mfu": "end-to-end MFU",
  "campaign.availability": "availability", "campaign.mtbf_s": "MTBF", "campaign.mean_recovery_s": "recovery",
};
export const definitionName = (path) => definitions[path];

const number = (value) => value.toPrecision(6).replace(/\.?0+(e|$)/, "$1");
const s = (value) => `${number(value)} s`;

const formulas = {
  "step.mfu": ({ step, cluster }) => `${number(step.model_flops)} FLOP / (${s(step.time_s)} × ${cluster.cards} × ${number(cluster.peak_flop_per_s)} FLOP/s) = ${format.percent(step.mfu, 2)}`,
  "step.hfu": ({ step, cluster }) => `${number(step.hardware_flops)} FLOP / (${s(step.time_s)} × ${cluster.cards} × ${number(cluster.peak_flop_per_s)} FLOP/s) = ${format.percent(step.hfu, 2)}`,
  "step.tokens_per_s_per_card": ({ step, job, cluster }) => `${job.global_batch} × ${job.sequence} tokens / (${s(step.time_s)} × ${cluster.cards})`,
  "step.time_s": ({ step }) => Object.entries(step.breakdown_s).filter(([, v]) => v > 0).map(([name, v]) => `${name} ${number(v)}`).join(" + ") + " s",
  "parallel_efficiency.value": ({ parallel_efficiency: p }) => `${p.baseline_cards}: ${p.baseline}`,
  "campaign.ettr": ({ campaign: c }) => `(${s(c.accounting_s.productive)} + ${s(c.accounting_s.degraded)}) / ${s(c.wall_s)}`,
  "campaign.goodput": ({ campaign: c, step }) => `${c.steps} × ${s(step.time_s)} / ${s(c.wall_s)}`,
  "campaign.availability": ({ campaign: { accounting_s: a, wall_s } }) => `1 − (${[a.detection, a.localisation, a.waiting, a.restart, a.load].map(number).join(" + ")}) s / ${s(wall_s)}`,
  "campaign.mtbf_s": ({ campaign: c }) => (c.failures > 0 ? `${s(c.wall_s)} / ${c.failures}` : ""),
  "campaign.mean_recovery_s": ({ campaign: { accounting_s: a, failures } }) => (failures > 0 ? `(${[a.detection, a.localisation, a.waiting, a.restart, a.load, a.recomputed].map(number).join(" + ")}) s / ${failures}` : ""),
  "memory.per_card_bytes": ({ memory }) => memory.terms.filter((term) => term.bytes > 0).map((term) => `${term.name} ${format.bytes(term.bytes, 4)}`).join(" + "),
};

export function worked(path) {
  const whole = formulas[path]?.(result);
  if (whole) return whole;
  const part = path.match(/^step\.breakdown_s\.(\w+)$/);
  if (part) return `${format.percent(valueAt(path) / result.step.time_s, 2)} × ${s(result.step.time_s)}`;
  const account = path.match(/^campaign\.accounting_s\.(\w+)$/);
  if (account) return `${format.percent(valueAt(path) / result.campaign.wall_s, 3)} × ${s(result.campaign.wall_s)}`;
  return "";
}

// Figure -> beginnings of the paths of values that it rests on most.
const step = ["cluster.node.accelerator.peak", "job.model", "job.stack", "job.global_batch", "cluster.nodes"];
const weeks = ["job.train_for", "faults", "checkpoint.every", "recovery.detect", "recovery.restart", "cluster.spares"];
const inputs = [
  [/^step\.breakdown_s\.(data|pipeline|tensor|context|expert)_comm/, ["cluster.node.nic", "cluster.node.scale_up", "cluster.fabric", "job.parallel"]],
  [/^step\.breakdown_s\.(optimizer|host)/, ["cluster.node.accelerator.memory", "job.stack"]],
  [/^step\./, step], [/^parallel_efficiency/, step], [/^cluster\.peak/, ["cluster.node.accelerator.peak"]],
  [/^cluster\.(cards|nodes)/, ["cluster.nodes", "cluster.node.cards"]], [/^cluster\.spares/, ["cluster.spares"]],
  [/^memory\.capacity/, ["cluster.node.accelerator.memory"]], [/^memory\./, ["job.model", "job.parallel", "job.recompute", "cluster.node.accelerator.memory"]],
  [/^campaign\.checkpoint/, ["checkpoint", "cluster.storage"]], [/^campaign\./, weeks],
  [/^job\.(\w+)/, ["job"]],
];

/** At most six of result.sources, those with the shortest paths first of each beginning. */
export function inputsOf(path) {
  const sources = result.sources ?? [];
  const beginnings = inputs.find(([pattern]) => pattern.test(path))?.[1] ?? [];
  const found = [];
  for (const beginning of beginnings) {
    const own = sources.filter((one) => one.path === beginning || one.path.startsWith(`${beginning}.`));
    found.push(...own.slice(0, 2));
  }
  return found.slice(0, 6);
}
