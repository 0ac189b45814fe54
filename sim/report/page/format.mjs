// SPDX-License-Identifier: Apache-2.0
// Numbers for people, as the text report prints them (sim/units/format.cpp). The exact value is in
// the hover text and in the data.

/** Three significant digits without an exponent, and at least the whole number. */
function digits(value, wanted = 3) {
  const size = Math.abs(value);
  let decimals = wanted - 1;
  for (let limit = 10; decimals > 0 && size >= limit - 0.5 * 10 ** (Math.log10(limit) - wanted); limit *= 10) --decimals;
  return value.toFixed(decimals);
}

/** Scales: [factor, used below, name]; the last for all that is larger. */
function scaled(value, scales, wanted) {
  if (value === 0) return `0 ${scales[0][2]}`;
  const [factor, , name] = scales.find(([, below]) => Math.abs(value) < below * 0.9995) ?? scales.at(-1);
  return `${digits(value / factor, wanted)} ${name}`;
}

const times = [[1e-9, 1e-6, "ns"], [1e-6, 1e-3, "us"], [1e-3, 1, "ms"], [1, 120, "s"], [60, 7200, "min"], [3600, 172800, "h"], [86400, Infinity, "days"]];
const sizes = [[1, 1024, "B"], [1024, 1024 ** 2, "KiB"], [1024 ** 2, 1024 ** 3, "MiB"], [1024 ** 3, 1024 ** 4, "GiB"], [1024 ** 4, Infinity, "TiB"]];
const rates = [[1e3, 1e6, "kB/s"], [1e6, 1e9, "MB/s"], [1e9, 1e13, "GB/s"], [1e12, Infinity, "TB/s"]];
const flops = [[1e9, 1e12, "GFLOP/s"], [1e12, 1e16, "TFLOP/s"], [1e15, 1e18, "PFLOP/s"], [1e18, Infinity, "EFLOP/s"]];
const powers = [[1, 1e4, "W"], [1e3, 1e6, "kW"], [1e6, Infinity, "MW"]];
const larges = [[1e6, 1e9, "M"], [1e9, 1e12, "B"], [1e12, Infinity, "T"]];

export const time = (seconds, wanted) => (seconds === 0 ? "0 s" : scaled(seconds, times, wanted));
export const bytes = (value, wanted) => (Math.abs(value) < 1024 && Number.isInteger(value) ? `${value} B` : scaled(value, sizes, wanted));
export const rate = (value) => scaled(value, rates);
export const large = (value) => scaled(value, larges);
export const count = (value) => value.toLocaleString("en-US", { maximumFractionDigits: 0 });
/** One decimal, two below a tenth of it. */
export const percent = (share, decimals) => `${(100 * share).toFixed(decimals ?? 1)} %`;
/** "4.405e19" */
export const scientific = (value) => value.toExponential(3).replace("e+", "e");

export function plain(value, wanted = 4) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 1e15 || size < 1e-6) return value.toExponential(wanted - 1).replace("e+", "e");
  return size >= 1000 ? value.toLocaleString("en-US", { maximumFractionDigits: 0 })
    : value.toLocaleString("en-US", { maximumSignificantDigits: wanted });
}

/** Of an axis that ends at `most`: how far ticks are apart, round in the unit that is shown, and what they are called. */
export function ticks(most, kind) {
  const [factor, , name] = kind.find(([, below]) => most < below * 0.9995) ?? kind.at(-1);
  const wanted = most / factor / 5, power = 10 ** Math.floor(Math.log10(wanted));
  const apart = [1, 2, 5, 10].map((k) => k * power).find((one) => one >= wanted);
  const decimals = Math.max(0, -Math.floor(Math.log10(apart) + 1e-9));
  return { interval: apart * factor, axisLabel: { formatter: (value) => `${(value / factor).toFixed(decimals)} ${name}` } };
}
export { sizes, times };

const shares = /(^|[._\]])(mfu|hfu|goodput|ettr|availability|share|sigma|parallel_efficiency|end_to_end_mfu)(\.(mean|low|high|p5|p95|value))?$/;
/** Weeks are told to two decimals, as in the text. */
const fine = /^(campaign\.|sides\[)/;

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
    case "share": case "0..1": return percent(value, fine.test(path) ? 2 : 1);
    case "FLOPs": return scientific(value);
    case "FLOP/s": return scaled(value, flops);
    case "tokens/s": return `${plain(value)} tokens/s`;
    case "tokens": return value >= 1e6 ? large(value) : count(value);
    case "W": return scaled(value, powers);
    default:
      if (shares.test(path)) return percent(value, /^sides\[/.test(path) ? 2 : 1);
      return Number.isInteger(value) ? count(value) : plain(value);
  }
}
