// SPDX-License-Identifier: Apache-2.0
// Numbers for people. The exact value is in the hover text and in the data.
const scaled = (value, digits) => {
  if (value === 0) return "0";
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value))));
  return value.toLocaleString("en-US", { maximumFractionDigits: Math.min(decimals, 12), minimumFractionDigits: Math.min(decimals, 2, 12) && Math.abs(value) < 1000 ? Math.min(decimals, 12) : 0 });
};

export const plain = (value, digits = 4) => scaled(value, digits);
export const count = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 0 });
export const percent = (share, decimals) =>
  `${(100 * share).toFixed(decimals ?? (share !== 0 && Math.abs(share) < 0.1 ? 2 : 1))} %`;

function stepped(value, steps, digits) {
  const [limit, unit] = steps.find(([least]) => Math.abs(value) >= least) ?? steps.at(-1);
  return `${scaled(value / limit, digits)} ${unit}`;
}

const si = (unit) => [[1e18, "E"], [1e15, "P"], [1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"], [1, ""]]
  .map(([limit, prefix]) => [limit, prefix + unit]);

export function time(seconds, digits = 3) {
  const size = Math.abs(seconds);
  if (size === 0) return "0 s";
  if (size >= 2 * 86400) return `${scaled(seconds / 86400, digits)} days`;
  if (size >= 2 * 3600) return `${scaled(seconds / 3600, digits)} h`;
  if (size >= 120) return `${scaled(seconds / 60, digits)} min`;
  return stepped(seconds, [[1, "s"], [1e-3, "ms"], [1e-6, "µs"], [1e-9, "ns"]], digits);
}
export const bytes = (value, digits = 3) => stepped(value, si("B"), digits);
export const rate = (value, digits = 3) => stepped(value, si("B/s"), digits);

const shares = /(^|[._\]])(mfu|hfu|goodput|ettr|availability|share|parallel_efficiency|end_to_end_mfu)(\.(mean|low|high|p5|p95|value))?$/;

/** `unit` as docs/json.md writes it; `path` tells a share whose unit nobody wrote. */
export function byUnit(value, unit, path = "") {
  if (value === null || value === undefined) return "–";
  if (typeof value === "boolean") return value ? "✓" : "✗";
  if (typeof value !== "number") return String(value);
  switch (unit) {
    case "s": return time(value);
    case "ns": return time(value / 1e9);
    case "bytes": case "B": return bytes(value);
    case "bytes/s": case "B/s": return rate(value);
    case "share": case "0..1": return percent(value);
    case "FLOPs": return stepped(value, si("FLOP"), 4);
    case "FLOP/s": return stepped(value, si("FLOP/s"), 3);
    case "tokens/s": return `${plain(value)} tokens/s`;
    case "tokens": return value >= 1e6 ? stepped(value, [[1e12, "T"], [1e9, "B"], [1e6, "M"]], 4) : count(value);
    case "W": return stepped(value, si("W"), 3);
    default:
      if (shares.test(path)) return percent(value);
      return Number.isInteger(value) ? count(value) : plain(value);
  }
}
